package billing

import (
	"context"
	"testing"
	"time"

	"extrausage/models/storetest"
	"extrausage/money"
	"extrausage/pricing"
)

// P8: every request is explained by what was stored with it.
func TestEveryChargeIsExplained(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		r.extra(id, amountLimit(20), 15*money.Dollar)
		cases := []struct {
			name   string
			before func()
			cost   money.Amount
			late   time.Duration
			never  bool
			why    Why
			parts  CostParts
		}{
			{name: "within the plan", cost: 39 * money.Dollar, why: WhyPlan, parts: CostParts{Plan: 39 * money.Dollar}},
			{name: "the last of it", cost: 3 * money.Dollar, why: WhyAllowanceEnded, parts: CostParts{Plan: money.Dollar, Extra: 2 * money.Dollar}},
			{name: "nothing left", cost: money.Dollar, why: WhyAllowanceUsed, parts: CostParts{Extra: money.Dollar}},
			{name: "late", cost: money.Dollar, late: 25 * time.Hour, why: WhyPlan, parts: CostParts{Plan: money.Dollar}},
			{name: "imported", cost: money.Dollar, never: true, why: WhyImported, parts: CostParts{Absorbed: money.Dollar}},
			{name: "empty balance", cost: 15 * money.Dollar, why: WhyNoFunds, parts: CostParts{Extra: 12 * money.Dollar, Absorbed: 3 * money.Dollar}},
			{name: "off", cost: money.Dollar, before: func() { r.svc.TurnOff(context.Background(), id) }, //nolint:errcheck // the next line tells
				why: WhyNotPermitted, parts: CostParts{Absorbed: money.Dollar}},
		}
		for _, c := range cases {
			if c.before != nil {
				c.before()
			}
			r.advance(time.Minute)
			e := Event{ID: c.name, Account: id, Model: haikuModel, Usage: haiku(c.cost), MessageID: "msg " + c.name}
			if c.late > 0 {
				e.OccurredAt = time.UnixMicro(r.now.Load()).Add(-c.late)
			}
			charging := ChargeAsUsual
			if c.never {
				charging = NeverCharge
			}
			if _, err := r.svc.RecordEvents(context.Background(), []Event{e}, charging); err != nil {
				t.Fatal(err)
			}
			x := r.explained(id, e.MessageID)
			if x.Why != c.why || x.CostParts != c.parts || x.Cost != c.cost {
				t.Errorf("%s: %s %+v of %s", c.name, x.Why, x.CostParts, x.Cost.Decimal())
			}
			if x.Model != "Haiku 4.5" || x.ModelID != haikuModel || x.RatesVersion != r.svc.Rates().Version() || x.Tier != pricing.TierAny {
				t.Errorf("%s: %+v", c.name, x)
			}
			if len(x.Lines) != 2 || x.Lines[0].Cost.Add(x.Lines[1].Cost) != x.Cost || x.Prompt != x.Lines[0].Tokens {
				t.Errorf("%s: lines %+v", c.name, x.Lines)
			}
			if x.At.Before(x.SessionStarts) || !x.At.Before(x.SessionEnds) {
				t.Errorf("%s: at %s in a session from %s to %s", c.name, x.At, x.SessionStarts, x.SessionEnds)
			}
		}
	})
}

// explained finds a request by its message and explains it.
func (r *meterRig) explained(id, messageID string) Explanation {
	r.t.Helper()
	var usageID string
	err := r.svc.EachUsage(context.Background(), id, ActivityFilter{}, func(u ExportUsage) error {
		if u.MessageID == messageID {
			usageID = u.ID
		}
		return nil
	})
	if err != nil {
		r.t.Fatal(err)
	}
	x, err := r.svc.Charge(context.Background(), id, usageID)
	if err != nil {
		r.t.Fatal(err)
	}
	return x
}

// What a request cost beyond its reserve is explained as that.
func TestWhatExceedsTheReserveIsExplained(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		r.settle(r.mustHold(id, money.Dollar).ID, 3*money.Dollar)
		a, err := r.svc.Activity(context.Background(), id, ActivityFilter{}, Place{}, 10)
		if err != nil || len(a.Requests) != 1 {
			t.Fatalf("%+v, %v", a, err)
		}
		x, err := r.svc.Charge(context.Background(), id, a.Requests[0].ID)
		if err != nil || x.Absorbed != 2*money.Dollar || x.Why != WhyBeyondReserve {
			t.Errorf("%+v, %v", x, err)
		}
	})
}

