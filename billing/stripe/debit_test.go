package stripe_test

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"extrausage/billing"
	"extrausage/money"
)

// order is a debit of $12.50 from a card that behaves in a way.
func (f *fakeStripe) order(card string, onSession bool) billing.DebitRequest {
	customer, method := f.customer(card)
	return billing.DebitRequest{
		PurchaseID: "purchase_1", AccountID: "acc_1", Customer: customer, Method: method, Amount: money.Cents(1250), OnSession: onSession,
		ReturnURL: "https://app.test/return?purchase=purchase_1",
	}
}

func query(r billing.DebitRequest) billing.ChargeQuery {
	return billing.ChargeQuery{PurchaseID: r.PurchaseID, Customer: r.Customer, Since: time.Now()}
}

func TestDebit(t *testing.T) {
	for _, c := range []struct {
		card      string
		onSession bool
		state     billing.ChargeState
		failure   string
		action    bool
	}{
		{succeeds, true, billing.ChargeSucceeded, "", false},
		{succeeds, false, billing.ChargeSucceeded, "", false},
		{stillProcessing, false, billing.ChargeProcessing, "", false},
		{declined, true, billing.ChargeDeclined, billing.FailureDeclined, false},
		{declined, false, billing.ChargeDeclined, billing.FailureDeclined, false},
		{"insufficient_funds", false, billing.ChargeDeclined, billing.FailureInsufficientFunds, false},
		{"expired_card", false, billing.ChargeDeclined, billing.FailureExpired, false},
		{"restricted_card", false, billing.ChargeDeclined, billing.FailureBlocked, false},
		{"stolen_card", false, billing.ChargeDeclined, billing.FailureDeclined, false},
		{"fraudulent", false, billing.ChargeDeclined, billing.FailureDeclined, false},
		{neverDeclaredCode, false, billing.ChargeDeclined, "processing_error", false},
		{needsSubscriber, false, billing.ChargeRequiresAction, "", false},
		{needsSubscriber, true, billing.ChargeRequiresAction, "", true},
		{needsAction, true, billing.ChargeRequiresAction, "", true},
	} {
		t.Run(c.card, func(t *testing.T) {
			f := newFake(t)
			s, r := f.client(), f.order(c.card, c.onSession)
			got, err := s.Debit(t.Context(), r)
			if err != nil {
				t.Fatal(err)
			}
			want := billing.Charge{
				ID: got.ID, PurchaseID: "purchase_1", AccountID: "acc_1", State: c.state, Failure: c.failure, Amount: money.Cents(1250), ActionURL: got.ActionURL,
			}
			if !equal(got, want) || !strings.HasPrefix(got.ID, "pi_") || strings.HasPrefix(got.ActionURL, "https://hooks.stripe.com/") != c.action {
				t.Errorf("charge %+v, want %+v", got, want)
			}
			found, err := s.FindCharge(t.Context(), query(r))
			if err != nil || !equal(found, got) {
				t.Errorf("looked up: %+v %v, want %+v", found, err, got)
			}
			again, err := s.Debit(t.Context(), r)
			if err != nil || !equal(again, got) {
				t.Errorf("sent again: %+v %v, want %+v", again, err, got)
			}
			if n := len(f.intents()); n != 1 {
				t.Errorf("%d charges", n)
			}
		})
	}
}

func equal(a, b billing.Charge) bool {
	x, y := a.Reversals, b.Reversals
	a.Reversals, b.Reversals = nil, nil
	return a.ID == b.ID && a.PurchaseID == b.PurchaseID && a.AccountID == b.AccountID && a.Live == b.Live && a.State == b.State &&
		a.Amount == b.Amount && a.Failure == b.Failure && a.ActionURL == b.ActionURL && slices.Equal(x, y)
}

func (f *fakeStripe) intents() []object {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(f.objects), func(o object) bool { return o["object"] != "payment_intent" })
}

