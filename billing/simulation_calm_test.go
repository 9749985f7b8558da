package billing_test

import (
	"database/sql"
	"time"

	"extrausage/billing"
	"extrausage/billing/testpay"
	"extrausage/money"
)

// anyPurchase names a purchase, or one that nobody made.
func (w *world) anyPurchase() string {
	if w.seen != nil && len(w.seen.purchases) > 0 {
		return pick(w, w.seen.purchases...).ID
	}
	return "purchase_of_nobody"
}

// watchDebit wants what the design wants of each debit that is sent: it was committed before, nothing forbids it now, and its
// key is not so old that the provider may have forgotten it.
func (w *world) watchDebit(r billing.DebitRequest) {
	var kind, state, pause string
	var amount, balance money.Amount
	var planned, removed, seen int64
	var closed, on, reloadOn bool
	found := false
	w.each(func(row *sql.Rows) error {
		found = true
		return row.Scan(&kind, &state, &amount, &planned, &removed, &closed, &on, &reloadOn, &pause, &balance, &seen)
	}, `SELECT p.kind, p.state, p.amount_nanos, p.planned_at, c.removed_at, m.closed, m.extra_usage, m.reload_on, m.reload_pause, m.balance_nanos, m.seen_at
		FROM purchases p JOIN payment_methods c ON c.account_id = p.account_id AND c.id = p.payment_method_id
		JOIN meters m ON m.account_id = p.account_id WHERE p.account_id = ? AND p.id = ?`, r.AccountID, r.PurchaseID)
	age := time.Duration(max(seen, w.clock.Load())-planned) * time.Microsecond
	switch {
	case !found, state != "submitted", amount != r.Amount:
		w.fail("a debit of %s for %s is sent; its row says %q, %s", r.Amount.Decimal(), r.PurchaseID, state, amount.Decimal())
	case closed, removed != 0:
		w.fail("a debit for %s is sent: closed %t, card removed %t", r.PurchaseID, closed, removed != 0)
	case age >= 23*time.Hour:
		w.fail("a debit for %s is sent %s after it was planned", r.PurchaseID, age)
	case kind == "auto_reload" && (!on || !reloadOn || pause != "" || balance < 0):
		w.fail("an automatic debit for %s is sent: on %t, auto-reload %t, pause %q, balance %s", r.PurchaseID, on, reloadOn, pause, balance.Decimal())
	}
}

// calm ends the faults. Two reconcile intervals later every captured charge is credited and nothing is unknown; when also the
// waits of the design are over, nothing is open at all.
func (w *world) calm() {
	w.net.quiet()
	w.at++
	for range 9 {
		w.rounds(10 * time.Minute)
	}
	w.chargesAreCredits()
	for _, b := range w.seen.purchases {
		if age := time.Duration(w.clock.Load()-b.Planned) * time.Microsecond; (b.State == "unknown" || b.State == "submitted" || b.State == "planned") && age < 22*time.Hour {
			w.fail("still %s, %s after it was planned: %+v", b.State, age, b)
		}
	}
	if w.seen.overdue > 0 {
		w.fail("%d holds are open past their time", w.seen.overdue)
	}
	for range 3 {
		w.rounds(9 * time.Hour)
	}
	for range 3 {
		w.rounds(time.Hour)
	}
	w.chargesAreCredits()
	w.reversalsAreTaken()
	w.nothingLeft()
	w.verify()
}

// rounds lets time pass and every worker work.
func (w *world) rounds(d time.Duration) {
	if w.broken != "" {
		return
	}
	w.forward(d)
	for _, a := range []actor{{"deliver", 0, w.deliver}, {"payments", 0, w.runPayments}, {"reloads", 0, w.runReloads}, {"expire", 0, w.expire}} {
		w.play(a.name, a.move)
		if w.broken != "" {
			return
		}
		w.check()
	}
}

// chargesAreCredits: what the provider captured and what was credited are the same, purchase by purchase.
func (w *world) chargesAreCredits() {
	if w.broken != "" {
		return
	}
	credits := map[string]money.Amount{}
	for _, e := range w.seen.entries {
		if e.Kind == "purchase" {
			credits[e.Purchase] += e.Amount
		}
	}
	tallies := w.tallies()
	for _, b := range w.seen.purchases {
		switch t := tallies[b.ID]; {
		case t.Captured > 1:
			w.fail("%s was captured %d times", b.ID, t.Captured)
		case credits[b.ID] != t.Amount:
			w.fail("the provider captured %s for %s; credited: %s (%s)", t.Amount.Decimal(), b.ID, credits[b.ID].Decimal(), b.State)
		}
	}
}

// reversalsAreTaken: what the provider keeps of each charge is what the ledger does.
func (w *world) reversalsAreTaken() {
	if w.broken != "" {
		return
	}
	kept := map[string]money.Amount{}
	for _, e := range w.seen.entries {
		if e.Kind != "charge" {
			kept[e.Purchase] += e.Amount
		}
	}
	tallies := w.tallies()
	for _, b := range w.seen.purchases {
		t := tallies[b.ID]
		if back := min(t.Amount, t.Refunded+t.Disputed); kept[b.ID] != t.Amount-back {
			w.fail("of %s for %s, %s went back as refunds and %s as disputes; the ledger keeps %s", t.Amount.Decimal(), b.ID, t.Refunded.Decimal(),
				t.Disputed.Decimal(), kept[b.ID].Decimal())
		}
	}
}

func (w *world) tallies() map[string]testpay.Tally {
	all, err := w.pay.Tallies(w.ctx)
	if err != nil {
		w.fail("tallies: %v", err)
	}
	return all
}

// nothingLeft: no purchase pending, no hold open past its time, no event unread, no card remembered that was removed.
func (w *world) nothingLeft() {
	if w.broken != "" {
		return
	}
	for _, b := range w.seen.purchases {
		if pendingState(b.State) && time.Duration(w.clock.Load()-b.Planned)*time.Microsecond > 25*time.Hour {
			w.fail("still pending: %+v", b)
		}
	}
	for _, c := range w.seen.cards {
		if c.Removed != 0 && c.Detached == 0 {
			w.fail("card %s was removed, and the provider still has it", c.ID)
		}
	}
	unread := 0
	w.each(func(r *sql.Rows) error { return r.Scan(&unread) }, "SELECT COUNT(*) FROM webhook_events WHERE processed_at = 0")
	if w.seen.overdue > 0 || unread > 0 {
		w.fail("%d holds are overdue, %d events were not acted on", w.seen.overdue, unread)
	}
}
