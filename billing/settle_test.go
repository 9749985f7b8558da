package billing

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"extrausage/models/storetest"
	"extrausage/money"
	"extrausage/pricing"
)

func (r *meterRig) trySettle(holdID, fingerprint string, u pricing.Usage) (*Settlement, *Refusal, error) {
	r.t.Helper()
	return r.svc.Settle(context.Background(), SettleRequest{HoldID: holdID, Usage: u, Fingerprint: fingerprint})
}

// I6, I7: a hold is settled once; the same report again gets the same answer, however much happened since; another is a Conflict.
func TestASettleIsReplayed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		r.extra(id, amountLimit(50), 50*money.Dollar)
		r.used(id, 39*money.Dollar)
		h := r.mustHold(id, 3*money.Dollar)
		first, _, err := r.trySettle(h.ID, "f", haiku(4*money.Dollar))
		if err != nil {
			t.Fatal(err)
		}
		want := Settlement{
			ID: h.ID, AccountID: id, Cost: 4 * money.Dollar, Plan: money.Dollar, Extra: 2 * money.Dollar, Absorbed: money.Dollar,
			Balance: 48 * money.Dollar, MonthSpent: 2 * money.Dollar,
		}
		if *first != want {
			t.Errorf("%+v; want %+v", first, want)
		}
		r.used(id, 5*money.Dollar)
		r.setLimit(id, amountLimit(100))
		r.advance(40 * 24 * time.Hour) // another session, another month
		r.used(id, money.Dollar)
		if again, _, err := r.trySettle(h.ID, "f", haiku(4*money.Dollar)); err != nil || *again != want {
			t.Errorf("again: %+v %v", again, err)
		}
		_, _, err = r.trySettle(h.ID, "g", haiku(money.Dollar))
		wantFault(t, err, Conflict, "hold_settled")
		wantFault(t, r.svc.Void(context.Background(), h.ID), Conflict, "hold_settled")
		if u := r.usages(id); len(u) != 4 {
			t.Errorf("%d usages", len(u))
		}
		r.verify()
	})
}

// Many copies of a report at once: one is counted, all are answered alike.
func TestCopiesOfASettleAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		r.extra(id, amountLimit(50), 50*money.Dollar)
		r.usePlan(id)
		for range 5 {
			h := r.mustHold(id, money.Dollar)
			var wg sync.WaitGroup
			answers := make([]*Settlement, 16)
			for i := range answers {
				wg.Go(func() {
					s, _, err := r.trySettle(h.ID, "f", haiku(money.Dollar))
					if err != nil {
						t.Error(err)
						return
					}
					answers[i] = s
				})
			}
			wg.Wait()
			for _, a := range answers {
				if a == nil || *a != *answers[0] {
					t.Fatalf("%+v and %+v", a, answers[0])
				}
			}
		}
		if s := r.status(id); s.Spent != 5*money.Dollar || s.Held != 0 {
			t.Errorf("spent %s, held %s", s.Spent.Decimal(), s.Held.Decimal())
		}
		r.verify()
	})
}

// design, "Settle": after its time a hold is settled once, as an event in its window, in the month of arrival, with the hold's
// permission and up to the walls as they are then; more than a day late never charged.
func TestASettleAfterTheHoldsTime(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		ttl := r.svc.conf.HoldTTL
		held := func(permitted bool) (id string, h *Hold) {
			r.at(rigStart)
			id = r.account()
			if permitted {
				r.extra(id, amountLimit(10), 50*money.Dollar)
			}
			r.used(id, 36*money.Dollar)
			return id, r.mustHold(id, 5*money.Dollar)
		}
		settle := func(h *Hold) parts {
			t.Helper()
			s, _, err := r.trySettle(h.ID, "f", haiku(5*money.Dollar))
			if err != nil {
				t.Fatal(err)
			}
			if again, _, err := r.trySettle(h.ID, "f", haiku(5*money.Dollar)); err != nil || *again != *s {
				t.Errorf("again: %+v %v; was %+v", again, err, s)
			}
			_, _, err = r.trySettle(h.ID, "g", haiku(money.Dollar))
			wantFault(t, err, Conflict, "hold_settled")
			wantFault(t, r.svc.Void(context.Background(), h.ID), Conflict, "hold_settled")
			return parts{s.Plan, s.Extra, s.Absorbed}
		}

		id, h := held(true)
		if !h.ExpiresAt.Equal(rigStart.Add(30 * time.Minute)) {
			t.Errorf("expires %s", h.ExpiresAt)
		}
		r.advance(ttl - microsecond)
		r.expire()
		if s := r.status(id); s.Session.Open != 5*money.Dollar || s.Held != money.Dollar {
			t.Errorf("a microsecond before: open %s, held %s", s.Session.Open.Decimal(), s.Held.Decimal())
		}
		r.advance(microsecond)
		r.expire()
		if s := r.status(id); s.Session.Open != 0 || s.Held != 0 {
			t.Errorf("at its time: open %s, held %s", s.Session.Open.Decimal(), s.Held.Decimal())
		}
		wantParts(t, "with room", settle(h), parts{plan: 4 * money.Dollar, extra: money.Dollar})

		id, h = held(true)
		r.advance(ttl) // no worker has been there
		r.used(id, 4*money.Dollar)
		r.used(id, 2*money.Dollar)
		r.setLimit(id, amountLimit(5))
		wantParts(t, "up to the limit as it is now", settle(h), parts{extra: 3 * money.Dollar, absorbed: 2 * money.Dollar})

		id, h = held(true)
		r.advance(ttl)
		r.turnOff(id)
		wantParts(t, "with the permission it was made under", settle(h), parts{plan: 4 * money.Dollar, extra: money.Dollar})

		id, h = held(false)
		r.advance(ttl)
		r.extra(id, amountLimit(10), 50*money.Dollar)
		wantParts(t, "without the permission it was made under", settle(h), parts{plan: 4 * money.Dollar, absorbed: money.Dollar})

		id, h = held(true)
		r.advance(24 * time.Hour)
		r.used(id, money.Dollar) // a later session: the hold's own is meant
		wantParts(t, "exactly a day late", settle(h), parts{plan: 4 * money.Dollar, extra: money.Dollar})

		_, h = held(true)
		r.advance(24*time.Hour + microsecond)
		wantParts(t, "more than a day late", settle(h), parts{plan: 4 * money.Dollar, absorbed: money.Dollar})

		id, h = held(true)
		r.advance(25 * 24 * time.Hour) // December
		wantParts(t, "a month late", settle(h), parts{plan: 4 * money.Dollar, absorbed: money.Dollar})
		if u := r.usages(id)[0]; u.MonthStartsAt != r.look(id).LastMonth().StartsAt && u.MonthStartsAt != r.months(id)[1].StartsAt {
			t.Errorf("it counts in the month from %s", u.MonthStartsAt.Time())
		}
		r.verify()
	})
}

