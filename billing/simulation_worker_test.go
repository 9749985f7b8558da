package billing_test

import (
	"context"
	"slices"
	"time"

	"extrausage/billing"
	"extrausage/billing/testpay"
)

// runReloads is a round of the worker. What it has to buy it buys, unless it dies.
func (w *world) runReloads() {
	now := w.accountNow()
	must := w.m.mustBuy(now) && w.clock.Load() >= now // after the clock was set back, it waits until it is where it was
	before := len(w.m.bought)
	w.mayDieBetween(6)
	err := w.svc.RunReloads(w.ctx)
	w.note("reloads: %v (must buy %t)", err, must)
	if err != nil {
		w.fail("reloads: %v", err)
	}
	if w.died {
		return
	}
	planned := false
	for _, b := range w.look().purchases {
		planned = planned || b.Kind == "auto_reload" && b.Planned == now && !w.m.hasBought(b.ID)
	}
	if must && !planned {
		w.fail("an automatic purchase of %s is due, and was not made", w.m.amount(now, w.m.inForce(now)).Decimal())
	}
	if !planned && before == len(w.m.bought) {
		w.m.looked(now)
	}
}

func (m *refModel) hasBought(id string) bool {
	return slices.ContainsFunc(m.bought, func(b *refBought) bool { return b.id == id })
}

func (w *world) runPayments() {
	w.mayDieBetween(12)
	err := w.svc.RunPayments(w.ctx)
	w.note("payments: %v", err)
	w.mayFail("payments", err)
}

// mayFail: with a provider that answers, nothing fails.
func (w *world) mayFail(what string, err error) {
	if err != nil && w.net.calm {
		w.fail("%s, without faults: %v", what, err)
	}
}

func (w *world) reconcile() {
	w.mayDieBetween(6)
	r, err := w.svc.ReconcilePurchases(w.ctx)
	w.note("reconcile: %+v %v", r, err)
}

func (w *world) inbox() {
	w.mayDieBetween(6)
	w.note("inbox: %v", w.svc.ProcessWebhooks(w.ctx))
}

func (w *world) expire() {
	n, err := w.svc.ExpireHolds(w.ctx)
	w.note("expire: %d %v", n, err)
	if err != nil {
		w.fail("expire: %v", err)
	}
	for _, h := range w.m.holds {
		if w.m.expire(w.clock.Load(), h); h.state == "open" && h.expires <= w.clock.Load() {
			w.fail("hold %s is overdue", h.id)
		}
	}
}

// alerts, invoices and the purge have tests of their own; here they meet everything else.
func (w *world) alerts() { w.noFault("alerts", w.svc.RunAlerts(w.ctx)) }

func (w *world) invoices() {
	_, err := w.svc.IssueInvoices(w.ctx)
	w.noFault("invoices", err)
}

func (w *world) purge() { w.noFault("purge", w.svc.PurgeOld(w.ctx)) }

func (w *world) noFault(what string, err error) {
	w.note("%s: %v", what, err)
	if err != nil {
		w.fail("%s: %v", what, err)
	}
}

func (w *world) deliver() {
	n, err := w.pay.Deliver(w.ctx)
	w.note("deliver: %d arrived, %v", n, err)
	if err != nil {
		w.fail("deliver: %v", err)
	}
}

// dashboard is somebody at the provider: a refund, an inquiry, a dispute, its end.
func (w *world) dashboard() {
	ctx := context.Background()
	captured, err := w.pay.Captured(ctx)
	if err != nil {
		w.fail("captured: %v", err)
		return
	}
	captured = slices.DeleteFunc(captured, func(c billing.Charge) bool { return c.AccountID != w.account })
	if len(captured) == 0 || w.odds(500) {
		return // not every day
	}
	c := pick(w, captured...)
	if len(c.Reversals) > 0 && w.odds(600) {
		r := pick(w, c.Reversals...)
		stage := pick(w, testpay.DisputeWon, testpay.DisputeLost, testpay.DisputeOpened, testpay.DisputeClosed, testpay.RefundMade, testpay.RefundFailed, testpay.RefundCanceled)
		w.note("dashboard: %s to %s: %v", r.ID, stage, w.pay.Advance(ctx, r.ID, stage))
		return
	}
	amount := c.Amount
	if w.odds(500) {
		amount = cents(1 + w.dice.Int64N(c.Amount.InCents()))
	}
	stage := pick(w, testpay.RefundMade, testpay.RefundMade, testpay.RefundPending, testpay.DisputeInquiry, testpay.DisputeOpened)
	id, err := w.pay.Reverse(ctx, c.ID, amount, stage)
	w.note("dashboard: %s of %s of %s: %s %v", stage, amount.Decimal(), c.PurchaseID, id, err)
}

// outage is a provider that is down for hours.
func (w *world) outage() {
	w.net.down = w.clock.Load() + w.dice.Int64N((8 * time.Hour).Microseconds())
	w.note("the provider is down until %s", time.UnixMicro(w.net.down).UTC())
}

// moveClock lets time pass, up to a boundary or across it; now and then the clock is set back a little.
func (w *world) moveClock() {
	if w.odds(w.net.rates.clockBack) {
		back := time.Duration(w.dice.Int64N(int64(10 * time.Minute)))
		w.clock.Add(-back.Microseconds())
		w.note("the clock goes back by %s", back)
		return
	}
	now := w.clock.Load()
	d := time.Duration(w.dice.Int64N(int64(pick(w, time.Second, 2*time.Minute, 2*time.Minute, 40*time.Minute))))
	switch w.dice.IntN(25) {
	case 0, 1:
		d = time.Hour
	case 2:
		d = 5 * time.Hour
	case 3:
		d = time.Duration(w.dice.Int64N(int64(26 * time.Hour)))
	case 4, 5:
		_, end := w.m.month(now)
		if until := time.Duration(end-now) * time.Microsecond; w.odds(w.net.rates.clockJumps) || until < 48*time.Hour {
			d = until + time.Duration(w.dice.Int64N(3)-1)*time.Microsecond
		}
	case 6:
		if window := w.m.windowAt(now); window != nil {
			d = time.Duration(window.end-now+w.dice.Int64N(3)-1) * time.Microsecond
		}
	case 7, 8:
		if h := w.anyHold(); h != nil && h.expires > now {
			d = time.Duration(h.expires-now+w.dice.Int64N(3)-1) * time.Microsecond
		}
	case 9:
		if w.m.backOff > now {
			d = time.Duration(w.m.backOff-now+w.dice.Int64N(3)-1) * time.Microsecond
		}
	}
	if w.stubbornness > 100 && w.odds(800) { // that subscriber does not wait for the guard
		d = time.Duration(w.dice.Int64N(int64(30 * time.Second)))
	}
	w.note("the clock moves by %s", d)
	w.forward(max(0, d))
}
