package billing_test

import (
	"time"

	"extrausage/billing"
	"extrausage/money"
)

// begin sets the scene: most subscribers have a card and extra usage on.
func (w *world) begin() {
	w.net.calm = true
	w.gather()
	zone := pick(w, "UTC", "Europe/Rome", "America/New_York", "Pacific/Kiritimati")
	location, err := time.LoadLocation(zone)
	if err != nil {
		w.t.Fatal(err)
	}
	if w.odds(500) { // not long before a month ends
		_, end := (&refModel{zone: location}).month(w.clock.Load())
		w.clock.Store(end - w.dice.Int64N(pick(w, time.Hour, 10*time.Hour).Microseconds()))
		w.latest = w.clock.Load()
	}
	w.m = &refModel{conf: w.conf(), zone: location, plan: true, pools: map[poolKey]money.Amount{}}
	w.m.limit.Kind = billing.LimitUnset
	ids := [2]string{}
	for i, n := range []billing.NewAccount{{Email: "one@example.com", TimeZone: zone}, {Email: "other@example.com"}} {
		n.Plan = "max_20x"
		if ids[i], err = w.svc.CreateAccount(w.ctx, n); err != nil {
			w.t.Fatal(err)
		}
	}
	w.account, w.other = ids[1], ""
	w.bystander()
	w.account, w.other = ids[0], ids[1]
	w.check()
	if w.odds(850) {
		w.play("visit", func() { w.visit(); w.comeBack() })
		w.check()
		w.play("enable", w.enable)
		w.check()
	}
	w.net.calm = false
}

// bystander gives the other account a card and a purchase, so that there is something to mix up.
func (w *world) bystander() {
	w.seen, w.m.card.here = nil, true
	w.play("bystander", func() {
		w.visitWith("succeeds")
		w.comeBack()
		if _, err := w.svc.BuyCredits(w.ctx, w.account, billing.Order{Amount: cents(700), Key: "other"}); err != nil {
			w.fail("%v", err)
		}
		if _, err := w.pay.Deliver(w.ctx); err != nil {
			w.fail("%v", err)
		}
	})
	w.visits, w.m.card.here = nil, false
}
