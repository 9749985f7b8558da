package billing

import (
	"context"
	"slices"
	"testing"
	"time"

	"extrausage/models/storetest"
	"extrausage/money"
	"extrausage/pricing"
)

// newestExplained is the newest request, explained.
func (r *meterRig) newestExplained(id string) Explanation {
	r.t.Helper()
	a, err := r.svc.Activity(context.Background(), id, ActivityFilter{}, Place{}, 1)
	if err != nil || len(a.Requests) == 0 {
		r.t.Fatalf("%+v, %v", a, err)
	}
	e, err := r.svc.Charge(context.Background(), id, a.Requests[0].ID)
	if err != nil {
		r.t.Fatal(err)
	}
	return e
}

// P8: a charge names the limit it counted against and what had permitted it, as they were then.
func TestAChargeSaysWhatPermittedIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		r.asking(id, amountLimit(20), 100*money.Dollar)
		r.usePlan(id)
		if e := r.newestExplained(id); e.Limit != amountLimit(20) || e.Permission != (Permission{}) {
			t.Errorf("within the plan, not continued: %+v", e)
		}
		r.advance(time.Minute)
		chosen := r.time()
		r.choose(id, ContinueSession)
		r.advance(time.Minute)
		h := r.mustHold(id, 2*money.Dollar)
		r.settle(h.ID, money.Dollar)
		e := r.newestExplained(id)
		if e.HoldID != h.ID || e.Limit != amountLimit(20) || e.Permission != (Permission{By: ContinueSession, At: chosen}) || e.SpentAfter != money.Dollar {
			t.Errorf("continued: %+v", e)
		}
		r.advance(time.Second)
		r.setLimit(id, amountLimit(50))
		if again := r.newestExplained(id); again.Limit != amountLimit(20) {
			t.Errorf("a later limit: %+v", again)
		}
		r.advance(6 * time.Hour)
		always := r.time()
		r.prefer(id, Always)
		r.advance(time.Minute)
		r.usePlan(id)
		r.used(id, money.Dollar)
		if e := r.newestExplained(id); e.Limit != amountLimit(50) || e.Permission != (Permission{By: AlwaysContinue, At: always}) || e.HoldID != "" {
			t.Errorf("always: %+v", e)
		}
	})
}

// The choice in a session is told among the changes of settings, once for each change; forms about money stay valid.
func TestSessionChoicesAreInTheHistory(t *testing.T) {
	r := newMeterRig(t, storetest.OpenOn(t, storetest.SQLite(t)))
	id := r.account()
	r.asking(id, amountLimit(20), 100*money.Dollar)
	r.usePlan(id)
	version := r.status(id).Version
	for _, c := range []Choice{ContinueSession, ContinueSession, StopSession} {
		r.advance(time.Second)
		r.choose(id, c)
	}
	p, err := r.svc.SettingChanges(context.Background(), id, Place{}, 2)
	if err != nil || len(p.Changes) != 2 || r.status(id).Version != version {
		t.Fatalf("%+v, %v", p, err)
	}
	stop, goOn := p.Changes[0], p.Changes[1]
	if stop.Setting != "session_choice" || stop.Old != "continue" || stop.New != "stop" || goOn.Old != "" || goOn.New != "continue" || goOn.Actor != ByClient {
		t.Errorf("%+v", p.Changes)
	}
}

// A session's history says how much of the plan it used, and what came on top in the same measure.
func TestSessionHistory(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		if h, err := r.svc.SessionHistory(context.Background(), id, 20); err != nil || len(h.Sessions) != 0 {
			t.Errorf("a fresh account: %+v, %v", h, err)
		}
		r.extra(id, amountLimit(50), 100*money.Dollar)
		first := r.time()
		r.used(id, naiveAllowance/2)
		r.advance(6 * time.Hour)
		second := r.time()
		r.usePlan(id)
		r.used(id, naiveAllowance/4)
		h, err := r.svc.SessionHistory(context.Background(), id, 20)
		want := []PastSession{
			{Starts: second, Ends: second.Add(SessionLength), Running: true, Requests: 2, UsedPercent: 100, ExtraPercent: 25, Extra: naiveAllowance / 4},
			{Starts: first, Ends: first.Add(SessionLength), Requests: 1, UsedPercent: 50},
		}
		if err != nil || !slices.Equal(h.Sessions, want) {
			t.Errorf("%+v, %v", h.Sessions, err)
		}
		if h, err := r.svc.SessionHistory(context.Background(), id, 1); err != nil || len(h.Sessions) != 1 || !h.Sessions[0].Running {
			t.Errorf("the newest: %+v, %v", h.Sessions, err)
		}
		r.verify()
	})
}

// What last month comes to at the rates is what its requests cost, while the rates are the same.
func TestLastMonthAtRates(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		r.extra(id, amountLimit(50), 100*money.Dollar)
		if _, ok, err := r.svc.LastMonthAtRates(context.Background(), id); ok || err != nil {
			t.Errorf("a first month has none before it: %v", err)
		}
		var cost money.Amount
		for _, u := range []pricing.Usage{{Input: 200_000, Output: 10}, {Input: 100_000, CacheRead: 100_001, Output: 10}, {Input: 5, CacheWrite1h: 7}} {
			e := r.event(Event{Account: id, Model: "claude-sonnet-4-5", Usage: u})
			cost = cost.Add(e.Cost)
		}
		e := r.event(Event{Account: id, Usage: haiku(45 * money.Dollar)})
		r.at(time.Date(2026, time.December, 2, 0, 0, 0, 0, time.UTC))
		r.used(id, money.Dollar)
		m, ok, err := r.svc.LastMonthAtRates(context.Background(), id)
		if err != nil || !ok || m.Name != "2026-11" || len(m.Models) != 2 {
			t.Fatalf("%+v %v %v", m, ok, err)
		}
		if m.Models[0].Model != "Haiku 4.5" || m.Models[0].Total != e.Cost || m.Models[1].Total != cost || m.Models[1].Requests != 3 {
			t.Errorf("%+v, want %s and %s", m.Models, e.Cost.Decimal(), cost.Decimal())
		}
		if m.Total != cost.Add(e.Cost) || m.Sum() != m.Total || m.Models[1].Usage.Input != 300_005 || m.Models[1].Usage.CacheWrite1h != 7 {
			t.Errorf("%+v", m)
		}
	})
}
