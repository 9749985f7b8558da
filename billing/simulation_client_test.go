package billing_test

import (
	"fmt"

	"extrausage/billing"
	"extrausage/money"
	"extrausage/pricing"
)

// The API client: holds, settles, voids, events, and all of them again.

// accountNow is the time of the account's next transaction: the clock's, but never before its last.
func (w *world) accountNow() int64 {
	now := w.clock.Load()
	if w.seen != nil {
		now = max(now, w.seen.meter.Seen)
	}
	return now
}

// tokens draws a request: from next to nothing to more than a session includes.
func (w *world) tokens() (model string, u pricing.Usage) {
	model = pick(w, haikuModel, "claude-sonnet-4-5", "claude-sonnet-4-5", "claude-opus-4-1")
	u = pricing.Usage{Input: 1 + w.dice.Int64N(pick[int64](w, 1_000, 200_000, 400_000, 600_000)), Output: 1 + w.dice.Int64N(pick[int64](w, 10, 5_000, 60_000))}
	if w.spender {
		u.Input += 200_000
	}
	if w.odds(200) {
		u.CacheRead, u.CacheWrite = w.dice.Int64N(50_000), w.dice.Int64N(50_000)
	}
	return model, u
}

func (w *world) price(model string, u pricing.Usage) money.Amount {
	p, err := w.origin.rates.Price(model, u, w.now())
	if err != nil {
		w.fail("price of %s: %v", model, err)
	}
	return p.Total
}

const haikuModel = "claude-haiku-4-5"

func (w *world) hold() {
	model, u := w.tokens()
	q := billing.HoldRequest{
		Caller: "key_client", Key: w.newID("key"), Account: w.account, Model: model, Worst: u, Fingerprint: fmt.Sprintf("%s %+v", model, u),
	}
	w.ask(q)
}

// ask asks for a hold and holds the answer against the model.
func (w *world) ask(q billing.HoldRequest) {
	now := w.accountNow()
	worst := w.price(q.Model, q.Worst)
	v := w.m.judge(now, worst)
	h, refusal, err := w.svc.Hold(w.ctx, q)
	if err != nil {
		w.fail("hold: %v", err)
		return
	}
	w.replays = append(w.replays, func() { w.askAgain(q, h, refusal) })
	if h != nil {
		w.note("hold of %s: %s %s, permitted %t", worst.Decimal(), h.ID, h.CoveredBy, v.permitted)
		w.accepted(now, q, worst, v, h)
		return
	}
	w.note("hold of %s refused: %s, needed %s, available %s", worst.Decimal(), refusal.Reason, refusal.Needed.Decimal(), refusal.Available.Decimal())
	w.counts["refused "+string(refusal.Reason)]++
	if v.covered != 0 || !w.m.sameReason(now, refusal.Reason, v.reason) || refusal.Needed != v.need {
		w.fail("refused for %s with needed %s; the model: covered %s, %q, needed %s", refusal.Reason, refusal.Needed.Decimal(),
			v.covered.Decimal(), v.reason, v.need.Decimal())
		return
	}
	w.checkFits(q, refusal, v)
	window := int64(0)
	if known := w.m.windowAt(now); known != nil {
		window = known.start
	}
	w.m.refusal(now, refRefusal{reason: refusal.Reason, need: v.need, window: window})
}

func (w *world) accepted(now int64, q billing.HoldRequest, worst money.Amount, v verdict, h *billing.Hold) {
	if v.covered == 0 {
		w.fail("a hold of %s was accepted; the model refuses it for %s", worst.Decimal(), v.reason)
		return
	}
	rest := w.m.restAt(now)
	plan := min(v.covered, rest)
	by := "plan_and_extra"
	switch plan {
	case v.covered:
		by = "plan"
	case 0:
		by = "extra"
	}
	if h.WorstCase != worst || h.CoveredBy != by || h.ExpiresAt.UnixMicro() != now+w.conf().HoldTTL.Microseconds() {
		w.fail("hold %+v; the model: %s, %s", h, worst.Decimal(), by)
	}
	w.counts["held "+by]++
	w.m.hold(now, h.ID, q, worst, v)
}

// checkFits: the max_tokens that a refusal offers would be accepted, and one more would not.
func (w *world) checkFits(q billing.HoldRequest, r *billing.Refusal, v verdict) {
	if want := v.room; last(w.m.on) && w.m.plan && !w.m.closed && r.Available != want {
		w.fail("refusal says %s available; the model %s", r.Available.Decimal(), want.Decimal())
	}
	if r.FitsMaxTokens == 0 || !v.permitted {
		return
	}
	for _, c := range []struct {
		output int64
		fits   bool
	}{{r.FitsMaxTokens, true}, {r.FitsMaxTokens + 1, false}} {
		u := q.Worst
		u.Output = c.output
		if got := w.m.judge(w.accountNow(), w.price(q.Model, u)); (got.covered > 0) != c.fits {
			w.fail("the refusal says that %d tokens fit; at %d the model says %+v", r.FitsMaxTokens, c.output, got)
		}
	}
}

