package billing_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"extrausage/billing"
	"extrausage/billing/testpay"
	"extrausage/models"
	"extrausage/models/storetest"
	"extrausage/money"
)

// event is the body of a webhook about a purchase.
func chargeEvent(id, purchase string) string {
	return fmt.Sprintf(`{"id":%q,"type":"charge.succeeded","livemode":false,"object":"test_charge_x","purchase":%q}`, id, purchase)
}

// hook sends a webhook that is signed with a secret at a time.
func (r *paymentRig) hook(body, secret string, at time.Time) error {
	return r.svc.ReceiveWebhook(r.ctx, http.Header{testpay.SignatureHeader: {testpay.Signature(secret, at, []byte(body))}}, []byte(body))
}

func (r *paymentRig) waiting() []*models.WebhookEvent {
	r.t.Helper()
	var all []*models.WebhookEvent
	r.view(func(tx *models.Tx) (err error) {
		all, err = tx.WaitingWebhookEvents("test", 100)
		return err
	})
	return all
}

func TestReceiveWebhook(t *testing.T) {
	for _, c := range []struct {
		name   string
		send   func(r *paymentRig, p billing.PurchaseView) error
		kind   billing.Kind // "" where it is taken
		code   string
		credit bool
	}{
		{"good", func(r *paymentRig, p billing.PurchaseView) error {
			return r.hook(chargeEvent("e1", p.ID), webhookSecret, r.clock())
		}, "", "", true},
		{"three times", func(r *paymentRig, p billing.PurchaseView) error {
			var all error
			for range 3 {
				all = errors.Join(all, r.hook(chargeEvent("e1", p.ID), webhookSecret, r.clock()))
			}
			return all
		}, "", "", true},
		{"300 s old", func(r *paymentRig, p billing.PurchaseView) error {
			return r.hook(chargeEvent("e1", p.ID), webhookSecret, r.clock().Add(-300*time.Second))
		}, "", "", true},
		{"10 min old", func(r *paymentRig, p billing.PurchaseView) error {
			return r.hook(chargeEvent("e1", p.ID), webhookSecret, r.clock().Add(-10*time.Minute))
		}, billing.Forbidden, "webhook_signature", false},
		{"other secret", func(r *paymentRig, p billing.PurchaseView) error {
			return r.hook(chargeEvent("e1", p.ID), "guess", r.clock())
		}, billing.Forbidden, "webhook_signature", false},
		{"changed body", func(r *paymentRig, p billing.PurchaseView) error {
			sig := testpay.Signature(webhookSecret, r.clock(), []byte(chargeEvent("e1", "purchase_x")))
			return r.svc.ReceiveWebhook(r.ctx, http.Header{testpay.SignatureHeader: {sig}}, []byte(chargeEvent("e1", p.ID)))
		}, billing.Forbidden, "webhook_signature", false},
		{"no signature", func(r *paymentRig, p billing.PurchaseView) error {
			return r.svc.ReceiveWebhook(r.ctx, http.Header{}, []byte(chargeEvent("e1", p.ID)))
		}, billing.Forbidden, "webhook_signature", false},
		{"no event", func(r *paymentRig, p billing.PurchaseView) error {
			return r.hook("signed, but no event", webhookSecret, r.clock())
		}, billing.Invalid, "webhook_body", false},
		{"of the other mode", func(r *paymentRig, p billing.PurchaseView) error {
			return r.hook(`{"id":"e1","type":"charge.succeeded","livemode":true,"purchase":"`+p.ID+`"}`, webhookSecret, r.clock())
		}, "", "", false},
		{"of an unknown type", func(r *paymentRig, p billing.PurchaseView) error {
			return r.hook(`{"id":"e1","type":"payout.paid","object":"`+p.ID+`","purchase":"`+p.ID+`"}`, webhookSecret, r.clock())
		}, "", "", false},
		{"of an unknown purchase", func(r *paymentRig, p billing.PurchaseView) error {
			return r.hook(chargeEvent("e1", "purchase_unknown"), webhookSecret, r.clock())
		}, "", "", false},
		{"of no purchase", func(r *paymentRig, p billing.PurchaseView) error {
			return r.hook(`{"id":"e1","type":"charge.succeeded","object":"test_charge_x"}`, webhookSecret, r.clock())
		}, "", "", false},
		{"of a charge alone", func(r *paymentRig, p billing.PurchaseView) error {
			c, err := r.pay.FindCharge(r.ctx, billing.ChargeQuery{PurchaseID: p.ID})
			if err != nil {
				return err
			}
			return r.hook(`{"id":"e1","type":"charge.refunded","object":"`+c.ID+`"}`, webhookSecret, r.clock())
		}, "", "", true},
		{"of an unknown visit", func(r *paymentRig, p billing.PurchaseView) error {
			return r.hook(`{"id":"e1","type":"setup.done","object":"test_session_x"}`, webhookSecret, r.clock())
		}, "", "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, open storetest.Open) {
				r := newPaymentRig(t, open)
				id := r.subscriber("answer_lost")
				p := r.buy(id, money.Dollars(10))
				err := c.send(r, p)
				if c.kind != "" {
					wantFault(t, err, c.kind, c.code)
				} else if err != nil {
					t.Error(err)
				}
				if c.credit {
					r.want(id, p.ID, billing.PurchaseSucceeded, money.Dollars(10))
					r.balanced(id)
				} else {
					r.want(id, p.ID, billing.PurchaseUnknown, 0)
				}
				if left := r.waiting(); len(left) != 0 {
					t.Errorf("left in the inbox: %+v", left[0])
				}
			})
		})
	}
}