// TestWhatADebitSays holds the request: it must follow from the purchase alone, and ask for what Stripe can undo or refuse.
func TestWhatADebitSays(t *testing.T) {
	for name, c := range map[string]struct {
		onSession bool
		more      map[string]string
	}{
		"on session":  {true, map[string]string{"return_url": "https://app.test/return?purchase=purchase_1"}},
		"off session": {false, map[string]string{"off_session": "true"}},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake(t)
			r := f.order(succeeds, c.onSession)
			if _, err := f.client().Debit(t.Context(), r); err != nil {
				t.Fatal(err)
			}
			q := f.sent(http.MethodPost, "/v1/payment_intents")[0]
			want := map[string]string{
				"amount": "1250", "currency": "usd", "customer": r.Customer, "payment_method": r.Method, "payment_method_types[0]": "card",
				"confirm": "true", "description": "Extra usage credits", "metadata[purchase_id]": "purchase_1", "metadata[account_id]": "acc_1",
			}
			maps.Copy(want, c.more)
			got := map[string]string{}
			for k := range q.form {
				got[k] = q.form.Get(k)
			}
			if !maps.Equal(got, want) || q.key != "purchase_1" {
				t.Errorf("sent %v under %q, want %v", got, q.key, want)
			}
		})
	}
}

func TestADebitOfNothingIsNotSent(t *testing.T) {
	f := newFake(t)
	for _, spoil := range []func(*billing.DebitRequest){
		func(r *billing.DebitRequest) { r.Amount = 0 },
		func(r *billing.DebitRequest) { r.Amount = -money.Dollar },
		func(r *billing.DebitRequest) { r.Amount = money.Cents(1) / 2 },
		func(r *billing.DebitRequest) { r.PurchaseID = "" },
	} {
		r := f.order(succeeds, true)
		spoil(&r)
		if c, err := f.client().Debit(t.Context(), r); err == nil {
			t.Errorf("debited %+v: %+v", r, c)
		}
	}
	if len(f.intents()) != 0 {
		t.Error("something was sent")
	}
}

// TestWhatIsNotKnown: whatever Stripe answers but a PaymentIntent is an error, and never a decline. Looking the charge up tells the
// truth, and sending it again under its key ends with one charge.
func TestWhatIsNotKnown(t *testing.T) {
	for _, c := range []struct {
		fault  fault
		exists bool // the debit was made all the same
		stuck  bool // the key answers so for ever
	}{
		{refusedBefore, false, false},
		{refusedAfter, true, true},
		{lost, true, false},
		{unreachable, false, false},
		{tooSlow, true, false},
		{rateLimited, false, false},
		{keyInUse, false, false},
		{badRequest, false, false},
		{invalidRequest, false, false},
		{unauthorized, false, false},
		{garbage, true, false},
		{cardWithoutBody, false, false},
		{otherRefusal, false, false},
	} {
		t.Run(string(c.fault), func(t *testing.T) {
			f := newFake(t)
			s, r := f.client(), f.order(succeeds, false)
			f.with(func() { f.fault = func(request) fault { return c.fault } })
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()
			if got, err := s.Debit(ctx, r); err == nil {
				t.Fatalf("known: %+v", got)
			} else {
				wantNoSecrets(t, err)
			}
			f.with(func() { f.fault = func(request) fault { return fine } })
			found, err := s.FindCharge(t.Context(), query(r))
			if exists := !errors.Is(err, billing.ErrNoCharge); exists != c.exists || exists && (err != nil || found.State != billing.ChargeSucceeded) {
				t.Errorf("looked up: %+v %v", found, err)
			}
			again, err := s.Debit(t.Context(), r)
			if c.stuck != (err != nil) || !c.stuck && again.State != billing.ChargeSucceeded {
				t.Errorf("sent again: %+v %v", again, err)
			}
			if n := f.captured(); n["purchase_1"] != 1 {
				t.Errorf("captured %v", n)
			}
		})
	}
}

