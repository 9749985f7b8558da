package testpay

import (
	"testing"

	"extrausage/billing"
)

// TestWordsAreComplete: every card, state and stage has its words in both languages.
func TestWordsAreComplete(t *testing.T) {
	for _, w := range []words{english, italian} {
		for _, c := range testCards {
			if w.Cards[c.kind].Name == "" || w.Cards[c.kind].Hint == "" {
				t.Errorf("%s: card %s", w.Lang, c.kind)
			}
		}
		for _, state := range []billing.ChargeState{
			billing.ChargeSucceeded, billing.ChargeDeclined, billing.ChargeRequiresAction, billing.ChargeProcessing, billing.ChargeCanceled,
		} {
			if w.States[state] == "" {
				t.Errorf("%s: state %s", w.Lang, state)
			}
		}
		for stage := range stages {
			if w.Stages[stage] == "" || w.Moves[stage] == "" {
				t.Errorf("%s: stage %s", w.Lang, stage)
			}
		}
		if len(w.Cards) != len(testCards) || len(w.Stages) != len(stages) || len(w.Moves) != len(stages) {
			t.Errorf("%s: words for what there is not", w.Lang)
		}
	}
	if len(testCards) > 14 {
		t.Errorf("%d cards: the list is to be read at a glance", len(testCards))
	}
}

// TestStagesOnlyMoveForward: what a stage is to the app moves open, taken, returned, or open, closed, and never back.
func TestStagesOnlyMoveForward(t *testing.T) {
	allowed := map[billing.ReversalState][]billing.ReversalState{
		billing.ReversalOpen:  {billing.ReversalTaken, billing.ReversalClosed},
		billing.ReversalTaken: {billing.ReversalReturned, billing.ReversalTaken},
	}
	for from, at := range stages {
		for _, to := range at.next {
			forward := false
			for _, state := range allowed[at.state] {
				forward = forward || state == stages[to].state
			}
			if !forward || stages[to].kind != at.kind {
				t.Errorf("%s to %s", from, to)
			}
		}
	}
}
