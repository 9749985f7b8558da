package billing_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"path"
	"testing"
	"time"

	"extrausage/billing"
	"extrausage/models/storetest"
	"extrausage/money"
)

// chaos is subscribers, a worker and a provider that do as they please, drawn from a seed; the seed draws how much goes wrong.
type chaos struct {
	*paymentRig
	dice     *rand.Rand
	faults   int // in a hundred calls to the provider
	accounts []string
	forms    int
	planned  map[string]time.Time // of each purchase, as first sent
}

// TestWhatIsChargedIsCredited: after any history, once the faults stop, the provider's charges and the credits are the same.
// A failure names its seed.
func TestWhatIsChargedIsCredited(t *testing.T) {
	seeds := map[string]uint64{"sqlite": 30, "postgres": 4}
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		ends := map[billing.PurchaseState]int{}
		debits := int64(0)
		for seed := range seeds[path.Base(t.Name())] {
			c := newChaos(t, open, seed)
			for range 80 {
				c.step()
			}
			c.calm(ends)
			debits += c.line.debits.Load()
			if t.Failed() {
				t.Fatalf("seed %d", seed)
			}
		}
		t.Logf("%d debits, purchases %v", debits, ends)
		if ends[billing.PurchaseSucceeded] == 0 || ends[billing.PurchaseDeclined] == 0 || ends[billing.PurchaseAbandoned] == 0 {
			t.Errorf("too calm: %v", ends)
		}
	})
}

func newChaos(t *testing.T, open storetest.Open, seed uint64) *chaos {
	c := &chaos{paymentRig: newPaymentRig(t, open), dice: rand.New(rand.NewPCG(seed, 1)), planned: map[string]time.Time{}}
	c.ids.Store(int64(seed) * 1_000_000) // the seeds share a database
	c.faults = c.dice.IntN(60)
	c.line.debit, c.line.find = c.debit, c.find
	for range 3 {
		c.accounts = append(c.accounts, c.account())
	}
	return c
}

func (c *chaos) wrong() bool { return c.dice.IntN(100) < c.faults }

// debit fails before the charge, after it, or kills the process before or after it.
func (c *chaos) debit(ctx context.Context, q billing.DebitRequest) (billing.Charge, error) {
	if _, known := c.planned[q.PurchaseID]; !known {
		c.planned[q.PurchaseID] = c.clock()
	}
	if c.clock().Sub(c.planned[q.PurchaseID]) >= 24*time.Hour {
		c.t.Errorf("%s was sent when the provider may have forgotten its key", q.PurchaseID)
	}
	if !c.wrong() {
		return c.pay.Debit(ctx, q)
	}
	way := c.dice.IntN(4)
	if way >= 2 {
		_, _ = c.pay.Debit(ctx, q)
	}
	if way%2 == 0 {
		panic("killed")
	}
	return billing.Charge{}, errDown
}

func (c *chaos) find(ctx context.Context, q billing.ChargeQuery) (billing.Charge, error) {
	if c.wrong() {
		return billing.Charge{}, errDown
	}
	return c.pay.FindCharge(ctx, q)
}

// survive runs fn; where the process dies in it, the next one goes on.
func (c *chaos) survive(fn func()) {
	defer func() {
		if why := recover(); why != nil && why != "killed" {
			panic(why)
		}
	}()
	fn()
}

func (c *chaos) step() {
	account := c.accounts[c.dice.IntN(len(c.accounts))]
	c.survive(func() {
		switch c.dice.IntN(10) {
		case 0, 1, 2:
			c.order(account)
		case 3:
			kinds := []string{"succeeds", "declined", "insufficient_funds", "needs_authentication", "answer_lost", "expires_next_month", "disputed_later"}
			session := c.visit(account, kinds[c.dice.IntN(len(kinds))])
			if c.dice.IntN(3) > 0 {
				_, _ = c.svc.FinishCardSetup(c.ctx, account, session)
			}
		case 4:
			if c.dice.IntN(4) == 0 {
				_ = c.svc.RemoveCard(c.ctx, account)
			}
		case 5:
			c.authenticate(account)
		case 6:
			_, _ = c.pay.Deliver(c.ctx)
		case 7:
			_ = c.svc.RunPayments(c.ctx)
		default:
			c.advance(time.Duration(c.dice.Int64N(int64(3 * time.Hour))))
		}
	})
}

// order buys with a new form, or with one used before.
func (c *chaos) order(account string) {
	if c.dice.IntN(3) > 0 {
		c.forms++
	}
	form := c.dice.IntN(c.forms + 1)
	_, _ = c.svc.BuyCredits(c.ctx, account, billing.Order{Amount: money.Dollars(int64(5 + form)), Key: fmt.Sprint("form ", form)})
}

// authenticate answers at the provider for a purchase that waits for it, and comes back or not.
func (c *chaos) authenticate(account string) {
	page, _, err := c.svc.Purchases(c.ctx, account, "", 100)
	if err != nil {
		c.t.Fatal(err)
	}
	for _, p := range page {
		if p.ActionURL == "" {
			continue
		}
		c.post(p.ActionURL, url.Values{"answer": {[]string{"authenticate", "refuse"}[c.dice.IntN(2)]}})
		if c.dice.IntN(2) == 0 {
			_, _ = c.svc.ReturnFromAction(c.ctx, account, p.ID)
		}
		return
	}
}

// calm ends the faults and lets two days pass: then nothing may be pending, and the books agree with the provider.
func (c *chaos) calm(ends map[billing.PurchaseState]int) {
	c.faults = 0
	for range 2 * 24 * 2 {
		c.advance(30 * time.Minute)
		c.deliver()
		if err := c.svc.RunPayments(c.ctx); err != nil {
			c.t.Errorf("after the faults: %v", err)
		}
	}
	for _, account := range c.accounts {
		page, _, err := c.svc.Purchases(c.ctx, account, "", 100)
		if err != nil {
			c.t.Fatal(err)
		}
		for _, p := range page {
			ends[p.State]++
			if p.State.Pending() {
				c.t.Errorf("still pending: %+v", p)
			}
		}
		for _, card := range c.cards(account) {
			if card.RemovedAt != 0 && card.DetachedAt == 0 {
				c.t.Errorf("a removed card that the provider still knows: %s", card.ID)
			}
		}
	}
	c.balanced(c.accounts...)
}
