package stripe_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"extrausage/billing"
	"extrausage/models/storetest"
	"extrausage/money"
)

func each(t *testing.T, test func(t *testing.T, m *machine)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, open storetest.Open) { test(t, newMachine(t, open)) })
}

func TestASubscriberBuysCredits(t *testing.T) {
	each(t, func(t *testing.T, m *machine) {
		id := m.subscriber(succeeds)
		p := m.buy(id, money.Cents(1234))
		m.want(id, p.ID, billing.PurchaseSucceeded, money.Cents(1234))
		m.hook("evt_1", "payment_intent.succeeded", fmt.Sprintf(`{"id":%q,"object":"payment_intent","metadata":{"purchase_id":%q}}`, m.charge(), p.ID))
		m.hook("evt_2", "charge.succeeded", fmt.Sprintf(`{"id":"ch_1","object":"charge","payment_intent":%q}`, m.charge()))
		m.want(id, p.ID, billing.PurchaseSucceeded, money.Cents(1234))
		if n := m.captured(); n[p.ID] != 1 || len(n) != 1 {
			t.Errorf("captured %v", n)
		}
	})
}

func TestACardThatDeclines(t *testing.T) {
	each(t, func(t *testing.T, m *machine) {
		id := m.subscriber("insufficient_funds")
		p := m.buy(id, money.Dollars(10))
		if p.Failure != billing.FailureInsufficientFunds {
			t.Errorf("failure %q", p.Failure)
		}
		m.hook("evt_1", "payment_intent.payment_failed", fmt.Sprintf(`{"id":%q,"object":"payment_intent","metadata":{"purchase_id":%q}}`, m.charge(), p.ID))
		m.want(id, p.ID, billing.PurchaseDeclined, 0)
		m.addCard(id, succeeds)
		second := m.buy(id, money.Dollars(10))
		m.want(id, second.ID, billing.PurchaseSucceeded, money.Dollars(10))
		m.want(id, p.ID, billing.PurchaseDeclined, money.Dollars(10))
	})
}

// TestAnAnswerThatIsLost: whatever happened to the request, the purchase ends with one charge and one credit, and nobody asked the
// search, which knows of nothing yet.
func TestAnAnswerThatIsLost(t *testing.T) {
	for _, wrong := range []fault{lost, refusedAfter, refusedBefore, unreachable, garbage, rateLimited, keyInUse} {
		t.Run(string(wrong), func(t *testing.T) {
			each(t, func(t *testing.T, m *machine) {
				m.searched = time.Unix(0, 0)
				id := m.subscriber(succeeds)
				m.with(func() {
					m.fault = func(q request) fault {
						if q.path == "/v1/payment_intents" {
							return wrong
						}
						return fine
					}
				})
				p := m.buy(id, money.Dollars(10))
				m.want(id, p.ID, billing.PurchaseUnknown, 0)
				m.advance(time.Minute)
				if got, err := m.svc.ReconcilePurchases(t.Context()); err == nil || got.Failed != 1 {
					t.Errorf("while Stripe answers so: %+v %v", got, err)
				}
				m.want(id, p.ID, billing.PurchaseUnknown, 0)
				m.with(func() { m.fault = func(request) fault { return fine } })
				m.advance(time.Hour)
				got, err := m.svc.ReconcilePurchases(t.Context())
				resent := 0
				if wrong == refusedBefore || wrong == unreachable || wrong == rateLimited || wrong == keyInUse {
					resent = 1
				}
				if err != nil || got.Succeeded != 1 || got.Resent != resent {
					t.Errorf("reconciled %+v %v", got, err)
				}
				m.want(id, p.ID, billing.PurchaseSucceeded, money.Dollars(10))
				if n := m.captured(); n[p.ID] != 1 {
					t.Errorf("captured %v", n)
				}
			})
		})
	}
}

// TestAnEventBeforeOurAnswer: the event of a charge whose answer was lost is enough, though the search does not know it.
func TestAnEventBeforeOurAnswer(t *testing.T) {
	each(t, func(t *testing.T, m *machine) {
		m.searched = time.Unix(0, 0)
		id := m.subscriber(succeeds)
		m.with(func() {
			m.fault = func(q request) fault {
				if q.method == http.MethodPost {
					return lost
				}
				return fine
			}
		})
		p := m.buy(id, money.Dollars(10))
		m.want(id, p.ID, billing.PurchaseUnknown, 0)
		m.hook("evt_1", "payment_intent.succeeded", fmt.Sprintf(`{"id":%q,"object":"payment_intent","metadata":{"purchase_id":%q}}`, m.charge(), p.ID))
		m.want(id, p.ID, billing.PurchaseSucceeded, money.Dollars(10))
	})
}

