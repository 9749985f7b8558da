package billing

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"extrausage/models/storetest"
	"extrausage/money"
	"extrausage/pricing"
)

// I7: the same request under the same key is the same hold, at once or later, also after it has ended; another body is a Conflict.
func TestAHoldIsMadeOncePerKey(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id, other := r.account(), r.account()
		r.extra(id, amountLimit(50), 50*money.Dollar)
		ctx := context.Background()
		request := HoldRequest{Caller: "key_a", Key: "k1", Fingerprint: "f", Account: id, Model: haikuModel, Worst: haiku(money.Dollar)}
		with := func(set func(*HoldRequest)) HoldRequest { q := request; set(&q); return q }
		first, _, err := r.svc.Hold(ctx, request)
		if err != nil {
			t.Fatal(err)
		}
		r.advance(time.Minute)
		again, _, err := r.svc.Hold(ctx, request)
		if err != nil || *again != *first {
			t.Errorf("again: %+v %v; was %+v", again, err, first)
		}
		_, _, err = r.svc.Hold(ctx, with(func(q *HoldRequest) { q.Fingerprint, q.Worst = "g", haiku(2*money.Dollar) }))
		wantFault(t, err, Conflict, "idempotency_key_reused")
		for name, q := range map[string]HoldRequest{
			"another key":     with(func(q *HoldRequest) { q.Key = "k2" }),
			"another caller":  with(func(q *HoldRequest) { q.Caller = "key_b" }),
			"another account": with(func(q *HoldRequest) { q.Account = other }),
		} {
			if h, refusal, err := r.svc.Hold(ctx, q); err != nil || refusal != nil || h.ID == first.ID {
				t.Errorf("%s: %+v %+v %v", name, h, refusal, err)
			}
		}
		r.settle(first.ID, money.Dollar)
		if again, _, err = r.svc.Hold(ctx, request); err != nil || *again != *first {
			t.Errorf("after it was settled: %+v %v; was %+v", again, err, first)
		}
		if s := r.status(id).Session; s.Open != 2*money.Dollar || s.Used != money.Dollar {
			t.Errorf("open %s, used %s", s.Open.Decimal(), s.Used.Decimal())
		}
		r.verify()
	})
}

// The same, concurrently: however many copies of a request arrive at once, there is one hold.
func TestCopiesOfAHoldAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		r.extra(id, amountLimit(50), 50*money.Dollar)
		for round := range 5 {
			ids := make([]string, 16)
			var wg sync.WaitGroup
			start := make(chan struct{})
			for i := range ids {
				wg.Go(func() {
					<-start
					h, refusal, err := r.svc.Hold(context.Background(), HoldRequest{
						Caller: "c", Key: fmt.Sprint(round), Fingerprint: "f", Account: id, Model: haikuModel, Worst: haiku(money.Dollar),
					})
					if err != nil || refusal != nil {
						t.Errorf("%v %+v", err, refusal)
						return
					}
					ids[i] = h.ID
				})
			}
			close(start)
			wg.Wait()
			for _, h := range ids {
				if h != ids[0] {
					t.Fatalf("two holds of one request: %v", ids)
				}
			}
		}
		if s := r.status(id).Session; s.Open != 5*money.Dollar {
			t.Errorf("open %s", s.Open.Decimal())
		}
		r.verify()
	})
}

// Refusals are not kept under their key: it may try again, and succeed.
func TestARefusedKeyMayTryAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		r.extra(id, amountLimit(50), 0)
		r.usePlan(id)
		ask := func(fingerprint string, worst money.Amount) (*Hold, *Refusal, error) {
			return r.svc.Hold(context.Background(), HoldRequest{
				Caller: "c", Key: "k", Fingerprint: fingerprint, Account: id, Model: haikuModel, Worst: haiku(worst),
			})
		}
		for range 2 {
			if h, refusal, err := ask("f", money.Dollar); err != nil || h != nil || refusal.Reason != InsufficientBalance {
				t.Fatalf("%+v %+v %v", h, refusal, err)
			}
		}
		r.post(id, 2*money.Dollar)
		h, refusal, err := ask("g", 2*money.Dollar) // not even its body is bound
		if err != nil || refusal != nil {
			t.Fatalf("%+v %v", refusal, err)
		}
		if again, _, err := ask("g", 2*money.Dollar); err != nil || again.ID != h.ID {
			t.Errorf("then it is bound: %+v %v", again, err)
		}
		_, _, err = ask("f", money.Dollar)
		wantFault(t, err, Conflict, "idempotency_key_reused")
		r.verify()
	})
}

