package billing_test

import (
	"database/sql"
	"fmt"
	"strings"

	"extrausage/money"
)

// picture is the rows of the account, read past the app.
type picture struct {
	meter     meterRow
	months    []monthRow
	windows   []windowRow
	pools     map[poolKey]money.Amount
	purchases []purchaseRow
	entries   []entryRow
	reversals []reversalRow
	cards     []cardRow
	openHolds int
	overdue   int // open holds whose time is over
}

type meterRow struct {
	Plan                         string
	Closed, On, Always           bool
	Seen, Version, Seq           int64
	Balance, Held                money.Amount
	ReloadOn                     bool
	Threshold, Target, Confirmed money.Amount
	Pause, Waits                 string
	Declines, RetryAt, WantedAt  int64
	PurchaseID                   string
	RefusalReason                string
	RefusalNeeded                money.Amount
	RefusalWindow                int64
}

type monthRow struct {
	Start, End                            int64
	LimitKind                             string
	Limit, Spent, Held, Reloaded, Opening money.Amount
}

type windowRow struct {
	Start, End            int64
	Allowance, Used, Open money.Amount
	Choice                string
}

type poolKey struct{ window, month int64 }

type purchaseRow struct {
	ID, Kind, State          string
	Amount                   money.Amount
	Card, ActionURL          string
	Month, Planned, Ended    int64
	Sends, Submitted, Checks int64
	Receipt                  int64
	Charge                   string
}

type entryRow struct {
	Seq, At, Month int64
	Kind           string
	Amount, After  money.Amount
	Purchase, Note string
	Usage          string
	Corrects       int64
}

type cardRow struct {
	ID, Fingerprint   string
	Removed, Detached int64
}

type reversalRow struct {
	ID, Purchase, Kind, State string
	Amount, Posted            money.Amount
}

// query binds a question mark for either database. Each statement is prepared once.
func (w *world) query(query string, args ...any) *sql.Rows {
	s := w.prepared[query]
	if s == nil {
		text := query
		for n := 1; w.origin.db == "postgres" && strings.Contains(text, "?"); n++ {
			text = strings.Replace(text, "?", fmt.Sprintf("$%d", n), 1)
		}
		var err error
		if s, err = w.raw.Prepare(text); err != nil { //nolint:sqlclosecheck // the database is closed with all of them
			panic(err)
		}
		w.prepared[query] = s
	}
	rows, err := s.Query(args...) //nolint:rowserrcheck // each checks
	if err != nil {
		panic(err)
	}
	return rows
}

// each reads rows one by one.
func (w *world) each(scan func(row *sql.Rows) error, query string, args ...any) {
	rows := w.query(query, args...)
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			panic(err)
		}
	}
	if err := rows.Err(); err != nil {
		panic(err)
	}
}

// look reads the rows. Entries never change, so only new ones are read; that they did not, VerifyLedger tells.
func (w *world) look() *picture {
	p := &picture{pools: map[poolKey]money.Amount{}}
	id := w.account
	if w.seen != nil {
		p.entries = w.seen.entries
	}
	m := &p.meter
	w.each(func(r *sql.Rows) error {
		return r.Scan(&m.Plan, &m.Closed, &m.On, &m.Always, &m.Seen, &m.Version, &m.Seq, &m.Balance, &m.Held, &m.ReloadOn, &m.Threshold,
			&m.Target, &m.Confirmed, &m.Pause, &m.Waits, &m.Declines, &m.RetryAt, &m.WantedAt, &m.PurchaseID, &m.RefusalReason, &m.RefusalNeeded, &m.RefusalWindow)
	}, `SELECT plan, closed, extra_usage, always_continue, seen_at, version, entry_seq, balance_nanos, held_nanos, reload_on, reload_threshold_nanos,
		reload_target_nanos, reload_confirmed_nanos, reload_pause, reload_waits, reload_declines, reload_retry_at, reload_wanted_at, reload_purchase_id,
		refusal_reason, refusal_needed_nanos, refusal_window_starts_at FROM meters WHERE account_id = ?`, id)
	w.each(func(r *sql.Rows) error {
		b := monthRow{}
		err := r.Scan(&b.Start, &b.End, &b.LimitKind, &b.Limit, &b.Spent, &b.Held, &b.Reloaded, &b.Opening)
		p.months = append(p.months, b)
		return err
	}, `SELECT starts_at, ends_at, limit_kind, limit_nanos, spent_nanos, held_nanos, reloaded_nanos, opening_balance_nanos
		FROM billing_months WHERE account_id = ? ORDER BY starts_at`, id)
	w.each(func(r *sql.Rows) error {
		b := windowRow{}
		err := r.Scan(&b.Start, &b.End, &b.Allowance, &b.Used, &b.Open, &b.Choice)
		p.windows = append(p.windows, b)
		return err
	}, "SELECT starts_at, ends_at, allowance_nanos, used_nanos, open_nanos, choice FROM usage_windows WHERE account_id = ? ORDER BY starts_at", id)
	w.each(func(r *sql.Rows) error {
		var k poolKey
		var a money.Amount
		err := r.Scan(&k.window, &k.month, &a)
		p.pools[k] = a
		return err
	}, "SELECT window_starts_at, month_starts_at, pool_nanos FROM pools WHERE account_id = ? AND pool_nanos <> 0", id)
	w.lookAtMoney(p)
	return p
}

