package models_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"extrausage/models/storetest"
)

// These rows have nothing in common but what a test gives them.

func entrySQL(seq int, kind, contra string, nanos int, usage, purchase, note string, corrects int) string {
	return fmt.Sprintf(`INSERT INTO entries (account_id, seq, at, month_starts_at, kind, contra, amount_nanos, balance_after_nanos, usage_id, purchase_id,
		note, corrects_seq, prev_hash, hash) VALUES ('a', %d, 1, 1, '%s', '%s', %d, 1, '%s', '%s', '%s', %d, '', 'h%[1]d')`,
		seq, kind, contra, nanos, usage, purchase, note, corrects)
}

func purchaseSQL(id, kind, state, form string, receipt int) string {
	return fmt.Sprintf(`INSERT INTO purchases (account_id, id, kind, state, amount_nanos, form_key, payment_method_id, month_starts_at, provider, live,
		receipt_number, planned_at) VALUES ('a', '%s', '%s', '%s', 10000000, '%s', 'card', 1, 'test', FALSE, %d, 1)`, id, kind, state, form, receipt)
}

func usageSQL(id, hold, event, message string) string {
	return fmt.Sprintf(`INSERT INTO usages (account_id, id, hold_id, event_id, message_id, model_id, model, tier, rates_version, occurred_at, arrived_at,
		input_tokens, output_tokens, cache_write_tokens, cache_write_1h_tokens, cache_read_tokens, input_rate_nanos, output_rate_nanos,
		cache_write_rate_nanos, cache_write_1h_rate_nanos, cache_read_rate_nanos, cost_nanos, plan_nanos, extra_nanos, absorbed_nanos, permitted,
		window_starts_at, month_starts_at, allowance_nanos, used_before_nanos, open_before_nanos, pool_before_nanos, balance_after_nanos, spent_after_nanos)
		VALUES ('a', '%s', '%s', '%s', '%s', 'm', 'm', 'any', 'v', 1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0, FALSE, 1, 1, 1, 0, 0, 0, 0, 0)`,
		id, hold, event, message)
}

// What must happen once has a key of its own in the database, so that a fault in our code fails there and takes nobody's money
// (P5; the mutant M7 takes such keys away).
func TestWhatHappensOnceHasAUniqueKey(t *testing.T) {
	for name, c := range map[string]struct{ first, again, other string }{
		"a purchase is credited once": {
			entrySQL(1, "purchase", "clearing", 5, "", "p1", "", 0), entrySQL(2, "purchase", "clearing", 5, "", "p1", "", 0),
			entrySQL(3, "purchase", "clearing", 5, "", "p2", "", 0),
		},
		"a usage is charged once": {
			entrySQL(1, "charge", "revenue", -5, "u1", "", "", 0), entrySQL(2, "charge", "revenue", -5, "u1", "", "", 0),
			entrySQL(3, "charge", "revenue", -5, "u2", "", "", 0),
		},
		"a refund is posted once": {
			entrySQL(1, "refund", "clearing", -5, "", "p1", "re1", 0), entrySQL(2, "refund", "clearing", -5, "", "p1", "re1", 0),
			entrySQL(3, "refund", "clearing", -5, "", "p1", "re2", 0),
		},
		"an entry is corrected once": {
			entrySQL(1, "correction", "clearing", 5, "", "", "", 9), entrySQL(2, "correction", "clearing", 5, "", "", "", 9),
			entrySQL(3, "correction", "clearing", 5, "", "", "", 0),
		},
		"a form orders once": {
			purchaseSQL("p1", "manual", "succeeded", "form", 1), purchaseSQL("p2", "manual", "planned", "form", 0),
			purchaseSQL("p3", "manual", "planned", "another", 0),
		},
		"one automatic purchase at a time": {
			purchaseSQL("p1", "auto_reload", "unknown", "", 0), purchaseSQL("p2", "auto_reload", "planned", "", 0),
			purchaseSQL("p3", "auto_reload", "declined", "", 0),
		},
		"a receipt's number is its own": {
			purchaseSQL("p1", "manual", "succeeded", "", 1), purchaseSQL("p2", "manual", "succeeded", "", 1),
			purchaseSQL("p3", "manual", "succeeded", "", 2),
		},
		"a hold is used once":     {usageSQL("u1", "h", "", ""), usageSQL("u2", "h", "", ""), usageSQL("u3", "", "", "")},
		"an event counts once":    {usageSQL("u1", "", "e", ""), usageSQL("u2", "", "e", ""), usageSQL("u3", "", "f", "")},
		"a message is paid once":  {usageSQL("u1", "", "", "m"), usageSQL("u2", "", "", "m"), usageSQL("u3", "", "", "n")},
		"an event is stored once": {webhookSQL("e"), webhookSQL("e"), webhookSQL("f")},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.EachAddress(t, func(t *testing.T, address string, open storetest.Open) {
				open(time.Now)
				db := storetest.Raw(t, address)
				_, err := db.Exec(`INSERT INTO payment_methods (account_id, id, provider, live, customer, method, brand, last4, exp_month, exp_year, added_at)
					VALUES ('a', 'card', 'test', FALSE, 'c', 'm', 'visa', '4242', 1, 2030, 1)`)
				if err != nil {
					t.Fatal(err)
				}
				for _, s := range []string{c.first, c.other} {
					if _, err := db.Exec(s); err != nil {
						t.Fatal(err)
					}
				}
				if _, err := db.Exec(c.again); err == nil || !strings.Contains(strings.ToLower(err.Error()), "unique") {
					t.Errorf("the second one was taken: %v", err)
				}
			})
		})
	}
}

func webhookSQL(id string) string {
	return fmt.Sprintf(`INSERT INTO webhook_events (provider, event_id, kind, object_id, received_at) VALUES ('test', '%s', 'charge', 'p1', 1)`, id)
}