// Nobody reads what is somebody else's: it is as if it were not there.
func TestReadsAreOfOneAccount(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		ctx := context.Background()
		mine, other := r.account(), r.account()
		r.event(Event{Account: mine, Usage: haiku(money.Dollar)})
		a, err := r.svc.Activity(ctx, mine, ActivityFilter{}, Place{}, 10)
		if err != nil || len(a.Requests) != 1 {
			t.Fatalf("%+v, %v", a, err)
		}
		id := a.Requests[0].ID
		if _, err := r.svc.Charge(ctx, other, id); AsFault(err) == nil || AsFault(err).Kind != NotFound {
			t.Errorf("charge: %v", err)
		}
		if _, err := r.svc.Activity(ctx, other, ActivityFilter{}, Place{Before: id}, 10); AsFault(err) == nil || AsFault(err).Kind != NotFound {
			t.Errorf("cursor: %v", err)
		}
		if a, err := r.svc.Activity(ctx, other, ActivityFilter{}, Place{}, 10); err != nil || len(a.Requests) != 0 || a.Count != 0 {
			t.Errorf("list: %+v, %v", a, err)
		}
		for _, name := range []string{"", "2026-10", "2026-12", "2026-11' OR 1=1", "November"} {
			if _, err := r.svc.Invoice(ctx, mine, name); AsFault(err) == nil || AsFault(err).Kind != NotFound {
				t.Errorf("invoice %q: %v", name, err)
			}
		}
	})
}

// Staff sees why a request was refused, with the figures of that moment.
func TestRefusalsAreKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		r.event(Event{Account: id, Usage: haiku(40 * money.Dollar)})
		if _, refusal := r.hold(id, money.Dollar); refusal == nil {
			t.Fatal("accepted with extra usage off")
		}
		r.extra(id, amountLimit(20), 10*money.Dollar)
		r.advance(time.Second)
		if _, refusal := r.hold(id, 12*money.Dollar); refusal == nil {
			t.Fatal("accepted beyond the balance")
		}
		got, err := r.svc.Refusals(context.Background(), id, 10)
		if err != nil || len(got) != 2 || got[0].Reason != InsufficientBalance || got[1].Reason != ExtraUsageOff {
			t.Fatalf("%+v, %v", got, err)
		}
		if x := got[0]; x.Needed != 12*money.Dollar || x.Available != 10*money.Dollar || x.FitsMaxTokens <= 0 && x.Model == "" {
			t.Errorf("%+v", x)
		}
	})
}

// A month that nobody wrote in yet is there as well, and one with open holds is not closed.
func TestMonthsRollForReaders(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		ctx := context.Background()
		id := r.account()
		r.extra(id, amountLimit(20), 10*money.Dollar)
		r.advance(time.Date(2026, time.November, 30, 23, 59, 0, 0, time.UTC).Sub(rigStart))
		r.event(Event{Account: id, Usage: haiku(40 * money.Dollar)})
		h := r.mustHold(id, 2*money.Dollar)
		r.advance(2 * time.Minute)
		months := func() []MonthSummary {
			t.Helper()
			m, err := r.svc.MonthSummaries(ctx, id)
			if err != nil || len(m) != 2 || m[0].Name != "2026-12" || m[1].Name != "2026-11" || m[0].State != MonthRunning {
				t.Fatalf("%+v, %v", m, err)
			}
			return m
		}
		if m := months(); m[1].State != MonthClosing {
			t.Errorf("with an open hold: %+v", m)
		}
		r.settle(h.ID, 2*money.Dollar)
		if n, err := r.svc.IssueInvoices(ctx); n != 1 || err != nil {
			t.Errorf("issued %d: %v", n, err)
		}
		if m := months(); m[1].State != MonthIssued || m[1].Number != "INV-000001" || m[1].Extra != 2*money.Dollar || m[0].Extra != 0 {
			t.Errorf("after it ended: %+v", m)
		}
		december, err := r.svc.Invoice(ctx, id, "2026-12")
		if err != nil || december.Opening != 8*money.Dollar || december.Closing != 8*money.Dollar {
			t.Errorf("%+v, %v", december, err)
		}
	})
}
