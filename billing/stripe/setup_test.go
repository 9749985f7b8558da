package stripe_test

import (
	"errors"
	"maps"
	"net/http"
	"strings"
	"testing"

	"extrausage/billing"
)

var visit = billing.SetupRequest{
	ID: "setup_1", Reference: "acc_1", Email: "ada@example.com", Locale: "it", ReturnURL: "https://app.test/card/return", CancelURL: "https://app.test/cancelled",
}

func TestSetup(t *testing.T) {
	f := newFake(t)
	s := f.client()
	opened, err := s.StartSetup(t.Context(), visit)
	if err != nil || !strings.HasPrefix(opened.URL, "https://checkout.stripe.com/") {
		t.Fatalf("%+v %v", opened, err)
	}
	again, err := s.StartSetup(t.Context(), visit)
	if err != nil || again != opened {
		t.Errorf("again: %+v %v", again, err)
	}
	before, err := s.Setup(t.Context(), opened.Session)
	if err != nil || before.Done || before.Reference != "acc_1" || before.Session != opened.Session {
		t.Errorf("before: %+v %v", before, err)
	}
	to := f.complete(opened.Session, succeeds)
	if to.String() != visit.ReturnURL+"?session="+opened.Session {
		t.Errorf("back to %s", to)
	}
	done, err := s.Setup(t.Context(), opened.Session)
	want := billing.SetupResult{
		Session: opened.Session, Reference: "acc_1", Done: true, Customer: done.Customer,
		Card: billing.Card{Method: done.Card.Method, Brand: "visa", Last4: "4242", ExpMonth: 12, ExpYear: 2030, Fingerprint: "print_succeeds"},
	}
	if err != nil || done != want || !strings.HasPrefix(done.Customer, "cus_") || !strings.HasPrefix(done.Card.Method, "pm_") {
		t.Errorf("done: %+v %v, want %+v", done, err, want)
	}
	if n := len(f.sent(http.MethodPost, "/v1/customers")); n != 2 {
		t.Errorf("%d requests for a customer", n)
	}
	replaced := visit
	replaced.ID, replaced.Customer, replaced.ReturnURL = "setup_2", done.Customer, visit.ReturnURL+"?x=1"
	second, err := s.StartSetup(t.Context(), replaced)
	if err != nil || second == opened {
		t.Fatalf("%+v %v", second, err)
	}
	if to := f.complete(second.Session, succeeds); to.Query().Get("session") != second.Session || to.Query().Get("x") != "1" {
		t.Errorf("back to %s", to)
	}
	if n := len(f.sent(http.MethodPost, "/v1/customers")); n != 2 {
		t.Errorf("a customer was made anew: %d requests", n)
	}
	if got, err := s.Setup(t.Context(), second.Session); err != nil || got.Customer != done.Customer || !got.Done {
		t.Errorf("%+v %v", got, err)
	}
}

func TestWhatAVisitSays(t *testing.T) {
	f := newFake(t)
	if _, err := f.client().StartSetup(t.Context(), visit); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]map[string]string{
		"/v1/customers": {"email": "ada@example.com", "preferred_locales[0]": "it", "metadata[account_id]": "acc_1"},
		"/v1/checkout/sessions": {
			"mode": "setup", "payment_method_types[0]": "card", "customer": "cus_1", "client_reference_id": "acc_1", "locale": "it",
			"success_url": "https://app.test/card/return?session={CHECKOUT_SESSION_ID}", "cancel_url": "https://app.test/cancelled",
			"metadata[account_id]": "acc_1", "setup_intent_data[metadata][account_id]": "acc_1",
		},
	} {
		q := f.sent(http.MethodPost, path)[0]
		got := map[string]string{}
		for k := range q.form {
			got[k] = q.form.Get(k)
		}
		if !maps.Equal(got, want) || !strings.HasPrefix(q.key, "setup_1") {
			t.Errorf("%s: sent %v under %q, want %v", path, got, q.key, want)
		}
	}
}

func TestTheLanguageOfAVisit(t *testing.T) {
	for locale, want := range map[string]string{"en": "en", "it": "it", "it-CH": "it", "EN-us": "en", "": "auto", "fr": "auto", "x{": "auto"} {
		f := newFake(t)
		v := visit
		v.Locale = locale
		if _, err := f.client().StartSetup(t.Context(), v); err != nil {
			t.Fatal(err)
		}
		if got := f.sent(http.MethodPost, "/v1/checkout/sessions")[0].form.Get("locale"); got != want {
			t.Errorf("%q: %q, want %q", locale, got, want)
		}
	}
}

