package models_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"extrausage/models/storetest"
)

// appendOnly are the tables whose lines are never changed or deleted (I2), with a line for each.
var appendOnly = map[string]string{
	"entries": `INSERT INTO entries (account_id, seq, at, month_starts_at, kind, contra, amount_nanos, balance_after_nanos, prev_hash, hash)
		VALUES ('a', 1, 1, 1, 'correction', 'operator', 1, 1, '', 'h')`,
	"usages": `INSERT INTO usages (account_id, id, model_id, model, tier, rates_version, occurred_at, arrived_at, input_tokens, output_tokens,
			cache_write_tokens, cache_write_1h_tokens, cache_read_tokens, input_rate_nanos, output_rate_nanos, cache_write_rate_nanos,
			cache_write_1h_rate_nanos, cache_read_rate_nanos, cost_nanos, plan_nanos, extra_nanos, absorbed_nanos, permitted,
			window_starts_at, month_starts_at, allowance_nanos, used_before_nanos, open_before_nanos, pool_before_nanos,
			balance_after_nanos, spent_after_nanos)
		VALUES ('a', 'u', 'm', 'm', 'any', 'v', 1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0, FALSE, 1, 1, 1, 0, 0, 0, 0, 0)`,
	"consents": `INSERT INTO consents (account_id, id, at, locale, terms, terms_hash, button, limit_kind, limit_nanos, reload_on,
			reload_threshold_nanos, reload_target_nanos, first_purchase_nanos, card_last4, address, user_agent)
		VALUES ('a', 'c', 1, 'en', 't', 'h', 'b', 'amount', 1, FALSE, 0, 0, 0, '4242', '', '')`,
	"setting_changes": `INSERT INTO setting_changes (account_id, id, at, setting, old_value, new_value, actor, version)
		VALUES ('a', 's', 1, 'monthly_limit', '5', '6', 'subscriber', 1)`,
	"session_choices": `INSERT INTO session_choices (account_id, window_starts_at, at, choice) VALUES ('a', 1, 1, 'stop')`,
	"staff_views": `INSERT INTO staff_views (account_id, id, look_id, staff_id, staff_name, reason, ticket, at)
		VALUES ('a', 'v', 'l', 's', 'n', 'r', 't', 1)`,
	"invoices": `INSERT INTO invoices (account_id, month_starts_at, number, month, issued_at, opening_nanos, purchased_nanos, returned_nanos,
			corrections_nanos, extra_nanos, closing_nanos, facts, hash)
		VALUES ('a', 1, 1, '2026-11', 2, 5, 1, 0, 0, 2, 4, '{}', 'h')`,
}

func TestAppendOnlyTablesRefuseChanges(t *testing.T) {
	storetest.EachAddress(t, func(t *testing.T, address string, open storetest.Open) {
		ours := open(time.Now).Write()
		db := storetest.Raw(t, address)
		for table, insert := range appendOnly {
			if _, err := db.Exec(insert); err != nil {
				t.Fatalf("%s: %v", table, err)
			}
			statements := []string{
				"UPDATE %s SET account_id = 'b'", "UPDATE %s SET account_id = account_id", "DELETE FROM %s", "DELETE FROM %s WHERE account_id = 'a'",
			}
			if strings.HasPrefix(address, "postgres") {
				statements = append(statements, "TRUNCATE %s", "TRUNCATE %s CASCADE")
			} else {
				statements = append(statements, "UPDATE OR REPLACE %s SET account_id = 'b'")
				replace := fmt.Sprintf("REPLACE INTO %[1]s SELECT * FROM %[1]s", table) // our own connections see even this
				if _, err := ours.Exec(replace); err == nil || !strings.Contains(err.Error(), table+" is append-only") {
					t.Errorf("%s: %v", replace, err)
				}
			}
			for _, s := range statements {
				s = fmt.Sprintf(s, table)
				if _, err := db.Exec(s); err == nil || !strings.Contains(err.Error(), table+" is append-only") {
					t.Errorf("%s: %v", s, err)
				}
			}
			n := 0
			if err := db.QueryRow("SELECT COUNT(*) FROM " + table + " WHERE account_id = 'a'").Scan(&n); err != nil || n != 1 {
				t.Errorf("%s: %d rows left, %v", table, n, err)
			}
		}
	})
}

