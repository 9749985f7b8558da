package billing

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	"extrausage/models/storetest"
	"extrausage/money"
)

// tamper edits the books of an account of which everything is true behind the app, with the triggers out of the way, and wants
// the check to fail and to name the row.
type tamper struct {
	name  string
	edit  string // $id is the account
	check string // a part of the check's name
	row   string // after "account/"; "" for the account itself
}

var tampers = []tamper{
	{"an amount", "UPDATE entries SET amount_nanos = amount_nanos - 1 WHERE account_id = $id AND seq = 3", "chained", "3"},
	{"an amount and the balance after it", "UPDATE entries SET amount_nanos = amount_nanos - 1, balance_after_nanos = balance_after_nanos - 1 WHERE account_id = $id AND seq = 3", "chained", "3"},
	{"a note", "UPDATE entries SET note = 'x' WHERE account_id = $id AND seq = 1", "chained", "1"},
	{"a time", "UPDATE entries SET at = at + 1 WHERE account_id = $id AND seq = 2", "chained", "2"},
	{"a month", "UPDATE entries SET month_starts_at = month_starts_at + 1 WHERE account_id = $id AND seq = 2", "chained", "2"},
	{"a usage", "UPDATE entries SET usage_id = 'other' WHERE account_id = $id AND seq = 2", "chained", "2"},
	{"a hash", "UPDATE entries SET hash = 'x' WHERE account_id = $id AND seq = 2", "chained", "2"},
	{"a link", "UPDATE entries SET prev_hash = 'x' WHERE account_id = $id AND seq = 2", "chained", "2"},
	{"the first dropped", "DELETE FROM entries WHERE account_id = $id AND seq = 1", "chained", "2"},
	{"one dropped", "DELETE FROM entries WHERE account_id = $id AND seq = 3", "chained", "4"},
	{"the last dropped", "DELETE FROM entries WHERE account_id = $id AND seq = 5", "chained", "5"},
	{"all dropped", "DELETE FROM entries WHERE account_id = $id", "chained", "5"},
	{
		"two swapped", "UPDATE entries SET seq = 99 WHERE account_id = $id AND seq = 2; UPDATE entries SET seq = 2 WHERE account_id = $id AND seq = 3;" +
			"UPDATE entries SET seq = 3 WHERE account_id = $id AND seq = 99", "chained", "2",
	},
	{
		"one added", `INSERT INTO entries (account_id, seq, at, month_starts_at, kind, contra, amount_nanos, balance_after_nanos, prev_hash, hash)
			SELECT account_id, 6, at, month_starts_at, 'correction', 'operator', 5, balance_after_nanos + 5, hash, 'x' FROM entries WHERE account_id = $id AND seq = 5`,
		"chained", "6",
	},
	{"the balance", "UPDATE meters SET balance_nanos = balance_nanos + 1 WHERE account_id = $id", "balance is", ""},
	{"the head", "UPDATE meters SET entry_hash = 'x' WHERE account_id = $id", "chained", "5"},
	{"spent", "UPDATE billing_months SET spent_nanos = spent_nanos + 1 WHERE account_id = $id", "month: spent", "*"},
	{"held of the month", "UPDATE billing_months SET held_nanos = held_nanos + 1 WHERE account_id = $id", "month: held", "*"},
	{"held of the account", "UPDATE meters SET held_nanos = held_nanos + 1 WHERE account_id = $id", "account: held", ""},
	{"a pool", "UPDATE pools SET pool_nanos = pool_nanos + 1 WHERE account_id = $id", "session: pools", "*"},
	{"used", "UPDATE usage_windows SET used_nanos = used_nanos - 1 WHERE account_id = $id", "session: used", "*"},
	{"open", "UPDATE usage_windows SET open_nanos = open_nanos + 1 WHERE account_id = $id", "session: open", "*"},
	{"a hold", "UPDATE holds SET state = 'voided' WHERE account_id = $id AND state = 'open'", "session: open", "*"},
	{"a charge made cheaper", "UPDATE usages SET extra_nanos = extra_nanos - 1, absorbed_nanos = absorbed_nanos + 1 WHERE account_id = $id AND extra_nanos > 0", "every charge has", "*"},
	{"a charge moved to another month", "UPDATE usages SET month_starts_at = month_starts_at + 1 WHERE account_id = $id", "every charge has", "*"},
	{"a usage dropped", "DELETE FROM usages WHERE account_id = $id AND extra_nanos > 0", "every charge entry has", "3"},
	{"a price", "UPDATE usages SET output_rate_nanos = output_rate_nanos + 1 WHERE account_id = $id", "usage costs", "*"},
	{"a permission", "UPDATE usages SET permitted = FALSE WHERE account_id = $id AND extra_nanos > 0", "charged only where", "*"},
	{"a roll-up", "UPDATE usage_days SET extra_nanos = extra_nanos + 1, plan_nanos = plan_nanos - 1 WHERE account_id = $id", "roll-ups", "*"},
	{"tokens of a roll-up", "UPDATE usage_days SET input_tokens = input_tokens + 1 WHERE account_id = $id", "roll-ups", "*"},
	{"a roll-up dropped", "DELETE FROM usage_days WHERE account_id = $id", "roll-ups", "*"},
	{"the consent dropped", "DELETE FROM consents WHERE account_id = $id", "only with a consent", ""},
	{"switched on at another time", "UPDATE meters SET extra_usage_since_at = extra_usage_since_at + 1 WHERE account_id = $id", "only with a consent", ""},
}

