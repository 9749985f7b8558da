package billing_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"extrausage/billing"
	"extrausage/billing/testpay"
	"extrausage/models"
	"extrausage/models/storetest"
	"extrausage/money"
	"extrausage/pricing"
)

const webhookSecret = "a secret of the tests"

// paymentRig is a service over a real store and the real test provider, whose calls can be made to fail. Webhooks wait in the
// provider's outbox until deliver.
type paymentRig struct {
	t     testing.TB
	ctx   context.Context
	open  storetest.Open
	now   *atomic.Int64 // microseconds
	ids   *atomic.Int64
	clock func() time.Time
	store *models.Store
	svc   *billing.Service
	pay   *testpay.Service
	line  *line
}

// line is the way to the provider: what it does with a call is up to the test.
type line struct {
	billing.Provider
	debit  func(context.Context, billing.DebitRequest) (billing.Charge, error)
	find   func(context.Context, billing.ChargeQuery) (billing.Charge, error)
	setup  func(context.Context, string) (billing.SetupResult, error)
	debits atomic.Int64
}

func (l *line) Debit(ctx context.Context, r billing.DebitRequest) (billing.Charge, error) {
	l.debits.Add(1)
	if l.debit != nil {
		return l.debit(ctx, r)
	}
	return l.Provider.Debit(ctx, r)
}

func (l *line) FindCharge(ctx context.Context, q billing.ChargeQuery) (billing.Charge, error) {
	if l.find != nil {
		return l.find(ctx, q)
	}
	return l.Provider.FindCharge(ctx, q)
}

func (l *line) Setup(ctx context.Context, session string) (billing.SetupResult, error) {
	if l.setup != nil {
		return l.setup(ctx, session)
	}
	return l.Provider.Setup(ctx, session)
}

// roundTrip is a network of one function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func newPaymentRig(t testing.TB, open storetest.Open) *paymentRig {
	t.Helper()
	r := &paymentRig{t: t, ctx: context.Background(), open: open, now: &atomic.Int64{}, ids: &atomic.Int64{}}
	r.now.Store(time.Date(2026, time.November, 10, 9, 0, 0, 0, time.UTC).UnixMicro())
	r.clock = func() time.Time { return time.UnixMicro(r.now.Load()).UTC() }
	newID := func(prefix string) string { return fmt.Sprintf("%s_%012d", prefix, r.ids.Add(1)) }
	pay, err := testpay.New(testpay.Config{
		Path: filepath.Join(t.TempDir(), "testpay.db"), BaseURL: billing.DefaultConfig().BaseURL + "/test-provider",
		WebhookURL: "http://app.test/webhooks/test", WebhookSecrets: []string{webhookSecret}, NewID: newID,
		Clock:      func() time.Time { return time.UnixMicro(r.now.Load()).UTC() },
		HTTPClient: &http.Client{Transport: roundTrip(r.webhook)},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pay.Close() })
	r.pay, r.line = pay, &line{Provider: pay}
	r.store = open(func() time.Time { return r.clock() })
	rates, err := pricing.Default()
	if err != nil {
		t.Fatal(err)
	}
	r.svc = billing.New(r.store, rates, r.line, newID, billing.DefaultConfig())
	return r
}

// webhook is the app's end of the provider's network.
func (r *paymentRig) webhook(q *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(q.Body)
	if err != nil {
		return nil, err
	}
	status := http.StatusOK
	if err := r.svc.ReceiveWebhook(q.Context(), q.Header, body); err != nil {
		status = http.StatusInternalServerError
	}
	return &http.Response{StatusCode: status, Body: http.NoBody, Request: q}, nil
}

// deliver posts the events that wait in the provider's outbox.
func (r *paymentRig) deliver() {
	r.t.Helper()
	if _, err := r.pay.Deliver(r.ctx); err != nil {
		r.t.Fatal(err)
	}
}

func (r *paymentRig) advance(d time.Duration) { r.now.Add(d.Microseconds()) }

// account makes a subscriber.
func (r *paymentRig) account() string {
	r.t.Helper()
	id, err := r.svc.CreateAccount(r.ctx, billing.NewAccount{Email: fmt.Sprintf("s%d@example.com", r.ids.Add(1)), Plan: "max_20x"})
	if err != nil {
		r.t.Fatal(err)
	}
	return id
}

// visit starts a visit to the provider and chooses a card there; it gives the session that the subscriber comes back with.
func (r *paymentRig) visit(account, kind string) string {
	r.t.Helper()
	address, err := r.svc.StartCardSetup(r.ctx, account, billing.ReturnToBilling)
	if err != nil {
		r.t.Fatal(err)
	}
	back := r.post(address, url.Values{"card": {kind}})
	if path, want := strings.TrimPrefix(back.String(), billing.DefaultConfig().BaseURL), billing.CardReturnPath+"?session="; !strings.HasPrefix(path, want) {
		r.t.Fatalf("back to %s, want %s…", back, want)
	}
	return back.Query().Get("session")
}

