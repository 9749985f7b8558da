package billing

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"extrausage/models/storetest"
	"extrausage/money"
)

// P2: a hold of $40 worst case reserves the whole session; a second of $10 reserves extra money; but what is charged is decided
// by what was used, in the order of settlement.
func TestNothingIsChargedWhileTheSessionHasAllowance(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		r.extra(id, amountLimit(50), 20*money.Dollar)
		first := r.mustHold(id, 40*money.Dollar)
		second := r.mustHold(id, 10*money.Dollar)
		if first.CoveredBy != "plan" || second.CoveredBy != "extra" {
			t.Errorf("covered by %s and %s", first.CoveredBy, second.CoveredBy)
		}
		if s := r.status(id); s.Held != 10*money.Dollar || s.Available != 10*money.Dollar {
			t.Errorf("held %s, available %s", s.Held.Decimal(), s.Available.Decimal())
		}
		r.settle(first.ID, money.Dollar)
		if s := r.status(id); s.Held != 0 {
			t.Errorf("held %s with $39 of allowance left", s.Held.Decimal())
		}
		if s := r.settle(second.ID, 10*money.Dollar); s.Extra != 0 || s.Plan != 10*money.Dollar {
			t.Errorf("charged: %+v", s)
		}
		r.verify()
	})
}

// P3 under load: 1,000 holds of $0.10 by 50 clients against $5.00.
func TestTheLimitIsAWallUnderRace(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		r.extra(id, amountLimit(5), 100*money.Dollar)
		r.event(Event{Account: id, Usage: haiku(40 * money.Dollar)})
		var accepted, refused atomic.Int64
		var wg sync.WaitGroup
		start := make(chan struct{})
		for client := range 50 {
			wg.Go(func() {
				<-start
				for i := range 20 {
					h, refusal, err := r.svc.Hold(context.Background(), HoldRequest{
						Caller: "key", Key: fmt.Sprint(client, "-", i), Account: id, Model: haikuModel, Worst: haiku(10 * money.Cent),
					})
					switch {
					case err != nil:
						t.Error(err)
					case h != nil:
						accepted.Add(1)
					case refusal.Reason == MonthlyLimitReached:
						refused.Add(1)
					default:
						t.Errorf("refused for %s", refusal.Reason)
					}
				}
			})
		}
		close(start)
		wg.Wait()
		if accepted.Load() != 50 || refused.Load() != 950 {
			t.Errorf("%d accepted, %d refused", accepted.Load(), refused.Load())
		}
		if s := r.status(id); s.Held != 5*money.Dollar || s.Remaining != 0 {
			t.Errorf("held %s, remaining %s", s.Held.Decimal(), s.Remaining.Decimal())
		}
		r.verify()
	})
}

// One hold ends once, whoever ends it.
func TestSettleVoidAndExpiryRace(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		r.extra(id, amountLimit(50), 50*money.Dollar)
		r.event(Event{Account: id, Usage: haiku(40 * money.Dollar)})
		for range 20 {
			h := r.mustHold(id, money.Dollar)
			r.advance(r.svc.conf.HoldTTL)
			var wg sync.WaitGroup
			wg.Go(func() {
				_, _, err := r.svc.Settle(context.Background(), SettleRequest{HoldID: h.ID, Usage: haiku(money.Dollar), Fingerprint: "x"})
				if f := AsFault(err); err != nil && (f == nil || f.Code != "hold_voided") {
					t.Error(err)
				}
			})
			wg.Go(func() {
				if f := AsFault(r.svc.Void(context.Background(), h.ID)); f != nil && f.Code != "hold_settled" {
					t.Error(f)
				}
			})
			wg.Go(func() {
				if _, err := r.svc.ExpireHolds(context.Background()); err != nil {
					t.Error(err)
				}
			})
			wg.Wait()
			r.verify()
		}
		if s := r.status(id); s.Held != 0 {
			t.Errorf("held %s after all holds ended", s.Held.Decimal())
		}
	})
}

// Random interleavings of holds, settles, voids, expiries, events and switches against a naive model that only keeps lists.
func TestMeterAgainstANaiveModel(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		r.svc.conf.HoldTTL = 3 * time.Second
		rapid.Check(t, func(rt *rapid.T) {
			m := newNaive(r, rt)
			rt.Repeat(map[string]func(*rapid.T){
				"hold":   m.hold,
				"settle": m.settle,
				"void":   m.void,
				"expire": m.expire,
				"event":  m.event,
				"switch": m.turn,
				"limit":  m.changeLimit,
				"":       m.check,
			})
		})
		r.verify()
	})
}

// naive is the model: what was taken, and what is open. Everything else is derived from these lists each time anew.
type naive struct {
	r       *meterRig
	id      string
	on      bool
	limit   money.Amount
	credits money.Amount
	taken   []parts
	open    map[string]naiveHold
	order   []string
}

type naiveHold struct {
	covered   money.Amount
	permitted bool
	expires   time.Time
}

const naiveAllowance = 40 * money.Dollar

func newNaive(r *meterRig, t *rapid.T) *naive {
	m := &naive{r: r, id: r.account(), on: true, open: map[string]naiveHold{}}
	m.limit = money.Dollars(rapid.Int64Range(5, 30).Draw(t, "limit"))
	m.credits = money.Dollars(rapid.Int64Range(1, 40).Draw(t, "credits"))
	r.extra(m.id, Limit{Kind: LimitAmount, Amount: m.limit}, m.credits)
	r.event(Event{Account: m.id, Usage: haiku(10 * money.Cent)}) // starts the session, which outlasts the run
	m.taken = append(m.taken, parts{plan: 10 * money.Cent})
	return m
}

