package billing

import (
	"context"
	"testing"
	"time"

	"extrausage/models"
	"extrausage/models/storetest"
	"extrausage/money"
)

const microsecond = time.Microsecond

// window is the session that covers a time, as it is stored.
func (r *meterRig) window(id string, at time.Time) *models.UsageWindow {
	r.t.Helper()
	var w *models.UsageWindow
	r.tx(func(tx *models.Tx) error {
		m, err := tx.LockFor(models.Needs{AccountID: id, At: models.At(at)})
		if err == nil {
			w = m.WindowAt(models.At(at))
		}
		return err
	})
	return w
}

func (r *meterRig) wantWindow(id string, at, start, end time.Time) {
	r.t.Helper()
	switch w := r.window(id, at); {
	case start.IsZero() && w == nil:
	case w == nil:
		r.t.Errorf("no session at %s", at)
	case start.IsZero() || w.StartsAt != models.At(start) || w.EndsAt != models.At(end):
		r.t.Errorf("session at %s from %s to %s; want %s to %s", at, w.StartsAt.Time(), w.EndsAt.Time(), start, end)
	}
}

// design, "Allowance": a window starts with the first metered request and lasts five hours of elapsed time.
func TestASessionLastsFiveHours(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		start := r.time()
		r.wantWindow(id, start, time.Time{}, time.Time{})
		if _, refusal, err := r.svc.Hold(context.Background(), HoldRequest{
			Caller: "c", Key: "k", Account: id, Model: "gpt-4", Worst: haiku(money.Dollar),
		}); err != nil || refusal.Reason != UnknownModel {
			t.Fatal(refusal, err)
		}
		r.wantWindow(id, start, time.Time{}, time.Time{}) // what was refused is not metered

		r.settle(r.mustHold(id, 40*money.Dollar).ID, 40*money.Dollar)
		r.wantWindow(id, start, start, start.Add(5*time.Hour))
		r.at(start.Add(5*time.Hour - microsecond))
		r.refused(id, money.Dollar, ExtraUsageOff)
		if s := r.status(id).Session; !s.Active || !s.ResetsAt.Equal(start.Add(5*time.Hour)) || s.UsedPercent != 100 {
			t.Errorf("a microsecond before its end: %+v", s)
		}
		r.advance(microsecond)
		if s := r.status(id).Session; s.Active || s.Used != 0 || s.LimitReached {
			t.Errorf("at its end: %+v", s)
		}
		r.mustHold(id, 40*money.Dollar) // a new session, and all of its allowance
		r.wantWindow(id, r.time(), start.Add(5*time.Hour), start.Add(10*time.Hour))
		r.verify()
	})
}

// Elapsed time: the clocks of the account's zone do not matter, nor does the end of its month, nor a clock set back.
func TestASessionIgnoresClocksAndMonths(t *testing.T) {
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		for name, start := range map[string]time.Time{
			"autumn":      time.Date(2026, time.October, 25, 1, 0, 0, 0, rome),
			"spring":      time.Date(2027, time.March, 28, 1, 0, 0, 0, rome),
			"month's end": time.Date(2026, time.November, 30, 22, 0, 0, 0, rome),
			"leap day":    time.Date(2028, time.February, 29, 22, 30, 0, 0, rome),
		} {
			r.at(start)
			id := r.accountIn("Europe/Rome")
			r.used(id, 39*money.Dollar)
			r.at(start.Add(5*time.Hour - microsecond))
			r.used(id, money.Dollar)
			r.wantWindow(id, r.time(), start, start.Add(5*time.Hour))
			if s := r.status(id).Session; s.Used != 40*money.Dollar {
				t.Errorf("%s: used %s", name, s.Used.Decimal())
			}
			r.at(start.Add(-time.Hour)) // the clock is set back: no other session, no longer one, no time before the last
			r.refused(id, money.Dollar, ExtraUsageOff)
			if m := r.look(id); m.Now != models.At(start.Add(5*time.Hour-microsecond)) {
				t.Errorf("%s: time went back to %s", name, m.Now.Time())
			}
		}
		r.verify()
	})
}