// TestRefundsInTheDashboard are taken off the balance once each, told by an event or not.
func TestRefundsInTheDashboard(t *testing.T) {
	each(t, func(t *testing.T, m *machine) {
		id := m.subscriber(succeeds)
		p := m.buy(id, money.Dollars(10))
		m.run()
		m.refund(m.charge(), "succeeded", 400, nil)
		about := fmt.Sprintf(`{"id":"ch_1","object":"charge","payment_intent":%q,"amount_refunded":1000,"metadata":{}}`, m.charge())
		for _, event := range []string{"evt_1", "evt_1", "evt_2"} {
			m.hook(event, "charge.refunded", about)
			m.want(id, p.ID, billing.PurchaseSucceeded, money.Dollars(6))
		}
		pending := m.refund(m.charge(), "pending", 100, nil)
		m.hook("evt_3", "refund.created", fmt.Sprintf(`{"id":"re_1","object":"refund","payment_intent":%q}`, m.charge()))
		m.want(id, p.ID, billing.PurchaseSucceeded, money.Dollars(6))
		m.with(func() { pending["status"] = "succeeded" }) // and no event
		m.advance(25 * time.Hour)
		m.run()
		m.want(id, p.ID, billing.PurchaseSucceeded, money.Dollars(5))
		m.with(func() { pending["status"], pending["failure_balance_transaction"] = "failed", "txn_1" })
		m.hook("evt_4", "refund.failed", fmt.Sprintf(`{"id":"re_1","object":"refund","payment_intent":%q}`, m.charge()))
		m.want(id, p.ID, billing.PurchaseSucceeded, money.Dollars(6))
	})
}

// TestARefundThatNoEventTellsOf is found by asking from time to time.
func TestARefundThatNoEventTellsOf(t *testing.T) {
	each(t, func(t *testing.T, m *machine) {
		id := m.subscriber(succeeds)
		p := m.buy(id, money.Dollars(10))
		m.run()
		first := m.sent(http.MethodGet, "/v1/refunds")
		if want := fmt.Sprint(m.clock().Add(-180 * 24 * time.Hour).Unix()); len(first) != 1 || first[0].form.Get("created[gte]") != want {
			t.Errorf("asked for all there ever were: %+v", first)
		}
		m.refund(m.charge(), "succeeded", 1000, nil)
		m.advance(time.Hour)
		m.run()
		m.want(id, p.ID, billing.PurchaseSucceeded, 0)
	})
}

func TestDisputes(t *testing.T) {
	each(t, func(t *testing.T, m *machine) {
		id := m.subscriber(succeeds)
		p := m.buy(id, money.Dollars(10))
		d := m.dispute(m.charge(), "warning_needs_response", 1000, nil)
		about := fmt.Sprintf(`{"id":"dp_1","object":"dispute","payment_intent":%q}`, m.charge())
		for i, step := range []struct {
			status, event string
			balance       money.Amount
		}{
			{"warning_needs_response", "created", money.Dollars(10)},
			{"needs_response", "updated", 0},
			{"under_review", "updated", 0},
			{"won", "closed", money.Dollars(10)},
			{"won", "funds_reinstated", money.Dollars(10)},
		} {
			m.with(func() { d["status"] = step.status })
			m.hook(fmt.Sprint("evt_", i), "charge.dispute."+step.event, about)
			m.want(id, p.ID, billing.PurchaseSucceeded, step.balance)
		}
	})
}

// TestABankThatAsksTheSubscriberWhoIsThere: buying leads to the bank's page at once.
func TestABankThatAsksTheSubscriberWhoIsThere(t *testing.T) {
	for _, agrees := range []bool{true, false} {
		each(t, func(t *testing.T, m *machine) {
			id := m.subscriber(needsAction)
			p := m.buy(id, money.Dollars(10))
			m.want(id, p.ID, billing.PurchaseRequiresAction, 0)
			if !strings.HasPrefix(p.ActionURL, "https://hooks.stripe.com/") {
				t.Errorf("to %q", p.ActionURL)
			}
			m.act(m.charge(), func(string) bool { return agrees })
			back, err := m.svc.ReturnFromAction(t.Context(), id, p.ID)
			if agrees {
				m.want(id, p.ID, billing.PurchaseSucceeded, money.Dollars(10))
			} else {
				m.want(id, p.ID, billing.PurchaseDeclined, 0)
			}
			if err != nil || !agrees && back.Failure != billing.FailureAuthentication {
				t.Errorf("%+v %v", back, err)
			}
		})
	}
}

