package billing

import (
	"context"
	"testing"
	"time"

	"extrausage/models"
	"extrausage/models/storetest"
	"extrausage/money"
)

// An event is charged only if extra usage was on and continued both at its own time and at arrival. The story of the switches
// is told in minutes after the session's start; the event happens at `at` and arrives at `arrives`.
func TestEventsNeedPermissionTwice(t *testing.T) {
	on := func(r *meterRig, id string) { r.switchOn(id) }
	off := func(r *meterRig, id string) { r.turnOff(id) }
	always := func(r *meterRig, id string) { r.prefer(id, Always) }
	ask := func(r *meterRig, id string) { r.prefer(id, AskFirst) }
	stop := func(r *meterRig, id string) { r.choose(id, StopSession) }
	cont := func(r *meterRig, id string) { r.choose(id, ContinueSession) }
	type step struct {
		minute int
		do     func(*meterRig, string)
	}
	const charged, never = "", "-"
	for _, c := range []struct {
		name        string
		story       []step
		at, arrives int
		because     string // why it is not charged
	}{
		{"on all the time", []step{{0, always}, {0, on}}, 10, 20, charged},
		{"never on", []step{{0, always}}, 10, 20, "extra_usage_off"},
		{"off then, on now", []step{{0, always}, {15, on}}, 10, 20, "extra_usage_off"},
		{"on then, off now", []step{{0, always}, {0, on}, {15, off}}, 10, 20, "extra_usage_off"},
		{"off then and now, on between", []step{{0, always}, {12, on}, {15, off}}, 10, 20, "extra_usage_off"},
		{"on then and now, off between", []step{{0, always}, {0, on}, {12, off}, {15, on}}, 10, 20, charged},
		{"on, off, on: at a time when it was off", []step{{0, always}, {0, on}, {5, off}, {15, on}}, 10, 20, "extra_usage_off"},
		{"switched on at its very time", []step{{0, always}, {10, on}}, 10, 20, charged},
		{"switched off at its very time, on again", []step{{0, always}, {0, on}, {10, off}, {15, on}}, 10, 20, "extra_usage_off"},
		{"asked, no answer", []step{{0, on}}, 10, 20, "session_limit_reached"},
		{"continued in time", []step{{0, on}, {5, cont}}, 10, 20, charged},
		{"continued at its very time", []step{{0, on}, {10, cont}}, 10, 20, charged},
		{"continued later", []step{{0, on}, {15, cont}}, 10, 20, "session_limit_reached"},
		{"continued, then stopped", []step{{0, on}, {5, cont}, {15, stop}}, 10, 20, "session_limit_reached"},
		{"stopped then, continued now", []step{{0, on}, {5, stop}, {15, cont}}, 10, 20, "session_limit_reached"},
		{"continued, stopped between, continued now", []step{{0, on}, {5, cont}, {12, stop}, {15, cont}}, 10, 20, charged},
		{"the choice to stop beats the preference", []step{{0, on}, {0, always}, {5, stop}}, 10, 20, "session_limit_reached"},
		{"the choice to continue beats the preference", []step{{0, on}, {0, ask}, {5, cont}}, 10, 20, charged},
		{"preference set later", []step{{0, on}, {15, always}}, 10, 20, "session_limit_reached"},
		{"preference taken back", []step{{0, on}, {0, always}, {15, ask}}, 10, 20, "session_limit_reached"},
		{"preference taken back and set again", []step{{0, on}, {0, always}, {12, ask}, {15, always}}, 10, 20, charged},
		{"preference then, choice now", []step{{0, on}, {0, always}, {12, ask}, {15, cont}}, 10, 20, charged},
		{"choice then, preference now does not undo a later stop", []step{{0, on}, {5, cont}, {12, stop}, {15, always}}, 10, 20, "session_limit_reached"},
		{"it arrives when it happens", []step{{0, on}, {10, cont}}, 10, 10, charged},
		{"imported", []step{{0, always}, {0, on}}, 10, 20, never},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newMeterRig(t, storetest.OpenOn(t, storetest.SQLite(t))) // one database is enough: these are rules of ours
			id := r.account()
			r.change(id, func(m *models.MeterState, b *models.BillingMonth) {
				r.svc.setLimit(m, b, amountLimit(50), BySubscriber)
			})
			r.post(id, 50*money.Dollar)
			start := r.time()
			r.usePlan(id)
			minute := func(n int) time.Time { return start.Add(time.Duration(n) * time.Minute) }
			for _, s := range c.story {
				r.at(minute(s.minute))
				s.do(r, id)
			}
			r.at(minute(c.arrives))
			charging, want, because := ChargeAsUsual, parts{absorbed: money.Dollar}, c.because
			switch c.because {
			case charged:
				want = parts{extra: money.Dollar}
			case never:
				charging, because = NeverCharge, "import"
			}
			e := r.events(charging, Event{ID: "e", Account: id, OccurredAt: minute(c.at), Usage: haiku(money.Dollar)})
			wantParts(t, c.name, r.partsOf(e[0]), want)
			if u := r.usages(id)[0]; u.AbsorbedBecause != because || u.Permitted != (because == "") {
				t.Errorf("absorbed because %q, permitted %v; want %q", u.AbsorbedBecause, u.Permitted, because)
			}
			r.verify()
		})
	}
}