// design, "Usage event": it falls in the window that covers its own time; where there is none it opens one, ending after five
// hours or where the next window starts.
func TestLateEventsFindOrOpenTheirSession(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		noon := time.Date(2026, time.November, 10, 12, 0, 0, 0, time.UTC)
		r.at(noon)
		r.used(id, money.Dollar) // [12, 17)
		r.at(noon.Add(10 * time.Hour))
		r.used(id, money.Dollar) // [22, 3)

		hour := func(h float64) time.Time { return noon.Add(time.Duration(h * float64(time.Hour))) }
		for _, c := range []struct {
			at, start, end time.Time
			why            string
		}{
			{hour(0), hour(0), hour(5), "the session's first moment"},
			{hour(2), hour(0), hour(5), "within"},
			{hour(5).Add(-microsecond), hour(0), hour(5), "its last microsecond"},
			{hour(5), hour(5), hour(10), "its end is not in it: five hours, just up to the next"},
			{hour(9), hour(5), hour(10), "in the one just opened"},
			{hour(-4), hour(-4), hour(0), "before: cut where the next one starts"},
			{hour(-4).Add(-microsecond), hour(-9).Add(5*time.Hour - microsecond), hour(-4), "a session of a microsecond before another"},
			{hour(-12), hour(-12), hour(-7), "long before: five hours"},
			{hour(-7), hour(-7), hour(-4).Add(-microsecond), "between: cut"},
			{hour(10), hour(10), hour(15), "the running one"},
		} {
			r.usedAt(id, c.at, money.Dollar)
			t.Log(c.why)
			r.wantWindow(id, c.at, c.start, c.end)
		}
		if s := r.status(id).Session; s.Used != 2*money.Dollar {
			t.Errorf("the running session has %s used", s.Used.Decimal())
		}
		r.verify()
	})
}

// A late event uses the allowance of its own window, with what was used there before.
func TestLateEventsUseTheirSessionsAllowance(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		r.extra(id, amountLimit(100), 100*money.Dollar)
		first := r.time()
		r.used(id, 35*money.Dollar)
		r.advance(6 * time.Hour)
		r.used(id, 40*money.Dollar)
		wantParts(t, "late, within what is left then", r.usedAt(id, first.Add(time.Hour), 5*money.Dollar), parts{plan: 5 * money.Dollar})
		wantParts(t, "late, beyond it", r.usedAt(id, first.Add(time.Hour), 5*money.Dollar), parts{extra: 5 * money.Dollar})
		wantParts(t, "now, beyond it", r.used(id, money.Dollar), parts{extra: money.Dollar})
		wantParts(t, "in a gap", r.usedAt(id, first.Add(5*time.Hour), money.Dollar), parts{plan: money.Dollar})
		r.verify()
	})
}

// A window that spans a month's end has a pool for each month; need counts both, a hold adds to and draws on its own month's.
func TestASessionAcrossTheMonthsEnd(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		midnight := time.Date(2026, time.December, 1, 0, 0, 0, 0, time.UTC)
		r.at(midnight.Add(-2 * time.Hour))
		id := r.account()
		r.extra(id, amountLimit(10), 100*money.Dollar)
		r.usePlan(id)

		r.at(midnight.Add(-10 * time.Minute))
		november := r.mustHold(id, 8*money.Dollar)
		r.refused(id, 3*money.Dollar, MonthlyLimitReached)
		r.at(midnight.Add(-microsecond))
		last := r.mustHold(id, 2*money.Dollar) // the last microsecond belongs to November, and fills it
		r.at(midnight)
		december := r.mustHold(id, 9*money.Dollar) // a new month, a new limit, in the same session
		if s := r.status(id); s.Held != 9*money.Dollar || s.Spent != 0 || s.Remaining != money.Dollar || s.Available != 81*money.Dollar {
			t.Errorf("December: held %s, spent %s, remaining %s, available %s", s.Held.Decimal(), s.Spent.Decimal(), s.Remaining.Decimal(), s.Available.Decimal())
		}
		r.advance(5 * time.Minute)
		if s := r.settle(november.ID, 8*money.Dollar); s.Extra != 8*money.Dollar || s.MonthSpent != 8*money.Dollar {
			t.Errorf("settled in December, held in November: %+v", s)
		}
		if s := r.settle(last.ID, money.Dollar); s.Extra != money.Dollar || s.MonthSpent != 9*money.Dollar {
			t.Errorf("the last of November: %+v", s)
		}
		if s := r.settle(december.ID, 9*money.Dollar); s.Extra != 9*money.Dollar || s.MonthSpent != 9*money.Dollar {
			t.Errorf("December's: %+v", s)
		}
		r.mustHold(id, money.Dollar)
		r.refused(id, money.Dollar, MonthlyLimitReached)
		r.verify()
		months := r.months(id)
		if len(months) != 2 || months[0].Spent != 9*money.Dollar || months[0].Held != 0 || months[1].Spent != 9*money.Dollar || months[1].Held != money.Dollar {
			t.Errorf("months: %+v", months)
		}
		if months[1].OpeningBalance != 91*money.Dollar { // what was charged to November after its end is November's
			t.Errorf("December opened with %s", months[1].OpeningBalance.Decimal())
		}
	})
}

// months are an account's billing months as stored.
func (r *meterRig) months(id string) (out []models.BillingMonth) {
	r.t.Helper()
	r.tx(func(tx *models.Tx) (err error) {
		out, err = tx.Months(id)
		return err
	})
	return out
}