func (w *world) lookAtMoney(p *picture) {
	id := w.account
	w.each(func(r *sql.Rows) error {
		b := purchaseRow{}
		err := r.Scan(&b.ID, &b.Kind, &b.State, &b.Amount, &b.Card, &b.ActionURL, &b.Month, &b.Planned, &b.Ended, &b.Sends, &b.Submitted, &b.Checks, &b.Receipt, &b.Charge)
		p.purchases = append(p.purchases, b)
		return err
	}, `SELECT id, kind, state, amount_nanos, payment_method_id, action_url, month_starts_at, planned_at, ended_at, sends, submitted_at, next_check_at,
		receipt_number, charge FROM purchases WHERE account_id = ? ORDER BY id`, id)
	if p.meter.Seq > int64(len(p.entries)) {
		w.each(func(r *sql.Rows) error {
			b := entryRow{}
			err := r.Scan(&b.Seq, &b.At, &b.Month, &b.Kind, &b.Amount, &b.After, &b.Purchase, &b.Note, &b.Usage, &b.Corrects)
			p.entries = append(p.entries, b)
			return err
		}, `SELECT seq, at, month_starts_at, kind, amount_nanos, balance_after_nanos, purchase_id, note, usage_id, corrects_seq
			FROM entries WHERE account_id = ? AND seq > ? ORDER BY seq`, id, len(p.entries))
	}
	w.each(func(r *sql.Rows) error {
		b := reversalRow{}
		err := r.Scan(&b.ID, &b.Purchase, &b.Kind, &b.State, &b.Amount, &b.Posted)
		p.reversals = append(p.reversals, b)
		return err
	}, "SELECT id, purchase_id, kind, state, amount_nanos, posted_nanos FROM purchase_reversals WHERE account_id = ? ORDER BY id", id)
	w.each(func(r *sql.Rows) error {
		b := cardRow{}
		err := r.Scan(&b.ID, &b.Fingerprint, &b.Removed, &b.Detached)
		p.cards = append(p.cards, b)
		return err
	}, "SELECT id, fingerprint, removed_at, detached_at FROM payment_methods WHERE account_id = ? ORDER BY id", id)
	w.each(func(r *sql.Rows) error { return r.Scan(&p.openHolds, &p.overdue) },
		"SELECT COUNT(*), COALESCE(SUM(CASE WHEN expires_at <= ? THEN 1 ELSE 0 END), 0) FROM holds WHERE account_id = ? AND state = 'open'", max(w.clock.Load(), p.meter.Seen), id)
}

// current is the card that purchases are made with.
func (p *picture) current() (cardRow, bool) {
	for _, c := range p.cards {
		if c.Removed == 0 {
			return c, true
		}
	}
	return cardRow{}, false
}

func (p *picture) purchase(id string) (purchaseRow, bool) {
	for _, b := range p.purchases {
		if b.ID == id {
			return b, true
		}
	}
	return purchaseRow{}, false
}

// fingerprint tells whether anything of an account changed that a webhook could change.
func (w *world) fingerprint() string {
	var out strings.Builder
	for _, q := range []string{
		"SELECT account_id || version || '/' || entry_seq || '/' || balance_nanos || reload_pause || reload_declines || seen_at FROM meters ORDER BY account_id",
		"SELECT id || state || sends || charge FROM purchases ORDER BY id",
		"SELECT id || state || posted_nanos FROM purchase_reversals ORDER BY id",
		"SELECT id || removed_at FROM payment_methods ORDER BY id",
		"SELECT event_id || processed_at FROM webhook_events ORDER BY event_id",
	} {
		w.each(func(r *sql.Rows) error {
			var s string
			err := r.Scan(&s)
			out.WriteString(s + "\n")
			return err
		}, q)
	}
	return out.String()
}
