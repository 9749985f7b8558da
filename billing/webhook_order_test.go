package billing_test

import (
	"cmp"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"extrausage/billing"
	"extrausage/billing/testpay"
	"extrausage/models"
	"extrausage/models/storetest"
	"extrausage/money"
)

var permutations = flag.Int("permutations", 105, "how many orders of webhooks are tried on SQLite, over all histories; a tenth on PostgreSQL")

// history is what happens to one charge at the provider, step by step; each step is an event there.
type history struct {
	name  string
	card  string
	races bool // refunds and disputes of the same money: which of them takes it is left to chance
	steps []func(*charged)
}

// charged is one subscriber's purchase.
type charged struct {
	*paymentRig
	account, purchase string
	reversals         []string
	first             bool
	dice              *rand.Rand
}

func (c *charged) charge() billing.Charge {
	c.t.Helper()
	charge, err := c.pay.FindCharge(c.ctx, billing.ChargeQuery{PurchaseID: c.purchase})
	if err != nil {
		c.t.Fatal(err)
	}
	return charge
}

func authenticates(c *charged) { c.post(c.charge().ActionURL, url.Values{"answer": {"authenticate"}}) }

// begins a refund or a dispute.
func begins(stage testpay.Stage, dollars int64) func(*charged) {
	return func(c *charged) {
		id, err := c.pay.Reverse(c.ctx, c.charge().ID, money.Dollars(dollars), stage)
		if err != nil {
			c.t.Fatal(err)
		}
		c.reversals = append(c.reversals, id)
	}
}

// goesOn moves the nth refund or dispute.
func goesOn(n int, stage testpay.Stage) func(*charged) {
	return func(c *charged) {
		if err := c.pay.Advance(c.ctx, c.reversals[n], stage); err != nil {
			c.t.Fatal(err)
		}
	}
}

// Each is about a charge of $20.
var histories = []history{
	{name: "refunds in parts", steps: []func(*charged){
		begins(testpay.RefundMade, 3), begins(testpay.RefundPending, 17), goesOn(1, testpay.RefundMade),
	}},
	{name: "a refund that fails", steps: []func(*charged){
		begins(testpay.RefundMade, 20), goesOn(0, testpay.RefundFailed), begins(testpay.RefundMade, 5),
	}},
	{name: "an inquiry, a dispute, won", steps: []func(*charged){
		begins(testpay.DisputeInquiry, 20), goesOn(0, testpay.DisputeOpened), goesOn(0, testpay.DisputeWon),
	}},
	{name: "an inquiry that ends", steps: []func(*charged){begins(testpay.DisputeInquiry, 20), goesOn(0, testpay.DisputeClosed)}},
	{name: "authenticated, a part refunded, the rest lost", card: "needs_authentication", steps: []func(*charged){
		authenticates, begins(testpay.RefundMade, 6), begins(testpay.DisputeOpened, 14), goesOn(1, testpay.DisputeLost),
	}},
	{name: "a refund and a dispute cross, the dispute is won", races: true, steps: []func(*charged){
		begins(testpay.RefundMade, 20), begins(testpay.DisputeOpened, 20), goesOn(1, testpay.DisputeWon),
	}},
	{name: "a refund and a dispute cross, both come back", races: true, steps: []func(*charged){
		begins(testpay.RefundMade, 15), begins(testpay.DisputeOpened, 12), goesOn(0, testpay.RefundFailed), goesOn(1, testpay.DisputeWon),
	}},
}

// I11: whatever order a purchase's webhooks come in, doubled, late or lost, the end is the one that is reached without any of
// them, by looking things up from time to time.
func TestWebhooksInAnyOrder(t *testing.T) {
	share := map[string]int{"sqlite": 1, "postgres": 10}
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		n := max(3, *permutations/share[path.Base(t.Name())]/len(histories))
		for i, h := range histories {
			r := newPaymentRig(t, open) // a provider of its own; the database, and so time and ids, go on
			r.ids.Store(int64(i) * 1_000_000)
			r.advance(time.Duration(i) * 30 * 24 * time.Hour)
			r.anyOrder(h, n)
			if t.Failed() {
				t.Fatalf("history: %s", h.name)
			}
		}
	})
}

