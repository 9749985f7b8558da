package billing

import (
	"context"
	"testing"
	"time"

	"extrausage/models/storetest"
	"extrausage/money"
)

// design, "Continue": off by default: ask. The choice is the session's own, its latest counts, and beats the preference.
func TestTheContinueChoice(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		r.asking(id, amountLimit(50), 20*money.Dollar)
		r.usePlan(id)
		state := func(want State, reason Reason, continued bool) {
			t.Helper()
			if s := r.status(id); s.State != want || s.Reason != reason || s.Session.Continued != continued {
				t.Errorf("%s %q, continued %v; want %s %q", s.State, s.Reason, s.Session.Continued, want, reason)
			}
		}
		state(StateAsking, SessionLimitReached, false)
		if refusal := r.refused(id, money.Dollar, SessionLimitReached); refusal.FundsMissing || refusal.Available != 20*money.Dollar {
			t.Errorf("%+v", refusal)
		}
		if refusal := r.refused(id, 21*money.Dollar, SessionLimitReached); !refusal.FundsMissing {
			t.Errorf("the question does not say that funds are missing: %+v", refusal)
		}

		r.choose(id, ContinueSession)
		state(StateStopped, InsufficientBalance, true) // the last refusal, until its cause is gone
		h := r.mustHold(id, money.Dollar)
		r.choose(id, StopSession)
		state(StateStopped, SessionLimitReached, false)
		r.refused(id, money.Dollar, SessionLimitReached)
		if s := r.settle(h.ID, money.Dollar); s.Extra != money.Dollar {
			t.Errorf("the running request: %+v", s)
		}
		r.choose(id, ContinueSession)
		state(StateExtra, "", true)

		r.prefer(id, Always)
		r.choose(id, StopSession)
		state(StateStopped, SessionLimitReached, false)
		r.refused(id, money.Dollar, SessionLimitReached)

		r.advance(5 * time.Hour) // the next session knows nothing of the choice, only the preference
		r.usePlan(id)
		state(StateExtra, "", true)
		r.mustHold(id, money.Dollar)
		r.prefer(id, AskFirst)
		state(StateAsking, SessionLimitReached, false)
		r.verify()
	})
}

func TestAlwaysContinue(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		r.asking(id, amountLimit(50), 20*money.Dollar)
		r.usePlan(id)
		r.choose(id, StopSession)
		r.choose(id, AlwaysContinue) // this session, and those to come
		r.mustHold(id, money.Dollar)
		if s := r.status(id); s.Preference != Always || s.Session.Choice != ContinueSession || s.Undo == nil || s.Undo.Setting != "always_continue" {
			t.Errorf("%+v", s)
		}
		r.advance(5 * time.Hour)
		r.usePlan(id)
		r.mustHold(id, money.Dollar)
		version := r.status(id).Version
		r.choose(id, AlwaysContinue)
		r.choose(id, ContinueSession)
		if v := r.status(id).Version; v != version {
			t.Errorf("version %d, was %d: nothing changed", v, version)
		}
		r.verify()
	})
}

func TestChoicesThatCannotWork(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		ctx := context.Background()
		id := r.account()
		choose := func(c Choice) error { return r.svc.ChooseContinue(ctx, id, c, ByClient) }
		wantFault(t, choose("perhaps"), Invalid, "choice_unknown")
		wantFault(t, choose(""), Invalid, "choice_unknown")
		wantFault(t, choose(ContinueSession), Conflict, "extra_usage_off")
		wantFault(t, choose(AlwaysContinue), Conflict, "extra_usage_off")
		r.asking(id, amountLimit(50), 20*money.Dollar)
		wantFault(t, choose(ContinueSession), Conflict, "session_none")
		wantFault(t, choose(StopSession), Conflict, "session_none")
		r.used(id, money.Dollar)
		if err := choose(ContinueSession); err != nil { // in advance of the limit
			t.Error(err)
		}
		r.advance(5 * time.Hour)
		wantFault(t, choose(ContinueSession), Conflict, "session_none")
		wantFault(t, r.svc.ChooseContinue(ctx, "acc_nobody", StopSession, ByClient), NotFound, "not_found")
		_, err := r.svc.SavePreference(ctx, id, "sometimes")
		wantFault(t, err, Invalid, "choice_unknown")
	})
}

// Switched off and on again, the session's choice and the preference are as they were; and a switch is not a choice.
func TestTheChoiceOutlivesTheSwitch(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		r.asking(id, amountLimit(50), 20*money.Dollar)
		r.usePlan(id)
		r.choose(id, ContinueSession)
		r.turnOff(id)
		r.refused(id, money.Dollar, ExtraUsageOff)
		r.choose(id, StopSession) // to stop is always possible
		r.switchOn(id)
		r.refused(id, money.Dollar, SessionLimitReached)
		r.verify()
	})
}
