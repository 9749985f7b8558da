package billing_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"extrausage/billing"
	"extrausage/billing/testpay"
	"extrausage/money"
)

// network is the way between the app and the provider: calls are lost, late or answered after the process died; webhooks are
// dropped, doubled, late, out of order or forged. The seed draws how often.
type network struct {
	billing.Provider
	w        *world
	calm     bool
	rates    rates
	down     int64     // until then nobody answers
	onTheWay []request // debits that were lost, and arrive later
	posts    []testpay.Alteration
	sent     map[string]int // automatic purchases, by how often they were sent
}

// rates are in a thousand.
type rates struct {
	fault, decline, death, late            int // of calls
	drop, delay, twice, forged, refusal    int // of webhooks
	shuffle, deathBetween                  int // of deliveries; of use cases
	clockJumps, clockBack, closing, noPlan int // of steps
}

// request is a debit that left the app and has not arrived.
type request struct {
	arrives int64
	debit   billing.DebitRequest
}

func newNetwork(w *world) *network {
	n := &network{Provider: w.pay, w: w, sent: map[string]int{}}
	some := func(most int) int { // nothing in one seed of three, little in the next, up to the most in the last
		switch w.dice.IntN(3) {
		case 0:
			return w.dice.IntN(1 + most/5)
		case 1:
			return w.dice.IntN(1 + most)
		}
		return 0
	}
	n.rates = rates{
		fault: some(500), decline: some(500), death: some(200), late: some(300),
		drop: some(500), delay: some(300), twice: some(400), forged: some(300), refusal: some(300),
		shuffle: some(1000), deathBetween: some(200),
		clockJumps: some(300), clockBack: some(80), closing: some(3), noPlan: some(6),
	}
	w.pay.Play(testpay.Script{Call: n.call, Webhook: n.handling, Shuffle: n.shuffle})
	return n
}

// quiet ends the faults.
func (n *network) quiet() { n.calm, n.down = true, 0 }

// call is what goes wrong with one call, once it has arrived at the provider.
func (n *network) call(c testpay.Call) testpay.Fault {
	w := n.w
	switch {
	case n.calm, c.Op == testpay.OpRefund, c.Op == testpay.OpDispute:
		if !n.calm && w.odds(100) {
			return testpay.Racing
		}
		return testpay.None
	case w.clock.Load() < n.down:
		return testpay.Down
	case w.odds(n.rates.fault):
		return pick(w, testpay.Slow, testpay.AnswerLost, testpay.ErrorBefore, testpay.ErrorAfter, testpay.TooManyRequests, testpay.KeyInUse, testpay.Down)
	case c.Op == testpay.OpDebit && w.odds(n.rates.decline):
		return pick(w, testpay.SoftDecline, testpay.SoftDecline, testpay.HardDecline, testpay.NeedsAuthentication, testpay.Processing, testpay.CardRemoved)
	}
	return testpay.None
}

// handling is what becomes of a webhook that is due.
func (n *network) handling(testpay.Webhook) (h testpay.Handling) {
	w := n.w
	n.posts = nil
	if n.calm {
		return h
	}
	switch {
	case w.odds(n.rates.drop):
		return testpay.Handling{Drop: true}
	case w.odds(n.rates.delay):
		return testpay.Handling{Delay: time.Duration(w.dice.Int64N(int64(72 * time.Hour)))}
	}
	for w.odds(n.rates.forged) {
		h.Posts = append(h.Posts, pick(w, testpay.BadSignature, testpay.Stale, testpay.WrongMode, testpay.UnknownType, testpay.WrongAccount))
	}
	h.Posts = append(h.Posts, testpay.Genuine)
	for w.odds(n.rates.twice) && len(h.Posts) < 5 {
		h.Posts = append(h.Posts, testpay.Genuine)
	}
	n.posts = append(n.posts, h.Posts...)
	return h
}

func (n *network) shuffle(count int, swap func(i, j int)) {
	if n.w.odds(n.rates.shuffle) && !n.calm {
		n.w.dice.Shuffle(count, swap)
	}
}