// P9, I2: the books of an untouched account stay right, and what was touched is named, exactly.
func TestVerifyNamesWhatWasAltered(t *testing.T) {
	storetest.EachAddress(t, func(t *testing.T, address string, open storetest.Open) {
		r := newMeterRig(t, open)
		db := storetest.Raw(t, address)
		dropTriggers(t, db, address)
		innocent := r.booked()
		r.verify()
		for _, c := range tampers {
			id := r.booked()
			for statement := range strings.SplitSeq(strings.ReplaceAll(c.edit, "$id", "'"+id+"'"), ";") {
				if res, err := db.Exec(statement); err != nil {
					t.Fatalf("%s: %v", c.name, err)
				} else if n, _ := res.RowsAffected(); n == 0 {
					t.Fatalf("%s: no row was edited", c.name)
				}
			}
			found := r.findings()
			if !slices.ContainsFunc(found, func(f string) bool { return c.finds(f, id) }) {
				t.Errorf("%s: not found; but %q", c.name, found)
			}
			if slices.ContainsFunc(found, func(f string) bool { return strings.Contains(f, "| "+innocent) }) {
				t.Errorf("%s: an innocent account is accused: %q", c.name, found)
			}
			r.forget(db, id)
		}
		r.verify()
	})
}

func (c tamper) finds(finding, account string) bool {
	check, row, _ := strings.Cut(finding, " | ")
	row, _, _ = strings.Cut(row, ": ")
	want := account
	if c.row != "" {
		want += "/" + c.row
	}
	if c.row == "*" { // a key of the table's own
		want, row = account+"/", row[:min(len(row), len(account)+1)]
	}
	return strings.Contains(check, c.check) && row == want
}

// booked is an account with five entries: credits, a hold, charges of both kinds, a session and a roll-up.
func (r *meterRig) booked() string {
	r.t.Helper()
	id := r.account()
	r.extra(id, amountLimit(50), 20*money.Dollar)
	r.post(id, 5*money.Dollar)
	r.used(id, 41*money.Dollar)
	r.settle(r.mustHold(id, 3*money.Dollar).ID, 2*money.Dollar)
	r.used(id, money.Dollar)
	r.mustHold(id, 4*money.Dollar)
	return id
}

// findings are "check | row: what is wrong" of all that is wrong.
func (r *meterRig) findings() (out []string) {
	r.t.Helper()
	ok, checks, err := r.svc.VerifyLedger(context.Background())
	if err != nil {
		r.t.Fatal(err)
	}
	for _, c := range checks {
		if c.OK != (len(c.Findings) == 0) {
			r.t.Errorf("%s: ok %v with %d findings", c.Name, c.OK, len(c.Findings))
		}
		for _, f := range c.Findings {
			out = append(out, c.Name+" | "+f)
		}
	}
	if ok != (len(out) == 0) {
		r.t.Errorf("ok %v with %d findings", ok, len(out))
	}
	return out
}

// forget deletes an account from all tables, so that the next edit is the only one.
func (r *meterRig) forget(db *sql.DB, id string) {
	r.t.Helper()
	for _, table := range []string{
		"entries", "usages", "usage_days", "holds", "pools", "usage_windows", "session_choices", "billing_months",
		"setting_changes", "consents", "refusals", "meters",
	} {
		if _, err := db.Exec(fmt.Sprintf("DELETE FROM %s WHERE account_id = '%s'", table, id)); err != nil {
			r.t.Fatal(err)
		}
	}
}

// dropTriggers takes the guards of the append-only tables away, as somebody with the database's password can.
func dropTriggers(t *testing.T, db *sql.DB, address string) {
	t.Helper()
	query, drop := "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'", "DROP TRIGGER %s"
	if strings.HasPrefix(address, "postgres") {
		query = "SELECT DISTINCT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
		drop = "DROP TRIGGER %s ON %s"
	}
	rows, err := db.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	var statements []string
	for rows.Next() {
		var name, table string
		if err := rows.Scan(&name, &table); err != nil {
			t.Fatal(err)
		}
		statements = append(statements, fmt.Sprintf(strings.ReplaceAll(drop, "ON %s", "ON "+table), name))
	}
	if err := rows.Err(); err != nil || len(statements) < 10 {
		t.Fatalf("%d triggers: %v", len(statements), err)
	}
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
}
