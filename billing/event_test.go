package billing

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"extrausage/models"
	"extrausage/models/storetest"
	"extrausage/money"
	"extrausage/pricing"
)

func (r *meterRig) events(charging Charging, events ...Event) []EventResult {
	r.t.Helper()
	for i := range events {
		if events[i].Model == "" {
			events[i].Model = haikuModel
		}
	}
	out, err := r.svc.RecordEvents(context.Background(), events, charging)
	if err != nil {
		r.t.Fatal(err)
	}
	return out
}

// A batch runs in the order of its events' own times, and answers in the order given.
func TestEventsRunInTheOrderOfTheirTimes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		r.extra(id, amountLimit(100), 100*money.Dollar)
		r.advance(2 * time.Hour)
		now := r.time()
		out := r.events(ChargeAsUsual,
			Event{ID: "on arrival", Account: id, Usage: haiku(4 * money.Dollar)},
			Event{ID: "third", Account: id, OccurredAt: now.Add(-time.Minute), Usage: haiku(10 * money.Dollar)},
			Event{ID: "first", Account: id, OccurredAt: now.Add(-time.Hour), Usage: haiku(30 * money.Dollar)},
			Event{ID: "second", Account: id, OccurredAt: now.Add(-time.Hour + microsecond), Usage: haiku(5 * money.Dollar)},
			Event{ID: "a little ahead", Account: id, OccurredAt: now.Add(time.Minute), Usage: haiku(3 * money.Dollar)},
		)
		for i, want := range []struct {
			id string
			parts
		}{
			{"on arrival", parts{extra: 4 * money.Dollar}}, // after all that have a time
			{"third", parts{plan: 5 * money.Dollar, extra: 5 * money.Dollar}},
			{"first", parts{plan: 30 * money.Dollar}},
			{"second", parts{plan: 5 * money.Dollar}},
			{"a little ahead", parts{extra: 3 * money.Dollar}},
		} {
			if out[i].ID != want.id {
				t.Errorf("answer %d is for %s; want %s", i, out[i].ID, want.id)
			}
			wantParts(t, want.id, r.partsOf(out[i]), want.parts)
		}
		if out[0].Balance != 88*money.Dollar || out[4].Balance != 92*money.Dollar || out[1].Balance != 95*money.Dollar {
			t.Errorf("balances: %s, %s, %s", out[1].Balance.Decimal(), out[4].Balance.Decimal(), out[0].Balance.Decimal())
		}
		r.verify()
	})
}

// An event counts once: by id and source, and by the provider's message, within a batch and across accounts.
func TestAnEventCountsOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id, other := r.account(), r.account()
		r.extra(id, amountLimit(100), 100*money.Dollar)
		r.usePlan(id)
		base := Event{ID: "e1", Source: "gateway", Account: id, MessageID: "msg_1", Usage: haiku(money.Dollar)}
		with := func(set func(*Event)) Event { e := base; set(&e); return e }
		first := r.event(base)
		for i, c := range []struct {
			e    Event
			want EventStatus
		}{
			{base, EventDuplicate},
			{with(func(e *Event) { e.Usage = haiku(9 * money.Dollar) }), EventDuplicate}, // the first report stands
			{with(func(e *Event) { e.Account = strings.ToUpper(id) + "@EXAMPLE.com" }), EventDuplicate},
			{with(func(e *Event) { e.ID = "e2" }), EventDuplicate},                        // the same message
			{with(func(e *Event) { e.MessageID = "" }), EventDuplicate},                   // the same id
			{with(func(e *Event) { e.Source, e.MessageID = "other", "" }), EventRecorded}, // another source's id
			{with(func(e *Event) { e.ID, e.MessageID = "e3", "msg_3" }), EventRecorded},
			{with(func(e *Event) { e.ID, e.MessageID = "e4", "" }), EventRecorded},
			{with(func(e *Event) { e.ID, e.MessageID = "e5", "" }), EventRecorded}, // no message is not the same message
			{with(func(e *Event) { e.Account = other }), EventRecorded},
		} {
			got := r.event(c.e)
			if got.Status != c.want {
				t.Errorf("%d: %s; want %s", i, got.Status, c.want)
			}
			if got.Status == EventDuplicate && (got.Cost != first.Cost || got.Extra != first.Extra || got.Balance != first.Balance || got.ID != c.e.ID) {
				t.Errorf("%d: %+v; the first was answered %+v", i, got, first)
			}
		}
		twice := r.events(ChargeAsUsual, with(func(e *Event) { e.ID, e.MessageID = "e6", "" }), with(func(e *Event) { e.ID, e.MessageID = "e6", "" }))
		if twice[0].Status != EventRecorded || twice[1].Status != EventDuplicate || twice[1].Extra != twice[0].Extra {
			t.Errorf("twice in a batch: %+v", twice)
		}
		if s := r.status(id); s.Spent != 6*money.Dollar {
			t.Errorf("spent %s", s.Spent.Decimal())
		}
		r.verify()
	})
}