// wantNoSecrets refuses an error that passes on what an answer says in words.
func wantNoSecrets(t *testing.T, err error) {
	t.Helper()
	for _, secret := range []string{"ada@example.com", "_secret_", "Proxy", testKey} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("the error tells %q: %v", secret, err)
		}
	}
}

// TestARequestThatBreaksOffIsMadeAgainUnderItsKey, within one call.
func TestARequestThatBreaksOffIsMadeAgainUnderItsKey(t *testing.T) {
	f := newFake(t)
	s, r := f.client(), f.order(succeeds, false)
	tries := 0
	f.with(func() {
		f.fault = func(request) fault {
			if tries++; tries < 3 {
				return []fault{unreachable, lost}[tries-1]
			}
			return fine
		}
	})
	if c, err := s.Debit(t.Context(), r); err != nil || c.State != billing.ChargeSucceeded {
		t.Errorf("%+v %v", c, err)
	}
	sent := f.sent(http.MethodPost, "/v1/payment_intents")
	if len(sent) != 3 || sent[1].key != "purchase_1" || sent[2].key != "purchase_1" || f.captured()["purchase_1"] != 1 {
		t.Errorf("sent %d times: %+v, captured %v", len(sent), sent, f.captured())
	}
}

// TestAKeyThatIsForgottenDebitsTwice is why nothing is sent again after 23 hours: the fake is as Stripe is there.
func TestAKeyThatIsForgottenDebitsTwice(t *testing.T) {
	f := newFake(t)
	s, r := f.client(), f.order(succeeds, false)
	for _, after := range []time.Duration{0, 24*time.Hour - time.Second, 24 * time.Hour} {
		f.with(func() { f.now = func() time.Time { return time.Now().Add(after) } })
		if _, err := s.Debit(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	if n := f.captured()["purchase_1"]; n != 2 {
		t.Errorf("captured %d times", n)
	}
	if c, err := s.FindCharge(t.Context(), query(r)); err != nil || c.State != billing.ChargeSucceeded {
		t.Errorf("%+v %v", c, err)
	}
}

func TestAChargeOfTheOtherMode(t *testing.T) {
	f := newFake(t)
	r := f.order(succeeds, true)
	f.with(func() { f.live = true })
	s := f.client()
	if c, err := s.Debit(t.Context(), r); err == nil {
		t.Errorf("a live charge under a test key: %+v", c)
	}
	if c, err := s.FindCharge(t.Context(), query(r)); err == nil || errors.Is(err, billing.ErrNoCharge) {
		t.Errorf("looked up: %+v %v", c, err)
	}
	live := f.clientWith(liveKey)
	if c, err := live.FindCharge(t.Context(), query(r)); err != nil || !c.Live || !live.Live() || s.Live() {
		t.Errorf("with the live key: %+v %v", c, err)
	}
}

func TestAChargeThatIsNotOurs(t *testing.T) {
	for name, spoil := range map[string]func(object){
		"in euros":         func(o object) { o["currency"] = "eur" },
		"not captured yet": func(o object) { o["status"] = "requires_capture" },
		"in a new state":   func(o object) { o["status"] = "teleported" },
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake(t)
			s, r := f.client(), f.order(succeeds, true)
			if _, err := s.Debit(t.Context(), r); err != nil {
				t.Fatal(err)
			}
			spoil(f.intents()[0])
			if c, err := s.FindCharge(t.Context(), query(r)); err == nil || errors.Is(err, billing.ErrNoCharge) {
				t.Errorf("%+v %v", c, err)
			}
		})
	}
}

// TestWhatWasReceivedCounts: a charge is of what Stripe received, not of what was asked for.
func TestWhatWasReceivedCounts(t *testing.T) {
	f := newFake(t)
	s, r := f.client(), f.order(succeeds, true)
	if _, err := s.Debit(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	f.intents()[0]["amount_received"] = int64(500)
	if c, err := s.FindCharge(t.Context(), query(r)); err != nil || c.Amount != money.Dollars(5) {
		t.Errorf("%+v %v", c, err)
	}
}
