package billing

import (
	"context"
	"slices"
	"testing"
	"time"

	"extrausage/models/storetest"
	"extrausage/money"
)

func TestDaySpendingSumsByDayAndModel(t *testing.T) {
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

		all, err := r.svc.DaySpending(context.Background(), id, "2026-11-10", "2026-11-11")
		if err != nil {
			t.Fatal(err)
		}
		first := DaySpend{Day: "2026-11-10", Model: "Haiku 4.5", Requests: 3, Plan: 40 * money.Dollar, Extra: 5 * money.Dollar, Absorbed: 2 * money.Dollar}
		if len(all) != 3 || all[0] != first || all[1].Model != "Haiku 4.5" || all[2].Day != "2026-11-11" || all[2].Requests != 1 {
			t.Errorf("spending: %+v", all)
		}
		one, err := r.svc.DaySpending(context.Background(), id, "2026-11-11", "2026-11-30")
		if err != nil || !slices.Equal(one, all[1:]) {
			t.Errorf("spending from the second day on: %+v, %v", one, err)
		}
		if other, err := r.svc.DaySpending(context.Background(), r.account(), "2026-11-01", "2026-11-30"); err != nil || len(other) != 0 {
			t.Errorf("spending of another account: %+v, %v", other, err)
		}
	})
}

// A day that a change of the billing zone cuts into two months is one day.
func TestDaySpendingJoinsADayOfTwoMonths(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		if err := r.svc.SaveTimeZone(context.Background(), id, "America/New_York"); err != nil {
			t.Fatal(err)
		}
		r.advance(time.Date(2026, time.November, 30, 23, 30, 0, 0, time.UTC).Sub(rigStart))
		r.event(Event{Account: id, Usage: haiku(money.Dollar)})
		r.advance(time.Hour) // a new month, still 30 November in New York
		r.event(Event{Account: id, Usage: haiku(2 * money.Dollar)})
		days, err := r.svc.DaySpending(context.Background(), id, "2026-11-30", "2026-11-30")
		if err != nil || len(days) != 1 || days[0].Requests != 2 || days[0].Plan != 3*money.Dollar {
			t.Errorf("spending: %+v, %v", days, err)
		}
	})
}
