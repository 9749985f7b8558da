package testpay_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"reflect"
	"testing"
	"time"

	"extrausage/billing"
	"extrausage/billing/testpay"
	"extrausage/money"
)

func TestEachCardDoesWhatItSays(t *testing.T) {
	for _, c := range []struct {
		kind, brand, last4 string
		month, year        int
		state              billing.ChargeState
		failure            string
		lost               error
	}{
		{kind: "succeeds", brand: "visa", last4: "4242", month: 12, year: 2029, state: billing.ChargeSucceeded},
		{kind: "declined", brand: "visa", last4: "0002", month: 12, year: 2029, state: billing.ChargeDeclined, failure: "card_declined"},
		{kind: "insufficient_funds", brand: "visa", last4: "9995", month: 12, year: 2029, state: billing.ChargeDeclined, failure: "insufficient_funds"},
		{kind: "needs_authentication", brand: "visa", last4: "3155", month: 12, year: 2029, state: billing.ChargeRequiresAction},
		{kind: "answer_lost", brand: "mastercard", last4: "4444", month: 12, year: 2029, state: billing.ChargeSucceeded, lost: testpay.AnswerLost},
		{kind: "succeeds_once", brand: "visa", last4: "0341", month: 12, year: 2029, state: billing.ChargeSucceeded},
		{kind: "expired", brand: "visa", last4: "0069", month: 10, year: 2026, state: billing.ChargeDeclined, failure: "expired_card"},
		{kind: "needs_authentication_off_session", brand: "visa", last4: "3184", month: 12, year: 2029, state: billing.ChargeSucceeded},
		{kind: "slow", brand: "mastercard", last4: "8408", month: 12, year: 2029, state: billing.ChargeSucceeded, lost: context.DeadlineExceeded},
		{kind: "server_error", brand: "mastercard", last4: "0500", month: 12, year: 2029, state: billing.ChargeSucceeded, lost: testpay.ErrorAfter},
		{kind: "processing", brand: "mastercard", last4: "7726", month: 12, year: 2029, state: billing.ChargeProcessing},
		{kind: "expires_next_month", brand: "mastercard", last4: "8210", month: 12, year: 2026, state: billing.ChargeSucceeded},
		{kind: "disputed_later", brand: "visa", last4: "0259", month: 12, year: 2029, state: billing.ChargeSucceeded},
	} {
		t.Run(c.kind, func(t *testing.T) {
			r := newRig(t)
			ctx := context.Background()
			card := r.card(c.kind)
			want := billing.Card{Method: card.Card.Method, Brand: c.brand, Last4: c.last4, ExpMonth: c.month, ExpYear: c.year, Fingerprint: "test_card_" + c.kind}
			if card.Card != want || card.Card.Method == "" || card.Reference != "acc_1" || card.Live {
				t.Errorf("card %+v, want %+v", card, want)
			}
			got, err := r.Debit(ctx, r.request(card, "purchase_1", money.Dollars(10)))
			if !errors.Is(err, c.lost) {
				t.Fatalf("debit: %+v %v", got, err)
			}
			found, err := r.FindCharge(ctx, billing.ChargeQuery{PurchaseID: "purchase_1"})
			if err != nil {
				t.Fatal(err)
			}
			if c.lost == nil && !reflect.DeepEqual(got, found) {
				t.Errorf("debited %+v, found %+v", got, found)
			}
			if found.State != c.state || found.Failure != c.failure || found.Amount != money.Dollars(10) || found.AccountID != "acc_1" || found.PurchaseID != "purchase_1" {
				t.Errorf("found %+v", found)
			}
			if (found.ActionURL != "") != (c.state == billing.ChargeRequiresAction) {
				t.Errorf("action %q", found.ActionURL)
			}
			if got := len(r.captured()) == 1; got != (c.state == billing.ChargeSucceeded) {
				t.Errorf("captured: %v", r.captured())
			}
		})
	}
}

