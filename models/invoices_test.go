package models_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"extrausage/models"
	"extrausage/models/storetest"
)

// A number is given back with the transaction that took it.
func TestInvoiceNumbersAreGivenBack(t *testing.T) {
	storetest.EachAddress(t, func(t *testing.T, address string, open storetest.Open) {
		r := newHotRig(t, address, open)
		broken := errors.New("the process died")
		take := func(end error) (n int64) {
			t.Helper()
			err := r.store.InTx(context.Background(), func(tx *models.Tx) (err error) {
				if n, err = tx.NextInvoiceNumber(); err != nil {
					return err
				}
				return end
			})
			if !errors.Is(err, end) {
				t.Fatal(err)
			}
			return n
		}
		var got []int64
		for _, end := range []error{nil, broken, broken, nil, broken, nil} {
			got = append(got, take(end))
		}
		if want := "[1 2 2 2 3 3]"; fmt.Sprint(got) != want {
			t.Errorf("numbers %v, want %s", got, want)
		}
		if _, err := r.db.Exec("DELETE FROM document_numbers"); err != nil {
			t.Fatal(err)
		}
		err := r.store.InTx(context.Background(), func(tx *models.Tx) error { _, err := tx.NextInvoiceNumber(); return err })
		if err == nil {
			t.Error("a number from nowhere")
		}
	})
}

// The ledger of a month is found by its time, wherever it begins.
func TestMonthLedgerFindsEveryEntryOfItsMonth(t *testing.T) {
	storetest.EachAddress(t, func(t *testing.T, address string, open storetest.Open) {
		r := newHotRig(t, address, open)
		rapid.Check(t, func(rt *rapid.T) {
			id := r.account()
			months := rapid.SliceOfN(rapid.Int64Range(0, 5), 0, 12).Draw(rt, "entries per month")
			seq, want := int64(0), map[models.Instant]int64{}
			var lines []string
			for i, n := range months {
				start := models.Instant(1000 * (i + 1))
				for j := range n {
					seq++
					month := start
					if j == 0 && i > 0 { // a request of the month before, settled in this one
						month = models.Instant(1000 * i)
					}
					want[month]++
					lines = append(lines, fmt.Sprintf("('%s', %d, %d, %d, 'correction', 'operator', 1, 1, '', 'h')", id, seq, int64(start)+j/2, month))
				}
			}
			if len(lines) > 0 {
				if _, err := r.db.Exec("INSERT INTO entries (account_id, seq, at, month_starts_at, kind, contra, amount_nanos, balance_after_nanos, prev_hash, hash) VALUES " +
					strings.Join(lines, ", ")); err != nil {
					rt.Fatal(err)
				}
			}
			for i := range len(months) + 2 {
				month := models.Instant(1000 * i)
				err := r.store.View(context.Background(), func(tx *models.Tx) error {
					l, err := tx.MonthLedger(id, month)
					if err != nil {
						return err
					}
					found, err := l.Movements()
					if int64(len(found)) != want[month] {
						rt.Errorf("month %d has %d entries, found %d", month, want[month], len(found))
					}
					return err
				})
				if err != nil {
					rt.Fatal(err)
				}
			}
		})
	})
}

// What a worker asks each second, and a page each time, goes by an index: it costs nothing how many accounts there are.
func TestMonthsAreFoundByIndex(t *testing.T) {
	address := storetest.SQLite(t)
	storetest.OpenOn(t, address)(func() time.Time { return noon.Time() })
	db := storetest.Raw(t, address)
	for query, index := range map[string]string{
		"SELECT * FROM month_closings WHERE due_at <= 5 ORDER BY due_at, account_id LIMIT 64":                                                    "month_closings_due",
		"SELECT id FROM holds WHERE account_id = 'a' AND month_starts_at = 5 AND state = 'open' LIMIT 1":                                         "holds_open_by_month",
		"SELECT seq, at FROM entries WHERE account_id = 'a' AND seq >= 7 ORDER BY seq LIMIT 1":                                                   "account_id=? AND seq>?",
		"SELECT * FROM invoices WHERE number > 7 ORDER BY number LIMIT 500":                                                                      "invoices_by_number",
		"SELECT e.seq FROM entries e JOIN usages u ON u.account_id = e.account_id AND u.id = e.usage_id WHERE e.account_id = 'a' AND e.seq >= 7": "account_id=? AND id=?",
	} {
		rows, err := db.Query("EXPLAIN QUERY PLAN " + query)
		if err != nil {
			t.Fatal(err)
		}
		var plan []string
		for rows.Next() {
			var a, b, c int
			var detail string
			if err := rows.Scan(&a, &b, &c, &detail); err != nil {
				t.Fatal(err)
			}
			plan = append(plan, detail)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		if said := strings.Join(plan, "; "); !strings.Contains(said, index) || strings.Contains(said, "SCAN") {
			t.Errorf("%s goes by %s, not by %s", query, said, index)
		}
	}
}
