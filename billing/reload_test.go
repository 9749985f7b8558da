package billing

import (
	"testing"

	"extrausage/money"
)

// due is what is bought at once, where P4 leaves room.
func due(a reloadAsk) money.Amount {
	if !a.wanted() {
		return 0
	}
	amount, _ := a.amount(MaxTarget)
	return amount
}

// design, "Auto-reload": when the balance falls *below* the threshold; target − available, whole cents up, cut to what the month
// can still use (limit − spent − balance); below the provider's $0.50 nothing.
func TestReloadAmount(t *testing.T) {
	rule := ReloadRule{On: true, Threshold: 5 * money.Dollar, Target: 20 * money.Dollar}
	const d, c = money.Dollar, money.Cent
	for _, tc := range []struct {
		name string
		r    ReloadRule
		on   bool
		w    wallState
		want money.Amount
	}{
		{"at the threshold", rule, true, wallState{balance: 5 * d, limit: limited(50 * d)}, 0},
		{"one nano below", rule, true, wallState{balance: 5*d - 1, limit: limited(50 * d)}, 15*d + c},
		{"whole cents up", rule, true, wallState{balance: d + 1, limit: limited(50 * d)}, 19 * d},
		{"exact cents", rule, true, wallState{balance: d, limit: limited(50 * d)}, 19 * d},
		{"what is reserved is not available", rule, true, wallState{balance: 10 * d, allPools: 6 * d, limit: limited(50 * d)}, 16 * d},
		{"empty", rule, true, wallState{limit: limited(50 * d)}, 20 * d},
		{"the rule is off", ReloadRule{Threshold: 5 * d, Target: 20 * d}, true, wallState{limit: limited(50 * d)}, 0},
		{"extra usage is off", rule, false, wallState{limit: limited(50 * d)}, 0},
		{"cut to what the month can use", rule, true, wallState{balance: 2 * d, limit: limited(50 * d), spent: 40 * d}, 8 * d},
		{"cut in whole cents, down", rule, true, wallState{balance: 2 * d, limit: limited(50 * d), spent: 40*d + 1}, 8*d - c},
		{"just fifty cents", rule, true, wallState{balance: 2 * d, limit: limited(50 * d), spent: 47*d + 50*c}, 50 * c},
		{"below fifty cents", rule, true, wallState{balance: 2 * d, limit: limited(50 * d), spent: 47*d + 51*c}, 0},
		{"the month is full", rule, true, wallState{limit: limited(50 * d), spent: 50 * d}, 0},
		{"the limit was lowered below what is spent", rule, true, wallState{limit: limited(50 * d), spent: 60 * d}, 0},
		{"Unlimited", rule, true, wallState{limit: Limit{Kind: Unlimited}, spent: 5000 * d}, 20 * d},
	} {
		if got := due(reloadAsk{rule: tc.r, on: tc.on, walls: tc.w}); got != tc.want {
			t.Errorf("%s: %s; want %s", tc.name, got.Decimal(), tc.want.Decimal())
		}
	}
}
