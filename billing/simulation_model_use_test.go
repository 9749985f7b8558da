package billing_test

import (
	"slices"
	"time"

	"extrausage/billing"
	"extrausage/money"
)

// This file is the reference for what ends: settles, voids, expiries, events.

// hold takes a hold up that the design accepts.
func (m *refModel) hold(now int64, id string, q billing.HoldRequest, w money.Amount, v verdict) {
	month, _ := m.month(now)
	window := m.opened(now)
	m.holds = append(m.holds, &refHold{
		id: id, key: q, worst: w, covered: v.covered, permitted: v.permitted, window: window.start, month: month, made: now,
		expires: now + m.conf.HoldTTL.Microseconds(), state: "open",
	})
	m.pools[poolKey{window.start, month}] += v.grow
}

// settle is what the design says about the end of a hold; conflict is the fault instead.
func (m *refModel) settle(now int64, h *refHold, cost money.Amount, message, report string) (u *refUse, conflict string) {
	switch {
	case h.report != "" && h.report == report:
		return h.use, ""
	case h.state == "voided":
		return nil, "hold_voided"
	case h.state == "settled", h.use != nil:
		return nil, "hold_settled"
	}
	m.expire(now, h)
	h.report = report
	if known := m.known("", "", message); known != nil {
		if h.state == "open" {
			h.state = "voided"
			m.shrink(h.window, h.month)
		}
		h.state, h.use = "voided", known
		return known, ""
	}
	u = &refUse{hold: h.id, message: message, window: h.window, cost: cost}
	if h.state == "expired" { // an event in the hold's window, with its permission
		u.month, _ = m.month(now)
		m.take(u, h.permitted && now-h.made <= m.conf.EventLateness.Microseconds())
	} else {
		u.month = h.month
		h.state = "settled"
		c := min(cost, h.covered)
		u.plan = min(c, m.window(h.window).allowance-m.used(h.window))
		if h.permitted {
			u.extra = min(c-u.plan, m.pools[poolKey{h.window, h.month}])
		}
		m.book(u)
	}
	h.use = u
	return u, ""
}

// take charges a usage after the fact: the allowance first, then up to the walls.
func (m *refModel) take(u *refUse, permitted bool) {
	w := m.window(u.window)
	reserve := max(0, w.allowance-m.used(u.window)-m.open(u.window)+m.reserved(u.window, 0))
	covered := min(u.cost, reserve)
	if permitted {
		grow := min(u.cost-covered, m.room(u.month))
		m.pools[poolKey{u.window, u.month}] += grow
		covered += grow
	}
	u.plan = min(covered, w.allowance-m.used(u.window))
	if permitted {
		u.extra = min(covered-u.plan, m.pools[poolKey{u.window, u.month}])
	}
	m.book(u)
}

// book records a usage: its extra part leaves the pool, and the pool what it needs no more.
func (m *refModel) book(u *refUse) {
	u.absorbed = u.cost - u.plan - u.extra
	m.pools[poolKey{u.window, u.month}] -= u.extra
	m.uses = append(m.uses, u)
	m.charge = u.extra > 0
	m.shrink(u.window, u.month)
	u.balance, u.spent = m.balance(), m.spent(u.month)
}

// shrink leaves in a window's pools what used and open exceed the allowance by, own month first.
func (m *refModel) shrink(window, own int64) {
	w := m.window(window)
	excess := m.reserved(window, 0) - max(0, m.used(window)+m.open(window)-w.allowance)
	let := func(k poolKey) {
		cut := min(max(0, excess), m.pools[k])
		m.pools[k] -= cut
		excess -= cut
	}
	let(poolKey{window, own})
	var months []int64
	for k := range m.pools {
		if k.window == window {
			months = append(months, k.month)
		}
	}
	slices.Sort(months)
	for _, month := range months {
		let(poolKey{window, month})
	}
}

func (m *refModel) expire(now int64, h *refHold) {
	if h.state == "open" && h.expires <= now {
		h.state = "expired"
		m.shrink(h.window, h.month)
	}
}

func (m *refModel) void(now int64, h *refHold) (conflict string) {
	m.expire(now, h)
	switch {
	case h.state == "settled", h.state == "expired" && h.use != nil:
		return "hold_settled"
	case h.state == "open":
		h.state = "voided"
		m.shrink(h.window, h.month)
	case h.state == "expired":
		h.state = "voided"
	}
	return ""
}

// known is a usage under one of these names.
func (m *refModel) known(source, event, message string) *refUse {
	for _, u := range m.uses {
		if event != "" && u.source == source && u.event == event || message != "" && u.message == message {
			return u
		}
	}
	return nil
}

// event is what the design says about usage reported after the fact. Why it may not be charged is "" where it may.
func (m *refModel) event(now int64, e billing.Event, cost money.Amount) (u *refUse, status billing.EventStatus) {
	if known := m.known(e.Source, e.ID, e.MessageID); known != nil {
		return known, billing.EventDuplicate
	}
	when := e.OccurredAt.UnixMicro()
	if e.OccurredAt.IsZero() {
		when = now
	}
	if when > now+(5*time.Minute).Microseconds() {
		return nil, billing.EventRejected
	}
	when = min(when, now)
	w := m.opened(when)
	u = &refUse{source: e.Source, event: e.ID, message: e.MessageID, window: w.start, cost: cost}
	u.month, _ = m.month(now)
	late := now-when > m.conf.EventLateness.Microseconds()
	m.take(u, !late && m.permitted(w) && m.permittedAt(w, when))
	return u, billing.EventRecorded
}

// restAt is what is neither used nor reserved of the allowance of the session at a time.
func (m *refModel) restAt(now int64) money.Amount {
	if w := m.windowAt(now); w != nil {
		return max(0, w.allowance-m.used(w.start)-m.open(w.start))
	}
	return m.includes()
}

func (m *refModel) byKey(key string) *refHold {
	for _, h := range m.holds {
		if h.key.Key == key {
			return h
		}
	}
	return nil
}
