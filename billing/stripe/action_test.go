package stripe_test

import (
	"net/http"
	"testing"

	"extrausage/billing"
)

const back = "https://app.test/settings/billing/action/return?purchase=purchase_1"

// TestAuthenticate: a debit without the subscriber that the bank wants confirmed is confirmed once more when they are there.
func TestAuthenticate(t *testing.T) {
	for name, c := range map[string]struct {
		agrees bool
		want   billing.ChargeState
		why    string
	}{
		"the subscriber confirms": {true, billing.ChargeSucceeded, ""},
		"the subscriber refuses":  {false, billing.ChargeDeclined, billing.FailureAuthentication},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake(t)
			s, r := f.client(), f.order(needsSubscriber, false)
			made, err := s.Debit(t.Context(), r)
			if err != nil || made.State != billing.ChargeRequiresAction || made.ActionURL != "" {
				t.Fatalf("%+v %v", made, err)
			}
			waits, err := s.Authenticate(t.Context(), made.ID, back)
			if err != nil || waits.ID != made.ID || waits.State != billing.ChargeRequiresAction || waits.ActionURL == "" {
				t.Fatalf("%+v %v", waits, err)
			}
			sent := f.sent(http.MethodPost, "/v1/payment_intents/"+made.ID+"/confirm")
			if len(sent) != 1 || sent[0].form.Get("return_url") != back || sent[0].form.Get("payment_method") != r.Method || sent[0].form.Has("off_session") {
				t.Errorf("sent %+v", sent)
			}
			again, err := s.Authenticate(t.Context(), made.ID, back) // the page is loaded again: the bank's page is still the same
			if err != nil || !equal(again, waits) || len(f.sent(http.MethodPost, "/v1/payment_intents/"+made.ID+"/confirm")) != 1 {
				t.Errorf("again: %+v %v", again, err)
			}
			f.act(made.ID, func(string) bool { return c.agrees })
			for range 2 {
				ended, err := s.Authenticate(t.Context(), made.ID, back)
				if err != nil || ended.State != c.want || ended.Failure != c.why {
					t.Errorf("ended %+v %v", ended, err)
				}
			}
			if n := f.captured()["purchase_1"]; n > 1 || (n == 1) != c.agrees {
				t.Errorf("captured %d times", n)
			}
		})
	}
}

// TestAuthenticateMeetsTheCardsEnd: what the card says when it is asked again is how the charge ends.
func TestAuthenticateMeetsTheCardsEnd(t *testing.T) {
	for card, want := range map[string]billing.ChargeState{
		succeeds: billing.ChargeSucceeded, declined: billing.ChargeDeclined, stillProcessing: billing.ChargeProcessing,
	} {
		t.Run(card, func(t *testing.T) {
			f := newFake(t)
			s, r := f.client(), f.order(needsSubscriber, false)
			made, err := s.Debit(t.Context(), r)
			if err != nil {
				t.Fatal(err)
			}
			f.with(func() { f.cards[r.Method] = card })
			if got, err := s.Authenticate(t.Context(), made.ID, back); err != nil || got.State != want {
				t.Errorf("%+v %v", got, err)
			}
		})
	}
}

func TestAuthenticateThatFailsSaysNothing(t *testing.T) {
	f := newFake(t)
	s, r := f.client(), f.order(needsSubscriber, false)
	made, err := s.Debit(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	f.with(func() { f.fault = func(request) fault { return refusedBefore } })
	if got, err := s.Authenticate(t.Context(), made.ID, back); err == nil {
		t.Errorf("%+v", got)
	} else {
		wantNoSecrets(t, err)
	}
}

// TestADebitThatStoppedHalfWay: Stripe made the PaymentIntent and failed before it asked the card. It waits, so that it is
// cancelled in the end; the subscriber may finish it.
func TestADebitThatStoppedHalfWay(t *testing.T) {
	f := newFake(t)
	s, r := f.client(), f.order(neverConfirmed, false)
	if got, err := s.Debit(t.Context(), r); err == nil {
		t.Fatalf("%+v", got)
	}
	found, err := s.FindCharge(t.Context(), query(r))
	if err != nil || found.State != billing.ChargeRequiresAction || found.ActionURL != "" {
		t.Fatalf("%+v %v", found, err)
	}
	f.with(func() { f.cards[r.Method] = succeeds })
	if got, err := s.Authenticate(t.Context(), found.ID, back); err != nil || got.State != billing.ChargeSucceeded {
		t.Errorf("%+v %v", got, err)
	}
}

func TestCancel(t *testing.T) {
	for name, c := range map[string]struct {
		card      string
		onSession bool
		want      billing.ChargeState
	}{
		"waits for the bank's page":  {needsAction, true, billing.ChargeCanceled},
		"waits for the subscriber":   {needsSubscriber, false, billing.ChargeCanceled},
		"succeeded meanwhile":        {succeeds, true, billing.ChargeSucceeded},
		"is on its way":              {stillProcessing, true, billing.ChargeProcessing},
		"was declined, takes no end": {declined, true, billing.ChargeCanceled},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake(t)
			s, r := f.client(), f.order(c.card, c.onSession)
			made, err := s.Debit(t.Context(), r)
			if err != nil {
				t.Fatal(err)
			}
			for range 2 {
				if err := s.Cancel(t.Context(), made.ID); err != nil {
					t.Error(err)
				}
			}
			if got, err := s.FindCharge(t.Context(), query(r)); err != nil || got.State != c.want {
				t.Errorf("%+v %v", got, err)
			}
			f.with(func() { f.fault = func(request) fault { return refusedBefore } })
			if err := s.Cancel(t.Context(), made.ID); err == nil {
				t.Error("a failure was taken for an end")
			}
		})
	}
}
