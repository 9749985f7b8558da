package testpay_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"extrausage/billing"
	"extrausage/billing/testpay"
	"extrausage/money"
)

// rig is a provider whose pages are served, with a clock that the test moves.
type rig struct {
	*testpay.Service
	t    *testing.T
	now  time.Time
	path string
	ids  *atomic.Int64
	web  *httptest.Server
}

func newRig(t *testing.T) *rig {
	r := &rig{t: t, now: time.Date(2026, time.November, 10, 9, 0, 0, 0, time.UTC), path: filepath.Join(t.TempDir(), "testpay.db"), ids: &atomic.Int64{}}
	r.web = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) { r.ServeHTTP(w, q) }))
	t.Cleanup(r.web.Close)
	r.open("")
	return r
}

func (r *rig) open(webhookURL string) {
	r.t.Helper()
	if r.Service != nil {
		r.Close()
	}
	s, err := testpay.New(testpay.Config{
		Path: r.path, BaseURL: r.web.URL + "/test-provider", WebhookURL: webhookURL, WebhookSecrets: []string{"new secret", "old secret"},
		NewID: func(prefix string) string { return fmt.Sprintf("%s_%d", prefix, r.ids.Add(1)) },
		Clock: func() time.Time { return r.now },
	})
	if err != nil {
		r.t.Fatal(err)
	}
	r.Service = s
	r.t.Cleanup(func() { s.Close() })
}

