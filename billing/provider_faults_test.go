package billing_test

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"testing"
	"time"

	"extrausage/billing"
	"extrausage/billing/testpay"
	"extrausage/models/storetest"
	"extrausage/money"
)

// within runs a case as a test of its own over a rig that the cases share: a database for each takes seconds.
func (r *paymentRig) within(name string, fn func(t *testing.T)) {
	outer := r.t
	outer.(*testing.T).Run(name, func(t *testing.T) {
		r.t = t
		defer func() { r.t = outer }()
		fn(t)
	})
}

// passes lets time go by in steps, with a pass of the worker after each. While the provider misbehaves a pass may fail; otherwise
// it must not.
func (r *paymentRig) passes(d, step time.Duration, calm bool) {
	r.t.Helper()
	for end := r.clock().Add(d); r.clock().Before(end); {
		r.advance(step)
		if _, err := r.pay.Deliver(r.ctx); err != nil {
			r.t.Error(err)
		}
		if err := r.svc.RunPayments(r.ctx); err != nil && calm {
			r.t.Errorf("after the faults: %v", err)
		}
	}
}

// agrees holds one purchase against the provider's truth: one charge that took money and one credit of it, or neither.
func (r *paymentRig) agrees(account, purchase string) {
	r.t.Helper()
	tallies, err := r.pay.Tallies(r.ctx)
	if err != nil {
		r.t.Fatal(err)
	}
	var credits int
	var credited money.Amount
	for _, e := range r.entries(account) {
		if e.PurchaseID == purchase && e.Kind == "purchase" {
			credits, credited = credits+1, credited+e.Amount
		}
	}
	if got := tallies[purchase]; got.Captured > 1 || got.Captured != credits || got.Amount != credited {
		r.t.Errorf("the provider: %+v; credits: %d of %s", got, credits, credited.Decimal())
	}
}

// TestEveryFaultOfTheProvider buys while each fault plays: once, for six hours, and for longer than a key is sent. Two passes
// after it has stopped every charge is credited; a day later nothing is pending and the purchase has the end it should have.
func TestEveryFaultOfTheProvider(t *testing.T) {
	faults := map[testpay.Fault][3]billing.PurchaseState{
		testpay.None:                {"succeeded", "succeeded", "succeeded"},
		testpay.Slow:                {"succeeded", "succeeded", "succeeded"},
		testpay.AnswerLost:          {"succeeded", "succeeded", "succeeded"},
		testpay.ErrorBefore:         {"succeeded", "succeeded", "abandoned"},
		testpay.ErrorAfter:          {"succeeded", "succeeded", "succeeded"},
		testpay.TooManyRequests:     {"succeeded", "succeeded", "abandoned"},
		testpay.KeyInUse:            {"succeeded", "succeeded", "abandoned"},
		testpay.Down:                {"succeeded", "succeeded", "abandoned"},
		testpay.SoftDecline:         {"declined", "declined", "declined"},
		testpay.HardDecline:         {"declined", "declined", "declined"},
		testpay.CardRemoved:         {"declined", "declined", "declined"},
		testpay.NeedsAuthentication: {"abandoned", "abandoned", "abandoned"}, // nobody comes to authenticate
		testpay.Processing:          {"succeeded", "succeeded", "succeeded"},
		testpay.NotFound:            {"succeeded", "succeeded", "succeeded"}, // a debit takes no notice of it
	}
	order := make([]testpay.Fault, 0, len(faults))
	for f := range faults {
		order = append(order, f)
	}
	slices.Sort(order)
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		var accounts []string
		for _, f := range order {
			for i, lasts := range []time.Duration{0, 6 * time.Hour, 26 * time.Hour} {
				r.within(fmt.Sprintf("%s for %s", string(f), lasts), func(*testing.T) {
					accounts = append(accounts, r.faultyPurchase(f, lasts, faults[f][i]))
				})
			}
		}
		r.balanced(accounts...)
	})
}

// faultyPurchase buys once while a fault plays. A fault that lasts has the webhooks dropped as well.
func (r *paymentRig) faultyPurchase(f testpay.Fault, lasts time.Duration, want billing.PurchaseState) (account string) {
	r.t.Helper()
	account = r.subscriber("succeeds")
	r.deliver() // of the card
	played := false
	script := testpay.Script{Call: func(c testpay.Call) testpay.Fault {
		if lasts == 0 && (played || c.Op != testpay.OpDebit) {
			return testpay.None
		}
		played = true
		return f
	}}
	if lasts > 0 {
		script.Webhook = func(testpay.Webhook) testpay.Handling { return testpay.Handling{Drop: true} }
	}
	r.pay.Play(script)
	p := r.buy(account, money.Dollars(10))
	r.passes(lasts, time.Hour, false)
	r.pay.Play(testpay.Script{})
	if !played {
		r.t.Error("the fault did not play")
	}
	r.passes(time.Hour, 30*time.Minute, true)
	r.agrees(account, p.ID)
	r.passes(25*time.Hour, 5*time.Hour, true)
	r.agrees(account, p.ID)
	balance := money.Amount(0)
	if want == billing.PurchaseSucceeded {
		balance = money.Dollars(10)
	}
	r.want(account, p.ID, want, balance)
	return account
}

