package stripe_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"extrausage/billing"
	"extrausage/billing/stripe"
	"extrausage/money"
)

// asked remembers what was sent and how Stripe's own mock, which knows the API's specification, answered it.
type asked struct {
	http.RoundTripper
	lines []string
	waits bool // the mock's charges, all of which failed, are made to look as if they waited for the subscriber
}

var failed = regexp.MustCompile(`"last_payment_error":\s*\{[^}]*\}`)

func (a *asked) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := a.RoundTripper.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	a.lines = append(a.lines, r.Method+" "+r.URL.Path+" "+answer.Status)
	if a.waits {
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil || !failed.Match(body) {
			return nil, errors.Join(errors.New("the mock's charge did not fail"), err)
		}
		answer.Body = io.NopCloser(bytes.NewReader(failed.ReplaceAll(body, []byte(`"last_payment_error": null`))))
	}
	return answer, nil
}

// TestShapeOfRequests sends every request that the adapter makes to stripe-mock, which refuses what the API's specification does not
// know and answers with objects of the right shape. It proves nothing about outcomes. .ci/run starts it; STRIPE_MOCK_URL says where.
func TestShapeOfRequests(t *testing.T) {
	base := os.Getenv("STRIPE_MOCK_URL")
	if base == "" {
		if os.Getenv("REQUIRE_ALL") == "1" {
			t.Fatal("stripe-mock is missing: STRIPE_MOCK_URL")
		}
		t.Skip("stripe-mock is not running: STRIPE_MOCK_URL")
	}
	wire := &asked{RoundTripper: http.DefaultTransport}
	s, err := stripe.NewAtOnce(stripe.Config{
		Key: testKey, WebhookSecrets: []string{webhookSecret}, APIBase: base, HTTPClient: &http.Client{Transport: wire, Timeout: 10 * time.Second},
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	in := func(want billing.ChargeState, c billing.Charge, err error) error {
		if err == nil && (c.State != want || c.Live || !strings.HasPrefix(c.ID, "pi_")) {
			err = fmt.Errorf("another charge than the mock's: %+v", c)
		}
		return err
	}
	debit := billing.DebitRequest{
		PurchaseID: "purchase_1", AccountID: "acc_1", Customer: "cus_1", Method: "pm_1", Amount: money.Dollars(10), ReturnURL: "https://app.test/return",
	}
	onSession := debit
	onSession.PurchaseID, onSession.OnSession = "purchase_2", true
	for _, c := range []struct {
		name string
		do   func() error
		want []string
	}{
		{"a visit", func() error {
			v, err := s.StartSetup(ctx, visit)
			if err == nil && !strings.HasPrefix(v.Session, "cs_test_") {
				err = errors.New(v.Session)
			}
			return err
		}, []string{"POST /v1/customers", "POST /v1/checkout/sessions"}},
		{"how it ended", func() error {
			r, err := s.Setup(ctx, "cs_test_1")
			if errors.Is(err, billing.ErrNoSetup) && !r.Done { // the mock's session takes a payment
				err = nil
			}
			return err
		}, []string{"GET /v1/checkout/sessions/cs_test_1"}},
		{"forget a card", func() error { return s.Detach(ctx, "pm_1") }, []string{"POST /v1/payment_methods/pm_1/detach"}},
		{"a debit", func() error { c, err := s.Debit(ctx, debit); return in(billing.ChargeDeclined, c, err) }, []string{"POST /v1/payment_intents"}},
		{"a debit with the subscriber", func() error { c, err := s.Debit(ctx, onSession); return in(billing.ChargeDeclined, c, err) }, []string{"POST /v1/payment_intents"}},
		{"look a charge up", func() error {
			c, err := s.FindCharge(ctx, billing.ChargeQuery{Charge: "pi_1"})
			return in(billing.ChargeDeclined, c, err)
		}, []string{"GET /v1/payment_intents/pi_1"}},
		{"among the customer's", func() error {
			_, err := s.FindCharge(ctx, billing.ChargeQuery{PurchaseID: "purchase_1", Customer: "cus_1", Since: noon})
			if errors.Is(err, billing.ErrNoCharge) {
				err = nil
			}
			return err
		}, []string{"GET /v1/payment_intents"}},
		{"by search", func() error {
			_, err := s.FindCharge(ctx, billing.ChargeQuery{PurchaseID: "purchase_1"})
			if errors.Is(err, billing.ErrNoCharge) {
				err = nil
			}
			return err
		}, []string{"GET /v1/payment_intents/search"}},
		{"authenticate", func() error {
			wire.waits = true
			defer func() { wire.waits = false }()
			c, err := s.Authenticate(ctx, "pi_1", "https://app.test/return")
			return in(billing.ChargeRequiresAction, c, err)
		}, []string{"GET /v1/payment_intents/pi_1", "POST /v1/payment_intents/pi_1/confirm"}},
		{"cancel", func() error { return s.Cancel(ctx, "pi_1") }, []string{"POST /v1/payment_intents/pi_1/cancel"}},
		{"reversed", func() error {
			_, err := s.Reversed(ctx, noon)
			return err
		}, []string{"GET /v1/refunds", "GET /v1/disputes"}},
		{"a charge's reversals", func() error { return s.Reversals(ctx, "pi_1") }, []string{"GET /v1/refunds", "GET /v1/disputes"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			wire.lines = nil
			if err := c.do(); err != nil {
				t.Error(err)
			}
			got := strings.Join(wire.lines, "\n")
			if want := strings.Join(c.want, " 200 OK\n") + " 200 OK"; got != want {
				t.Errorf("asked\n%s\nwant\n%s", got, want)
			}
		})
	}
}