// post sends a form to a page of the provider, and gives the address it leads back to.
func (r *paymentRig) post(address string, form url.Values) *url.URL {
	r.t.Helper()
	q := httptest.NewRequest(http.MethodPost, address, strings.NewReader(form.Encode()))
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	r.pay.ServeHTTP(w, q)
	if w.Code != http.StatusSeeOther {
		r.t.Fatalf("%s: %d %s", address, w.Code, w.Body)
	}
	back, err := url.Parse(w.Header().Get("Location"))
	if err != nil {
		r.t.Fatal(err)
	}
	return back
}

// card adds a card by a whole visit.
func (r *paymentRig) card(account, kind string) {
	r.t.Helper()
	to, err := r.svc.FinishCardSetup(r.ctx, account, r.visit(account, kind))
	if err != nil || to != billing.ReturnToBilling {
		r.t.Fatalf("add %s: %q %v", kind, to, err)
	}
}

// subscriber is an account with a card.
func (r *paymentRig) subscriber(kind string) string {
	r.t.Helper()
	id := r.account()
	r.card(id, kind)
	return id
}

func (r *paymentRig) buy(account string, amount money.Amount) billing.PurchaseView {
	r.t.Helper()
	p, err := r.svc.BuyCredits(r.ctx, account, billing.Order{Amount: amount, Key: fmt.Sprint("form ", r.ids.Add(1))})
	if err != nil {
		r.t.Fatal(err)
	}
	return p
}

func (r *paymentRig) purchase(account, id string) billing.PurchaseView {
	r.t.Helper()
	p, err := r.svc.Purchase(r.ctx, account, id)
	if err != nil {
		r.t.Fatal(err)
	}
	return p
}

// reconcile is a pass of the worker that must find nothing wrong.
func (r *paymentRig) reconcile() billing.Reconciliation {
	r.t.Helper()
	found, err := r.svc.ReconcilePurchases(r.ctx)
	if err != nil {
		r.t.Fatal(err)
	}
	return found
}

// want holds a purchase against its state and the account's balance, and the provider's truth against the books.
func (r *paymentRig) want(account, purchase string, state billing.PurchaseState, balance money.Amount) {
	r.t.Helper()
	if p := r.purchase(account, purchase); p.State != state {
		r.t.Errorf("the purchase is %s, want %s", p.State, state)
	}
	if got := r.balance(account); got != balance {
		r.t.Errorf("balance %s, want %s", got.Decimal(), balance.Decimal())
	}
}

func (r *paymentRig) balance(account string) money.Amount {
	r.t.Helper()
	s, err := r.svc.Status(r.ctx, account)
	if err != nil {
		r.t.Fatal(err)
	}
	return s.Balance
}

func (r *paymentRig) entries(account string) []models.Entry {
	r.t.Helper()
	var all []models.Entry
	r.view(func(tx *models.Tx) (err error) {
		all, err = tx.AllEntries(account)
		return err
	})
	return all
}

func (r *paymentRig) view(fn func(*models.Tx) error) {
	r.t.Helper()
	if err := r.store.View(r.ctx, fn); err != nil {
		r.t.Fatal(err)
	}
}

// change edits an account's state under its lock.
func (r *paymentRig) change(account string, fn func(*models.MeterState)) {
	r.t.Helper()
	err := r.store.InTx(r.ctx, func(tx *models.Tx) error {
		m, err := tx.Lock(account)
		if err != nil {
			return err
		}
		fn(m)
		return tx.Save(m)
	})
	if err != nil {
		r.t.Fatal(err)
	}
}

// balanced holds the provider's truth against the credits of these accounts: the same purchases, each once, with the same
// amounts; and the ledger against itself.
func (r *paymentRig) balanced(accounts ...string) {
	r.t.Helper()
	credits := map[string]string{}
	for _, account := range accounts {
		for _, e := range r.entries(account) {
			if e.Kind != "purchase" {
				continue
			}
			if _, twice := credits[e.PurchaseID]; twice {
				r.t.Errorf("purchase %s was credited twice", e.PurchaseID)
			}
			credits[e.PurchaseID] = account + " " + e.Amount.Decimal()
		}
	}
	captured, err := r.pay.Captured(r.ctx)
	if err != nil {
		r.t.Fatal(err)
	}
	for _, c := range captured {
		if got, want := credits[c.PurchaseID], c.AccountID+" "+c.Amount.Decimal(); got != want {
			r.t.Errorf("charge for %s: %q, credit %q", c.PurchaseID, want, got)
		}
		delete(credits, c.PurchaseID)
	}
	for id, credit := range credits {
		r.t.Errorf("credit for %s without a charge: %s", id, credit)
	}
	if ok, checks, err := r.svc.VerifyLedger(r.ctx); !ok || err != nil {
		r.t.Errorf("ledger: %v %+v", err, checks)
	}
}

func wantFault(t testing.TB, err error, kind billing.Kind, code string) {
	t.Helper()
	if f := billing.AsFault(err); f == nil || f.Kind != kind || f.Code != code {
		t.Errorf("error %v, want %s: %s", err, kind, code)
	}
}
