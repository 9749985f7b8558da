package models

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Needs names the rows of one account that a decision wants to see.
type Needs struct {
	AccountID string  // may be empty where HoldID is given
	HoldID    string  // a hold to end
	Caller    string  // with Key: a hold made under this idempotency key
	Key       string  //
	At        Instant // an event's own time; 0 where the time of the transaction is meant
	Source    string  // with EventID: an event's identity
	EventID   string  //
	MessageID string  // the provider's id of the answer
	Month     Instant // the start of an old month to load with those after it; 0 for the current one
	History   bool    // choices and switches in time, to judge an event by its own time
}

// loadStates locks the accounts that the needs name, in order of id, and loads their state. Needs whose account or hold does
// not exist are left out of the result, which is by account id. The account ids found by hold id are written into the needs.
func loadStates(ctx context.Context, h hotTx, clock func() Instant, needs []*Needs) (map[string]*MeterState, error) {
	if err := findAccounts(ctx, h, needs); err != nil {
		return nil, err
	}
	states, err := lockMeters(ctx, h, clock, needs)
	if err != nil || len(states) == 0 {
		return states, err
	}
	l := &loader{ctx: ctx, h: h, states: states}
	for _, load := range []func([]*Needs) error{l.loadHolds, l.loadWindows, l.loadMonths, l.loadUsages, l.loadHistory} {
		if err := load(needs); err != nil {
			return nil, err
		}
	}
	return states, nil
}

