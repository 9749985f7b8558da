package billing

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"extrausage/money"
)

func TestDecidePace(t *testing.T) {
	starts := time.Date(2026, time.November, 1, 0, 0, 0, 0, time.UTC)
	ends := starts.AddDate(0, 1, 0)
	after := func(days int) time.Time { return starts.AddDate(0, 0, days) }
	for name, c := range map[string]struct {
		facts paceFacts
		want  Pace
	}{
		"over":            {paceFacts{now: ends, on: true, spent: money.Dollar}, Pace{}},
		"off":             {paceFacts{now: after(20), spent: money.Dollar, limit: amountLimit(50)}, Pace{Kind: PaceOff}},
		"reached":         {paceFacts{now: after(20), on: true, spent: 50 * money.Dollar, limit: amountLimit(50)}, Pace{Kind: PaceFull}},
		"lowered, off":    {paceFacts{now: after(20), spent: 60 * money.Dollar, limit: amountLimit(50)}, Pace{Kind: PaceFull}},
		"a moment early":  {paceFacts{now: after(3).Add(-1), on: true, spent: money.Dollar, limit: amountLimit(50)}, Pace{Kind: PaceEarly, From: after(3)}},
		"nothing charged": {paceFacts{now: after(10), on: true, limit: amountLimit(50)}, Pace{Kind: PaceSteady}},
		"just enough": {paceFacts{now: after(3), on: true, spent: 3 * money.Dollar, limit: amountLimit(50)},
			Pace{Kind: PaceSteady, PerDay: money.Dollar, AtEnd: 30 * money.Dollar}},
		"exactly the limit": {paceFacts{now: after(15), on: true, spent: 25 * money.Dollar, limit: amountLimit(50)},
			Pace{Kind: PaceSteady, PerDay: 1_666_666_666, AtEnd: 50 * money.Dollar}},
		"beyond the limit": {paceFacts{now: after(10), on: true, spent: 20 * money.Dollar, limit: amountLimit(50)},
			Pace{Kind: PaceSteady, PerDay: 2 * money.Dollar, AtEnd: 60 * money.Dollar, FullAt: after(25)}},
		"unlimited": {paceFacts{now: after(10), on: true, spent: 20_000 * money.Dollar, limit: Limit{Kind: Unlimited}},
			Pace{Kind: PaceSteady, PerDay: 2_000 * money.Dollar, AtEnd: 60_000 * money.Dollar}},
	} {
		c.facts.starts, c.facts.ends = starts, ends
		if got := decidePace(c.facts); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

// The estimate is never below what is spent, and the limit is reached between now and the month's end, or not at all.
func TestPaceStaysWithinReason(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		starts := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "starts"), 0).UTC()
		f := paceFacts{
			starts: starts, ends: starts.Add(time.Duration(rapid.IntRange(28*24, 33*24).Draw(t, "hours")) * time.Hour), on: true,
			spent: money.Amount(rapid.Int64Range(0, int64(1_000_000*money.Dollar)).Draw(t, "spent")),
			limit: Limit{Kind: LimitAmount, Amount: money.Cents(rapid.Int64Range(500, 1_000_000).Draw(t, "limit"))},
		}
		f.now = f.starts.Add(time.Duration(rapid.Int64Range(0, int64(f.ends.Sub(f.starts))-1).Draw(t, "now")))
		p := decidePace(f)
		if p.Kind != PaceSteady {
			return
		}
		if p.AtEnd < f.spent {
			t.Errorf("%s at the end, %s spent", p.AtEnd.Decimal(), f.spent.Decimal())
		}
		if over := p.AtEnd > f.limit.Amount; over == p.FullAt.IsZero() {
			t.Errorf("%s at the end with a limit of %s, full at %s", p.AtEnd.Decimal(), f.limit.Amount.Decimal(), p.FullAt)
		}
		if !p.FullAt.IsZero() && (p.FullAt.Before(f.now.Truncate(time.Second)) || p.FullAt.After(f.ends)) {
			t.Errorf("full at %s, now %s, end %s", p.FullAt, f.now, f.ends)
		}
	})
}
