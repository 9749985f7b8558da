package billing_test

import (
	"cmp"
	"slices"
	"time"

	"extrausage/billing"
	"extrausage/money"
)

// refModel is the reference: what the design (section 4) says becomes of an account, as lists of what happened. Every figure is
// summed up anew each time it is asked for. It shares no code with the rules it checks.
type refModel struct {
	conf   billing.Config
	zone   *time.Location
	plan   bool
	closed bool
	on     []turn // of the switch
	always []turn // of the preference
	limit  billing.Limit

	windows []*refWindow
	holds   []*refHold
	uses    []*refUse
	pools   map[poolKey]money.Amount
	moved   []refMove // credits, refunds, disputes
	refused refRefusal

	refReload
}

// turn is a switch turned at a time.
type turn struct {
	at int64
	on bool
}

type refWindow struct {
	start, end int64
	allowance  money.Amount
	choices    []turn // on: continue; off: stop
}

type refHold struct {
	id             string
	key            billing.HoldRequest
	worst, covered money.Amount
	permitted      bool
	window, month  int64
	made, expires  int64
	state          string
	report         string  // the fingerprint of the settle that ended it
	use            *refUse // what that settle was answered with
}

// refUse is a usage that was recorded.
type refUse struct {
	hold, source, event, message string
	window, month                int64
	cost, plan, extra, absorbed  money.Amount
	balance, spent               money.Amount // after it
}

// refMove is money that came from, or went back to, the card.
type refMove struct {
	month  int64
	amount money.Amount
}

// refRefusal is the last hold that was refused.
type refRefusal struct {
	reason billing.Reason
	need   money.Amount
	window int64
}

func at(history []turn, t int64) bool {
	on := false
	for _, h := range history {
		if h.at <= t {
			on = h.on
		}
	}
	return on
}

func last(history []turn) bool {
	return len(history) > 0 && history[len(history)-1].on
}

// month is the calendar month of the account's zone that t falls in.
func (m *refModel) month(t int64) (start, end int64) {
	y, mo, _ := time.UnixMicro(t).In(m.zone).Date()
	return time.Date(y, mo, 1, 0, 0, 0, 0, m.zone).UnixMicro(), time.Date(y, mo+1, 1, 0, 0, 0, 0, m.zone).UnixMicro()
}

// windowAt is the session that covers t, or nil.
func (m *refModel) windowAt(t int64) *refWindow {
	for _, w := range m.windows {
		if w.start <= t && t < w.end {
			return w
		}
	}
	return nil
}

func (m *refModel) window(start int64) *refWindow {
	for _, w := range m.windows {
		if w.start == start {
			return w
		}
	}
	return nil
}

// opened is the session that covers t; where there is none it begins at t, and lasts five hours or until the next.
func (m *refModel) opened(t int64) *refWindow {
	if w := m.windowAt(t); w != nil {
		return w
	}
	w := &refWindow{start: t, end: t + (5 * time.Hour).Microseconds(), allowance: m.includes()}
	for _, other := range m.windows {
		if other.start > t {
			w.end = min(w.end, other.start)
		}
	}
	m.windows = append(m.windows, w)
	slices.SortFunc(m.windows, func(a, b *refWindow) int { return cmp.Compare(a.start, b.start) })
	return w
}

func (m *refModel) includes() money.Amount {
	if !m.plan || m.closed {
		return 0
	}
	return m.conf.PlanAllowance
}

func (m *refModel) used(window int64) (sum money.Amount) {
	for _, u := range m.uses {
		if u.window == window {
			sum += u.plan
		}
	}
	return sum
}

func (m *refModel) open(window int64) (sum money.Amount) {
	for _, h := range m.holds {
		if h.window == window && h.state == "open" {
			sum += h.covered
		}
	}
	return sum
}

// spent is the extra usage of a billing month.
func (m *refModel) spent(month int64) (sum money.Amount) {
	for _, u := range m.uses {
		if u.month == month {
			sum += u.extra
		}
	}
	return sum
}

// reserved sums pools: of a window or all (0), of a month or all (0).
func (m *refModel) reserved(window, month int64) (sum money.Amount) {
	for k, a := range m.pools {
		if (window == 0 || k.window == window) && (month == 0 || k.month == month) {
			sum += a
		}
	}
	return sum
}

func (m *refModel) balance() (sum money.Amount) {
	for _, c := range m.moved {
		sum += c.amount
	}
	for _, u := range m.uses {
		sum -= u.extra
	}
	return sum
}

func (m *refModel) available() money.Amount { return m.balance() - m.reserved(0, 0) }

// limitLeft is what the month may still take; a very large amount when Unlimited.
func (m *refModel) limitLeft(month int64) money.Amount {
	if m.limit.Kind == billing.Unlimited {
		return 1 << 62
	}
	return max(0, m.limit.Amount-m.spent(month)-m.reserved(0, month))
}

func (m *refModel) room(month int64) money.Amount {
	return max(0, min(m.available(), m.limitLeft(month)))
}

// continued tells whether extra usage goes on in a session, as things stand.
func (m *refModel) continued(w *refWindow) bool {
	if w != nil && len(w.choices) > 0 {
		return last(w.choices)
	}
	return last(m.always)
}

func (m *refModel) permitted(w *refWindow) bool {
	return last(m.on) && m.plan && !m.closed && m.continued(w)
}

// permittedAt tells it for an earlier time.
func (m *refModel) permittedAt(w *refWindow, t int64) bool {
	if !at(m.on, t) {
		return false
	}
	choice := -1
	for i, c := range w.choices {
		if c.at <= t {
			choice = i
		}
	}
	if choice >= 0 {
		return w.choices[choice].on
	}
	return at(m.always, t)
}

// verdict is what the design says about a hold.
type verdict struct {
	covered   money.Amount // 0: refused
	grow      money.Amount
	need      money.Amount
	room      money.Amount
	permitted bool
	reason    billing.Reason
}

// judge decides a hold of worst case w by the four rules, and names the reason of a refusal.
func (m *refModel) judge(now int64, w money.Amount) (v verdict) {
	month, _ := m.month(now)
	window := m.windowAt(now)
	start, allowance := int64(-1), m.includes()
	if window != nil {
		start, allowance = window.start, window.allowance
	}
	rest := allowance - m.used(start) - m.open(start)
	v.need = w - rest - m.reserved(start, 0)
	v.permitted, v.room = m.permitted(window), m.room(month)
	switch {
	case m.closed || !m.plan:
	case v.need <= 0:
		v.covered = w
		return v
	case v.permitted && v.need <= v.room:
		v.covered, v.grow = w, v.need
		return v
	case rest > 0:
		v.covered = rest
		return v
	}
	v.reason = m.reason(now, month, window, v.need)
	return v
}

// reason is the first thing that stops a hold, in the order in which the subscriber must act.
func (m *refModel) reason(now, month int64, window *refWindow, need money.Amount) billing.Reason {
	for _, r := range []struct {
		stops  bool
		reason billing.Reason
	}{
		{!m.plan, billing.NoPlan},
		{m.closed, billing.AccountClosed},
		{!last(m.on), billing.ExtraUsageOff},
		{m.balance() < 0, billing.BalanceNegative},
		{need > m.limitLeft(month), billing.MonthlyLimitReached},
		{!m.continued(window), billing.SessionLimitReached},
		{need > m.available(), m.fundsReason(now, month, need)},
	} {
		if r.stops {
			return r.reason
		}
	}
	return ""
}