// What is no request at all is a fault, not a refusal: a hold without tokens, without output, with impossible figures or names.
func TestInvalidHolds(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		good := HoldRequest{Caller: "c", Key: "k", Account: id, Model: haikuModel, Worst: pricing.Usage{Input: 1, Output: 1}}
		for _, c := range []struct {
			name string
			set  func(*HoldRequest)
			kind Kind
			code string
		}{
			{"no key", func(q *HoldRequest) { q.Key = "" }, Invalid, "idempotency_key_missing"},
			{"key too long", func(q *HoldRequest) { q.Key = strings.Repeat("k", 256) }, Invalid, "idempotency_key_malformed"},
			{"key that is no text", func(q *HoldRequest) { q.Key = "k\x00" }, Invalid, "idempotency_key_malformed"},
			{"no output", func(q *HoldRequest) { q.Worst.Output = 0 }, Invalid, "hold_tokens"},
			{"negative output", func(q *HoldRequest) { q.Worst.Output = -1 }, Invalid, "hold_tokens"},
			{"no prompt", func(q *HoldRequest) { q.Worst.Input = 0 }, Invalid, "hold_tokens"},
			{"negative prompt", func(q *HoldRequest) { q.Worst.CacheRead = -1 }, Invalid, "hold_tokens"},
			{"too many tokens", func(q *HoldRequest) { q.Worst.Input = pricing.MaxTokens + 1 }, Invalid, "hold_tokens"},
			{"model too long", func(q *HoldRequest) { q.Model = strings.Repeat("m", 256) }, Invalid, "text_too_long"},
			{"no account", func(q *HoldRequest) { q.Account = "" }, NotFound, "account_unknown"},
			{"unknown e-mail", func(q *HoldRequest) { q.Account = "nobody@example.com" }, NotFound, "account_unknown"},
			{"unknown id", func(q *HoldRequest) { q.Account = "acc_nobody" }, NotFound, "not_found"},
			{"account that is no text", func(q *HoldRequest) { q.Account = "acc\x00" }, NotFound, "account_unknown"},
		} {
			q := good
			c.set(&q)
			h, refusal, err := r.svc.Hold(context.Background(), q)
			if h != nil || refusal != nil {
				t.Errorf("%s: %+v %+v", c.name, h, refusal)
			}
			wantFault(t, err, c.kind, c.code)
		}
		if r.status(id).Session.Active {
			t.Error("a fault started a session")
		}
		if h, refusal, err := r.svc.Hold(context.Background(), good); h == nil {
			t.Errorf("the smallest hold there is: %+v %v", refusal, err)
		}
		byEmail := good
		byEmail.Key, byEmail.Account = "k2", " "+strings.ToUpper(id)+"@example.COM"
		if h, refusal, err := r.svc.Hold(context.Background(), byEmail); h == nil || h.AccountID != id {
			t.Errorf("by e-mail: %+v %+v %v", h, refusal, err)
		}
	})
}