// Both pools of a session may be needed at once: nothing is absorbed that its own month's pool could have paid, whichever
// settles first, and what both reserved is let go.
func TestBothPoolsOfASession(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		midnight := time.Date(2026, time.December, 1, 0, 0, 0, 0, time.UTC)
		for _, novemberFirst := range []bool{true, false} {
			r.at(midnight.Add(-5 * time.Minute))
			id := r.account()
			r.extra(id, amountLimit(10), 100*money.Dollar)
			r.used(id, 30*money.Dollar)
			november := r.mustHold(id, 15*money.Dollar) // $10 of the plan, $5 extra
			r.at(midnight.Add(5 * time.Minute))
			december := r.mustHold(id, 7*money.Dollar) // $7 extra
			if s := r.status(id); s.Held != 7*money.Dollar || s.Balance.Sub(s.Available) != 12*money.Dollar {
				t.Fatalf("held %s, %s in all", s.Held.Decimal(), s.Balance.Sub(s.Available).Decimal())
			}
			var n, d *Settlement
			if novemberFirst {
				n, d = r.settle(november.ID, 15*money.Dollar), r.settle(december.ID, 7*money.Dollar)
			} else {
				d, n = r.settle(december.ID, 7*money.Dollar), r.settle(november.ID, 15*money.Dollar)
			}
			if n.Absorbed > 0 && n.Extra != 5*money.Dollar || d.Absorbed > 0 && d.Extra != 7*money.Dollar {
				t.Errorf("absorbed with a pool left: %+v %+v", n, d)
			}
			if n.Plan.Add(d.Plan) != 10*money.Dollar {
				t.Errorf("plan parts %s and %s", n.Plan.Decimal(), d.Plan.Decimal())
			}
			if s := r.status(id); s.Available != s.Balance {
				t.Errorf("still held: %s", s.Balance.Sub(s.Available).Decimal())
			}
			r.verify()
		}
	})
}

// Several idle months go by: each exists, touches the next, and carries the limit on.
func TestIdleMonths(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.accountIn("Europe/Rome")
		r.extra(id, amountLimit(20), 30*money.Dollar)
		r.usePlan(id)
		r.used(id, 5*money.Dollar)
		r.at(time.Date(2027, time.March, 10, 12, 0, 0, 0, time.UTC))
		if s := r.status(id); s.Spent != 0 || s.Limit != amountLimit(20) || s.MonthStart.In(zone("Europe/Rome")).Month() != time.March {
			t.Errorf("%+v", s)
		}
		r.usePlan(id)
		r.used(id, money.Dollar)
		months := r.months(id)
		if len(months) != 5 {
			t.Fatalf("%d months", len(months))
		}
		for i, b := range months {
			if i > 0 && b.StartsAt != months[i-1].EndsAt {
				t.Errorf("month %d starts %s, the one before ends %s", i, b.StartsAt.Time(), months[i-1].EndsAt.Time())
			}
			if limitOf(&b) != amountLimit(20) || i > 0 && b.OpeningBalance != 25*money.Dollar {
				t.Errorf("month %d: %+v", i, b)
			}
		}
		if months[0].Spent != 5*money.Dollar || months[4].Spent != money.Dollar {
			t.Errorf("spent %s and %s", months[0].Spent.Decimal(), months[4].Spent.Decimal())
		}
		r.verify()
	})
}

// A zone that is changed acts from the next month; the running one stays as it is (both directions).
func TestAChangedZoneActsFromTheNextMonth(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		for _, c := range []struct{ from, to, end, next string }{
			{"UTC", "Pacific/Kiritimati", "2026-12-01T00:00:00Z", "2026-12-31T10:00:00Z"},
			{"Pacific/Kiritimati", "Etc/GMT+12", "2026-11-30T10:00:00Z", "2027-01-01T12:00:00Z"},
		} {
			r.at(rigStart)
			id := r.accountIn(c.from)
			if err := r.svc.SaveTimeZone(context.Background(), id, c.to); err != nil {
				t.Fatal(err)
			}
			if got := r.status(id).MonthEnd.Format(time.RFC3339); got != c.end {
				t.Errorf("%s to %s: the running month ends %s; want %s", c.from, c.to, got, c.end)
			}
			r.at(r.status(id).MonthEnd)
			if s := r.status(id); s.MonthStart.Format(time.RFC3339) != c.end || s.MonthEnd.Format(time.RFC3339) != c.next {
				t.Errorf("%s to %s: then %s to %s; want %s to %s", c.from, c.to, s.MonthStart, s.MonthEnd, c.end, c.next)
			}
		}
		// A zone whose 1st begins with a jump: who signs up in that hour has a month that covers it.
		r.at(time.Date(2023, time.October, 1, 3, 30, 0, 0, time.UTC))
		id := r.accountIn("America/Asuncion")
		if s := r.status(id); s.At.Before(s.MonthStart) || !s.At.Before(s.MonthEnd) {
			t.Errorf("at %s the month is %s to %s", s.At, s.MonthStart, s.MonthEnd)
		}
	})
}