// The history is read from the database, on both.
func TestEventsAreJudgedByTheHistory(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id, other := r.account(), r.account()
		r.extra(other, amountLimit(50), 50*money.Dollar) // another account's history has no say
		r.usePlan(id)
		start := r.time()
		r.advance(10 * time.Minute)
		r.asking(id, amountLimit(50), 50*money.Dollar)
		r.advance(10 * time.Minute)
		r.choose(id, ContinueSession)
		r.advance(10 * time.Minute)
		r.choose(id, StopSession)
		r.choose(id, ContinueSession) // within the same microsecond as the one before
		r.advance(10 * time.Minute)
		for minute, want := range map[int]parts{
			5: {absorbed: money.Dollar}, 15: {absorbed: money.Dollar}, 25: {extra: money.Dollar}, 35: {extra: money.Dollar},
		} {
			wantParts(t, time.Duration(minute).String(), r.usedAt(id, start.Add(time.Duration(minute)*time.Minute), money.Dollar), want)
		}
		r.verify()
	})
}

// An import never charges, whatever is on; it uses allowance all the same. A rehearsal answers alike and leaves nothing.
func TestImportAndRehearsal(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		r.extra(id, amountLimit(50), 50*money.Dollar)
		batch := []Event{
			{ID: "1", Account: id, Model: haikuModel, Usage: haiku(39 * money.Dollar)},
			{ID: "2", Account: id, Model: haikuModel, Usage: haiku(3 * money.Dollar)},
			{ID: "1", Account: id, Model: haikuModel, Usage: haiku(3 * money.Dollar)},
			{ID: "3", Account: id, Model: "who knows", Usage: haiku(3 * money.Dollar)},
		}
		rehearsed, err := r.svc.RehearseEvents(context.Background(), batch, NeverCharge)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(r.usages(id)); n != 0 || r.status(id).Session.Active {
			t.Errorf("a rehearsal left %d usages", n)
		}
		out := r.events(NeverCharge, batch...)
		for i := range out {
			if out[i] != rehearsed[i] {
				t.Errorf("rehearsed %+v; then %+v", rehearsed[i], out[i])
			}
		}
		wantParts(t, "within the plan", r.partsOf(out[0]), parts{plan: 39 * money.Dollar})
		wantParts(t, "beyond it", r.partsOf(out[1]), parts{plan: money.Dollar, absorbed: 2 * money.Dollar})
		if s := r.status(id); s.Spent != 0 || s.Balance != 50*money.Dollar {
			t.Errorf("spent %s", s.Spent.Decimal())
		}
		r.verify()
	})
}

// Up to the walls, the rest absorbed, and the row says which wall it was.
func TestEventsStopAtTheWalls(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		limit, balance, debt := r.account(), r.account(), r.account()
		r.extra(limit, amountLimit(5), 100*money.Dollar)
		r.extra(balance, Limit{Kind: Unlimited}, 5*money.Dollar)
		r.extra(debt, amountLimit(5), -money.Dollar)
		for _, id := range []string{limit, balance, debt} {
			r.used(id, 39*money.Dollar)
		}
		wantParts(t, "crosses the line", r.used(limit, 4*money.Dollar), parts{plan: money.Dollar, extra: 3 * money.Dollar})
		wantParts(t, "beyond the limit", r.used(limit, 4*money.Dollar), parts{extra: 2 * money.Dollar, absorbed: 2 * money.Dollar})
		wantParts(t, "at the limit", r.used(limit, money.Dollar), parts{absorbed: money.Dollar})
		wantParts(t, "beyond the balance", r.used(balance, 9*money.Dollar), parts{plan: money.Dollar, extra: 5 * money.Dollar, absorbed: 3 * money.Dollar})
		wantParts(t, "in debt", r.used(debt, 2*money.Dollar), parts{plan: money.Dollar, absorbed: money.Dollar})
		for id, want := range map[string]string{limit: "monthly_limit_reached", balance: "insufficient_balance", debt: "balance_negative"} {
			if u := r.usages(id)[0]; u.AbsorbedBecause != want {
				t.Errorf("absorbed because %q; want %q", u.AbsorbedBecause, want)
			}
		}
		if s := r.status(balance); s.Balance != 0 || s.Limit.Kind != Unlimited {
			t.Errorf("%+v", s)
		}
		r.verify()
	})
}

// An event takes nothing of what open holds have reserved: not the plan's rest, not the pool.
func TestEventsLeaveHoldsTheirShare(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		r.extra(id, amountLimit(10), 100*money.Dollar)
		plan := r.mustHold(id, 40*money.Dollar)
		extra := r.mustHold(id, 8*money.Dollar)
		wantParts(t, "an event beside them", r.used(id, 5*money.Dollar), parts{plan: 2 * money.Dollar, absorbed: 3 * money.Dollar})
		if s := r.settle(plan.ID, 40*money.Dollar); s.Absorbed != 0 {
			t.Errorf("the hold on the plan: %+v", s)
		}
		if s := r.settle(extra.ID, 8*money.Dollar); s.Absorbed != 0 {
			t.Errorf("the hold on extra usage: %+v", s)
		}
		if s := r.status(id); s.Spent != 10*money.Dollar {
			t.Errorf("spent %s", s.Spent.Decimal())
		}
		r.verify()
	})
}
