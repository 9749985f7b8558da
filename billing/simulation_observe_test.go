package billing_test

import (
	"time"

	"extrausage/billing"
	"extrausage/money"
)

// observe lets the model learn what only the rows tell, because chance decided it: cards, purchases, refunds. Each is held
// against what the design allows.
func (w *world) observe(was, p *picture) {
	if w.enabling != nil && p.meter.On && !last(w.m.on) {
		w.m.enabled(w.accountNow(), *w.enabling)
		w.m.on[len(w.m.on)-1].at = p.meter.Seen
	}
	w.enabling = nil
	resumed, moved := w.observeCard(p), false
	for _, b := range p.purchases {
		old, known := purchaseRow{}, false
		if was != nil {
			old, known = was.purchase(b.ID)
		}
		if !known {
			w.observePlanned(b)
			old = b
			old.State = "planned"
		}
		if old.State != b.State {
			w.observeMoved(old, b)
			moved = moved || b.Kind == "auto_reload"
		}
	}
	w.observeEntries(was, p)
	taken := w.observeReversals(was, p)
	several := was != nil && len(p.cards) > len(was.cards)+1
	if resumed && moved || taken && (resumed || moved) || several { // which of them came last, only the rows know
		w.m.pause, w.m.declines, w.m.backOff = p.meter.Pause, p.meter.Declines, 0
		if p.meter.Waits == "declined" {
			w.m.backOff = p.meter.RetryAt
		}
		w.m.notBefore = max(w.m.notBefore, p.meter.WantedAt)
	}
}

// observeCard tells whether another card lets auto-reload go on.
func (w *world) observeCard(p *picture) (resumed bool) {
	card, here := p.current()
	old := w.m.card
	w.m.card.here, w.m.card.fingerprint = here, card.Fingerprint
	w.m.card.id = card.ID
	switch {
	case old.here && !here:
		w.m.setRule(billing.ReloadRule{})
	case here && old.id != card.ID && (!old.here || old.fingerprint != card.Fingerprint) && w.m.pause != "reversal":
		w.m.resumed()
		return true
	}
	return false
}

// observePlanned judges a purchase that was planned in this step.
func (w *world) observePlanned(b purchaseRow) {
	month, _ := w.m.month(b.Planned)
	if b.Month != month {
		w.fail("purchase %s of month %d; the model: %d", b.ID, b.Month, month)
	}
	if b.Kind != "auto_reload" {
		return
	}
	if why := w.m.mayBuy(b.Planned, b.Amount); why != "" {
		w.fail("an automatic purchase of %s: %s", b.Amount.Decimal(), why)
	}
	w.counts["reloads"]++
	w.m.rest()
	w.m.bought = append(w.m.bought, &refBought{id: b.ID, at: b.Planned, month: month, amount: b.Amount, state: "planned"})
}

// legalMoves are the states that may be seen one step after another. With a provider whose answers are late by less than an hour,
// nothing that was given up, or declined, is debited after all.
var legalMoves = map[string][]string{
	"planned":         {"submitted", "succeeded", "declined", "requires_action", "unknown", "abandoned"},
	"submitted":       {"succeeded", "declined", "requires_action", "unknown", "abandoned"},
	"unknown":         {"submitted", "succeeded", "declined", "requires_action", "abandoned"},
	"requires_action": {"succeeded", "declined", "abandoned"},
}

func (w *world) observeMoved(old, b purchaseRow) {
	legal := false
	for _, next := range legalMoves[old.State] {
		legal = legal || next == b.State
	}
	w.note("  %s %s of %s: %s, then %s", b.Kind, b.ID, b.Amount.Decimal(), old.State, b.State)
	w.counts["purchase "+b.State]++
	if !legal || old.Amount != b.Amount || old.Kind != b.Kind || old.Planned != b.Planned {
		w.fail("a purchase went from %+v to %+v", old, b)
	}
	if b.State == "declined" || b.State == "abandoned" {
		w.notTaken(b)
	}
	for _, a := range w.m.bought {
		if a.id == b.ID {
			a.state = b.State
			w.m.moved1(b)
		}
	}
}

