package models

import (
	"context"
	"fmt"
)

// invoiceChecks select (row, what is wrong), as bookChecks do. The row is "account/number".
var invoiceChecks = []bookCheck{
	{"an invoice is what the entries of its month say", `
		SELECT i.account_id || '/' || i.number, 'opening ' || i.opening_nanos || ' of ' || COALESCE(e.before, 0) || ', extra ' || i.extra_nanos || ' of ' || COALESCE(e.extra, 0)
			|| ', purchased ' || i.purchased_nanos || ' of ' || COALESCE(e.purchased, 0) || ', returned ' || i.returned_nanos || ' of ' || COALESCE(e.returned, 0)
			|| ', corrections ' || i.corrections_nanos || ' of ' || COALESCE(e.corrections, 0)
		FROM invoices i LEFT JOIN (SELECT account_id, month_starts_at, SUM(SUM(amount_nanos)) OVER (PARTITION BY account_id ORDER BY month_starts_at) - SUM(amount_nanos) AS before,
				SUM(CASE WHEN kind = 'charge' THEN -amount_nanos ELSE 0 END) AS extra, SUM(CASE WHEN kind = 'purchase' THEN amount_nanos ELSE 0 END) AS purchased,
				SUM(CASE WHEN kind IN ('refund', 'dispute', 'dispute_won') THEN -amount_nanos ELSE 0 END) AS returned,
				SUM(CASE WHEN kind = 'correction' THEN amount_nanos ELSE 0 END) AS corrections
			FROM entries GROUP BY account_id, month_starts_at) e ON e.account_id = i.account_id AND e.month_starts_at = i.month_starts_at
		WHERE i.opening_nanos <> COALESCE(e.before, 0) OR i.extra_nanos <> COALESCE(e.extra, 0) OR i.purchased_nanos <> COALESCE(e.purchased, 0)
			OR i.returned_nanos <> COALESCE(e.returned, 0) OR i.corrections_nanos <> COALESCE(e.corrections, 0)`},
	{"an invoice is what the usages of its month say", `
		SELECT i.account_id || '/' || i.number, 'extra ' || i.extra_nanos || ', usages ' || COALESCE(u.total, 0)
		FROM invoices i LEFT JOIN (SELECT account_id, month_starts_at, SUM(extra_nanos) AS total FROM usages GROUP BY account_id, month_starts_at) u
			ON u.account_id = i.account_id AND u.month_starts_at = i.month_starts_at
		WHERE i.extra_nanos <> COALESCE(u.total, 0)`},
	{"invoices are numbered without gap", `
		SELECT i.account_id || '/' || i.number, 'the number before is ' || COALESCE(CAST(i.prev AS TEXT), 'missing')
		FROM (SELECT account_id, number, LAG(number) OVER (ORDER BY number) AS prev FROM invoices) i WHERE i.number <> COALESCE(i.prev, 0) + 1
		UNION ALL SELECT 'invoice/' || n.last, 'the last number given; the last invoice is ' || (SELECT COALESCE(MAX(number), 0) FROM invoices)
		FROM document_numbers n WHERE n.series = 'invoice' AND n.last <> (SELECT COALESCE(MAX(number), 0) FROM invoices)`},
	{"a closed month has an invoice when anything moved in it", `
		SELECT e.account_id || '/' || e.month_starts_at, 'is closed, has entries and no invoice'
		FROM (SELECT DISTINCT account_id, month_starts_at FROM entries) e JOIN month_closings c ON c.account_id = e.account_id AND e.month_starts_at < c.month_starts_at
		LEFT JOIN invoices i ON i.account_id = e.account_id AND i.month_starts_at = e.month_starts_at WHERE i.number IS NULL`},
	{"an invoice is of a closed month", `
		SELECT i.account_id || '/' || i.number, 'month ' || i.month_starts_at || ', open since ' || COALESCE(CAST(c.month_starts_at AS TEXT), 'ever')
		FROM invoices i LEFT JOIN month_closings c ON c.account_id = i.account_id WHERE c.account_id IS NULL OR c.month_starts_at <= i.month_starts_at`},
	{"every account has a month to close next", `
		SELECT m.account_id, 'month ' || COALESCE(CAST(c.month_starts_at AS TEXT), 'missing')
		FROM meters m LEFT JOIN month_closings c ON c.account_id = m.account_id
		LEFT JOIN billing_months b ON b.account_id = c.account_id AND b.starts_at = c.month_starts_at WHERE b.account_id IS NULL`},
}

const invoiceCheck = "an invoice is as it was issued"

// verifyInvoices reads every invoice once.
func verifyInvoices(ctx context.Context, tx *Tx) (out []Finding, err error) {
	const batch = 500
	for last := int64(0); ctx.Err() == nil; {
		found, err := tx.InvoicesAfter(last, batch)
		if err != nil || len(found) == 0 {
			return out, err
		}
		for _, i := range found {
			last = i.Number
			if i.Hash != i.ComputeHash() && len(out) < mostFindings {
				out = append(out, Finding{Check: invoiceCheck, Row: fmt.Sprintf("%s/%d", i.AccountID, i.Number), Says: "was altered: its hash does not fit"})
			}
		}
	}
	return out, ctx.Err()
}