// TestAnEventAboutAnothersPurchase: the provider's charge for one account's purchase id says that it is another's.
func TestAnEventAboutAnothersPurchase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		victim, thief := r.subscriber("succeeds"), r.subscriber("succeeds")
		r.line.debit = func(context.Context, billing.DebitRequest) (billing.Charge, error) { return billing.Charge{}, errDown }
		p := r.buy(thief, money.Dollars(100))
		r.line.debit = nil
		card := r.cards(victim)[0]
		if _, err := r.pay.Debit(r.ctx, billing.DebitRequest{ // a charge of the victim's, under the thief's purchase
			PurchaseID: p.ID, AccountID: victim, Customer: card.Customer, Method: card.Method, Amount: money.Dollars(100),
		}); err != nil {
			t.Fatal(err)
		}
		r.deliver()
		r.want(thief, p.ID, billing.PurchaseUnknown, 0)
		if got := r.balance(victim); got != 0 {
			t.Errorf("balance %s", got.Decimal())
		}
		if left := r.waiting(); len(left) != 0 {
			t.Errorf("left in the inbox: %+v", left[0])
		}
	})
}

func TestAWebhookWhileTheProviderIsDown(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		id := r.subscriber("answer_lost")
		p := r.buy(id, money.Dollars(10))
		r.providerDown()
		if err := r.hook(chargeEvent("e1", p.ID), webhookSecret, r.clock()); err != nil {
			t.Errorf("it is kept, so all is well for the provider: %v", err)
		}
		if err := r.svc.ProcessWebhooks(r.ctx); !errors.Is(err, errDown) {
			t.Errorf("processed: %v", err)
		}
		if n := len(r.waiting()); n != 1 {
			t.Errorf("%d in the inbox", n)
		}
		r.providerUp()
		if err := r.svc.RunPayments(r.ctx); err != nil {
			t.Error(err)
		}
		if n := len(r.waiting()); n != 0 {
			t.Errorf("%d in the inbox", n)
		}
		r.want(id, p.ID, billing.PurchaseSucceeded, money.Dollars(10))
		r.balanced(id)
	})
}

func TestAWebhookIsNotTriedForEver(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		id := r.subscriber("answer_lost")
		p := r.buy(id, money.Dollars(10))
		r.providerDown()
		if err := r.hook(chargeEvent("e1", p.ID), webhookSecret, r.clock()); err != nil {
			t.Fatal(err)
		}
		r.advance(72*time.Hour - time.Second)
		_ = r.svc.ProcessWebhooks(r.ctx)
		if n := len(r.waiting()); n != 1 {
			t.Errorf("%d in the inbox", n)
		}
		r.advance(time.Second)
		_ = r.svc.ProcessWebhooks(r.ctx)
		if n := len(r.waiting()); n != 0 {
			t.Errorf("%d in the inbox", n)
		}
		r.providerUp() // the purchase itself is not forgotten
		r.reconcile()
		r.want(id, p.ID, billing.PurchaseSucceeded, money.Dollars(10))
	})
}

// TestAWebhookOfAnAbandonedPurchase: what still waits for the subscriber at the provider is cancelled there.
func TestAWebhookOfAnAbandonedPurchase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		id := r.subscriber("needs_authentication")
		var late billing.DebitRequest
		r.line.debit = func(_ context.Context, q billing.DebitRequest) (billing.Charge, error) {
			late = q
			return billing.Charge{}, errDown
		}
		p := r.buy(id, money.Dollars(10))
		r.advance(24 * time.Hour)
		r.reconcile()
		r.want(id, p.ID, billing.PurchaseAbandoned, 0)
		c, err := r.pay.Debit(r.ctx, late)
		if err != nil || c.State != billing.ChargeRequiresAction {
			t.Fatalf("%+v %v", c, err)
		}
		r.deliver()
		if c, err := r.pay.FindCharge(r.ctx, billing.ChargeQuery{PurchaseID: p.ID}); err != nil || c.State != billing.ChargeCanceled {
			t.Errorf("at the provider: %+v %v", c, err)
		}
		r.want(id, p.ID, billing.PurchaseAbandoned, 0)
	})
}

// TestWebhooksAreHints: whatever arrives in whatever order, the end is the one that looking things up leads to.
func TestWebhooksAreHints(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		id := r.subscriber("needs_authentication")
		p := r.buy(id, money.Dollars(10))
		r.post(p.ActionURL, url.Values{"answer": {"refuse"}})
		for i, kind := range []string{"charge.requires_action", "charge.succeeded", "charge.declined", "charge.succeeded"} { // lies, and in disorder
			body := fmt.Sprintf(`{"id":"e%d","type":%q,"object":"x","purchase":%q}`, i, kind, p.ID)
			if err := r.hook(body, webhookSecret, r.clock()); err != nil {
				t.Error(err)
			}
			r.want(id, p.ID, billing.PurchaseDeclined, 0)
		}
		r.balanced(id)
	})
}
