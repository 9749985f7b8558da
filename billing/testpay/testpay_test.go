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