// findAccounts completes needs that name only a hold.
func findAccounts(ctx context.Context, h hotTx, needs []*Needs) error {
	ids := []any{}
	for _, n := range needs {
		if n.AccountID == "" && n.HoldID != "" {
			ids = append(ids, n.HoldID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	rows, err := h.query(ctx, "SELECT id, account_id FROM holds WHERE id IN "+tuples(1, len(ids)), ids...)
	if err != nil {
		return fmt.Errorf("find holds: %w", err)
	}
	defer rows.Close()
	accounts := map[string]string{}
	for rows.Next() {
		var id, account string
		if err := rows.Scan(&id, &account); err != nil {
			return err
		}
		accounts[id] = account
	}
	for _, n := range needs {
		if n.AccountID == "" {
			n.AccountID = accounts[n.HoldID]
		}
	}
	return rows.Err()
}

func lockMeters(ctx context.Context, h hotTx, clock func() Instant, needs []*Needs) (map[string]*MeterState, error) {
	ids := []string{}
	for _, n := range needs {
		if n.AccountID != "" {
			ids = append(ids, n.AccountID)
		}
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	states := make(map[string]*MeterState, len(ids))
	if len(ids) == 0 {
		return states, nil
	}
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = id
	}
	meters, err := selectRows(ctx, h, meterTable,
		"WHERE t.account_id IN "+tuples(1, len(ids))+" ORDER BY t.account_id"+h.forUpdate(), args...)
	if err != nil {
		return nil, err
	}
	now := clock() // after the locks: nobody who held one before us decided at a later time, but for a clock set back
	for _, m := range meters {
		s := &MeterState{Now: max(now, m.SeenAt), Meter: m, was: *m}
		m.SeenAt = s.Now
		states[m.AccountID] = s
	}
	return states, nil
}

// loader fills the states with the rows that the needs name, one statement per table.
type loader struct {
	ctx    context.Context
	h      hotTx
	states map[string]*MeterState
}

func (l *loader) loadHolds(needs []*Needs) error {
	byID := given{names: []string{"account_id", "id"}, types: []string{"TEXT", "TEXT"}}
	byKey := given{names: []string{"account_id", "caller", "key"}, types: []string{"TEXT", "TEXT", "TEXT"}}
	for _, n := range needs {
		if n.HoldID != "" {
			byID.add(n.AccountID, n.HoldID)
		}
		if n.Key != "" {
			byKey.add(n.AccountID, n.Caller, n.Key)
		}
	}
	for _, q := range []struct {
		g  *given
		on string
	}{
		{&byID, "t.account_id = q.account_id AND t.id = q.id"},
		{&byKey, "t.account_id = q.account_id AND t.caller = q.caller AND t.idempotency_key = q.key"},
	} {
		if q.g.rows == 0 {
			continue
		}
		holds, err := selectRows(l.ctx, l.h, holdTable, q.g.join(q.on), q.g.args...)
		if err != nil {
			return err
		}
		for _, h := range holds {
			if s := l.states[h.AccountID]; s != nil && s.Hold(h.ID) == nil {
				s.holds = append(s.holds, tracked[Hold]{row: h, was: *h})
			}
		}
	}
	return nil
}

func (l *loader) loadMonths(needs []*Needs) error {
	asked := map[string]Instant{}
	for _, n := range needs {
		if n.Month != 0 && (asked[n.AccountID] == 0 || n.Month < asked[n.AccountID]) {
			asked[n.AccountID] = n.Month
		}
	}
	g := given{names: []string{"account_id", "lo"}, types: []string{"TEXT", "BIGINT"}}
	for id, s := range l.states {
		lo := s.Meter.MonthStartsAt
		if asked[id] != 0 {
			lo = min(lo, asked[id])
		}
		for _, h := range s.holds {
			lo = min(lo, h.row.MonthStartsAt)
		}
		for _, p := range s.pools { // a pool of an old month shrinks with the window
			if p.row.Pool > 0 {
				lo = min(lo, p.row.MonthStartsAt)
			}
		}
		g.add(id, lo)
	}
	months, err := selectRows(l.ctx, l.h, billingMonthTable,
		g.join("t.account_id = q.account_id AND t.starts_at >= q.lo")+" ORDER BY t.starts_at", g.args...)
	if err != nil {
		return err
	}
	for _, b := range months {
		s := l.states[b.AccountID]
		s.months = append(s.months, tracked[BillingMonth]{row: b, was: *b})
	}
	return nil
}

// loadWindows loads the windows, pools and, where asked for, choices around the times that the needs name.
func (l *loader) loadWindows(needs []*Needs) error {
	type span struct{ lo, hi Instant }
	spans := make(map[string]span, len(l.states))
	widen := func(id string, lo, hi Instant) {
		s, ok := spans[id]
		if !ok {
			s = span{math.MaxInt64, 0}
		}
		spans[id] = span{min(s.lo, lo), max(s.hi, hi)}
	}
	for id, s := range l.states {
		widen(id, s.Now.Add(-WindowSpan), s.Now)
		for _, h := range s.holds {
			widen(id, h.row.WindowStartsAt-1, h.row.WindowStartsAt)
		}
	}
	for _, n := range needs {
		if l.states[n.AccountID] != nil && n.At != 0 {
			widen(n.AccountID, n.At.Add(-WindowSpan), n.At.Add(WindowSpan))
		}
	}
	g := given{names: []string{"account_id", "lo", "hi"}, types: []string{"TEXT", "BIGINT", "BIGINT"}}
	for id, s := range spans {
		g.add(id, s.lo, s.hi)
	}
	windows, err := selectRows(l.ctx, l.h, usageWindowTable,
		g.join("t.account_id = q.account_id AND t.starts_at > q.lo AND t.starts_at <= q.hi")+" ORDER BY t.starts_at", g.args...)
	if err != nil {
		return err
	}
	for _, w := range windows {
		s := l.states[w.AccountID]
		s.windows = append(s.windows, tracked[UsageWindow]{row: w, was: *w})
	}
	pools, err := selectRows(l.ctx, l.h, poolTable,
		g.join("t.account_id = q.account_id AND t.window_starts_at > q.lo AND t.window_starts_at <= q.hi"), g.args...)
	if err != nil {
		return err
	}
	for _, p := range pools {
		s := l.states[p.AccountID]
		s.pools = append(s.pools, tracked[Pool]{row: p, was: *p})
	}
	if !slices.ContainsFunc(needs, func(n *Needs) bool { return n.History }) {
		return nil
	}
	choices, err := selectRows(l.ctx, l.h, sessionChoiceTable,
		g.join("t.account_id = q.account_id AND t.window_starts_at > q.lo AND t.window_starts_at <= q.hi")+" ORDER BY t.at", g.args...)
	for _, c := range choices {
		s := l.states[c.AccountID]
		s.Choices = append(s.Choices, c)
	}
	return err
}

// loadUsages looks for what is recorded already under the names that the needs give.
func (l *loader) loadUsages(needs []*Needs) error {
	text3 := []string{"TEXT", "TEXT", "TEXT"}
	byHold := given{names: []string{"account_id", "hold_id"}, types: text3[:2]}
	byEvent := given{names: []string{"account_id", "source", "event_id"}, types: text3}
	byMessage := given{names: []string{"account_id", "message_id"}, types: text3[:2]}
	for _, n := range needs {
		if n.HoldID != "" {
			byHold.add(n.AccountID, n.HoldID)
		}
		if n.EventID != "" {
			byEvent.add(n.AccountID, n.Source, n.EventID)
		}
		if n.MessageID != "" {
			byMessage.add(n.AccountID, n.MessageID)
		}
	}
	for _, g := range []*given{&byHold, &byEvent, &byMessage} {
		if g.rows == 0 {
			continue
		}
		on := make([]string, len(g.names))
		for i, name := range g.names {
			on[i] = "t." + name + " = q." + name
			if i == len(g.names)-1 {
				on[i] += " AND t." + name + " <> ''" // lets the partial index serve
			}
		}
		found, err := selectRows(l.ctx, l.h, usageTable, g.join(strings.Join(on, " AND ")), g.args...)
		if err != nil {
			return err
		}
		for _, u := range found {
			if s := l.states[u.AccountID]; s != nil {
				s.usages = append(s.usages, u)
			}
		}
	}
	return nil
}

// loadHistory loads when the switches were turned, for accounts with an event older than the last turn.
func (l *loader) loadHistory(needs []*Needs) error {
	accounts := []any{}
	for _, n := range needs {
		s := l.states[n.AccountID]
		if n.History && s != nil && n.At != 0 && n.At < max(s.Meter.ExtraUsageSinceAt, s.Meter.AlwaysContinueSinceAt) {
			accounts = append(accounts, n.AccountID)
		}
	}
	if len(accounts) == 0 {
		return nil
	}
	changes, err := selectRows(l.ctx, l.h, settingChangeTable, "WHERE t.account_id IN "+tuples(1, len(accounts))+
		" AND t.setting IN ('extra_usage', 'always_continue')", accounts...)
	if err != nil {
		return err
	}
	slices.SortFunc(changes, func(a, b *SettingChange) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Version, b.Version))
	})
	for _, c := range changes {
		s := l.states[c.AccountID]
		s.Changes = append(s.Changes, c)
	}
	return nil
}
