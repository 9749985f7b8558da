package models

import (
	"context"
	"fmt"
	"slices"
)

// Finding is a row that contradicts the books.
type Finding struct {
	Check string
	Row   string // "account/key"
	Says  string
}

// bookCheck is one thing that has to hold of the books: a query for the rows for which it does not.
type bookCheck struct{ name, query string }

// bookChecks select (row, what is wrong) for each violation.
var bookChecks = []bookCheck{
	{"balance is the sum of the entries", `
		SELECT m.account_id, 'balance ' || m.balance_nanos || ', entries ' || COALESCE(e.total, 0) || ', count ' || COALESCE(e.n, 0) || ', seq ' || m.entry_seq
		FROM meters m LEFT JOIN (SELECT account_id, SUM(amount_nanos) AS total, COUNT(*) AS n, MAX(seq) AS last FROM entries GROUP BY account_id) e
			ON e.account_id = m.account_id
		WHERE m.balance_nanos <> COALESCE(e.total, 0) OR m.entry_seq <> COALESCE(e.n, 0) OR m.entry_seq <> COALESCE(e.last, 0)`},
	{"month: spent is the sum of its charges", `
		SELECT b.account_id || '/' || b.starts_at, 'spent ' || b.spent_nanos || ', usages ' || COALESCE(u.total, 0)
		FROM billing_months b LEFT JOIN (SELECT account_id, month_starts_at, SUM(extra_nanos) AS total FROM usages GROUP BY account_id, month_starts_at) u
			ON u.account_id = b.account_id AND u.month_starts_at = b.starts_at
		WHERE b.spent_nanos <> COALESCE(u.total, 0)`},
	{"month: held is the sum of its pools", `
		SELECT b.account_id || '/' || b.starts_at, 'held ' || b.held_nanos || ', pools ' || COALESCE(p.total, 0)
		FROM billing_months b LEFT JOIN (SELECT account_id, month_starts_at, SUM(pool_nanos) AS total FROM pools GROUP BY account_id, month_starts_at) p
			ON p.account_id = b.account_id AND p.month_starts_at = b.starts_at
		WHERE b.held_nanos <> COALESCE(p.total, 0)`},
	{"account: held is the sum of all pools", `
		SELECT m.account_id, 'held ' || m.held_nanos || ', pools ' || COALESCE(p.total, 0)
		FROM meters m LEFT JOIN (SELECT account_id, SUM(pool_nanos) AS total FROM pools GROUP BY account_id) p ON p.account_id = m.account_id
		WHERE m.held_nanos <> COALESCE(p.total, 0)`},
	{"session: used is the plan part of its usages", `
		SELECT w.account_id || '/' || w.starts_at, 'used ' || w.used_nanos || ', usages ' || COALESCE(u.total, 0)
		FROM usage_windows w LEFT JOIN (SELECT account_id, window_starts_at, SUM(plan_nanos) AS total FROM usages GROUP BY account_id, window_starts_at) u
			ON u.account_id = w.account_id AND u.window_starts_at = w.starts_at
		WHERE w.used_nanos <> COALESCE(u.total, 0)`},
	{"session: extra, absorbed and requests are those of its usages", `
		SELECT w.account_id || '/' || w.starts_at, 'extra ' || w.extra_nanos || ', absorbed ' || w.absorbed_nanos || ', requests ' || w.requests
			|| '; usages ' || COALESCE(u.extra, 0) || ', ' || COALESCE(u.absorbed, 0) || ', ' || COALESCE(u.n, 0)
		FROM usage_windows w LEFT JOIN (SELECT account_id, window_starts_at, COUNT(*) AS n, SUM(extra_nanos) AS extra, SUM(absorbed_nanos) AS absorbed
				FROM usages GROUP BY account_id, window_starts_at) u ON u.account_id = w.account_id AND u.window_starts_at = w.starts_at
		WHERE w.extra_nanos <> COALESCE(u.extra, 0) OR w.absorbed_nanos <> COALESCE(u.absorbed, 0) OR w.requests <> COALESCE(u.n, 0)`},
	{"session: open is what its open holds cover", `
		SELECT w.account_id || '/' || w.starts_at, 'open ' || w.open_nanos || ', holds ' || COALESCE(h.total, 0)
		FROM usage_windows w LEFT JOIN (SELECT account_id, window_starts_at, SUM(covered_nanos) AS total FROM holds WHERE state = 'open' GROUP BY account_id, window_starts_at) h
			ON h.account_id = w.account_id AND h.window_starts_at = w.starts_at
		WHERE w.open_nanos <> COALESCE(h.total, 0)`},
	{"session: pools are what used and open exceed the allowance by", `
		SELECT w.account_id || '/' || w.starts_at, 'pools ' || COALESCE(p.total, 0) || ', used ' || w.used_nanos || ', open ' || w.open_nanos || ', allowance ' || w.allowance_nanos
		FROM usage_windows w LEFT JOIN (SELECT account_id, window_starts_at, SUM(pool_nanos) AS total FROM pools GROUP BY account_id, window_starts_at) p
			ON p.account_id = w.account_id AND p.window_starts_at = w.starts_at
		WHERE COALESCE(p.total, 0) <> CASE WHEN w.used_nanos + w.open_nanos > w.allowance_nanos THEN w.used_nanos + w.open_nanos - w.allowance_nanos ELSE 0 END`},
	{"every charge has its entry, of the same amount", `
		SELECT u.account_id || '/' || u.id, 'extra ' || u.extra_nanos || ', entry ' || COALESCE(CAST(e.amount_nanos AS TEXT), 'missing') || ', month ' || u.month_starts_at
		FROM usages u LEFT JOIN entries e ON e.account_id = u.account_id AND e.usage_id = u.id AND e.kind = 'charge'
		WHERE u.extra_nanos <> COALESCE(-e.amount_nanos, 0) OR u.month_starts_at <> COALESCE(e.month_starts_at, u.month_starts_at)`},
	{"every charge entry has its usage", `
		SELECT e.account_id || '/' || e.seq, 'usage ' || e.usage_id || ' is missing'
		FROM entries e LEFT JOIN usages u ON u.account_id = e.account_id AND u.id = e.usage_id
		WHERE e.kind = 'charge' AND u.id IS NULL`},
	{"a purchase is credited exactly when it succeeded", `
		SELECT p.account_id || '/' || p.id, p.state || ' ' || p.amount_nanos || ', credit ' || COALESCE(CAST(e.amount_nanos AS TEXT), 'missing')
		FROM purchases p LEFT JOIN entries e ON e.account_id = p.account_id AND e.purchase_id = p.id AND e.kind = 'purchase'
		WHERE (p.state = 'succeeded') <> (e.seq IS NOT NULL) OR (e.seq IS NOT NULL AND e.amount_nanos <> p.amount_nanos)`},
	{"every purchase entry has its purchase", `
		SELECT e.account_id || '/' || e.seq, 'purchase ' || e.purchase_id || ' is missing'
		FROM entries e LEFT JOIN purchases p ON p.account_id = e.account_id AND p.id = e.purchase_id
		WHERE e.kind = 'purchase' AND p.id IS NULL`},
	{"usage is charged only where the plan's part was used up", `
		SELECT u.account_id || '/' || u.id, 'extra ' || u.extra_nanos || ' with used ' || u.used_before_nanos || ' + ' || u.plan_nanos || ' of ' || u.allowance_nanos
		FROM usages u WHERE u.extra_nanos > 0 AND (u.used_before_nanos + u.plan_nanos <> u.allowance_nanos OR NOT u.permitted)`},
	{"usage costs what its tokens cost at its rates", `
		SELECT u.account_id || '/' || u.id, 'cost ' || u.cost_nanos FROM usages u
		WHERE u.cost_nanos <> u.input_tokens * u.input_rate_nanos + u.output_tokens * u.output_rate_nanos + u.cache_write_tokens * u.cache_write_rate_nanos
			+ u.cache_write_1h_tokens * u.cache_write_1h_rate_nanos + u.cache_read_tokens * u.cache_read_rate_nanos`},
	{"roll-ups by day equal the usages", `
		SELECT COALESCE(d.account_id, u.account_id) || '/' || COALESCE(d.month_starts_at, u.month_starts_at) || '/' || COALESCE(d.model, u.model),
			'roll-up ' || COALESCE(d.total, 0) || ' of ' || COALESCE(d.n, 0) || ' requests, usages ' || COALESCE(u.total, 0) || ' of ' || COALESCE(u.n, 0)
		FROM (SELECT account_id, month_starts_at, model, SUM(requests) AS n, SUM(plan_nanos + extra_nanos + absorbed_nanos) AS total,
				SUM(plan_nanos) AS plan, SUM(extra_nanos) AS extra, SUM(input_tokens) AS i, SUM(output_tokens) AS o,
				SUM(cache_write_tokens) AS w, SUM(cache_write_1h_tokens) AS w1, SUM(cache_read_tokens) AS r
			FROM usage_days GROUP BY account_id, month_starts_at, model) d
		FULL JOIN (SELECT account_id, month_starts_at, model, COUNT(*) AS n, SUM(cost_nanos) AS total,
				SUM(plan_nanos) AS plan, SUM(extra_nanos) AS extra, SUM(input_tokens) AS i, SUM(output_tokens) AS o,
				SUM(cache_write_tokens) AS w, SUM(cache_write_1h_tokens) AS w1, SUM(cache_read_tokens) AS r
			FROM usages GROUP BY account_id, month_starts_at, model) u
			ON u.account_id = d.account_id AND u.month_starts_at = d.month_starts_at AND u.model = d.model
		WHERE COALESCE(d.n, -1) <> COALESCE(u.n, -1) OR d.total <> u.total OR d.plan <> u.plan OR d.extra <> u.extra
			OR d.i <> u.i OR d.o <> u.o OR d.w <> u.w OR d.w1 <> u.w1 OR d.r <> u.r`},
	{"extra usage is on only with a consent to this very switch", `
		SELECT m.account_id, 'on without consent' FROM meters m
		WHERE m.extra_usage AND NOT EXISTS (SELECT 1 FROM consents c WHERE c.account_id = m.account_id AND c.at = m.extra_usage_since_at)`},
}

