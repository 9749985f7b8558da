package models

// paymentChecks hold the books against the purchases: P4's walls, and what went back to the card.
var paymentChecks = []bookCheck{
	{"month: its automatic purchases are what is counted against the limit", `
		SELECT b.account_id || '/' || b.starts_at, 'counted ' || b.reloaded_nanos || ', purchases ' || COALESCE(p.total, 0)
		FROM billing_months b LEFT JOIN (SELECT account_id, month_starts_at, SUM(amount_nanos) AS total FROM purchases
				WHERE kind = 'auto_reload' AND state NOT IN ('declined', 'abandoned') GROUP BY account_id, month_starts_at) p
			ON p.account_id = b.account_id AND p.month_starts_at = b.starts_at
		WHERE b.reloaded_nanos <> COALESCE(p.total, 0)`},
	{"the automatic purchase that an account waits for is its pending one", `
		SELECT m.account_id, 'waits for ' || m.reload_purchase_id || ', pending ' || COALESCE(p.id, 'none')
		FROM meters m LEFT JOIN purchases p ON p.account_id = m.account_id AND p.kind = 'auto_reload'
			AND p.state IN ('planned', 'submitted', 'unknown', 'requires_action')
		WHERE m.reload_purchase_id <> COALESCE(p.id, '')`},
	{"refunds and disputes are posted once, and never beyond their purchase", `
		SELECT p.account_id || '/' || p.id, 'posted ' || COALESCE(r.total, 0) || ' of ' || p.amount_nanos || ', entries ' || COALESCE(e.total, 0)
		FROM purchases p
			LEFT JOIN (SELECT account_id, purchase_id, SUM(posted_nanos) AS total FROM purchase_reversals GROUP BY account_id, purchase_id) r
				ON r.account_id = p.account_id AND r.purchase_id = p.id
			LEFT JOIN (SELECT account_id, purchase_id, SUM(amount_nanos) AS total FROM entries
					WHERE kind IN ('refund', 'dispute', 'dispute_won') OR (kind = 'correction' AND purchase_id <> '') GROUP BY account_id, purchase_id) e
				ON e.account_id = p.account_id AND e.purchase_id = p.id
		WHERE COALESCE(r.total, 0) <> -COALESCE(e.total, 0) OR COALESCE(r.total, 0) > p.amount_nanos`},
}