// TestEveryFaultOfAWebhook: what is genuine is acted on, once; what is forged, stale, about another account or of the other mode
// changes nothing; and whatever became of the events, looking things up leads to the same end.
func TestEveryFaultOfAWebhook(t *testing.T) {
	posts := func(all ...testpay.Alteration) testpay.Handling { return testpay.Handling{Posts: all} }
	cases := []struct {
		name   string
		how    testpay.Handling
		credit bool // by the webhook alone
	}{
		{"as it is", testpay.Handling{}, true},
		{"five times", posts(make([]testpay.Alteration, 5)...), true},
		{"dropped", testpay.Handling{Drop: true}, false},
		{"three days late", testpay.Handling{Delay: 72 * time.Hour}, false},
		{"wrong account", posts(testpay.WrongAccount), false},
		{"wrong mode", posts(testpay.WrongMode), false},
		{"stale", posts(testpay.Stale), false},
		{"bad signature", posts(testpay.BadSignature), false},
		{"unknown type", posts(testpay.UnknownType), false},
		{"forged in every way, then genuine", posts(testpay.WrongMode, testpay.Stale, testpay.BadSignature, testpay.UnknownType, testpay.Genuine), true},
		{"genuine, then forged in every way", posts(testpay.Genuine, testpay.WrongAccount, testpay.WrongMode, testpay.Stale, testpay.UnknownType), true},
	}
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		var accounts []string
		for _, c := range cases {
			r.within(c.name, func(t *testing.T) {
				other, id := r.subscriber("needs_authentication"), r.subscriber("answer_lost")
				accounts = append(accounts, other, id)
				waits := r.buy(other, money.Dollars(5))
				r.deliver()
				p := r.buy(id, money.Dollars(10))
				r.pay.Play(testpay.Script{Webhook: func(testpay.Webhook) testpay.Handling { return c.how }})
				r.deliver()
				if c.credit {
					r.want(id, p.ID, billing.PurchaseSucceeded, money.Dollars(10))
				} else {
					r.want(id, p.ID, billing.PurchaseUnknown, 0)
				}
				r.want(other, waits.ID, billing.PurchaseRequiresAction, 0)
				if left := r.waiting(); len(left) != 0 {
					t.Errorf("left in the inbox: %+v", left[0])
				}
				r.pay.Play(testpay.Script{})
				r.passes(time.Hour, 30*time.Minute, true)
				r.want(id, p.ID, billing.PurchaseSucceeded, money.Dollars(10))
				r.passes(73*time.Hour, 6*time.Hour, true) // until the last one has come
				r.want(id, p.ID, billing.PurchaseSucceeded, money.Dollars(10))
				r.want(other, waits.ID, billing.PurchaseAbandoned, 0)
			})
		}
		r.balanced(accounts...)
	})
}

// TestForgedWebhooksAreAnsweredSo: the provider's own deliveries show what the app answers, so that a forgery is told apart from
// an event that was taken and changes nothing.
func TestForgedWebhooksAreAnsweredSo(t *testing.T) {
	answers := map[testpay.Alteration]int{
		testpay.Genuine: 1, testpay.WrongAccount: 1, testpay.WrongMode: 1, testpay.UnknownType: 1, testpay.Stale: 0, testpay.BadSignature: 0,
	}
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		for alteration, taken := range answers {
			r.subscriber("succeeds")
			r.pay.Play(testpay.Script{Webhook: func(testpay.Webhook) testpay.Handling {
				return testpay.Handling{Posts: []testpay.Alteration{alteration}}
			}})
			if n, err := r.pay.Deliver(r.ctx); err != nil || n != taken {
				t.Errorf("%q: %d taken, want %d; %v", string(alteration), n, taken, err)
			}
			r.pay.Play(testpay.Script{})
			r.advance(time.Minute)
			r.deliver()
		}
	})
}