// A report without a fingerprint is counted once as well: what was recorded is in the way of the next.
func TestASettleWithoutFingerprintCountsOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		for _, wait := range []time.Duration{0, r.svc.conf.HoldTTL} {
			h := r.mustHold(id, money.Dollar)
			r.advance(wait)
			if _, _, err := r.trySettle(h.ID, "", haiku(money.Dollar)); err != nil {
				t.Fatal(err)
			}
			_, _, err := r.trySettle(h.ID, "", haiku(money.Dollar))
			wantFault(t, err, Conflict, "hold_settled")
			wantFault(t, r.svc.Void(context.Background(), h.ID), Conflict, "hold_settled")
		}
		if s := r.status(id); s.Session.Used != 2*money.Dollar {
			t.Errorf("used %s", s.Session.Used.Decimal())
		}
		r.verify()
	})
}

// void only when nothing was consumed: it lets all go, may be repeated, and the hold cannot be settled any more.
func TestVoid(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		r.extra(id, amountLimit(10), 50*money.Dollar)
		r.used(id, 39*money.Dollar)
		for _, wait := range []time.Duration{0, r.svc.conf.HoldTTL} { // in time, and after its time
			h := r.mustHold(id, 5*money.Dollar)
			if s := r.status(id); s.Held != 4*money.Dollar {
				t.Errorf("held %s", s.Held.Decimal())
			}
			r.advance(wait)
			r.void(h.ID)
			r.void(h.ID)
			if s := r.status(id); s.Held != 0 || s.Session.Open != 0 || s.Session.Used != 39*money.Dollar || s.Available != 50*money.Dollar {
				t.Errorf("after %s: %+v", wait, s)
			}
			_, _, err := r.trySettle(h.ID, "f", haiku(money.Dollar))
			wantFault(t, err, Conflict, "hold_voided")
		}
		for _, name := range []string{"hold_none", "", "hold\x00", strings.Repeat("h", 300)} {
			wantFault(t, r.svc.Void(context.Background(), name), NotFound, "hold_unknown")
			_, _, err := r.trySettle(name, "f", haiku(money.Dollar))
			wantFault(t, err, NotFound, "hold_unknown")
		}
		r.verify()
	})
}

// An aborted request is settled with what it used: nothing, too. Usage without a price is refused, kept, and the hold stays.
func TestOddSettles(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		r.extra(id, amountLimit(10), 50*money.Dollar)
		r.usePlan(id)
		h := r.mustHold(id, money.Dollar)
		if s, _, err := r.trySettle(h.ID, "f", pricing.Usage{}); err != nil || s.Cost != 0 || s.Extra != 0 {
			t.Errorf("nothing used: %+v %v", s, err)
		}

		h = r.mustHold(id, money.Dollar)
		for _, u := range []pricing.Usage{{Input: 1, WebSearchRequests: 1}, {Input: 1, ServiceTier: "batch"}} {
			s, refusal, err := r.trySettle(h.ID, "f", u)
			if err != nil || s != nil || refusal.Reason != UnpricedUsage || refusal.What == "" {
				t.Errorf("%+v: %+v %+v %v", u, s, refusal, err)
			}
		}
		_, _, err := r.trySettle(h.ID, "f", pricing.Usage{Input: -1})
		wantFault(t, err, Invalid, "usage_tokens")
		_, _, err = r.svc.Settle(context.Background(), SettleRequest{HoldID: h.ID, Usage: haiku(money.Dollar), MessageID: "m\x00"})
		wantFault(t, err, Invalid, "text_too_long")
		if s := r.status(id); s.Held != money.Dollar {
			t.Errorf("held %s", s.Held.Decimal())
		}
		if s, _, err := r.trySettle(h.ID, "f", haiku(money.Dollar)); err != nil || s.Extra != money.Dollar {
			t.Errorf("then with a price: %+v %v", s, err)
		}
		r.verify()
	})
}

