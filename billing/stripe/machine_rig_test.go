package stripe_test

import (
	"fmt"
	"net/http"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"extrausage/billing"
	"extrausage/models/storetest"
	"extrausage/money"
	"extrausage/pricing"
)

// machine is the rules over a real store, over the adapter, over a Stripe in the same process.
type machine struct {
	*fakeStripe
	svc *billing.Service
	at  *atomic.Int64 // microseconds
	seq *atomic.Int64
}

func newMachine(t *testing.T, open storetest.Open) *machine {
	m := &machine{fakeStripe: newFake(t), at: &atomic.Int64{}, seq: &atomic.Int64{}}
	m.at.Store(noon.UnixMicro())
	clock := func() time.Time { return time.UnixMicro(m.at.Load()).UTC() }
	m.now = clock
	rates, err := pricing.Default()
	if err != nil {
		t.Fatal(err)
	}
	newID := func(prefix string) string { return fmt.Sprintf("%s_%012d", prefix, m.seq.Add(1)) }
	m.svc = billing.New(open(clock), rates, m.client(), newID, billing.DefaultConfig())
	return m
}

func (m *machine) advance(d time.Duration) { m.at.Add(d.Microseconds()) }

func (m *machine) clock() time.Time { return m.now() }

// subscriber is an account whose card was added on Stripe's page.
func (m *machine) subscriber(card string) string {
	m.t.Helper()
	id, err := m.svc.CreateAccount(m.t.Context(), billing.NewAccount{Email: fmt.Sprintf("s%d@example.com", m.seq.Add(1)), Plan: "max_20x"})
	if err != nil {
		m.t.Fatal(err)
	}
	m.addCard(id, card)
	return id
}

func (m *machine) addCard(account, card string) {
	m.t.Helper()
	address, err := m.svc.StartCardSetup(m.t.Context(), account, billing.ReturnToBilling)
	if err != nil {
		m.t.Fatal(err)
	}
	page, err := url.Parse(address)
	if err != nil || page.Host != "checkout.stripe.com" {
		m.t.Fatalf("the page is %s", address)
	}
	session := m.complete(page.Path[len("/c/pay/"):], card).Query().Get("session")
	if to, err := m.svc.FinishCardSetup(m.t.Context(), account, session); err != nil || to != billing.ReturnToBilling {
		m.t.Fatalf("back: %q %v", to, err)
	}
}

// buy buys credits, with the subscriber there.
func (m *machine) buy(account string, amount money.Amount) billing.PurchaseView {
	m.t.Helper()
	p, err := m.svc.BuyCredits(m.t.Context(), account, billing.Order{Amount: amount, Key: fmt.Sprint("form ", m.seq.Add(1))})
	if err != nil {
		m.t.Fatal(err)
	}
	return p
}

// reloads switches extra usage on with auto-reload, which then buys within a minute.
func (m *machine) reloads(account string) billing.PurchaseView {
	m.t.Helper()
	ctx := m.t.Context()
	must := func(err error) {
		m.t.Helper()
		if err != nil {
			m.t.Fatal(err)
		}
	}
	must(m.svc.StartEnabling(ctx, account))
	d, err := m.svc.Draft(ctx, account)
	must(err)
	must(m.svc.SavePreferences(ctx, account, d.Version, billing.Preferences{
		Limit:  billing.Limit{Kind: billing.LimitAmount, Amount: money.Dollars(50)},
		Reload: billing.ReloadRule{On: true, Threshold: money.Dollars(5), Target: money.Dollars(20)}, Preference: billing.AskFirst,
	}))
	d, err = m.svc.Draft(ctx, account)
	must(err)
	const terms = "I may be charged up to $50.00 a month."
	_, err = m.svc.ConfirmEnabling(ctx, account, billing.Agreement{
		Version: d.Version, Terms: terms, TermsHash: billing.HashTerms(terms), Button: "Turn on", Locale: "en", CardLast4: "4242", ReloadNow: d.ReloadNow,
	})
	must(err)
	m.advance(time.Minute)
	must(m.svc.RunReloads(ctx))
	page, _, err := m.svc.Purchases(ctx, account, "", 10)
	must(err)
	if len(page) != 1 || page[0].Kind != billing.PurchaseAutoReload {
		m.t.Fatalf("purchases %+v", page)
	}
	return page[0]
}

// want holds a purchase and the balance against what they should be.
func (m *machine) want(account, purchase string, state billing.PurchaseState, balance money.Amount) {
	m.t.Helper()
	p, err := m.svc.Purchase(m.t.Context(), account, purchase)
	if err != nil || p.State != state {
		m.t.Errorf("the purchase is %s (%s) %v, want %s", p.State, p.Failure, err, state)
	}
	s, err := m.svc.Status(m.t.Context(), account)
	if err != nil || s.Balance != balance {
		m.t.Errorf("balance %s %v, want %s", s.Balance.Decimal(), err, balance.Decimal())
	}
	if ok, checks, err := m.svc.VerifyLedger(m.t.Context()); !ok || err != nil {
		m.t.Errorf("ledger: %v %+v", err, checks)
	}
}

// hook sends an event, signed now.
func (m *machine) hook(id, kind, about string) {
	m.t.Helper()
	body := eventOf(id, kind, false, about)
	if err := m.svc.ReceiveWebhook(m.t.Context(), http.Header{"Stripe-Signature": {signature(webhookSecret, m.clock(), body)}}, []byte(body)); err != nil {
		m.t.Errorf("%s: %v", kind, err)
	}
}

// charge is the one PaymentIntent there is.
func (m *machine) charge() string {
	m.t.Helper()
	all := m.intents()
	if len(all) != 1 {
		m.t.Fatalf("%d charges", len(all))
	}
	return all[0]["id"].(string)
}

func (m *machine) run() {
	m.t.Helper()
	if err := m.svc.RunPayments(m.t.Context()); err != nil {
		m.t.Error(err)
	}
}