// anyOrder lets one history happen to n subscribers side by side, and to one before them whose webhooks are all lost: all have to
// end like that one.
func (r *paymentRig) anyOrder(h history, n int) {
	all := make([]*charged, n+1)
	byPurchase := map[string]*charged{}
	for i := range all {
		c := &charged{paymentRig: r, account: r.subscriber(cmp.Or(h.card, "succeeds")), dice: rand.New(rand.NewPCG(uint64(i), uint64(len(h.name))))}
		c.purchase = r.buy(c.account, 20*money.Dollar).ID
		c.first = i == 0
		all[i], byPurchase[c.purchase] = c, c
	}
	dice := rand.New(rand.NewPCG(uint64(n), 7))
	r.pay.Play(testpay.Script{
		Call: func(c testpay.Call) testpay.Fault {
			if c.Op == testpay.OpRefund || c.Op == testpay.OpDispute {
				return testpay.Racing
			}
			return testpay.None
		},
		Webhook: func(w testpay.Webhook) testpay.Handling { return byPurchase[w.Purchase].handling(w) },
		Shuffle: dice.Shuffle,
	})
	for _, step := range h.steps {
		for _, c := range all {
			step(c)
		}
		r.advance(time.Hour)
		r.deliver()
	}
	for range 3 * 4 { // days: what was late arrives, and what was lost is looked up
		r.advance(8 * time.Hour)
		r.deliver()
		if err := r.svc.RunPayments(r.ctx); err != nil {
			r.t.Fatal(err)
		}
	}
	want := all[0].end(h)
	for i, c := range all[1:] {
		if got := c.end(h); got != want {
			r.t.Errorf("%s: order %d ends otherwise:\n%s\nwithout webhooks:\n%s", h.name, i, got, want)
		}
	}
	if ok, checks, err := r.svc.VerifyLedger(r.ctx); !ok || err != nil {
		r.t.Errorf("ledger: %v %+v", err, checks)
	}
}

// handling loses, delays and doubles this subscriber's webhooks; the first subscriber's are all lost.
func (c *charged) handling(w testpay.Webhook) (h testpay.Handling) {
	if c == nil {
		return h // of a visit to add a card
	}
	switch {
	case c.first || c.dice.IntN(5) == 0:
		return testpay.Handling{Drop: true}
	case c.dice.IntN(2) == 0 && w.Attempts == 0:
		return testpay.Handling{Delay: time.Duration(c.dice.Int64N(int64(48 * time.Hour)))}
	}
	for range c.dice.IntN(3) + 1 {
		h.Posts = append(h.Posts, testpay.Genuine)
	}
	return h
}

// end is how it ended, without ids and times. How much each of two that raced took is chance; how much both did is not.
func (c *charged) end(h history) string {
	var out []string
	var net money.Amount
	c.view(func(tx *models.Tx) error {
		rows, err := tx.Reversals(c.account, c.purchase)
		for _, row := range rows {
			line := fmt.Sprintf("%s of %s: %s", row.Kind, row.Amount.Decimal(), row.State)
			if !h.races {
				line += ", posted " + row.Posted.Decimal()
			}
			out = append(out, line)
		}
		return err
	})
	for _, e := range c.entries(c.account) {
		net += e.Amount
	}
	slices.Sort(out)
	p := c.paymentRig.purchase(c.account, c.purchase)
	return fmt.Sprintf("%s %s, balance %s and %s\n%s", p.State, p.Amount.Decimal(), c.balance(c.account).Decimal(), net.Decimal(), strings.Join(out, "\n"))
}