func (m *naive) sums() (used, extra, open money.Amount) {
	for _, p := range m.taken {
		used, extra = used.Add(p.plan), extra.Add(p.extra)
	}
	for _, h := range m.open {
		open = open.Add(h.covered)
	}
	return used, extra, open
}

// funds is what may be reserved beyond what is reserved.
func (m *naive) funds() money.Amount {
	used, extra, open := m.sums()
	pool := max(0, used.Add(open).Sub(naiveAllowance))
	return max(0, min(m.credits.Sub(extra).Sub(pool), m.limit.Sub(extra).Sub(pool)))
}

func (m *naive) hold(t *rapid.T) {
	w := money.Cents(rapid.Int64Range(1, 2500).Draw(t, "worst"))
	used, _, open := m.sums()
	free := max(0, naiveAllowance.Sub(used).Sub(open))
	want := money.Amount(0)
	switch {
	case w <= free, m.on && w.Sub(free) <= m.funds():
		want = w
	case free > 0:
		want = free
	}
	h, refusal := m.r.hold(m.id, w)
	if (h != nil) != (want > 0) {
		t.Fatalf("hold %s: want cover %s, got %+v %+v", w.Decimal(), want.Decimal(), h, refusal)
	}
	if h != nil {
		m.open[h.ID] = naiveHold{covered: want, permitted: m.on, expires: h.ExpiresAt}
		m.order = append(m.order, h.ID)
	}
}

// pick takes an open hold whose time is not over.
func (m *naive) pick(t *rapid.T) (string, naiveHold) {
	now := time.UnixMicro(m.r.now.Load())
	var ids []string
	for _, id := range m.order {
		if h, ok := m.open[id]; ok && now.Before(h.expires) {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		t.Skip("no open hold")
	}
	id := rapid.SampledFrom(ids).Draw(t, "hold")
	return id, m.open[id]
}

func (m *naive) settle(t *rapid.T) {
	id, h := m.pick(t)
	cost := money.Cents(rapid.Int64Range(1, 3000).Draw(t, "cost"))
	used, _, _ := m.sums()
	within := min(cost, h.covered)
	want := parts{plan: min(within, naiveAllowance.Sub(used))}
	if h.permitted {
		want.extra = within.Sub(want.plan)
	}
	want.absorbed = cost.Sub(want.plan).Sub(want.extra)
	got := m.r.settle(id, cost)
	if (parts{got.Plan, got.Extra, got.Absorbed}) != want {
		t.Fatalf("settle %s: want %+v, got %+v", cost.Decimal(), want, got)
	}
	delete(m.open, id)
	m.taken = append(m.taken, want)
}

func (m *naive) void(t *rapid.T) {
	id, _ := m.pick(t)
	if err := m.r.svc.Void(context.Background(), id); err != nil {
		t.Fatal(err)
	}
	delete(m.open, id)
}

// expire moves the clock a little: holds live for three seconds here, so that the session outlasts the run.
func (m *naive) expire(t *rapid.T) {
	m.r.advance(time.Second)
	if _, err := m.r.svc.ExpireHolds(context.Background()); err != nil {
		t.Fatal(err)
	}
	now := time.UnixMicro(m.r.now.Load())
	for id, h := range m.open {
		if !now.Before(h.expires) {
			delete(m.open, id)
		}
	}
}

func (m *naive) event(t *rapid.T) {
	cost := money.Cents(rapid.Int64Range(1, 1500).Draw(t, "cost"))
	used, _, open := m.sums()
	free := max(0, naiveAllowance.Sub(used).Sub(open))
	covered := min(cost, free)
	if m.on {
		covered = min(cost, free.Add(m.funds()))
	}
	want := parts{plan: min(covered, naiveAllowance.Sub(used))}
	if m.on {
		want.extra = covered.Sub(want.plan)
	}
	want.absorbed = cost.Sub(want.plan).Sub(want.extra)
	got := m.r.event(Event{Account: m.id, Usage: haiku(cost)})
	if (parts{got.Plan, got.Extra, got.Absorbed}) != want {
		t.Fatalf("event %s: want %+v, got %+v", cost.Decimal(), want, got)
	}
	m.taken = append(m.taken, want)
}

func (m *naive) turn(*rapid.T) {
	m.on = !m.on
	if m.on {
		m.r.switchOn(m.id)
	} else {
		m.r.turnOff(m.id)
	}
}

func (m *naive) changeLimit(t *rapid.T) {
	m.limit = money.Dollars(rapid.Int64Range(5, 40).Draw(t, "limit"))
	_, err := m.r.svc.SaveMonthlyLimit(context.Background(), m.id, SaveLimit{Limit: Limit{Kind: LimitAmount, Amount: m.limit}})
	if err != nil {
		t.Fatal(err)
	}
}

func (m *naive) check(t *rapid.T) {
	used, extra, open := m.sums()
	s := m.r.status(m.id)
	pool := max(0, used.Add(open).Sub(naiveAllowance))
	switch {
	case s.Session.Used != used, s.Session.Open != open:
		t.Fatalf("session %s used %s open; model %s %s", s.Session.Used.Decimal(), s.Session.Open.Decimal(), used.Decimal(), open.Decimal())
	case s.Spent != extra, s.Held != pool:
		t.Fatalf("month %s spent %s held; model %s %s", s.Spent.Decimal(), s.Held.Decimal(), extra.Decimal(), pool.Decimal())
	case s.Balance != m.credits.Sub(extra), s.Available < 0:
		t.Fatalf("balance %s, available %s", s.Balance.Decimal(), s.Available.Decimal())
	}
}