// TestACustomerThatWasDeleted in the dashboard does not keep the subscriber from adding a card.
func TestACustomerThatWasDeleted(t *testing.T) {
	f := newFake(t)
	v := visit
	v.Customer = "cus_deleted"
	first, err := f.client().StartSetup(t.Context(), v)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := f.client().StartSetup(t.Context(), v); err != nil || again != first {
		t.Errorf("again: %+v %v", again, err)
	}
	f.complete(first.Session, succeeds)
	if got, err := f.client().Setup(t.Context(), first.Session); err != nil || got.Customer == "cus_deleted" || !got.Done {
		t.Errorf("%+v %v", got, err)
	}
}

func TestAVisitThatIsNone(t *testing.T) {
	f := newFake(t)
	s := f.client()
	opened, err := s.StartSetup(t.Context(), visit)
	if err != nil {
		t.Fatal(err)
	}
	f.complete(opened.Session, succeeds)
	asked := len(f.requests)
	for _, session := range []string{"", "cs_", "../customers", "cs_test_1/expire", "cs_test_1?x=1", "seti_1", strings.Repeat("cs_x", 100), "cs_test_1\n"} {
		if _, err := s.Setup(t.Context(), session); !errors.Is(err, billing.ErrNoSetup) {
			t.Errorf("%q: %v", session, err)
		}
	}
	if len(f.requests) != asked {
		t.Error("Stripe was asked for something that cannot be a session")
	}
	if _, err := s.Setup(t.Context(), "cs_test_unknown"); !errors.Is(err, billing.ErrNoSetup) {
		t.Errorf("unknown: %v", err)
	}
	for name, spoil := range map[string]func(session, intent object){
		"of the other mode":       func(s, _ object) { s["livemode"] = true },
		"that took a payment":     func(s, _ object) { s["mode"] = "payment" },
		"that is open":            func(s, _ object) { s["status"] = "open" },
		"that expired":            func(s, _ object) { s["status"] = "expired" },
		"whose card did not work": func(_, si object) { si["status"] = "requires_payment_method" },
		"without a card":          func(_, si object) { si["payment_method"].(object)["card"] = nil },
		"without any method":      func(_, si object) { si["payment_method"] = nil },
		"without an intent":       func(s, _ object) { s["setup_intent"] = nil },
	} {
		opened, err := s.StartSetup(t.Context(), billing.SetupRequest{ID: name, Reference: "acc_1", ReturnURL: "https://app.test/"})
		if err != nil {
			t.Fatal(err)
		}
		f.complete(opened.Session, succeeds)
		f.with(func() {
			session := f.find("checkout.session", opened.Session)
			spoil(session, session["setup_intent"].(object))
		})
		if got, err := s.Setup(t.Context(), opened.Session); got.Done || err != nil && !errors.Is(err, billing.ErrNoSetup) {
			t.Errorf("%s: %+v %v", name, got, err)
		}
	}
	f.with(func() { f.live = true })
	if got, err := s.StartSetup(t.Context(), billing.SetupRequest{ID: "live", Reference: "acc_1"}); err == nil {
		t.Errorf("a live session under a test key: %+v", got)
	}
}

func TestAVisitWhileStripeIsDown(t *testing.T) {
	for _, path := range []string{"/v1/customers", "/v1/checkout/sessions"} {
		f := newFake(t)
		s := f.client()
		f.with(func() {
			f.fault = func(q request) fault {
				if q.path == path {
					return refusedBefore
				}
				return fine
			}
		})
		if _, err := s.StartSetup(t.Context(), visit); err == nil {
			t.Errorf("%s failed", path)
		} else {
			wantNoSecrets(t, err)
		}
	}
	f := newFake(t)
	f.with(func() { f.fault = func(request) fault { return refusedBefore } })
	if _, err := f.client().Setup(t.Context(), "cs_test_1"); err == nil || errors.Is(err, billing.ErrNoSetup) {
		t.Errorf("looked up: %v", err)
	}
}

func TestDetach(t *testing.T) {
	f := newFake(t)
	s := f.client()
	_, method := f.customer(succeeds)
	for range 2 { // the second time it belongs to nobody any more
		if err := s.Detach(t.Context(), method); err != nil {
			t.Error(err)
		}
	}
	if m := f.find("payment_method", method); m["customer"] != nil {
		t.Errorf("still there: %v", m)
	}
	if err := s.Detach(t.Context(), "pm_unknown"); err != nil {
		t.Error(err)
	}
	_, other := f.customer(succeeds)
	for _, wrong := range []fault{refusedBefore, badRequest, invalidRequest, unreachable, unauthorized} {
		f.with(func() {
			f.fault = func(q request) fault {
				if q.method == http.MethodPost {
					return wrong
				}
				return fine
			}
		})
		if err := s.Detach(t.Context(), other); (err == nil) != (wrong == badRequest) { // resource_missing: gone
			t.Errorf("%s: %v", wrong, err)
		}
	}
}
