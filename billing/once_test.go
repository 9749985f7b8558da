package billing_test

import (
	"strings"
	"testing"
	"time"

	"extrausage/billing"
	"extrausage/models/storetest"
	"extrausage/money"
)

// P5: a success that is seen again, by an event, by a pass of the worker, by hand, is credited once.
func TestASuccessSeenAgainIsCreditedOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		id := r.subscriber("succeeds")
		p := r.buy(id, money.Dollars(10))
		r.deliver()
		for range 2 {
			if err := r.svc.LookUpPurchase(r.ctx, id, p.ID); err != nil {
				t.Error(err)
			}
		}
		r.want(id, p.ID, billing.PurchaseSucceeded, money.Dollars(10))
		if n := len(r.entries(id)); n != 1 {
			t.Errorf("%d entries, want 1", n)
		}
		r.balanced(id)
	})
}

// P6: an event that cannot be stored is not answered as if it were; the provider sends it again, and then it counts.
func TestAWebhookThatIsNotStoredIsNotAnswered(t *testing.T) {
	storetest.EachAddress(t, func(t *testing.T, address string, open storetest.Open) {
		r := newPaymentRig(t, open)
		id := r.subscriber("answer_lost")
		p := r.buy(id, money.Dollars(10))
		db := storetest.Raw(t, address)
		full := "ALTER TABLE webhook_events ADD CONSTRAINT full_disk CHECK (event_id = '') NOT VALID"
		free := "ALTER TABLE webhook_events DROP CONSTRAINT full_disk"
		if strings.HasPrefix(address, "sqlite:") {
			full = "CREATE TRIGGER full_disk BEFORE INSERT ON webhook_events BEGIN SELECT RAISE(ABORT, 'disk full'); END"
			free = "DROP TRIGGER full_disk"
		}
		if _, err := db.Exec(full); err != nil {
			t.Fatal(err)
		}
		if err := r.hook(chargeEvent("e1", p.ID), webhookSecret, r.clock()); err == nil || billing.AsFault(err) != nil {
			t.Errorf("an event that was not stored: %v; want an error that is nobody's fault", err)
		}
		r.want(id, p.ID, billing.PurchaseUnknown, 0)
		if _, err := db.Exec(free); err != nil {
			t.Fatal(err)
		}
		r.advance(time.Minute)
		if err := r.hook(chargeEvent("e1", p.ID), webhookSecret, r.clock()); err != nil {
			t.Error(err)
		}
		r.want(id, p.ID, billing.PurchaseSucceeded, money.Dollars(10))
	})
}
