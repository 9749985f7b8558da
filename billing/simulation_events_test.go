package billing_test

import (
	"time"

	"extrausage/billing"
	"extrausage/money"
	"extrausage/pricing"
)

// event reports usage without a hold: of now, late, very late, a little ahead, or known already.
func (w *world) event() {
	model, u := w.tokens()
	e := billing.Event{ID: w.newID("event"), Source: "client", Account: w.account, Model: model, Usage: u, MessageID: w.message()}
	now := w.now()
	switch w.dice.IntN(8) {
	case 0:
		e.OccurredAt = now.Add(-time.Duration(w.dice.Int64N(int64(6 * time.Hour))))
	case 1:
		e.OccurredAt = now.Add(-time.Duration(w.dice.Int64N(int64(60 * time.Hour))))
	case 2:
		e.OccurredAt = now.Add(time.Duration(w.dice.Int64N(int64(8 * time.Minute))))
	case 3:
		if n := len(w.m.on); n > 0 { // at the very moment of a switch
			e.OccurredAt = time.UnixMicro(w.m.on[w.dice.IntN(n)].at + w.dice.Int64N(3) - 1)
		}
	}
	e.OccurredAt = e.OccurredAt.Truncate(time.Microsecond)
	w.tell(e)
}

func (w *world) tell(e billing.Event) {
	now := w.accountNow()
	when := w.now()
	if !e.OccurredAt.IsZero() && e.OccurredAt.UnixMicro() < now {
		when = e.OccurredAt
	}
	cost := w.priceAt(e.Model, e.Usage, when.UnixMicro())
	got, err := w.svc.RecordEvents(w.ctx, []billing.Event{e}, billing.ChargeAsUsual)
	if err != nil {
		w.fail("event: %v", err)
		return
	}
	want, status := w.m.event(now, e, cost)
	w.note("event of %s at %s: %s %s %s", cost.Decimal(), e.OccurredAt.UTC().Format("01-02T15:04:05.000000"), got[0].Status, got[0].Reason, partsOf(&got[0].Settlement))
	w.replays = append(w.replays, func() { w.tell(e) })
	w.counts["event "+string(status)]++
	if got[0].Status != status {
		w.fail("event %+v: %s %s; the model: %s", e, got[0].Status, got[0].Reason, status)
		return
	}
	if want != nil {
		w.compare("event", want, "", &got[0].Settlement, nil)
	}
	w.m.charged(now)
}

func (w *world) priceAt(model string, u pricing.Usage, t int64) money.Amount {
	p, err := w.origin.rates.Price(model, u, time.UnixMicro(t))
	if err != nil {
		w.fail("price of %s: %v", model, err)
	}
	return p.Total
}