// Holds (at settle) and events carry the provider's message: the second report of it is a duplicate, either way round.
func TestAMessageCountsOnceAcrossHoldsAndEvents(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		r.extra(id, amountLimit(100), 100*money.Dollar)
		r.usePlan(id)
		settle := func(hold, message, print string) (*Settlement, error) {
			s, _, err := r.svc.Settle(context.Background(), SettleRequest{HoldID: hold, Usage: haiku(2 * money.Dollar), MessageID: message, Fingerprint: print})
			return s, err
		}

		h := r.mustHold(id, 3*money.Dollar)
		if s, err := settle(h.ID, "msg_a", "a"); err != nil || s.Extra != 2*money.Dollar || s.Duplicate {
			t.Fatalf("%+v %v", s, err)
		}
		if e := r.event(Event{ID: "a", Account: id, MessageID: "msg_a", Usage: haiku(2 * money.Dollar)}); e.Status != EventDuplicate || e.Extra != 2*money.Dollar {
			t.Errorf("hold, then event: %+v", e)
		}

		r.event(Event{ID: "b", Account: id, MessageID: "msg_b", Usage: haiku(money.Dollar)})
		h = r.mustHold(id, 3*money.Dollar)
		s, err := settle(h.ID, "msg_b", "b")
		if err != nil || !s.Duplicate || s.ID != h.ID || s.Extra != money.Dollar {
			t.Errorf("event, then hold: %+v %v", s, err)
		}
		if again, err := settle(h.ID, "msg_b", "b"); err != nil || *again != *s {
			t.Errorf("the same report again: %+v %v; was %+v", again, err, s)
		}
		_, err = settle(h.ID, "msg_c", "c")
		wantFault(t, err, Conflict, "hold_voided")
		if st := r.status(id); st.Held != 0 || st.Spent != 3*money.Dollar {
			t.Errorf("held %s, spent %s", st.Held.Decimal(), st.Spent.Decimal())
		}

		one, two := r.mustHold(id, 3*money.Dollar), r.mustHold(id, 3*money.Dollar)
		if _, err := settle(one.ID, "msg_d", "d1"); err != nil {
			t.Fatal(err)
		}
		if s, err := settle(two.ID, "msg_d", "d2"); err != nil || !s.Duplicate || s.ID != two.ID {
			t.Errorf("two holds, one message: %+v %v", s, err)
		}
		if st := r.status(id); st.Held != 0 || st.Spent != 5*money.Dollar {
			t.Errorf("held %s, spent %s", st.Held.Decimal(), st.Spent.Decimal())
		}
		r.verify()
	})
}

// Up to five minutes ahead counts as now, more is refused; more than a day late is never charged.
func TestEventsTooEarlyAndTooLate(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		r.extra(id, amountLimit(100), 100*money.Dollar)
		r.usePlan(id)
		r.advance(4 * time.Hour)
		now := r.time()
		send := func(at time.Time) EventResult {
			return r.event(Event{Account: id, OccurredAt: at, Usage: haiku(money.Dollar)})
		}
		for _, ahead := range []time.Duration{microsecond, 5 * time.Minute} {
			e := send(now.Add(ahead))
			wantParts(t, fmt.Sprint(ahead, " ahead"), r.partsOf(e), parts{extra: money.Dollar})
		}
		if last := r.usages(id)[0]; last.OccurredAt != models.At(now) {
			t.Errorf("what was ahead is recorded at %s, now is %s", last.OccurredAt.Time(), now)
		}
		if e := send(now.Add(5*time.Minute + microsecond)); e.Status != EventRejected || e.Reason != "occurred_at_ahead" {
			t.Errorf("more than five minutes ahead: %+v", e)
		}

		r.advance(20 * time.Hour) // the session is 24 hours old
		late := r.time().Add(-24 * time.Hour)
		wantParts(t, "exactly a day late", r.partsOf(send(late)), parts{extra: money.Dollar})
		r.advance(microsecond)
		wantParts(t, "more than a day late", r.partsOf(send(late)), parts{absorbed: money.Dollar})
		if !slices.ContainsFunc(r.usages(id), func(u models.Usage) bool { return u.AbsorbedBecause == "late" }) {
			t.Error("nothing says that it was too late")
		}
		wantParts(t, "late, with allowance left in its session", r.usedAt(id, late.Add(-6*time.Hour), money.Dollar), parts{plan: money.Dollar})
		r.verify()
	})
}

// usages are an account's usages, the latest first.
func (r *meterRig) usages(id string) (out []models.Usage) {
	r.t.Helper()
	r.tx(func(tx *models.Tx) (err error) {
		out, err = tx.Usages(id, models.UsageFilter{}, "", 100)
		return err
	})
	return out
}

