package models

import (
	"cmp"
	"slices"
	"time"
)

// WindowSpan is the length of a plan's session; no window is longer (design, "Allowance").
const WindowSpan = 5 * time.Hour

// tracked is a row together with what the database holds of it, so that only changed rows are written.
type tracked[T comparable] struct {
	row *T
	was T // the zero T for a row that is new
}

func (t tracked[T]) changed() bool { return *t.row != t.was }

// MeterState is the state of one account under its lock: what a decision reads, and what it changes or adds.
// Rows reached through it may be changed in place; they are written when the transaction ends.
type MeterState struct {
	Now   Instant // the time of this transaction for this account; never earlier than its last
	Meter *Meter

	was     Meter
	months  []tracked[BillingMonth] // by StartsAt; reaches from the earliest asked for to the newest
	windows []tracked[UsageWindow]  // by StartsAt; those that can matter to the cases loaded for
	pools   []tracked[Pool]
	holds   []tracked[Hold]
	usages  []*Usage // found, and added

	Choices []*SessionChoice // of the windows loaded, in time; loaded for events only
	Changes []*SettingChange // of extra_usage and always_continue, in time; loaded for late events only

	newChoices  []*SessionChoice
	newChanges  []*SettingChange
	newUsages   []*Usage
	newEntries  []*Entry
	newRefusals []*Refusal
	newRejected []*RejectedUsage
	days        map[dayKey]*UsageDay
}

type dayKey struct {
	month      Instant
	day, model string
}

// AccountID is the account's id.
func (m *MeterState) AccountID() string { return m.Meter.AccountID }

// LastMonth is the newest billing month there is.
func (m *MeterState) LastMonth() *BillingMonth { return m.months[len(m.months)-1].row }

// Month is the billing month that starts at start, or nil.
func (m *MeterState) Month(start Instant) *BillingMonth {
	for _, t := range m.months {
		if t.row.StartsAt == start {
			return t.row
		}
	}
	return nil
}

// AddMonth appends the next billing month and makes it the current one.
func (m *MeterState) AddMonth(b *BillingMonth) {
	m.months = append(m.months, tracked[BillingMonth]{row: b})
	m.Meter.MonthStartsAt = b.StartsAt
}

// WindowAt is the window that covers t, or nil.
func (m *MeterState) WindowAt(t Instant) *UsageWindow {
	for _, w := range m.windows {
		if w.row.StartsAt <= t && t < w.row.EndsAt {
			return w.row
		}
	}
	return nil
}

// Window is the window that starts at start, or nil.
func (m *MeterState) Window(start Instant) *UsageWindow {
	for _, w := range m.windows {
		if w.row.StartsAt == start {
			return w.row
		}
	}
	return nil
}

// NextWindowAfter is the earliest window that starts after t and within WindowSpan of it, or nil.
func (m *MeterState) NextWindowAfter(t Instant) *UsageWindow {
	for _, w := range m.windows {
		if w.row.StartsAt > t {
			return w.row
		}
	}
	return nil
}

// AddWindow adds a window.
func (m *MeterState) AddWindow(w *UsageWindow) {
	m.windows = append(m.windows, tracked[UsageWindow]{row: w})
	slices.SortFunc(m.windows, func(a, b tracked[UsageWindow]) int { return cmp.Compare(a.row.StartsAt, b.row.StartsAt) })
}

// Pool is the pool of a window and month; an empty one where there is none yet.
func (m *MeterState) Pool(window, month Instant) *Pool {
	for _, t := range m.pools {
		if t.row.WindowStartsAt == window && t.row.MonthStartsAt == month {
			return t.row
		}
	}
	p := &Pool{AccountID: m.AccountID(), WindowStartsAt: window, MonthStartsAt: month}
	m.pools = append(m.pools, tracked[Pool]{row: p, was: *p}) // written once it is not empty
	return p
}