// notTaken wants a purchase that ended without a credit to have ended so at the provider: declined by it, or never debited.
func (w *world) notTaken(b purchaseRow) {
	all, err := w.pay.Charges(w.ctx)
	if err != nil {
		w.fail("charges: %v", err)
	}
	declined := false
	for _, c := range all {
		if c.PurchaseID != b.ID {
			continue
		}
		declined = declined || c.State == billing.ChargeDeclined
		if c.State == billing.ChargeSucceeded || c.State == billing.ChargeProcessing {
			w.fail("%s is %s; at the provider its charge is %s", b.ID, b.State, c.State)
		}
	}
	if b.State == "declined" && !declined {
		w.fail("%s is declined; the provider never said so", b.ID)
	}
}

// moved1 follows an automatic purchase: declines in a row, and what pauses.
func (m *refModel) moved1(b purchaseRow) {
	switch b.State {
	case "succeeded":
		m.declines, m.backOff = 0, 0
	case "requires_action":
		m.pause = "action_required"
		m.rest()
	case "declined":
		m.declines++
		if m.declines >= 3 {
			m.pause = "declined"
			m.rest()
			return
		}
		wait := time.Hour
		if m.declines == 2 {
			wait = 6 * time.Hour
		}
		m.backOff = b.Ended + wait.Microseconds()
		m.trigger = m.trigger || m.rule.On && last(m.on)
	}
}

// observeEntries takes new entries of money that came or went: each has its purchase, its charge at the provider, and its sign.
func (w *world) observeEntries(was, p *picture) {
	n := 0
	if was != nil {
		n = len(was.entries)
	}
	for _, e := range p.entries[n:] {
		if e.Kind == "charge" {
			continue
		}
		w.counts["entry "+e.Kind]++
		w.m.moved = append(w.m.moved, refMove{month: e.Month, amount: e.Amount})
		if now, _ := w.m.month(e.At); e.Month != now {
			w.fail("entry %+v is of another month than its own", e)
		}
		b, known := p.purchase(e.Purchase)
		if !known || b.State != "succeeded" {
			w.fail("entry %+v of purchase %+v", e, b)
		}
		for _, other := range p.entries[:e.Seq-1] {
			if other.Kind == e.Kind && other.Purchase == e.Purchase && other.Note == e.Note && e.Kind != "correction" {
				w.fail("entry %+v, and again %+v", other, e)
			}
		}
		if e.Kind == "purchase" {
			w.credited(e, b)
		} else if takes := e.Kind == "refund" || e.Kind == "dispute"; takes != (e.Amount < 0) {
			w.fail("entry %+v", e)
		}
	}
}

// credited wants the charge of a credit at the provider.
func (w *world) credited(e entryRow, b purchaseRow) {
	if e.Amount != b.Amount {
		w.fail("credit %+v of %+v", e, b)
	}
	tallies, err := w.pay.Tallies(w.ctx)
	if t := tallies[b.ID]; err != nil || t.Captured != 1 || t.Amount != b.Amount {
		w.fail("credit %+v; the provider: %+v %v", e, t, err)
	}
}

// observeReversals: what went back is never more than came, each refund and dispute moves forwards, and a new one rests
// auto-reload.
func (w *world) observeReversals(was, p *picture) (taken bool) {
	posted := map[string]money.Amount{}
	for _, e := range p.entries {
		if e.Kind != "charge" && e.Kind != "purchase" {
			posted[e.Purchase] -= e.Amount
		}
	}
	for id, sum := range posted {
		if b, _ := p.purchase(id); sum < 0 || sum > b.Amount {
			w.fail("refunds and disputes of %s take %s of %s", id, sum.Decimal(), b.Amount.Decimal())
		}
	}
	for _, r := range p.reversals {
		old := reversalRow{State: "open"}
		if was != nil {
			for _, o := range was.reversals {
				if o.ID == r.ID {
					old = o
				}
			}
		}
		if old.State == r.State {
			continue
		}
		w.note("  %s %s of %s: %s, then %s, posted %s", r.Kind, r.ID, r.Amount.Decimal(), old.State, r.State, r.Posted.Decimal())
		if old.State == "returned" || old.State == "closed" || old.State == "taken" && r.State != "returned" {
			w.fail("a reversal went from %+v to %+v", old, r)
		}
		if r.State == "taken" {
			taken = true
			if w.m.rule.On {
				w.m.pause = "reversal"
				w.m.rest()
			}
		}
	}
	return taken
}
