package billing

import (
	"testing"

	"pgregory.net/rapid"

	"extrausage/money"
)

// pureMeter runs the decisions over plain numbers, in months that may change under an open window, the way reserve and release
// do over rows. What has to hold is checked after each step from lists that are kept beside it.
type pureMeter struct {
	session sessionState // pool and ownPool are derived
	month   int
	months  [2]struct{ limit, spent, pool money.Amount }
	balance money.Amount
	holds   []pureHold
}

type pureHold struct {
	covered   money.Amount
	permitted bool
	month     int
}

func (m *pureMeter) state(month int) sessionState {
	s := m.session
	s.pool, s.ownPool = m.pools(), m.months[month].pool
	return s
}

func (m *pureMeter) pools() money.Amount { return m.months[0].pool.Add(m.months[1].pool) }

func (m *pureMeter) walls(permitted bool) wallState {
	b := m.months[m.month]
	return wallState{
		permitted: permitted, balance: m.balance, allPools: m.pools(), limit: limited(b.limit), spent: b.spent, held: b.pool,
	}
}

func (m *pureMeter) hold(t *rapid.T) {
	permitted, w := rapid.Bool().Draw(t, "permitted"), money.Amount(rapid.Int64Range(1, 90).Draw(t, "worst"))
	s, walls := m.state(m.month), m.walls(permitted)
	c := decideHold(s, walls, w)
	switch {
	case !c.accepted && s.left() > 0:
		t.Fatalf("refused with %d of the allowance left", s.left())
	case !c.accepted && permitted && s.need(w) <= walls.room():
		t.Fatalf("refused although %d of room suffices for %d", walls.room(), s.need(w))
	case c.grow > 0 && !permitted:
		t.Fatal("extra money reserved without permission")
	case c.grow > walls.room() || c.covered > w || c.plan > s.left() || c.plan > c.covered:
		t.Fatalf("reserved too much: %+v", c)
	}
	if c.accepted {
		m.reserve(c, permitted, m.month)
	}
}

func (m *pureMeter) reserve(c cover, permitted bool, month int) {
	m.session.open = m.session.open.Add(c.covered)
	m.months[month].pool = m.months[month].pool.Add(c.grow)
	m.holds = append(m.holds, pureHold{c.covered, permitted, month})
}

func (m *pureMeter) settle(t *rapid.T) {
	if len(m.holds) == 0 {
		t.Skip("no open hold")
	}
	i := rapid.IntRange(0, len(m.holds)-1).Draw(t, "hold")
	m.end(t, i, money.Amount(rapid.Int64Range(0, 120).Draw(t, "cost")))
}

// end settles a hold and looks at who paid.
func (m *pureMeter) end(t *rapid.T, i int, cost money.Amount) parts {
	h := m.holds[i]
	s := m.state(h.month)
	p := decideSettle(s, h.covered, h.permitted, cost)
	switch {
	case p.plan.Add(p.extra).Add(p.absorbed) != cost || min(p.plan, p.extra, p.absorbed) < 0:
		t.Fatalf("%+v does not make %d", p, cost)
	case p.plan.Add(p.extra) > h.covered:
		t.Fatalf("%+v took more than the hold of %d", p, h.covered)
	case p.extra > 0 && m.session.used.Add(p.plan) != m.session.allowance:
		t.Fatalf("charged %d with %d of %d used", p.extra, m.session.used, m.session.allowance)
	case p.extra > 0 && !h.permitted:
		t.Fatal("charged without permission")
	case h.permitted && cost <= h.covered && p.absorbed > 0 && p.extra < s.ownPool:
		t.Fatalf("absorbed %d with %d left in the hold's own pool", p.absorbed, s.ownPool.Sub(p.extra))
	case h.permitted && cost <= h.covered && p.absorbed > 0 && s.ownPool == s.pool:
		t.Fatalf("absorbed %d within a hold that was permitted, all in one month", p.absorbed)
	}
	m.holds = append(m.holds[:i], m.holds[i+1:]...)
	m.session.open, m.session.used = m.session.open.Sub(h.covered), m.session.used.Add(p.plan)
	m.balance = m.balance.Sub(p.extra)
	m.months[h.month].spent = m.months[h.month].spent.Add(p.extra)
	m.months[h.month].pool = m.months[h.month].pool.Sub(p.extra)
	own, other := h.month, 1-h.month
	kept := shrink([]money.Amount{m.months[own].pool, m.months[other].pool}, m.pools().Sub(poolTarget(m.session)))
	m.months[own].pool, m.months[other].pool = kept[0], kept[1]
	return p
}