// The limit at its boundary, through the front door: C−1, C and C+1 tokens of room, unset, lowered and Unlimited.
func TestHoldsAtTheLimit(t *testing.T) {
	const token = 1000 // nanos of one input token: the finest step that a price of this model has
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		for _, c := range []struct {
			name   string
			limit  Limit
			worst  money.Amount
			reason Reason
		}{
			{"one token less than the limit", amountLimit(5), 5*money.Dollar - token, ""},
			{"exactly the limit", amountLimit(5), 5 * money.Dollar, ""},
			{"one token more", amountLimit(5), 5*money.Dollar + token, MonthlyLimitReached},
			{"Unlimited, exactly the balance", Limit{Kind: Unlimited}, 20 * money.Dollar, ""},
			{"Unlimited, one token more", Limit{Kind: Unlimited}, 20*money.Dollar + token, InsufficientBalance},
			{"exactly the balance", amountLimit(50), 20 * money.Dollar, ""},
			{"one token more than the balance", amountLimit(50), 20*money.Dollar + token, InsufficientBalance},
		} {
			id := r.account()
			r.extra(id, c.limit, 20*money.Dollar)
			r.usePlan(id)
			h, refusal := r.hold(id, c.worst)
			switch {
			case c.reason == "" && h == nil:
				t.Errorf("%s: refused for %s", c.name, refusal.Reason)
			case c.reason != "" && (h != nil || refusal.Reason != c.reason):
				t.Errorf("%s: %+v %+v; want %s", c.name, h, refusal, c.reason)
			case c.reason == "":
				if s := r.settle(h.ID, c.worst); s.Extra != c.worst {
					t.Errorf("%s: charged %s", c.name, s.Extra.Decimal())
				}
			}
		}
		r.verify()
	})
}

// One token at a time up to the limit: the wall stands between the last that fits and the next, and stays there.
func TestTheLastTokenOfTheLimit(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		r.extra(id, amountLimit(5), 100*money.Dollar)
		r.usePlan(id)
		r.used(id, 5*money.Dollar-10_000)
		spent := r.mustHold(id, 6_000) // one output and one input token
		r.refused(id, 6_000, MonthlyLimitReached)
		r.settle(spent.ID, 6_000)
		if s := r.status(id); s.Remaining != 4_000 {
			t.Errorf("remaining %s", s.Remaining.Decimal())
		}
		r.refused(id, 6_000, MonthlyLimitReached)
		r.setLimit(id, limited(5*money.Dollar+money.Cent))
		r.mustHold(id, 6_000)
		r.verify()
	})
}

// A refusal says what the request needs, what there is, what would fit, and when time helps.
func TestWhatARefusalSays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		r.extra(id, amountLimit(5), 3*money.Dollar)
		r.usePlan(id)
		r.mustHold(id, money.Dollar)
		windowEnd := rigStart.Add(5 * time.Hour)
		refusal := r.refused(id, 2*money.Dollar+money.Cent, InsufficientBalance)
		if refusal.Needed != 2*money.Dollar+money.Cent || refusal.Available != 2*money.Dollar || !refusal.FundsMissing ||
			refusal.Model != haikuModel || !refusal.ResetsAt.Equal(windowEnd) || !refusal.At.Equal(rigStart) {
			t.Errorf("%+v", refusal)
		}
		r.refused(id, 4*money.Dollar+money.Cent, MonthlyLimitReached)

		// fits_max_tokens is exact: that many are accepted, one more is not
		ask := func(maxTokens int64) (*Hold, *Refusal) {
			h, refusal, err := r.svc.Hold(context.Background(), HoldRequest{
				Caller: "c", Key: fmt.Sprint(r.ids.Add(1)), Account: id, Model: haikuModel, Worst: pricing.Usage{Input: 1000, Output: maxTokens},
			})
			if err != nil {
				t.Fatal(err)
			}
			return h, refusal
		}
		_, refusal = ask(1_000_000)
		if refusal == nil || refusal.FitsMaxTokens != (2_000_000_000-1_000_000)/5000 {
			t.Fatalf("%+v", refusal)
		}
		if h, _ := ask(refusal.FitsMaxTokens + 1); h != nil {
			t.Error("one token more than fits was accepted")
		}
		if h, refusal := ask(refusal.FitsMaxTokens); h == nil {
			t.Errorf("what fits was refused: %+v", refusal)
		}
		if _, refusal = ask(1); refusal == nil || refusal.FitsMaxTokens != 0 { // the prompt alone is too much by now
			t.Errorf("%+v", refusal)
		}

		r.turnOff(id)
		if refusal = r.refused(id, money.Dollar, ExtraUsageOff); refusal.Available != 0 || refusal.FitsMaxTokens != 0 {
			t.Errorf("off: %+v", refusal)
		}
		r.verify()
	})
}