// askAgain repeats a request under its key: an accepted one is answered as before, a refused one may have become possible.
func (w *world) askAgain(q billing.HoldRequest, h *billing.Hold, refusal *billing.Refusal) {
	if refusal != nil && w.m.byKey(q.Key) == nil {
		w.ask(q)
		return
	}
	again, _, err := w.svc.Hold(w.ctx, q)
	w.note("hold under %s again: %+v", q.Key, again)
	if h == nil {
		return // it was accepted at another repetition
	}
	if err != nil || again == nil || *again != *h {
		w.fail("the same hold again: %+v %v; first %+v", again, err, h)
	}
	other := q
	other.Fingerprint = "another request"
	if _, _, err := w.svc.Hold(w.ctx, other); !isFault(err, "idempotency_key_reused") {
		w.fail("another hold under the same key: %v", err)
	}
}

// anyHold picks an old or, mostly, an open hold, or nil.
func (w *world) anyHold() *refHold {
	var open []*refHold
	for _, h := range w.m.holds {
		if h.state == "open" {
			open = append(open, h)
		}
	}
	switch {
	case len(w.m.holds) == 0:
		return nil
	case len(open) == 0 || w.odds(150):
		return pick(w, w.m.holds...)
	}
	return pick(w, open...)
}

func (w *world) settle() {
	h := w.anyHold()
	if h == nil {
		return
	}
	u := h.key.Worst
	switch w.dice.IntN(5) {
	case 0: // at its worst case
	case 1:
		u.Output += w.dice.Int64N(20_000) // more than it said
	default:
		u.Input, u.Output = w.dice.Int64N(u.Input+1), w.dice.Int64N(u.Output+1)
	}
	if w.odds(30) {
		u = pricing.Usage{}
	}
	message := w.message()
	w.report1(h, u, message)
}

// message names the provider's answer: mostly a new one, sometimes none, sometimes one that is known.
func (w *world) message() string {
	switch w.dice.IntN(10) {
	case 0, 1, 2:
		return ""
	case 3:
		return fmt.Sprint("msg_", w.dice.IntN(40))
	}
	return w.newID("msg")
}

// report1 settles a hold and holds the answer against the model.
func (w *world) report1(h *refHold, u pricing.Usage, message string) {
	cost := w.priceAt(h.key.Model, u, h.made)
	r := billing.SettleRequest{HoldID: h.id, Usage: u, MessageID: message, Fingerprint: fmt.Sprintf("%+v %s", u, message)}
	now := w.accountNow()
	was := h.state
	done, refusal, err := w.svc.Settle(w.ctx, r)
	if refusal != nil {
		w.fail("settle refused: %+v", refusal)
		return
	}
	w.note("settle %s (%s) with %s: %v %s", h.id, was, cost.Decimal(), err, partsOf(done))
	w.replays = append(w.replays, func() { w.report1(h, u, message) })
	want, conflict := w.m.settle(now, h, cost, message, r.Fingerprint)
	w.compare("settle", want, conflict, done, err)
	w.counts["settled "+was]++
	if month, _ := w.m.month(now); month != h.month && was == "open" {
		w.counts["settled after the month"]++
	}
	w.m.charged(now)
}

func partsOf(s *billing.Settlement) string {
	if s == nil {
		return ""
	}
	return fmt.Sprintf("plan %s extra %s absorbed %s", s.Plan.Decimal(), s.Extra.Decimal(), s.Absorbed.Decimal())
}

func (w *world) compare(what string, want *refUse, conflict string, got *billing.Settlement, err error) {
	switch {
	case conflict != "":
		if !isFault(err, conflict) {
			w.fail("%s: %v %+v; the model: %s", what, err, got, conflict)
		}
	case err != nil || got == nil:
		w.fail("%s: %v; the model: %+v", what, err, *want)
	case got.Cost != want.cost || got.Plan != want.plan || got.Extra != want.extra || got.Absorbed != want.absorbed,
		got.Balance != want.balance || got.MonthSpent != want.spent:
		w.fail("%s: %+v; the model: %+v", what, *got, *want)
	}
}

func (w *world) void() {
	h := w.anyHold()
	if h == nil {
		return
	}
	err := w.svc.Void(w.ctx, h.id)
	conflict := w.m.void(w.accountNow(), h)
	w.note("void %s: %v", h.id, err)
	if conflict == "" && err != nil || conflict != "" && !isFault(err, conflict) {
		w.fail("void: %v; the model: %q", err, conflict)
	}
}

// again does something that the client did before once more.
func (w *world) again() {
	if len(w.replays) > 0 {
		w.replays[w.dice.IntN(len(w.replays))]()
	}
}

func isFault(err error, code string) bool {
	f := billing.AsFault(err)
	return f != nil && f.Code == code
}
