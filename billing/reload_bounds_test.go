package billing_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"extrausage/billing"
	"extrausage/models/storetest"
	"extrausage/money"
	"extrausage/pricing"
)

// decliningMonth is what becomes of a subscriber with a card that always declines, while requests keep arriving for 30 virtual
// days: when debits were tried.
type decliningMonth struct {
	*paymentRig
	id     string
	debits []time.Time
}

// newDecliningMonth has the provider's answers told to it.
func newDecliningMonth(t *testing.T, open storetest.Open) *decliningMonth {
	d := &decliningMonth{paymentRig: newPaymentRig(t, open)}
	d.id = d.reloader("declined", billing.Limit{Kind: billing.Unlimited}, rule520, 0)
	d.line.debit = func(ctx context.Context, q billing.DebitRequest) (billing.Charge, error) {
		d.debits = append(d.debits, d.clock())
		return d.pay.Debit(ctx, q)
	}
	return d
}

// run lets the month pass: every step a request is refused for want of credits, and the worker looks. whenPaused is the
// subscriber.
func (d *decliningMonth) run(step time.Duration, whenPaused func()) {
	for range int(30 * 24 * time.Hour / step) {
		d.advance(step)
		d.use(d.id, billing.DefaultConfig().PlanAllowance) // the session's, and more: there is always need
		if h, _ := d.ask(d.id, money.Dollar); h != nil {
			d.t.Fatal("a hold without credits was accepted")
		}
		d.reload()
		if d.status(d.id).Reload.Pause != "" {
			whenPaused()
		}
	}
}

// most is the largest number of debits within any span of this length.
func (d *decliningMonth) most(span time.Duration) (most int) {
	for i := range d.debits {
		n := 0
		for _, at := range d.debits[i:] {
			if at.Sub(d.debits[i]) < span {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}

// A card that always declines is tried DeclinesToPause times: then auto-reload waits for the subscriber, however many requests
// come. The bound follows from nothing but that constant.
func TestACardThatDeclinesIsTriedThreeTimes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		d := newDecliningMonth(t, open)
		d.run(time.Hour, func() {})
		if len(d.debits) != billing.DeclinesToPause || len(d.reloads(d.id)) != billing.DeclinesToPause {
			t.Errorf("%d debits of %d purchases in 30 days", len(d.debits), len(d.reloads(d.id)))
		}
		d.balanced(d.id)
	})
}

// Where the subscriber resumes each time it pauses, the velocity guard counts on: ReloadsPerHour in any hour, ReloadsPerDay in any
// day, so 30 × ReloadsPerDay in 30 days at most. Three declines take seven hours at least, so the day's bound is nearly met.
func TestAResumedCardIsTriedTenTimesADayAtMost(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		d := newDecliningMonth(t, open)
		d.run(30*time.Minute, func() {
			if _, err := d.svc.ResumeReload(d.ctx, d.id, 0, d.status(d.id).Reload.Resume); err != nil {
				t.Fatal(err)
			}
		})
		d.withinGuard(200)
	})
}

// A subscriber who brings one bad card after the other does not pass the guard either.
func TestBadCardsByTurnsStayWithinTheGuard(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		d := newDecliningMonth(t, open)
		for turn := range 2 * 24 * 6 {
			d.card(d.id, []string{"declined", "insufficient_funds"}[turn%2])
			d.advance(10 * time.Minute)
			d.use(d.id, billing.DefaultConfig().PlanAllowance)
			d.ask(d.id, money.Dollar)
			d.reload()
		}
		d.withinGuard(2 * billing.ReloadsPerDay)
	})
}

// withinGuard wants no hour and no day with more debits than promised, and at least so many in all: or nothing was tried.
func (d *decliningMonth) withinGuard(least int) {
	d.t.Helper()
	hour, day := d.most(time.Hour), d.most(24*time.Hour)
	if hour > billing.ReloadsPerHour || day > billing.ReloadsPerDay || len(d.debits) > 30*billing.ReloadsPerDay || len(d.debits) < least {
		d.t.Errorf("%d debits, up to %d an hour and %d a day", len(d.debits), hour, day)
	}
	d.t.Logf("%d debits, up to %d an hour and %d a day", len(d.debits), hour, day)
	d.balanced(d.id)
}

// 200 requests settle at once and take the balance below the threshold, on three stores over one database, with a worker at each:
// one automatic purchase is made, and one charge.
func TestTwoHundredSettlesOneReload(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		const requests = 200
		r := newPaymentRig(t, open)
		services := []*billing.Service{r.svc}
		rates, err := pricing.Default()
		if err != nil {
			t.Fatal(err)
		}
		newID := func(prefix string) string { return fmt.Sprintf("%s_%012d", prefix, r.ids.Add(1)) }
		for range 2 {
			store := open(func() time.Time { return r.clock() })
			services = append(services, billing.New(store, rates, r.line, newID, billing.DefaultConfig()))
		}
		id := r.reloader("succeeds", limitOf(500), rule520, 24*money.Dollar)
		holds := make([]*billing.Hold, requests)
		for i := range holds {
			if holds[i], _ = r.ask(id, 10*money.Cent); holds[i] == nil {
				t.Fatalf("hold %d refused", i)
			}
		}
		r.race(services, holds)
		got := r.reloads(id)
		if len(got) != 1 || got[0].State != billing.PurchaseSucceeded || got[0].Amount != 16*money.Dollar {
			t.Errorf("automatic purchases: %+v", got)
		}
		if s := r.status(id); s.Balance != 20*money.Dollar || s.Spent != 20*money.Dollar {
			t.Errorf("balance %s, spent %s", s.Balance.Decimal(), s.Spent.Decimal())
		}
		r.balanced(id)
	})
}

// race settles all holds at once, by turns on the services, while each has a worker that makes automatic purchases.
func (r *paymentRig) race(services []*billing.Service, holds []*billing.Hold) {
	var clients, workers sync.WaitGroup
	var over atomic.Bool
	start := make(chan struct{})
	for i, h := range holds {
		clients.Go(func() {
			<-start
			usage := tokens(h.WorstCase - 5000)
			usage.Output = 1
			_, refusal, err := services[i%len(services)].Settle(r.ctx, billing.SettleRequest{HoldID: h.ID, Usage: usage, Fingerprint: h.ID})
			if err != nil || refusal != nil {
				r.t.Errorf("settle: %v %+v", err, refusal)
			}
		})
	}
	for _, s := range services {
		workers.Go(func() {
			<-start
			for last := false; !last; {
				last = over.Load() // once more after the last settle
				if err := s.RunReloads(r.ctx); err != nil {
					r.t.Errorf("reloads: %v", err)
				}
			}
		})
	}
	close(start)
	clients.Wait()
	over.Store(true)
	workers.Wait()
}