// It belongs to the billing month of its arrival.
func TestAnEventBelongsToTheMonthOfItsArrival(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		midnight := time.Date(2026, time.December, 1, 0, 0, 0, 0, time.UTC)
		r.at(midnight.Add(-time.Hour))
		id := r.account()
		r.extra(id, amountLimit(10), 100*money.Dollar)
		r.usePlan(id)
		r.used(id, 10*money.Dollar)
		r.at(midnight.Add(-microsecond))
		wantParts(t, "November is full", r.used(id, money.Dollar), parts{absorbed: money.Dollar})
		r.at(midnight)
		wantParts(t, "used in November, reported in December", r.usedAt(id, midnight.Add(-time.Minute), 4*money.Dollar), parts{extra: 4 * money.Dollar})
		if m := r.months(id); m[0].Spent != 10*money.Dollar || m[1].Spent != 4*money.Dollar {
			t.Errorf("spent %s and %s", m[0].Spent.Decimal(), m[1].Spent.Decimal())
		}
		r.verify()
	})
}

// P12: what has no price is refused with its reason and kept for review, once; the rest of its batch is not touched.
func TestABadEventNeverSinksItsBatch(t *testing.T) {
	storetest.EachAddress(t, func(t *testing.T, address string, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		good := func(name string) Event {
			return Event{ID: name, Account: id, Model: haikuModel, Usage: haiku(money.Dollar)}
		}
		with := func(name string, set func(*Event)) Event { e := good(name); set(&e); return e }
		long := strings.Repeat("x", 256)
		batch := []Event{
			good("good 1"),
			with("model", func(e *Event) { e.Model = "claude-opus-99" }),
			with("no model", func(e *Event) { e.Model = "" }),
			with("web search", func(e *Event) { e.Usage.WebSearchRequests = 1 }),
			with("service tier", func(e *Event) { e.Usage.ServiceTier = "priority" }),
			with("cache without a rate", func(e *Event) { e.Model, e.Usage = "claude-3-opus-20240229", pricing.Usage{Input: 10, CacheRead: 5} }),
			with("negative", func(e *Event) { e.Usage.Input = -1 }),
			with("account", func(e *Event) { e.Account = "acc_nobody" }),
			with("e-mail", func(e *Event) { e.Account = "nobody@example.com" }),
			with("no account", func(e *Event) { e.Account = "" }),
			with("ahead", func(e *Event) { e.OccurredAt = r.time().Add(time.Hour) }),
			{Account: id, Model: haikuModel, Usage: haiku(money.Dollar)},
			good(long),
			with("long source", func(e *Event) { e.Source = long }),
			with("long message", func(e *Event) { e.MessageID = long }),
			with("long model", func(e *Event) { e.Model = long }),
			good("no text\x00"),
			with("no text source", func(e *Event) { e.Source = "\xff" }),
			with("no text message", func(e *Event) { e.MessageID = "m\x00" }),
			with("no text model", func(e *Event) { e.Model = "m\x00" }),
			with("no text account", func(e *Event) { e.Account = "acc\x00" }),
			with("no text e-mail", func(e *Event) { e.Account = "a\x00@example.com" }),
			good("good 2"),
		}
		reasons := []string{
			"", "unknown_model", "unknown_model", "unpriced_usage", "unpriced_usage", "unpriced_usage", "usage_tokens",
			"account_unknown", "account_unknown", "account_unknown", "occurred_at_ahead", "event_id_missing", "event_id_missing",
			"text_too_long", "text_too_long", "text_too_long", "event_id_missing", "text_too_long", "text_too_long", "text_too_long",
			"account_unknown", "account_unknown", "",
		}
		details := map[string]string{"web search": "web_search_requests", "service tier": "service_tier", "cache without a rate": "cache_read"}
		for run, status := range []EventStatus{EventRecorded, EventDuplicate} {
			out, err := r.svc.RecordEvents(context.Background(), batch, ChargeAsUsual)
			if err != nil {
				t.Fatal(err)
			}
			for i, e := range out {
				want := EventRejected
				if reasons[i] == "" {
					want = status
				}
				if e.Status != want || e.Reason != reasons[i] || e.ID != batch[i].ID || want == EventRejected && e.Cost != 0 {
					t.Errorf("run %d, %.30q: %s %q; want %s %q", run, batch[i].ID, e.Status, e.Reason, want, reasons[i])
				}
				if d := details[e.ID]; d != "" && e.Detail != d {
					t.Errorf("%s: about %q; want %q", e.ID, e.Detail, d)
				}
			}
		}
		kept := 0
		if err := storetest.Raw(t, address).QueryRow("SELECT COUNT(*) FROM rejected_usages").Scan(&kept); err != nil || kept != 5 {
			t.Errorf("%d kept for review (%v); want the five without a price, once each", kept, err)
		}
		if s := r.status(id).Session; s.Used != 2*money.Dollar {
			t.Errorf("used %s", s.Used.Decimal())
		}
		r.verify()
	})
}
