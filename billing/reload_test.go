package billing

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"extrausage/models"
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

// P4: at most three attempts in any hour and ten in any day, and never later than that asks for.
func TestGuardIsTheSlidingWindow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := models.Instant(int64(400*24*time.Hour) / 1000)
		var attempts []attempt
		at := now
		for range rapid.IntRange(0, 30).Draw(t, "attempts") {
			at = at.Add(-time.Duration(rapid.Int64Range(0, int64(4*time.Hour)).Draw(t, "gap")))
			attempts = append(attempts, attempt{at: at})
		}
		allowed := func(when models.Instant) bool {
			hour, day := 0, 0
			for _, a := range attempts {
				if when.Sub(a.at) < time.Hour {
					hour++
				}
				if when.Sub(a.at) < 24*time.Hour {
					day++
				}
			}
			return hour < ReloadsPerHour && day < ReloadsPerDay
		}
		when := max(now, guard(attempts))
		if !allowed(when) {
			t.Fatalf("at %d it is too early", when)
		}
		if when > now && allowed(when-1) {
			t.Fatalf("at %d it would have been allowed already", when-1)
		}
	})
}

// The operator's ceiling: what counts within the last day never exceeds it, and it is never in the way longer than a day.
func TestUnderCeiling(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := models.Instant(int64(400*24*time.Hour) / 1000)
		ceiling := money.Dollars(rapid.Int64Range(10, 2000).Draw(t, "ceiling"))
		var attempts []attempt
		at := now
		for range rapid.IntRange(0, 10).Draw(t, "attempts") {
			at = at.Add(-time.Duration(rapid.Int64Range(1, int64(8*time.Hour)).Draw(t, "gap")))
			attempts = append(attempts, attempt{
				at: at, amount: money.Cents(rapid.Int64Range(50, 100_000).Draw(t, "cents")), counts: rapid.Bool().Draw(t, "counts"),
			})
		}
		used := func(when models.Instant) (sum money.Amount) {
			for _, a := range attempts {
				if a.counts && when.Sub(a.at) < 24*time.Hour {
					sum = sum.Add(a.amount)
				}
			}
			return sum
		}
		left, until := underCeiling(attempts, ceiling, now)
		if want := max(0, ceiling.Sub(used(now))); left != want {
			t.Fatalf("left %s, want %s", left.Decimal(), want.Decimal())
		}
		if (left < MinDebit) != (until > now) || until > now.Add(24*time.Hour) {
			t.Fatalf("left %s until %d, now %d", left.Decimal(), until, now)
		}
		if until > now && (ceiling.Sub(used(until)) < MinDebit || ceiling.Sub(used(until-1)) >= MinDebit) {
			t.Fatalf("%d is not when the ceiling leaves a debit", until)
		}
	})
}

// Whatever the state: what is bought brings back to the target and no further, stays within the limit twice over (P4, and what
// the month can use), within what was confirmed, and is a debit that the provider makes; what is not bought has a reason.
func TestReloadDecisions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		nanos := func(name string, most money.Amount) money.Amount {
			return money.Amount(rapid.Int64Range(0, int64(most)).Draw(t, name))
		}
		threshold := money.Cents(rapid.Int64Range(500, 100_000).Draw(t, "threshold"))
		a := reloadAsk{
			rule:     ReloadRule{On: rapid.Bool().Draw(t, "rule"), Threshold: threshold, Target: threshold.Add(money.Cents(rapid.Int64Range(500, 100_000).Draw(t, "gap")))},
			on:       rapid.Bool().Draw(t, "on"),
			pause:    rapid.SampledFrom([]ReloadPause{"", "", "", PausedByDeclines, PausedForAction, PausedByReversal}).Draw(t, "pause"),
			pending:  rapid.IntRange(0, 4).Draw(t, "pending") == 0,
			walls:    wallState{balance: nanos("balance", 1500*money.Dollar).Sub(100 * money.Dollar)},
			reloaded: money.Cents(rapid.Int64Range(0, 100_000).Draw(t, "reloaded")),
			need:     nanos("need", 2500*money.Dollar),
		}
		a.walls.allPools = nanos("pools", max(0, a.walls.balance))
		a.walls.limit = Limit{Kind: Unlimited}
		if rapid.Bool().Draw(t, "limited") {
			a.walls.limit = Limit{Kind: LimitAmount, Amount: money.Dollars(rapid.Int64Range(5, 10_000).Draw(t, "limit"))}
			a.walls.spent = nanos("spent", a.walls.limit.Amount)
		}
		if rapid.Bool().Draw(t, "confirmed") {
			a.confirmed = money.Cents(rapid.Int64Range(50, 100_000).Draw(t, "most"))
		}
		now := models.Instant(1e15)
		ceiling := money.Dollars(rapid.Int64Range(10, 3000).Draw(t, "ceiling"))
		attempts := []attempt{{at: now.Add(-30 * time.Minute), amount: nanos("last", 500*money.Dollar), counts: true}}
		for range rapid.IntRange(0, 3).Draw(t, "more") {
			attempts = append(attempts, attempts[0])
		}
		declined := models.Instant(0)
		if rapid.IntRange(0, 5).Draw(t, "declined") == 0 {
			declined = now.Add(time.Minute)
		}
		d := decideReload(a, attempts, ceiling, declined, now)
		if !a.works() || a.pending || (a.walls.available() >= threshold && a.need <= a.walls.available()) {
			if d != (reloadDecision{}) {
				t.Fatalf("%+v is not wanted", d)
			}
			return
		}
		if d.amount == 0 {
			if a.wanted() && d.waits == "" {
				t.Fatal("nothing is bought, and nobody knows why")
			}
			return
		}
		left, _ := underCeiling(attempts, ceiling, now)
		limited := a.walls.limit.Kind == LimitAmount
		switch {
		case !d.amount.IsWholeCents() || d.amount < MinDebit:
			t.Fatalf("no debit: %s", d.amount.Decimal())
		case a.walls.available().Add(d.amount) >= a.rule.Target.Add(money.Cent):
			t.Fatalf("%s goes beyond the target", d.amount.Decimal())
		case limited && a.reloaded.Add(d.amount) > a.walls.limit.Amount:
			t.Fatalf("%s goes through the wall of the month", d.amount.Decimal())
		case limited && a.walls.spent.Add(a.walls.balance).Add(d.amount) > a.walls.limit.Amount:
			t.Fatalf("%s cannot be used this month", d.amount.Decimal())
		case !limited && d.amount > left:
			t.Fatalf("%s goes through the ceiling", d.amount.Decimal())
		case a.confirmed > 0 && d.amount > a.confirmed:
			t.Fatalf("%s was not confirmed", d.amount.Decimal())
		case len(attempts) >= ReloadsPerHour || declined > now:
			t.Fatal("too often")
		}
	})
}