// event is hold and settle in one step: nothing of it stays reserved, and nothing of what others reserved is taken.
func (m *pureMeter) event(t *rapid.T) {
	permitted, cost := rapid.Bool().Draw(t, "permitted"), money.Amount(rapid.Int64Range(0, 90).Draw(t, "cost"))
	s, walls := m.state(m.month), m.walls(permitted)
	c := decideEvent(s, walls, cost)
	m.reserve(c, permitted, m.month)
	if permitted && c.covered < cost && c.grow < walls.room() {
		t.Fatalf("covered %d of %d with %d of room", c.covered, cost, walls.room())
	}
	m.end(t, len(m.holds)-1, cost)
}

func (m *pureMeter) check(t *rapid.T) {
	over := max(0, m.session.used.Add(m.session.open).Sub(m.session.allowance))
	var reserved money.Amount
	for _, h := range m.holds {
		reserved = reserved.Add(h.covered)
	}
	switch {
	case m.pools() != over:
		t.Fatalf("pools of %d; used %d + open %d − allowance %d", m.pools(), m.session.used, m.session.open, m.session.allowance)
	case m.session.open != reserved:
		t.Fatalf("open %d; the holds cover %d", m.session.open, reserved)
	case m.session.used > m.session.allowance:
		t.Fatalf("used %d of %d", m.session.used, m.session.allowance)
	case m.balance < m.pools():
		t.Fatalf("balance %d below the pools of %d", m.balance, m.pools())
	}
	for i, b := range m.months {
		if b.pool < 0 || b.spent.Add(b.pool) > b.limit {
			t.Fatalf("month %d: spent %d + pool %d; limit %d", i, b.spent, b.pool, b.limit)
		}
	}
}

// design, "Settle": an extra part only when used = allowance; pool = max(0, used + open − allowance); spent + pool ≤ limit;
// balance ≥ all pools; whatever the order, permitted or not, and with the month's end in the middle of the session.
func TestDecisionsKeepTheBooks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := &pureMeter{balance: money.Amount(rapid.Int64Range(0, 300).Draw(t, "balance"))}
		m.session.allowance = money.Amount(rapid.Int64Range(0, 150).Draw(t, "allowance"))
		m.months[0].limit = money.Amount(rapid.Int64Range(1, 200).Draw(t, "limit"))
		m.months[1].limit = money.Amount(rapid.Int64Range(1, 200).Draw(t, "next limit"))
		t.Repeat(map[string]func(*rapid.T){
			"hold":   m.hold,
			"settle": m.settle,
			"event":  m.event,
			"void": func(t *rapid.T) {
				if len(m.holds) == 0 {
					t.Skip("no open hold")
				}
				m.end(t, rapid.IntRange(0, len(m.holds)-1).Draw(t, "hold"), 0)
			},
			"month ends": func(t *rapid.T) {
				if m.month == 1 || rapid.IntRange(0, 5).Draw(t, "luck") > 0 {
					t.Skip("not yet")
				}
				m.month = 1
			},
			"": m.check,
		})
	})
}

// The walls of a hold: what it adds to the pool fits both, at every interleaving of amounts.
func TestDecideHoldNeverPassesAWall(t *testing.T) {
	amount := rapid.Int64Range(0, 1000)
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) money.Amount { return money.Amount(amount.Draw(t, name)) }
		s := sessionState{allowance: draw("allowance"), open: draw("open")}
		s.used = min(s.allowance, draw("used"))
		s.pool = poolTarget(s)
		w := wallState{permitted: true, balance: draw("balance"), limit: limited(1 + draw("limit")), spent: draw("spent")}
		w.held, w.allPools = s.pool, s.pool
		worst := 1 + draw("worst")
		c := decideHold(s, w, worst)
		if c.grow > 0 && (w.spent.Add(w.held).Add(c.grow) > w.limit.Amount || w.allPools.Add(c.grow) > w.balance) {
			t.Fatalf("%+v passes a wall of %+v", c, w)
		}
		if c.accepted && c.covered < worst && (c.grow != 0 || c.covered != s.left()) {
			t.Fatalf("%+v covers a part that is not the rest of the plan, %d", c, s.left())
		}
		if poolTarget(sessionState{allowance: s.allowance, used: s.used, open: s.open.Add(c.covered)}) != s.pool.Add(c.grow) {
			t.Fatalf("%+v leaves a pool that is not what the holds exceed the allowance by", c)
		}
	})
}