// TestABankThatAsksDuringAutoReload: it stops, and the subscriber confirms that very debit later.
func TestABankThatAsksDuringAutoReload(t *testing.T) {
	each(t, func(t *testing.T, m *machine) {
		id := m.subscriber(needsSubscriber)
		p := m.reloads(id)
		m.want(id, p.ID, billing.PurchaseRequiresAction, 0)
		for range 3 {
			m.advance(time.Hour)
			m.run()
			if err := m.svc.RunReloads(t.Context()); err != nil {
				t.Error(err)
			}
		}
		if sent := m.sent(http.MethodPost, "/v1/payment_intents"); len(sent) != 1 || sent[0].form.Get("off_session") != "true" {
			t.Errorf("sent %+v", sent)
		}
		for range 2 {
			to, err := m.svc.AuthenticatePurchase(t.Context(), id, p.ID)
			if err != nil || !strings.HasPrefix(to, "https://hooks.stripe.com/") {
				t.Errorf("to %q %v", to, err)
			}
		}
		m.act(m.charge(), func(string) bool { return true })
		if _, err := m.svc.ReturnFromAction(t.Context(), id, p.ID); err != nil {
			t.Error(err)
		}
		m.want(id, p.ID, billing.PurchaseSucceeded, money.Dollars(20))
		if n := m.captured(); n[p.ID] != 1 || len(m.intents()) != 1 {
			t.Errorf("captured %v", n)
		}
	})
}

// TestABankThatIsNotAnswered: after a day the charge is cancelled at Stripe.
func TestABankThatIsNotAnswered(t *testing.T) {
	each(t, func(t *testing.T, m *machine) {
		id := m.subscriber(needsAction)
		p := m.buy(id, money.Dollars(10))
		m.advance(24 * time.Hour)
		m.run()
		m.want(id, p.ID, billing.PurchaseAbandoned, 0)
		if pi := m.intents()[0]; pi["status"] != "canceled" {
			t.Errorf("at Stripe: %v", pi["status"])
		}
	})
}

// TestOfTheOtherModeNothingIsTaken: not an event, not a visit, not a charge.
func TestOfTheOtherModeNothingIsTaken(t *testing.T) {
	each(t, func(t *testing.T, m *machine) {
		id := m.subscriber(succeeds)
		m.with(func() { m.fault = func(request) fault { return lost } })
		p := m.buy(id, money.Dollars(10))
		m.with(func() { m.fault = func(request) fault { return fine } })
		intent := m.intents()[0]
		asked := len(m.sent(http.MethodGet, "/v1/payment_intents"))
		body := eventOf("evt_1", "payment_intent.succeeded", true, fmt.Sprintf(`{"id":%q,"object":"payment_intent","metadata":{"purchase_id":%q}}`, m.charge(), p.ID))
		if err := m.svc.ReceiveWebhook(t.Context(), http.Header{"Stripe-Signature": {signature(webhookSecret, m.clock(), body)}}, []byte(body)); err != nil {
			t.Error(err)
		}
		if len(m.sent(http.MethodGet, "/v1/payment_intents")) != asked {
			t.Error("a live event was acted on")
		}
		m.want(id, p.ID, billing.PurchaseUnknown, 0)
		m.with(func() { intent["livemode"] = true })
		m.advance(time.Minute)
		if got, err := m.svc.ReconcilePurchases(t.Context()); err == nil || got.Failed != 1 {
			t.Errorf("reconciled %+v %v", got, err)
		}
		m.want(id, p.ID, billing.PurchaseUnknown, 0)
	})
}

// TestAnothersVisit: a session that another account began does not add its card here.
func TestAnothersVisit(t *testing.T) {
	each(t, func(t *testing.T, m *machine) {
		victim, thief := m.subscriber(succeeds), m.subscriber(declined)
		address, err := m.svc.StartCardSetup(t.Context(), victim, billing.ReturnToBilling)
		if err != nil {
			t.Fatal(err)
		}
		session := strings.TrimSuffix(address[strings.LastIndex(address, "/")+1:], "#secret")
		m.complete(session, succeeds)
		_, err = m.svc.FinishCardSetup(t.Context(), thief, session)
		if f := billing.AsFault(err); f == nil || f.Code != "setup_other_account" {
			t.Errorf("%v", err)
		}
	})
}

// TestARemovedCardIsForgottenAtStripe, also where Stripe has forgotten it already.
func TestARemovedCardIsForgottenAtStripe(t *testing.T) {
	each(t, func(t *testing.T, m *machine) {
		id := m.subscriber(succeeds)
		if err := m.svc.RemoveCard(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		m.run()
		for _, o := range m.objects {
			if o["object"] == "payment_method" && o["customer"] != nil {
				t.Errorf("still there: %v", o)
			}
		}
	})
}