// M10: a settle above its hold is taken up to the hold; the rest is the operator's, even with allowance and credits to spare.
func TestASettleNeverTakesMoreThanItsHold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		r.extra(id, amountLimit(100), 100*money.Dollar)
		plan := r.mustHold(id, money.Dollar)
		s := r.settle(plan.ID, 9*money.Dollar)
		wantParts(t, "on the plan", parts{s.Plan, s.Extra, s.Absorbed}, parts{plan: money.Dollar, absorbed: 8 * money.Dollar})
		r.used(id, 39*money.Dollar)
		one, other := r.mustHold(id, money.Dollar), r.mustHold(id, 20*money.Dollar)
		s = r.settle(one.ID, 9*money.Dollar)
		wantParts(t, "on extra usage, with another's pool beside it", parts{s.Plan, s.Extra, s.Absorbed}, parts{extra: money.Dollar, absorbed: 8 * money.Dollar})
		s = r.settle(other.ID, 20*money.Dollar)
		wantParts(t, "the other", parts{s.Plan, s.Extra, s.Absorbed}, parts{extra: 20 * money.Dollar})
		r.verify()
	})
}

// Holds keep the permission they were made under, and their reserve: turning off or lowering the limit lets the running
// request finish within it, and refuses the next.
func TestRunningRequestsFinishWithinTheirReserve(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		for name, c := range map[string]struct {
			change func(id string)
			next   Reason
		}{
			"turned off":           {r.turnOff, ExtraUsageOff},
			"limit lowered":        {func(id string) { r.setLimit(id, amountLimit(5)) }, MonthlyLimitReached},
			"chose to stop":        {func(id string) { r.choose(id, StopSession) }, SessionLimitReached},
			"asked again":          {func(id string) { r.prefer(id, AskFirst) }, SessionLimitReached},
			"refunded behind them": {func(id string) { r.post(id, -12*money.Dollar) }, InsufficientBalance},
			"refunded into debt":   {func(id string) { r.post(id, -21*money.Dollar) }, BalanceNegative},
		} {
			id := r.account()
			r.extra(id, amountLimit(50), 20*money.Dollar)
			r.usePlan(id)
			h := r.mustHold(id, 8*money.Dollar)
			c.change(id)
			if s := r.status(id); s.Held != 8*money.Dollar || s.Remaining < 0 {
				t.Errorf("%s: held %s, remaining %s", name, s.Held.Decimal(), s.Remaining.Decimal())
			}
			r.refused(id, money.Dollar, c.next)
			if s := r.settle(h.ID, 9*money.Dollar); s.Extra != 8*money.Dollar || s.Absorbed != money.Dollar {
				t.Errorf("%s: %+v", name, s)
			}
			if s := r.status(id); s.Held != 0 || s.Spent != 8*money.Dollar {
				t.Errorf("%s: held %s, spent %s", name, s.Held.Decimal(), s.Spent.Decimal())
			}
		}
		r.verify()
	})
}

// A hold made while extra usage was off never takes extra money, even where it is on by then and the plan was used by others.
func TestAHoldMadeWhileOffNeverTakesExtra(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		off := r.mustHold(id, 40*money.Dollar)
		r.extra(id, amountLimit(100), 100*money.Dollar)
		on := r.mustHold(id, 30*money.Dollar)
		s := r.settle(on.ID, 30*money.Dollar)
		wantParts(t, "first come, first served of the plan", parts{s.Plan, s.Extra, s.Absorbed}, parts{plan: 30 * money.Dollar})
		s = r.settle(off.ID, 40*money.Dollar)
		wantParts(t, "made while off", parts{s.Plan, s.Extra, s.Absorbed}, parts{plan: 10 * money.Dollar, absorbed: 30 * money.Dollar})
		if u := r.usages(id)[0]; u.AbsorbedBecause != "not_permitted" && r.usages(id)[1].AbsorbedBecause != "not_permitted" {
			t.Errorf("absorbed because %q", u.AbsorbedBecause)
		}
		if s := r.status(id); s.Held != 0 || s.Spent != 0 {
			t.Errorf("held %s, spent %s", s.Held.Decimal(), s.Spent.Decimal())
		}
		r.verify()
	})
}