// What no code of ours may write, the database refuses as well.
func TestTheDatabaseHoldsTheRules(t *testing.T) {
	storetest.EachAddress(t, func(t *testing.T, address string, open storetest.Open) {
		open(time.Now)
		db := storetest.Raw(t, address)
		for _, table := range []string{"entries", "usages"} {
			if _, err := db.Exec(appendOnly[table]); err != nil {
				t.Fatal(err)
			}
		}
		insertMonth := "INSERT INTO billing_months (account_id, starts_at, ends_at, limit_kind, limit_nanos, spent_nanos, held_nanos) VALUES "
		insertHold := `INSERT INTO holds (account_id, id, state, model, input_tokens, cache_write_tokens, cache_write_1h_tokens, cache_read_tokens,
			max_tokens, worst_case_nanos, covered_nanos, plan_nanos, permitted, window_starts_at, month_starts_at, created_at, expires_at, caller,
			idempotency_key, fingerprint) VALUES `
		hold := func(account, id, state string, worst, covered int, key string) string {
			return fmt.Sprintf("%s('%s', '%s', '%s', 'm', 1, 0, 0, 0, 1, %d, %d, 0, TRUE, 1, 1, 1, 2, 'c', '%s', '')", insertHold, account, id, state, worst, covered, key)
		}
		for _, ok := range []string{
			insertMonth + "('a', 1, 2, 'unlimited', 0, 0, 0)", insertMonth + "('a', 2, 3, 'amount', 1, 0, 0)", insertMonth + "('a', 3, 4, 'unset', 0, 0, 0)",
			hold("a", "h1", "open", 5, 5, "k1"), hold("b", "h1", "open", 5, 5, "k1"),
			"INSERT INTO usage_windows (account_id, starts_at, ends_at, allowance_nanos, used_nanos) VALUES ('a', 1, 2, 5, 5)",
		} {
			if _, err := db.Exec(ok); err != nil {
				t.Fatalf("%s: %v", ok, err)
			}
		}
		for name, statement := range map[string]string{
			"Unlimited with an amount":          insertMonth + "('b', 1, 2, 'unlimited', 5, 0, 0)",
			"a limit of nothing (M4)":           insertMonth + "('b', 1, 2, 'amount', 0, 0, 0)",
			"an unknown kind of limit":          insertMonth + "('b', 1, 2, 'none', 0, 0, 0)",
			"a month that ends before it began": insertMonth + "('b', 2, 2, 'unset', 0, 0, 0)",
			"less than nothing spent":           insertMonth + "('b', 1, 2, 'unset', 0, -1, 0)",
			"less than nothing held":            insertMonth + "('b', 1, 2, 'unset', 0, 0, -1)",
			"the same month twice":              insertMonth + "('a', 1, 2, 'unset', 0, 0, 0)",
			"more covered than the worst case":  hold("a", "h2", "open", 5, 6, "k2"),
			"a hold of nothing":                 hold("a", "h2", "open", 0, 0, "k2"),
			"an unknown state of a hold":        hold("a", "h2", "lost", 5, 5, "k2"),
			"two holds under one key":           hold("a", "h2", "open", 5, 5, "k1"),
			"more used than the plan includes":  "INSERT INTO usage_windows (account_id, starts_at, ends_at, allowance_nanos, used_nanos) VALUES ('b', 1, 2, 5, 6)",
			"a pool below zero":                 "INSERT INTO pools (account_id, window_starts_at, month_starts_at, pool_nanos) VALUES ('b', 1, 1, -1)",
			"an entry of nothing":               strings.Replace(appendOnly["entries"], "'operator', 1, 1", "'operator', 0, 1", 1),
			"a charge that adds":                strings.Replace(appendOnly["entries"], "'correction'", "'charge'", 1),
			"the same line twice":               appendOnly["entries"],
			"a cost nobody bears":               strings.Replace(appendOnly["usages"], "1, 0, 0, 0, 0, FALSE", "1, 7, 0, 0, 0, FALSE", 1),
			"a charge with allowance left (P2)": strings.Replace(strings.Replace(appendOnly["usages"], "'u'", "'u2'", 1), "1, 0, 0, 0, 0, FALSE", "1, 7, 0, 7, 0, TRUE", 1),
			"a meter without an account":        "INSERT INTO meters (account_id, time_zone, month_starts_at, seen_at) VALUES ('nobody', 'UTC', 1, 1)",
			"a purchase of parts of a cent":     "INSERT INTO purchases (account_id, id, kind, state, amount_nanos, payment_method_id, month_starts_at, provider, live, planned_at) VALUES ('a', 'p', 'manual', 'planned', 5000000001, 'c', 1, 'test', FALSE, 1)",
		} {
			if _, err := db.Exec(statement); err == nil {
				t.Errorf("the database takes %s", name)
			}
		}
	})
}