func (r *rig) visit(locale string) billing.SetupVisit {
	r.t.Helper()
	v, err := r.StartSetup(context.Background(), billing.SetupRequest{
		ID: fmt.Sprint("setup ", r.ids.Add(1)), Reference: "acc_1", Email: "anna@example.com", Locale: locale,
		ReturnURL: "http://app.test/back?a=1", CancelURL: "http://app.test/cancel",
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return v
}

// ask sends a request and does not follow where it leads.
func (r *rig) ask(method, address string, form url.Values) (*http.Response, string) {
	r.t.Helper()
	q, err := http.NewRequest(method, address, strings.NewReader(form.Encode()))
	if err != nil {
		r.t.Fatal(err)
	}
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := http.DefaultTransport.RoundTrip(q)
	if err != nil {
		r.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return answer, string(body)
}

// card adds a card by its page.
func (r *rig) card(kind string) billing.SetupResult {
	r.t.Helper()
	v := r.visit("en")
	answer, body := r.ask(http.MethodPost, v.URL, url.Values{"card": {kind}})
	if answer.StatusCode != http.StatusSeeOther {
		r.t.Fatalf("choosing %s: %s %s", kind, answer.Status, body)
	}
	found, err := r.Setup(context.Background(), v.Session)
	if err != nil || !found.Done {
		r.t.Fatalf("setup of %s: %+v %v", kind, found, err)
	}
	return found
}

func (r *rig) request(card billing.SetupResult, purchase string, amount money.Amount) billing.DebitRequest {
	return billing.DebitRequest{
		PurchaseID: purchase, AccountID: "acc_1", Customer: card.Customer, Method: card.Card.Method, Amount: amount,
		OnSession: true, ReturnURL: "http://app.test/paid?purchase=" + purchase,
	}
}

func (r *rig) captured() []billing.Charge {
	r.t.Helper()
	all, err := r.Captured(context.Background())
	if err != nil {
		r.t.Fatal(err)
	}
	return all
}

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

func TestDebitHappensOncePerPurchase(t *testing.T) {
	r := newRig(t)
	ctx := context.Background()
	card := r.card("succeeds")
	request := r.request(card, "purchase_1", money.Dollars(10))
	var all sync.WaitGroup
	ids := make([]string, 20)
	for i := range ids {
		all.Go(func() {
			c, err := r.Debit(ctx, request)
			if err != nil {
				t.Error(err)
			}
			ids[i] = c.ID
		})
	}
	all.Wait()
	for _, id := range ids {
		if id != ids[0] || id == "" {
			t.Fatalf("charges %q", ids)
		}
	}
	r.now = r.now.Add(24*time.Hour - time.Microsecond)
	if c, err := r.Debit(ctx, request); err != nil || c.ID != ids[0] {
		t.Errorf("a day later: %+v %v", c, err)
	}
	for name, other := range map[string]func(*billing.DebitRequest){
		"amount":  func(q *billing.DebitRequest) { q.Amount = money.Dollars(11) },
		"account": func(q *billing.DebitRequest) { q.AccountID = "acc_2" },
		"card":    func(q *billing.DebitRequest) { q.Method = "test_card_x" },
		"return":  func(q *billing.DebitRequest) { q.ReturnURL = "http://app.test/other" },
	} {
		q := request
		other(&q)
		if c, err := r.Debit(ctx, q); err == nil {
			t.Errorf("another %s under the same id: %+v", name, c)
		}
	}
	if got := r.captured(); len(got) != 1 {
		t.Errorf("captured %v", got)
	}
}

// TestAForgottenKeyDebitsAgain: providers keep keys for a day. Whoever sends one again later takes money twice, and sees it.
func TestAForgottenKeyDebitsAgain(t *testing.T) {
	r := newRig(t)
	ctx := context.Background()
	request := r.request(r.card("succeeds_once"), "purchase_1", money.Dollars(10))
	first, err := r.Debit(ctx, request)
	if err != nil {
		t.Fatal(err)
	}
	r.now = r.now.Add(24 * time.Hour)
	second, err := r.Debit(ctx, request)
	if err != nil || second.ID == first.ID || second.State != billing.ChargeDeclined {
		t.Fatalf("a day later: %+v %v", second, err)
	}
	if c, err := r.FindCharge(ctx, billing.ChargeQuery{PurchaseID: "purchase_1"}); err != nil || c.ID != first.ID {
		t.Errorf("found %+v %v, want the one that took money", c, err)
	}
	if again, err := r.Debit(ctx, request); err != nil || again.ID != second.ID {
		t.Errorf("under the renewed key: %+v %v", again, err)
	}
	other := r.request(r.card("succeeds"), "purchase_2", money.Dollars(10))
	for range 2 {
		if _, err := r.Debit(ctx, other); err != nil {
			t.Fatal(err)
		}
		r.now = r.now.Add(24 * time.Hour)
	}
	tallies, err := r.Tallies(ctx)
	if want := (testpay.Tally{Charges: 2, Captured: 2, Amount: money.Dollars(20)}); err != nil || tallies["purchase_2"] != want {
		t.Errorf("tally %+v %v, want %+v", tallies["purchase_2"], err, want)
	}
	if want := (testpay.Tally{Charges: 2, Captured: 1, Amount: money.Dollars(10)}); tallies["purchase_1"] != want {
		t.Errorf("tally %+v, want %+v", tallies["purchase_1"], want)
	}
	if got := r.captured(); len(got) != 3 {
		t.Errorf("captured %v", got)
	}
}

func TestDebitRefusesWhatIsNoDebit(t *testing.T) {
	r := newRig(t)
	card := r.card("succeeds")
	for name, spoil := range map[string]func(*billing.DebitRequest){
		"no purchase":      func(q *billing.DebitRequest) { q.PurchaseID = "" },
		"nothing":          func(q *billing.DebitRequest) { q.Amount = 0 },
		"less than a cent": func(q *billing.DebitRequest) { q.Amount = money.Cent / 2 },
		"unknown card":     func(q *billing.DebitRequest) { q.Method = "nobody's" },
		"other's card":     func(q *billing.DebitRequest) { q.Customer = "test_customer_x" },
	} {
		q := r.request(card, "purchase_"+name, money.Dollars(10))
		spoil(&q)
		if c, err := r.Debit(context.Background(), q); err == nil {
			t.Errorf("%s: %+v", name, c)
		}
	}
	if _, err := r.FindCharge(context.Background(), billing.ChargeQuery{PurchaseID: "purchase_x"}); !errors.Is(err, billing.ErrNoCharge) {
		t.Errorf("an unknown purchase: %v", err)
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

func TestStartSetupIsIdempotent(t *testing.T) {
	r := newRig(t)
	ctx := context.Background()
	request := billing.SetupRequest{ID: "setup_1", Reference: "acc_1", ReturnURL: "http://app.test/back"}
	first, err := r.StartSetup(ctx, request)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := r.StartSetup(ctx, request); err != nil || again != first {
		t.Errorf("again: %+v %v", again, err)
	}
	request.Reference = "acc_2"
	if other, err := r.StartSetup(ctx, request); err == nil {
		t.Errorf("for another account: %+v", other)
	}
	request.ID, request.Customer = "setup_2", "test_customer_known"
	second, err := r.StartSetup(ctx, request)
	if err != nil || second.Session == first.Session {
		t.Errorf("another: %+v %v", second, err)
	}
	if found, err := r.Setup(ctx, second.Session); err != nil || found.Customer != "test_customer_known" {
		t.Errorf("customer: %+v %v", found, err)
	}
}

func TestTheStoreOutlivesTheProcess(t *testing.T) {
	r := newRig(t)
	card := r.card("succeeds")
	before, err := r.Debit(context.Background(), r.request(card, "purchase_1", money.Dollars(10)))
	if err != nil {
		t.Fatal(err)
	}
	r.open("")
	after, err := r.Debit(context.Background(), r.request(card, "purchase_1", money.Dollars(10)))
	if err != nil || !reflect.DeepEqual(after, before) {
		t.Errorf("after a restart: %+v %v, before: %+v", after, err, before)
	}
}

func TestNewRefusesWhatCannotWork(t *testing.T) {
	good := testpay.Config{Path: filepath.Join(t.TempDir(), "x.db"), BaseURL: "http://app.test/test-provider", WebhookSecrets: []string{"s"}}
	for name, spoil := range map[string]func(*testpay.Config){
		"no host":   func(c *testpay.Config) { c.BaseURL = "/test-provider" },
		"no path":   func(c *testpay.Config) { c.BaseURL = "http://app.test/" },
		"no secret": func(c *testpay.Config) { c.WebhookSecrets = nil },
		"no folder": func(c *testpay.Config) { c.Path = filepath.Join(t.TempDir(), "no", "x.db") },
	} {
		c := good
		spoil(&c)
		if s, err := testpay.New(c); err == nil {
			s.Close()
			t.Errorf("%s: accepted", name)
		}
	}
}
