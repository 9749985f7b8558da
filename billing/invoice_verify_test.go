package billing

import (
	"slices"
	"strings"
	"testing"
	"time"

	"extrausage/models/storetest"
	"extrausage/money"
)

// P9: an invoice that was altered behind the app, or does not fit the ledger any more, is named.
func TestVerifyNamesInvoicesThatWereAltered(t *testing.T) {
	for name, c := range map[string]struct{ edit, check string }{
		"a sum":                {"UPDATE invoices SET extra_nanos = extra_nanos + 1, closing_nanos = closing_nanos - 1 WHERE number = 2", "the entries of its month"},
		"the opening balance":  {"UPDATE invoices SET opening_nanos = opening_nanos + 1, closing_nanos = closing_nanos + 1 WHERE number = 2", "the entries of its month"},
		"the charge":           {"UPDATE invoices SET extra_nanos = extra_nanos + 1, closing_nanos = closing_nanos - 1 WHERE number = 2", "the usages of its month"},
		"what it says":         {"UPDATE invoices SET facts = REPLACE(facts, 'Max 20x', 'Max 21x') WHERE number = 2", "as it was issued"},
		"when it was issued":   {"UPDATE invoices SET issued_at = issued_at + 1 WHERE number = 2", "as it was issued"},
		"a line":               {"UPDATE invoices SET facts = REPLACE(facts, '\"requests\":1', '\"requests\":9') WHERE number = 2", "lists what the ledger has"},
		"what cannot be read":  {"UPDATE invoices SET facts = 'x' WHERE number = 2", "lists what the ledger has"},
		"one dropped":          {"DELETE FROM invoices WHERE number = 2", "anything moved"},
		"the last dropped":     {"DELETE FROM invoices WHERE number = 3", "without gap"},
		"one in the middle":    {"DELETE FROM invoices WHERE number = 2", "without gap"},
		"the count":            {"UPDATE document_numbers SET last = last + 1", "without gap"},
		"a month opened again": {"UPDATE month_closings SET month_starts_at = (SELECT month_starts_at FROM invoices WHERE number = 2) WHERE account_id = (SELECT account_id FROM invoices WHERE number = 2)", "of a closed month"},
		"a month nobody closes": {
			"DELETE FROM month_closings WHERE account_id = (SELECT account_id FROM invoices WHERE number = 2)", "to close next",
		},
		"an entry moved into it": {
			"UPDATE entries SET month_starts_at = (SELECT MIN(month_starts_at) FROM invoices) WHERE kind = 'correction' AND seq = 5", "the entries of its month",
		},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.EachAddress(t, func(t *testing.T, address string, open storetest.Open) {
				r := newMeterRig(t, open)
				r.invoiced()
				r.verify()
				db := storetest.Raw(t, address)
				dropTriggers(t, db, address)
				if res, err := db.Exec(c.edit); err != nil {
					t.Fatal(err)
				} else if n, _ := res.RowsAffected(); n != 1 {
					t.Fatalf("%d rows were edited", n)
				}
				found := r.findings()
				if !slices.ContainsFunc(found, func(f string) bool { return strings.Contains(f, c.check) }) {
					t.Errorf("not found; but %q", found)
				}
			})
		})
	}
}

// invoiced is an account with invoices 1 to 3, of November to January, and a running month with an entry.
func (r *meterRig) invoiced() string {
	r.t.Helper()
	id := r.account()
	r.extra(id, amountLimit(50), 20*money.Dollar)
	for range 3 {
		r.usePlan(id)
		r.used(id, money.Dollar)
		r.at(r.time().AddDate(0, 1, 0))
		r.issue()
	}
	r.post(id, money.Dollar)
	r.advance(time.Minute)
	r.wantInvoices(id, "2027-02 running", "2027-01 issued INV-000003", "2026-12 issued INV-000002", "2026-11 issued INV-000001")
	return id
}