// Pools are the pools of a window, by month.
func (m *MeterState) Pools(window Instant) []*Pool {
	var out []*Pool
	for _, t := range m.pools {
		if t.row.WindowStartsAt == window {
			out = append(out, t.row)
		}
	}
	slices.SortFunc(out, func(a, b *Pool) int { return cmp.Compare(a.MonthStartsAt, b.MonthStartsAt) })
	return out
}

// Hold is the hold with this id, or nil.
func (m *MeterState) Hold(id string) *Hold {
	for _, t := range m.holds {
		if t.row.ID == id {
			return t.row
		}
	}
	return nil
}

// HoldByKey is the hold a caller made under an idempotency key, or nil.
func (m *MeterState) HoldByKey(caller, key string) *Hold {
	for _, t := range m.holds {
		if t.row.Caller == caller && t.row.IdempotencyKey == key {
			return t.row
		}
	}
	return nil
}

// AddHold adds a hold.
func (m *MeterState) AddHold(h *Hold) { m.holds = append(m.holds, tracked[Hold]{row: h}) }

// FindUsage is the usage recorded for a hold, an event or a provider's message, the first that any of them names; or nil.
// Empty values name nothing.
func (m *MeterState) FindUsage(holdID, source, eventID, messageID string) *Usage {
	for _, u := range m.usages {
		switch {
		case holdID != "" && u.HoldID == holdID,
			eventID != "" && u.EventID == eventID && u.Source == source,
			messageID != "" && u.MessageID == messageID:
			return u
		}
	}
	return nil
}

// AddUsage records a usage in its window and on its day, a calendar day written 2006-01-02 in the account's billing zone.
func (m *MeterState) AddUsage(u *Usage, day string) {
	m.usages = append(m.usages, u)
	m.newUsages = append(m.newUsages, u)
	if w := m.Window(u.WindowStartsAt); w != nil {
		w.Requests, w.Extra, w.Absorbed = w.Requests+1, w.Extra.Add(u.Extra), w.Absorbed.Add(u.Absorbed)
	}
	k := dayKey{u.MonthStartsAt, day, u.Model}
	d := m.days[k]
	if d == nil {
		d = &UsageDay{AccountID: u.AccountID, MonthStartsAt: u.MonthStartsAt, Day: day, Model: u.Model}
		if m.days == nil {
			m.days = map[dayKey]*UsageDay{}
		}
		m.days[k] = d
	}
	d.Requests++
	d.InputTokens += u.InputTokens
	d.OutputTokens += u.OutputTokens
	d.CacheWriteTokens += u.CacheWriteTokens
	d.CacheWrite1hTokens += u.CacheWrite1hTokens
	d.CacheReadTokens += u.CacheReadTokens
	d.Plan = d.Plan.Add(u.Plan)
	d.Extra = d.Extra.Add(u.Extra)
	d.Absorbed = d.Absorbed.Add(u.Absorbed)
}

// AddChoice records a continue choice of a window.
func (m *MeterState) AddChoice(c *SessionChoice) {
	m.Choices = append(m.Choices, c)
	m.newChoices = append(m.newChoices, c)
}

// AddChange records a change of a setting.
func (m *MeterState) AddChange(c *SettingChange) {
	m.Changes = append(m.Changes, c)
	m.newChanges = append(m.newChanges, c)
}

// Undoes marks a change that was just added as the undoing of an earlier one.
func (m *MeterState) Undoes(change, earlier string) {
	for _, c := range m.newChanges {
		if c.ID == change {
			c.Undoes = earlier
		}
	}
}

// AddRefusal records a refused request.
func (m *MeterState) AddRefusal(r *Refusal) { m.newRefusals = append(m.newRefusals, r) }

// AddRejected keeps usage that could not be priced; the same event once.
func (m *MeterState) AddRejected(r *RejectedUsage) { m.newRejected = append(m.newRejected, r) }

// EachMonthAfter calls f for every loaded month that starts after start. From a month that is loaded on, all later ones are.
func (m *MeterState) EachMonthAfter(start Instant, f func(*BillingMonth)) {
	for _, t := range m.months {
		if t.row.StartsAt > start {
			f(t.row)
		}
	}
}
