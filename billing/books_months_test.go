package billing_test

import (
	"slices"
	"testing"

	"extrausage/billing"
	"extrausage/models/storetest"
	"extrausage/money"
)

// checkSpending: the chart of each month, its requests and its file are what the ledger was charged in it, and the sessions are
// what all months were (I16).
func (b *bookkeeper) checkSpending(charged money.Amount) {
	b.t.Helper()
	byMonth := map[int64]money.Amount{}
	for _, e := range b.entries(b.id) {
		if e.Kind == "charge" {
			byMonth[e.MonthStartsAt.Time().UnixMicro()] = byMonth[e.MonthStartsAt.Time().UnixMicro()].Sub(e.Amount)
		}
	}
	for name := ""; ; {
		m, err := b.svc.MonthSpending(b.ctx, b.id, name)
		if err != nil {
			b.rt.Fatal(err)
		}
		f := billing.ActivityFilter{Month: m.Name}
		days, listed, entries := sumOfDays(m.Days), sumOf(b.listed(f)), byMonth[m.Starts.UnixMicro()]
		b.same("days of "+m.Name, days, listed)
		b.same("file of "+m.Name, b.inFile(f), listed)
		if m.Extra != entries || days.Extra != entries {
			b.rt.Errorf("%s: month %s, days %s, entries %s", m.Name, m.Extra.Decimal(), days.Extra.Decimal(), entries.Decimal())
		}
		if m.Running != (m.Next == "") || m.Running != (m.Pace.Kind != "") {
			b.rt.Errorf("%s: %+v", m.Name, m)
		}
		if name = m.Previous; name == "" {
			break
		}
	}
	history, err := b.svc.SessionHistory(b.ctx, b.id, 200)
	if err != nil {
		b.rt.Fatal(err)
	}
	var extra money.Amount
	for _, s := range history.Sessions {
		extra = extra.Add(s.Extra)
	}
	if extra != charged {
		b.rt.Errorf("sessions %s, charged %s", extra.Decimal(), charged.Decimal())
	}
}

func sumOfDays(days []billing.DaySpend) (sum billing.CostParts) {
	for _, d := range days {
		sum.Plan, sum.Extra, sum.Absorbed = sum.Plan.Add(d.Plan), sum.Extra.Add(d.Extra), sum.Absorbed.Add(d.Absorbed)
	}
	return sum
}

// checkTheWayBack: whoever turns to older pages and back again sees what they saw.
func (b *bookkeeper) checkTheWayBack(all []billing.UsageView) {
	b.t.Helper()
	const limit = 3
	read := func(at billing.Place) billing.Activity {
		a, err := b.svc.Activity(b.ctx, b.id, billing.ActivityFilter{}, at, limit)
		if err != nil {
			b.rt.Fatal(err)
		}
		return a
	}
	page, turned := read(billing.Place{}), 0
	if page.Newer != "" {
		b.rt.Errorf("something is newer than the newest: %+v", page)
	}
	for ; page.Older != ""; turned++ {
		page = read(billing.Place{Before: page.Older})
	}
	var back []billing.UsageView
	for ; ; turned-- {
		back = append(slices.Clone(page.Requests), back...)
		if page.Newer == "" {
			break
		}
		page = read(billing.Place{After: page.Newer})
	}
	if turned != 0 || !slices.Equal(back, all) {
		b.rt.Errorf("%d pages left; %d requests on the way back, %d in all", turned, len(back), len(all))
	}
}

func TestPlacesOfOthersAreUnknown(t *testing.T) {
	r := newPaymentRig(t, storetest.OpenOn(t, storetest.SQLite(t)))
	id := r.subscriber("succeeds")
	for _, at := range []billing.Place{{Before: "usage_of_nobody"}, {After: "usage_of_nobody"}} {
		if _, err := r.svc.Activity(r.ctx, id, billing.ActivityFilter{}, at, 10); billing.AsFault(err) == nil || billing.AsFault(err).Kind != billing.NotFound {
			t.Errorf("%+v: %v", at, err)
		}
	}
}