// VerifyBooks runs every check over all accounts and gives the findings of each by name, in order.
func (s *Store) VerifyBooks(ctx context.Context) (names []string, findings []Finding, err error) {
	err = s.View(ctx, func(tx *Tx) error {
		h, err := tx.hot()
		if err != nil {
			return err
		}
		for _, c := range slices.Concat(bookChecks, paymentChecks, invoiceChecks) {
			names = append(names, c.name)
			found, err := runCheck(ctx, h, c)
			if err != nil {
				return fmt.Errorf("check %q: %w", c.name, err)
			}
			findings = append(findings, found...)
		}
		names = append(names, chainCheck, invoiceCheck)
		found, err := verifyChain(ctx, h)
		if err != nil {
			return err
		}
		findings = append(findings, found...)
		found, err = verifyInvoices(ctx, tx)
		findings = append(findings, found...)
		return err
	})
	return names, findings, err
}

// mostFindings bounds what one check reports: the first rows name the trouble.
const mostFindings = 100

func runCheck(ctx context.Context, h hotTx, c bookCheck) ([]Finding, error) {
	rows, err := h.query(ctx, c.query+fmt.Sprintf(" LIMIT %d", mostFindings))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Finding
	for rows.Next() {
		f := Finding{Check: c.name}
		if err := rows.Scan(&f.Row, &f.Says); err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, rows.Err()
}

const chainCheck = "entries are chained, without gap, each with the balance after it"

// verifyChain walks every account's entries in order.
func verifyChain(ctx context.Context, h hotTx) ([]Finding, error) {
	rows, err := h.query(ctx, "SELECT "+joinColumns(entryTable)+" FROM entries t ORDER BY t.account_id, t.seq")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Finding
	prev := Entry{}
	for rows.Next() {
		e := Entry{}
		if err := rows.Scan(entryTable.fields(&e)...); err != nil {
			return nil, err
		}
		if e.AccountID != prev.AccountID {
			prev = Entry{}
		}
		if says := e.contradicts(prev); says != "" && len(out) < mostFindings {
			out = append(out, Finding{Check: chainCheck, Row: fmt.Sprintf("%s/%d", e.AccountID, e.Seq), Says: says})
		}
		prev = e
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	heads, err := h.query(ctx, `SELECT m.account_id || '/' || m.entry_seq, m.entry_hash, COALESCE(e.hash, '') FROM meters m
		LEFT JOIN entries e ON e.account_id = m.account_id AND e.seq = m.entry_seq`)
	if err != nil {
		return nil, err
	}
	defer heads.Close()
	for heads.Next() {
		var row, head, last string
		if err := heads.Scan(&row, &head, &last); err != nil {
			return nil, err
		}
		if head != last {
			out = append(out, Finding{Check: chainCheck, Row: row, Says: "is not the head of the chain, or is missing"})
		}
	}
	return out, heads.Err()
}

// contradicts is what is wrong with e after the entry before it, or "".
func (e *Entry) contradicts(prev Entry) string {
	switch {
	case e.Seq != prev.Seq+1:
		return fmt.Sprintf("follows %d", prev.Seq)
	case e.PrevHash != prev.Hash:
		return "does not name the hash of the entry before"
	case e.BalanceAfter != prev.BalanceAfter+e.Amount:
		return "balance after it does not add up"
	case e.Hash != e.ComputeHash():
		return "was altered: its hash does not fit"
	}
	return ""
}