// TestCardsThatRemember: what some cards do depends on what was before, or on who is there.
func TestCardsThatRemember(t *testing.T) {
	r := newRig(t)
	ctx := context.Background()
	once, other, offline := r.card("succeeds_once"), r.card("succeeds_once"), r.card("needs_authentication_off_session")
	for _, c := range []struct {
		card     billing.SetupResult
		purchase string
		away     bool
		state    billing.ChargeState
		failure  string
	}{
		{once, "purchase_1", false, billing.ChargeSucceeded, ""},
		{once, "purchase_2", false, billing.ChargeDeclined, "card_declined"},
		{once, "purchase_3", true, billing.ChargeDeclined, "card_declined"},
		{other, "purchase_4", false, billing.ChargeSucceeded, ""}, // added again, it pays once more
		{offline, "purchase_5", false, billing.ChargeSucceeded, ""},
		{offline, "purchase_6", true, billing.ChargeRequiresAction, ""},
	} {
		q := r.request(c.card, c.purchase, money.Dollars(10))
		q.OnSession = !c.away
		if got, err := r.Debit(ctx, q); err != nil || got.State != c.state || got.Failure != c.failure || got.ActionURL != "" {
			t.Errorf("%s: %+v %v, want %s %s", c.purchase, got, err, c.state, c.failure)
		}
	}
}

// TestAuthenticationOfAnAutomaticCharge: nobody was there, so the page is opened when somebody is, and leads back to where they
// came from.
func TestAuthenticationOfAnAutomaticCharge(t *testing.T) {
	r := newRig(t)
	ctx := context.Background()
	q := r.request(r.card("needs_authentication"), "purchase_1", money.Dollars(10))
	q.OnSession = false
	c, err := r.Debit(ctx, q)
	if err != nil || c.State != billing.ChargeRequiresAction || c.ActionURL != "" {
		t.Fatalf("debited %+v %v", c, err)
	}
	c, err = r.Authenticate(ctx, c.ID, "http://app.test/from-the-notice")
	if err != nil || c.State != billing.ChargeRequiresAction || c.ActionURL == "" {
		t.Fatalf("asked %+v %v", c, err)
	}
	if again, err := r.Debit(ctx, q); err != nil || again.ID != c.ID {
		t.Errorf("the debit sent again: %+v %v", again, err)
	}
	if answer, _ := r.ask(http.MethodPost, c.ActionURL, url.Values{"answer": {"authenticate"}}); answer.Header.Get("Location") != "http://app.test/from-the-notice" {
		t.Errorf("back to %q", answer.Header.Get("Location"))
	}
	c, err = r.Authenticate(ctx, c.ID, "http://app.test/again")
	if err != nil || c.State != billing.ChargeSucceeded || c.ActionURL != "" {
		t.Errorf("asked after its end: %+v %v", c, err)
	}
	if _, err := r.Authenticate(ctx, "test_charge_x", "http://app.test/"); !errors.Is(err, billing.ErrNoCharge) {
		t.Errorf("an unknown charge: %v", err)
	}
}

func TestACardEnds(t *testing.T) {
	r := newRig(t)
	ctx := context.Background()
	card, expiring := r.card("succeeds"), r.card("expires_next_month")
	for range 2 {
		if err := r.Detach(ctx, card.Card.Method); err != nil {
			t.Fatal(err)
		}
	}
	if c, err := r.Debit(ctx, r.request(card, "purchase_1", money.Dollars(5))); err != nil || c.Failure != "card_removed" {
		t.Errorf("a detached card: %+v %v", c, err)
	}
	r.now = time.Date(2026, time.December, 31, 23, 59, 59, 0, time.UTC)
	if c, err := r.Debit(ctx, r.request(expiring, "purchase_2", money.Dollars(5))); err != nil || c.State != billing.ChargeSucceeded {
		t.Errorf("in its last month: %+v %v", c, err)
	}
	r.now = r.now.Add(time.Second)
	if c, err := r.Debit(ctx, r.request(expiring, "purchase_3", money.Dollars(5))); err != nil || c.Failure != "expired_card" {
		t.Errorf("after its last month: %+v %v", c, err)
	}
}