// TestAKeyIsNotSentWhenItMayBeForgotten: charges are made, and for days neither an answer nor a look-up shows them. The provider
// would take the money twice from whoever sends a key again after a day; found at last, the one charge is credited.
func TestAKeyIsNotSentWhenItMayBeForgotten(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		id := r.subscriber("succeeds")
		r.deliver()
		blind := func(c testpay.Call) testpay.Fault {
			if c.Op == testpay.OpDebit {
				return testpay.AnswerLost
			}
			return testpay.NotFound
		}
		r.pay.Play(testpay.Script{Call: blind, Webhook: func(testpay.Webhook) testpay.Handling { return testpay.Handling{Delay: 72 * time.Hour} }})
		p := r.buy(id, money.Dollars(10))
		r.passes(3*24*time.Hour-time.Hour, time.Hour, false)
		if n := r.line.debits.Load(); n < 2 {
			t.Errorf("sent %d times: nothing was tried", n)
		}
		r.want(id, p.ID, billing.PurchaseAbandoned, 0)
		r.pay.Play(testpay.Script{})
		r.passes(2*time.Hour, time.Hour, true)
		r.want(id, p.ID, billing.PurchaseSucceeded, money.Dollars(10))
		r.agrees(id, p.ID)
		r.balanced(id)
	})
}

// TestRefundsAndDisputesFromTheDashboard: what a person does at the provider reaches the balance by its event, or without one
// by asking; what the bank does by itself reaches it as well.
func TestRefundsAndDisputesFromTheDashboard(t *testing.T) {
	cases := map[string]struct {
		card string
		push []url.Values // in order, at the charge's page; "to" is about the last reversal
		wait time.Duration
		left money.Amount // of $10
	}{
		"refund in part":  {card: "succeeds", push: []url.Values{{"part": {"200"}, "begin": {"refund.made"}}}, left: money.Dollars(8)},
		"refund twice":    {card: "succeeds", push: []url.Values{{"part": {"200"}, "begin": {"refund.made"}}, {"part": {"800"}, "begin": {"refund.made"}}}},
		"refund fails":    {card: "succeeds", push: []url.Values{{"part": {"1000"}, "begin": {"refund.made"}}, {"to": {"refund.failed"}}}, left: money.Dollars(10)},
		"inquiry":         {card: "succeeds", push: []url.Values{{"part": {"1000"}, "begin": {"dispute.inquiry"}}}, left: money.Dollars(10)},
		"dispute":         {card: "succeeds", push: []url.Values{{"part": {"1000"}, "begin": {"dispute.opened"}}}},
		"dispute won":     {card: "succeeds", push: []url.Values{{"part": {"1000"}, "begin": {"dispute.opened"}}, {"to": {"dispute.won"}}}, left: money.Dollars(10)},
		"dispute lost":    {card: "succeeds", push: []url.Values{{"part": {"1000"}, "begin": {"dispute.inquiry"}}, {"to": {"dispute.opened"}}, {"to": {"dispute.lost"}}}},
		"disputed later":  {card: "disputed_later", wait: testpay.DisputedAfter},
		"not before then": {card: "disputed_later", wait: testpay.DisputedAfter - 6*time.Hour, left: money.Dollars(10)},
	}
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		var accounts []string
		for name, c := range cases {
			for _, drop := range []bool{false, true} {
				r.within(fmt.Sprintf("%s, events dropped: %t", name, drop), func(t *testing.T) {
					id := r.subscriber(c.card)
					accounts = append(accounts, id)
					p := r.buy(id, money.Dollars(10))
					r.passes(time.Hour, time.Hour, true)
					r.pay.Play(testpay.Script{Webhook: func(testpay.Webhook) testpay.Handling { return testpay.Handling{Drop: drop} }})
					for _, form := range c.push {
						r.pushAtTheDashboard(p.ID, form)
						r.deliver()
					}
					if !drop && c.wait == 0 && r.balance(id) != c.left {
						t.Errorf("by events: balance %s, want %s", r.balance(id).Decimal(), c.left.Decimal())
					}
					r.passes(c.wait, 6*time.Hour, true)
					r.passes(time.Hour, time.Hour, true)
					r.pay.Play(testpay.Script{})
					r.want(id, p.ID, billing.PurchaseSucceeded, c.left)
				})
			}
		}
		r.balanced(accounts...)
	})
}

// pushAtTheDashboard presses a button on the page of a purchase's charge.
func (r *paymentRig) pushAtTheDashboard(purchase string, form url.Values) {
	r.t.Helper()
	c, err := r.pay.FindCharge(r.ctx, billing.ChargeQuery{PurchaseID: purchase})
	if err != nil {
		r.t.Fatal(err)
	}
	form = maps.Clone(form)
	if form.Has("to") {
		form.Set("reversal", c.Reversals[len(c.Reversals)-1].ID)
	}
	r.post(billing.DefaultConfig().BaseURL+"/test-provider/dashboard/"+c.ID, form)
}