// event is a posted webhook at the app's door. What is forged changes nothing.
func (n *network) event(h http.Header, body []byte) (status int) {
	w := n.w
	kind := testpay.Genuine
	if len(n.posts) > 0 {
		kind, n.posts = n.posts[0], n.posts[1:]
	}
	if kind == testpay.Genuine && !n.calm && w.odds(n.rates.refusal) {
		return http.StatusServiceUnavailable
	}
	if kind == testpay.Genuine || kind == testpay.WrongAccount {
		if err := w.svc.ReceiveWebhook(w.ctx, h, body); err != nil {
			w.fail("a webhook was refused: %v: %s", err, body)
			return http.StatusInternalServerError
		}
		return http.StatusOK
	}
	before := w.fingerprint()
	err := w.svc.ReceiveWebhook(w.ctx, h, body)
	w.counts["forged "+string(kind)]++
	var f *billing.Fault
	if signed := kind == testpay.WrongMode || kind == testpay.UnknownType; signed != (err == nil) ||
		!signed && (!errors.As(err, &f) || f.Code != "webhook_signature") {
		w.fail("a forged webhook (%s) is answered %v", kind, err)
	}
	if after := w.fingerprint(); after != before {
		w.fail("a forged webhook (%s) changed something: %s", kind, body)
	}
	return http.StatusOK
}

// Debit is watched: nothing is sent that may not be, and no key a day after it was first used.
func (n *network) Debit(ctx context.Context, r billing.DebitRequest) (billing.Charge, error) {
	w := n.w
	w.watchDebit(r)
	if !n.calm && w.odds(n.rates.late) {
		w.counts["requests late"]++
		n.onTheWay = append(n.onTheWay, request{w.clock.Load() + w.dice.Int64N(int64(55*time.Minute/time.Microsecond)), r})
		return billing.Charge{}, context.DeadlineExceeded
	}
	n.mayDie()
	c, err := n.Provider.Debit(ctx, r)
	w.note("  debit %s for %s: %s %v", r.Amount.Decimal(), r.PurchaseID, c.State, err)
	n.mayDie()
	return c, err
}

// mayDie ends the process at a call to the provider: before it, or before its answer.
func (n *network) mayDie() {
	if !n.calm && n.w.odds(n.rates.death) {
		n.w.die()
	}
}

// FindCharge may be the last that a process does.
func (n *network) FindCharge(ctx context.Context, q billing.ChargeQuery) (billing.Charge, error) {
	n.mayDie()
	c, err := n.Provider.FindCharge(ctx, q)
	n.mayDie()
	return c, err
}

// Setup may be the last that a process does.
func (n *network) Setup(ctx context.Context, session string) (billing.SetupResult, error) {
	r, err := n.Provider.Setup(ctx, session)
	n.mayDie()
	return r, err
}

// Cancel may be the last that a process does.
func (n *network) Cancel(ctx context.Context, charge string) error {
	err := n.Provider.Cancel(ctx, charge)
	n.mayDie()
	return err
}

// arrivals lets requests arrive that were on their way and are due by a time.
func (n *network) arrivals(by int64) {
	var left []request
	for _, r := range n.onTheWay {
		if r.arrives > by {
			left = append(left, r)
			continue
		}
		n.w.clock.Store(max(n.w.clock.Load(), r.arrives))
		c, err := n.Provider.Debit(context.Background(), r.debit)
		n.w.note("  the debit for %s arrives late: %s %v", r.debit.PurchaseID, c.State, err)
	}
	n.onTheWay = left
}

// forge posts a webhook that the provider never sent, about a purchase of this account.
func (w *world) forge() {
	body, err := json.Marshal(map[string]any{
		"id": w.newID("forged"), "type": "charge.succeeded", "created": w.now().Unix(), "livemode": false, "object": "test_charge_forged",
		"purchase": w.anyPurchase(),
	})
	if err != nil {
		w.fail("%v", err)
		return
	}
	h := http.Header{}
	h.Set(testpay.SignatureHeader, testpay.Signature("guessed", w.now(), body))
	w.net.posts = []testpay.Alteration{testpay.BadSignature}
	w.net.event(h, body)
}

func pick[T any](w *world, from ...T) T { return from[w.dice.IntN(len(from))] }

func cents(n int64) money.Amount { return money.Cents(n) }
