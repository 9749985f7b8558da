package billing

import (
	"testing"
	"time"

	"extrausage/models"
	"extrausage/models/storetest"
	"extrausage/money"
)

// Through the front door: each reason, and P2 beside it: none of them takes included usage away.
func TestReasonsOfHolds(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		meter := func(set func(*models.Meter)) func(string) {
			return func(id string) { r.change(id, func(m *models.MeterState, _ *models.BillingMonth) { set(m.Meter) }) }
		}
		for _, c := range []struct {
			reason   Reason
			prepare  func(id string)
			planStay bool // the plan's allowance is there all the same
		}{
			{ExtraUsageOff, r.turnOff, true},
			{BalanceNegative, func(id string) { r.post(id, -60*money.Dollar) }, true},
			{MonthlyLimitReached, func(id string) { r.used(id, 50*money.Dollar) }, false},
			{SessionLimitReached, func(id string) { r.prefer(id, AskFirst) }, true},
			{InsufficientBalance, func(id string) { r.post(id, -50*money.Dollar) }, true},
			{AccountClosed, meter(func(m *models.Meter) { m.Closed, m.ExtraUsage = true, false }), false},
			{NoPlan, meter(func(m *models.Meter) { m.Plan, m.ExtraUsage = "", false }), false},
		} {
			id := r.account()
			r.extra(id, amountLimit(10), 50*money.Dollar)
			if c.planStay {
				c.prepare(id)
				r.settle(r.mustHold(id, 40*money.Dollar).ID, 40*money.Dollar)
			} else {
				r.usePlan(id)
				c.prepare(id)
			}
			refusal := r.refused(id, money.Dollar, c.reason)
			if s := r.status(id); s.Reason != c.reason {
				t.Errorf("status says %q; the hold was refused for %s", s.Reason, c.reason)
			}
			if resets := !refusal.ResetsAt.IsZero(); resets != (c.reason != NoPlan && c.reason != AccountClosed) {
				t.Errorf("%s resets at %s", c.reason, refusal.ResetsAt)
			}
		}
		r.verify()
	})
}

// A plan that ends refuses even what the session has left, keeps the credits, and never comes back switched on.
func TestThePlansEnd(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		r.extra(id, amountLimit(10), 50*money.Dollar)
		running := r.mustHold(id, 10*money.Dollar)
		provision := func(plan string) {
			t.Helper()
			_, _, err := r.svc.ProvisionAccount(t.Context(), NewAccount{ID: id, Email: id + "@example.com", Plan: plan})
			if err != nil {
				t.Fatal(err)
			}
		}
		provision("")
		r.refused(id, money.Dollar, NoPlan)
		if s := r.settle(running.ID, 10*money.Dollar); s.Plan != 10*money.Dollar {
			t.Errorf("the running request: %+v", s)
		}
		if s := r.status(id); s.Enabled || s.Balance != 50*money.Dollar || s.State != StateOff || s.Reason != NoPlan {
			t.Errorf("%+v", s)
		}
		provision(planMax20x)
		if s := r.status(id); s.Enabled {
			t.Error("a new plan switched extra usage on")
		}
		r.settle(r.mustHold(id, 30*money.Dollar).ID, 30*money.Dollar)
		r.refused(id, money.Dollar, ExtraUsageOff)
		r.verify()
	})
}

// A session that began while there was no plan has what the plan includes as soon as there is one (P2).
func TestAPlanThatStartsWithinASession(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		provision := func(plan string) {
			t.Helper()
			_, _, err := r.svc.ProvisionAccount(t.Context(), NewAccount{ID: id, Email: id + "@example.com", Plan: plan})
			if err != nil {
				t.Fatal(err)
			}
		}
		provision("")
		wantParts(t, "without a plan", r.used(id, money.Dollar), parts{absorbed: money.Dollar})
		if s := r.status(id).Session; s.UsedPercent != 100 || s.Allowance != 0 {
			t.Errorf("%+v", s)
		}
		r.advance(time.Hour)
		provision(planMax20x)
		r.extra(id, amountLimit(10), 50*money.Dollar)
		wantParts(t, "with a plan", r.used(id, 40*money.Dollar), parts{plan: 40 * money.Dollar})
		wantParts(t, "then", r.used(id, money.Dollar), parts{extra: money.Dollar})
		r.verify()
	})
}

// Rule 3: the request that crosses the line is accepted on the plan alone and its excess absorbed; the next one is refused.
func TestTheRequestThatCrossesTheLine(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		off, poor := r.account(), r.account()
		r.extra(poor, amountLimit(10), 2*money.Dollar)
		for _, id := range []string{off, poor} {
			r.used(id, 39*money.Dollar)
			h := r.mustHold(id, 5*money.Dollar) // $1 of the plan is left; $4 would be extra
			if h.CoveredBy != "plan" || h.WorstCase != 5*money.Dollar {
				t.Errorf("%+v", h)
			}
			if s := r.status(id); s.Held != 0 || s.Session.Open != money.Dollar {
				t.Errorf("held %s, open %s", s.Held.Decimal(), s.Session.Open.Decimal())
			}
			if _, refusal := r.hold(id, 3*money.Dollar); refusal == nil || refusal.Needed != 3*money.Dollar {
				t.Errorf("the next one: %+v", refusal)
			}
			s := r.settle(h.ID, 4*money.Dollar)
			wantParts(t, "the request", parts{s.Plan, s.Extra, s.Absorbed}, parts{plan: money.Dollar, absorbed: 3 * money.Dollar})
			if u := r.usages(id)[0]; u.AbsorbedBecause != "beyond_hold" {
				t.Errorf("absorbed because %q", u.AbsorbedBecause)
			}
		}
		h := r.mustHold(poor, 2*money.Dollar) // the plan is used up, the balance suffices
		if h.CoveredBy != "extra" {
			t.Errorf("%+v", h)
		}
		r.verify()
	})
}
