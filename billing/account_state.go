package billing

import (
	"cmp"
	"slices"

	"extrausage/models"
	"extrausage/money"
)

// This file turns the rows of an account into what decisions are made on, and decisions into changed rows.

// planMax20x is the only plan there is (the article); "" is none.
const planMax20x = "max_20x"

// SessionLength is how long a session lasts, in elapsed time.
const SessionLength = models.WindowSpan

// openWindow is the window that covers t. Where there is none it opens one: five hours, or until the next window starts.
func openWindow(m *models.MeterState, t models.Instant, allowance money.Amount) *models.UsageWindow {
	if w := m.WindowAt(t); w != nil {
		return w
	}
	end := t.Add(models.WindowSpan)
	if next := m.NextWindowAfter(t); next != nil {
		end = min(end, next.StartsAt)
	}
	w := &models.UsageWindow{AccountID: m.AccountID(), StartsAt: t, EndsAt: end, Allowance: allowance}
	m.AddWindow(w)
	return w
}

// allowance is what a window that opens now includes.
func (s *Service) allowance(m *models.MeterState) money.Amount {
	if m.Meter.Plan == "" || m.Meter.Closed {
		return 0
	}
	return s.conf.PlanAllowance
}

// includePlan gives the running session what the plan includes, where it began before there was a plan: nothing is charged
// while a plan that is paid for has allowance left (P2).
func (s *Service) includePlan(m *models.MeterState) {
	if w := m.WindowAt(m.Now); w != nil && w.Allowance == 0 {
		w.Allowance = s.allowance(m)
	}
}

// sessionOf is the state of a window as seen by a hold of the month that starts at month.
func sessionOf(m *models.MeterState, w *models.UsageWindow, month models.Instant) sessionState {
	s := sessionState{allowance: w.Allowance, used: w.Used, open: w.Open}
	for _, p := range m.Pools(w.StartsAt) {
		s.pool = s.pool.Add(p.Pool)
		if p.MonthStartsAt == month {
			s.ownPool = p.Pool
		}
	}
	return s
}

func wallsOf(m *models.MeterState, b *models.BillingMonth, permitted bool) wallState {
	return wallState{
		permitted: permitted, balance: m.Meter.Balance, allPools: m.Meter.Held,
		limit: limitOf(b), spent: b.Spent, held: b.Held,
	}
}

func limitOf(b *models.BillingMonth) Limit {
	return Limit{Kind: LimitKind(b.LimitKind), Amount: b.Limit}
}

// continuedIn tells whether the subscriber's choice lets extra usage go on in a window: its latest choice, else the preference.
func continuedIn(m *models.MeterState, w *models.UsageWindow) bool {
	if w.Choice != "" {
		return w.Choice == string(ContinueSession)
	}
	return m.Meter.AlwaysContinue
}

// permittedNow tells whether extra usage may be charged in a window: switched on, and continued.
func permittedNow(m *models.MeterState, w *models.UsageWindow) bool {
	return m.Meter.ExtraUsage && m.Meter.Plan != "" && !m.Meter.Closed && continuedIn(m, w)
}

// permittedAt tells the same for an earlier time t, from the history of switch, preference and choices.
func permittedAt(m *models.MeterState, w *models.UsageWindow, t models.Instant) bool {
	if !switchedOnAt(m, settingExtraUsage, m.Meter.ExtraUsage, m.Meter.ExtraUsageSinceAt, t) {
		return false
	}
	choice := ""
	for _, c := range m.Choices {
		if c.WindowStartsAt == w.StartsAt && c.At <= t {
			choice = c.Choice
		}
	}
	if choice != "" {
		return choice == string(ContinueSession)
	}
	return switchedOnAt(m, settingAlwaysContinue, m.Meter.AlwaysContinue, m.Meter.AlwaysContinueSinceAt, t)
}

// switchedOnAt is the state of a switch at t: as now, if it has not been turned since; else what the last turn before t made it.
func switchedOnAt(m *models.MeterState, setting string, now bool, since, t models.Instant) bool {
	if t >= since {
		return now
	}
	on := false
	for _, c := range m.Changes {
		if c.Setting == setting && c.At <= t {
			on = c.NewValue == "on"
		}
	}
	return on
}

// reserve opens a hold's share: covered in the window, grow in the pool of its month and of the balance.
func reserve(m *models.MeterState, w *models.UsageWindow, b *models.BillingMonth, c cover) {
	w.Open = w.Open.Add(c.covered)
	if c.grow > 0 {
		p := m.Pool(w.StartsAt, b.StartsAt)
		p.Pool = p.Pool.Add(c.grow)
		b.Held = b.Held.Add(c.grow)
		m.Meter.Held = m.Meter.Held.Add(c.grow)
	}
}

// release closes a hold's share after p was taken of it, and lets go what the pools no longer need.
func release(m *models.MeterState, w *models.UsageWindow, b *models.BillingMonth, covered money.Amount, p parts) {
	w.Open = w.Open.Sub(covered)
	w.Used = w.Used.Add(p.plan)
	if p.extra > 0 {
		draw(m, m.Pool(w.StartsAt, b.StartsAt), b, p.extra)
		b.Spent = b.Spent.Add(p.extra)
	}
	pools := m.Pools(w.StartsAt)
	slices.SortStableFunc(pools, func(x, y *models.Pool) int { return cmp.Compare(rank(x, b), rank(y, b)) })
	amounts := make([]money.Amount, len(pools))
	for i, pool := range pools {
		amounts[i] = pool.Pool
	}
	s := sessionOf(m, w, b.StartsAt)
	for i, keep := range shrink(amounts, s.pool.Sub(poolTarget(s))) {
		if cut := pools[i].Pool.Sub(keep); cut > 0 {
			draw(m, pools[i], m.Month(pools[i].MonthStartsAt), cut)
		}
	}
}

// rank puts the hold's own month first.
func rank(p *models.Pool, own *models.BillingMonth) int {
	if p.MonthStartsAt == own.StartsAt {
		return 0
	}
	return 1
}

// draw takes from a pool, and from what its month and the balance count as held.
func draw(m *models.MeterState, p *models.Pool, b *models.BillingMonth, amount money.Amount) {
	p.Pool = p.Pool.Sub(amount)
	b.Held = b.Held.Sub(amount)
	m.Meter.Held = m.Meter.Held.Sub(amount)
}

// post appends an entry to the ledger in a billing month. Later months begin with a balance that knows of it.
func post(m *models.MeterState, b *models.BillingMonth, e *models.Entry) {
	e.MonthStartsAt = b.StartsAt
	m.AppendEntry(e)
	watchBalance(m)
	m.EachMonthAfter(b.StartsAt, func(later *models.BillingMonth) {
		later.OpeningBalance = later.OpeningBalance.Add(e.Amount)
	})
}
