package billing

import (
	"context"
	"slices"
	"testing"
	"time"

	"extrausage/models/storetest"
	"extrausage/money"
)

func (r *meterRig) spending(id, month string) MonthSpending {
	r.t.Helper()
	m, err := r.svc.MonthSpending(context.Background(), id, month)
	if err != nil {
		r.t.Fatal(err)
	}
	return m
}

func TestMonthSpendingIsByDayAndModel(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		r.extra(id, amountLimit(5), 100*money.Dollar)
		r.event(Event{Account: id, Usage: haiku(39 * money.Dollar)})
		r.event(Event{Account: id, Usage: haiku(2 * money.Dollar)})
		r.event(Event{Account: id, Usage: haiku(6 * money.Dollar), Model: "claude-haiku-4-5-20251001"})
		r.advance(24 * time.Hour)
		r.event(Event{Account: id, Usage: haiku(money.Dollar)})
		r.event(Event{Account: id, Usage: haiku(money.Dollar), Model: "claude-opus-4-1"})

		m := r.spending(id, "")
		first := DaySpend{Day: "2026-11-10", Model: "Haiku 4.5", Requests: 3, Plan: 40 * money.Dollar, Extra: 5 * money.Dollar, Absorbed: 2 * money.Dollar}
		days := m.Days
		if len(days) != 3 || days[0] != first || days[1].Model != "Haiku 4.5" || days[2].Day != "2026-11-11" || days[2].Requests != 1 {
			t.Errorf("spending: %+v", days)
		}
		if m.Name != "2026-11" || m.Extra != 5*money.Dollar || !m.Running || m.Limit != amountLimit(5) || m.Previous != "" || m.Next != "" {
			t.Errorf("month: %+v", m)
		}
		if m.Pace.Kind != PaceFull {
			t.Errorf("pace %+v at the limit", m.Pace)
		}
		if named := r.spending(id, "2026-11"); !slices.Equal(named.Days, days) {
			t.Errorf("by its name: %+v", named)
		}
		if other := r.spending(r.account(), ""); len(other.Days) != 0 || other.Extra != 0 {
			t.Errorf("spending of another account: %+v", other)
		}
		for _, name := range []string{"2026-10", "2026-12", "x", "2026-11' OR 1=1"} {
			if _, err := r.svc.MonthSpending(context.Background(), id, name); AsFault(err) == nil || AsFault(err).Kind != NotFound {
				t.Errorf("month %q: %v", name, err)
			}
		}
	})
}

// What a day before the month used counts in the month in which it was reported: the sum of the days is the month's.
func TestMonthSpendingHasTheDaysThatWereReportedInIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		r.extra(id, amountLimit(100), 100*money.Dollar)
		r.at(time.Date(2026, time.November, 30, 20, 0, 0, 0, time.UTC))
		r.usePlan(id)
		r.used(id, money.Dollar)
		r.at(time.Date(2026, time.December, 1, 0, 30, 0, 0, time.UTC))
		r.usedAt(id, time.Date(2026, time.November, 30, 23, 30, 0, 0, time.UTC), 2*money.Dollar)
		r.used(id, 3*money.Dollar)

		november, december := r.spending(id, "2026-11"), r.spending(id, "")
		if november.Extra != money.Dollar || november.Running || november.Next != "2026-12" || november.Pace != (Pace{}) {
			t.Errorf("November: %+v", november)
		}
		if december.Extra != 5*money.Dollar || len(december.Days) != 2 || december.Days[0].Day != "2026-11-30" || december.Days[0].Extra != 2*money.Dollar {
			t.Errorf("December: %+v", december)
		}
		if december.Previous != "2026-11" || december.Pace.Kind != PaceEarly {
			t.Errorf("December: %+v", december)
		}
	})
}

// A change of the billing zone neither cuts nor doubles a day: each of the two months has its part of it.
func TestMonthSpendingOfADayOfTwoMonths(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		if err := r.svc.SaveTimeZone(context.Background(), id, "America/New_York"); err != nil {
			t.Fatal(err)
		}
		r.at(time.Date(2026, time.November, 30, 23, 30, 0, 0, time.UTC))
		r.event(Event{Account: id, Usage: haiku(money.Dollar)})
		r.advance(time.Hour) // a new month, still 30 November in New York
		r.event(Event{Account: id, Usage: haiku(2 * money.Dollar)})
		november, december := r.spending(id, "2026-11"), r.spending(id, "2026-12")
		if len(november.Days) != 1 || november.Days[0].Plan != money.Dollar || november.Days[0].Day != "2026-11-30" {
			t.Errorf("November: %+v", november)
		}
		if len(december.Days) != 1 || december.Days[0].Plan != 2*money.Dollar || december.Days[0].Day != "2026-11-30" {
			t.Errorf("December: %+v", december)
		}
	})
}
