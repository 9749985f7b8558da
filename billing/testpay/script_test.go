package testpay_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"extrausage/billing"
	"extrausage/billing/testpay"
	"extrausage/money"
)

// once plays a fault in the first call of an operation.
func (r *rig) once(op testpay.Op, f testpay.Fault) {
	played := false
	r.Play(testpay.Script{Call: func(c testpay.Call) testpay.Fault {
		if c.Op != op || played {
			return testpay.None
		}
		played = true
		return f
	}})
}

func (r *rig) find(purchase string) (billing.Charge, error) {
	return r.FindCharge(context.Background(), billing.ChargeQuery{PurchaseID: purchase})
}

// TestFaultsOfADebit: what the caller hears, what a look-up says then, and what the same debit sent again says.
func TestFaultsOfADebit(t *testing.T) {
	for _, c := range []struct {
		fault     testpay.Fault
		heard     error               // by the caller, nil for a charge
		truth     billing.ChargeState // "" where nothing was executed
		failure   string
		again     error
		afterward billing.ChargeState // once it was sent again
	}{
		{testpay.None, nil, billing.ChargeSucceeded, "", nil, billing.ChargeSucceeded},
		{testpay.Slow, context.DeadlineExceeded, billing.ChargeSucceeded, "", nil, billing.ChargeSucceeded},
		{testpay.AnswerLost, testpay.AnswerLost, billing.ChargeSucceeded, "", nil, billing.ChargeSucceeded},
		{testpay.ErrorBefore, testpay.ErrorBefore, "", "", nil, billing.ChargeSucceeded},
		{testpay.ErrorAfter, testpay.ErrorAfter, billing.ChargeSucceeded, "", testpay.ErrorAfter, billing.ChargeSucceeded},
		{testpay.TooManyRequests, testpay.TooManyRequests, "", "", nil, billing.ChargeSucceeded},
		{testpay.KeyInUse, testpay.KeyInUse, "", "", nil, billing.ChargeSucceeded},
		{testpay.Down, testpay.Down, "", "", nil, billing.ChargeSucceeded},
		{testpay.SoftDecline, nil, billing.ChargeDeclined, "insufficient_funds", nil, billing.ChargeDeclined},
		{testpay.HardDecline, nil, billing.ChargeDeclined, "card_blocked", nil, billing.ChargeDeclined},
		{testpay.CardRemoved, nil, billing.ChargeDeclined, "card_removed", nil, billing.ChargeDeclined},
		{testpay.NeedsAuthentication, nil, billing.ChargeRequiresAction, "", nil, billing.ChargeRequiresAction},
		{testpay.Processing, nil, billing.ChargeProcessing, "", nil, billing.ChargeProcessing},
	} {
		t.Run(string(c.fault), func(t *testing.T) {
			r := newRig(t)
			ctx := context.Background()
			request := r.request(r.card("succeeds"), "purchase_1", money.Dollars(10))
			r.once(testpay.OpDebit, c.fault)
			got, err := r.Debit(ctx, request)
			if !errors.Is(err, c.heard) || (err != nil) != reflect.DeepEqual(got, billing.Charge{}) {
				t.Errorf("heard %+v %v, want %v", got, err, c.heard)
			}
			r.check("purchase_1", c.truth, c.failure)
			if _, err := r.Debit(ctx, request); !errors.Is(err, c.again) {
				t.Errorf("again: %v, want %v", err, c.again)
			}
			r.check("purchase_1", c.afterward, c.failure)
			if n := len(r.charges()); n != 1 {
				t.Errorf("%d charges", n)
			}
		})
	}
}

// check holds a purchase's charge, and what was captured, against a state; "" for no charge.
func (r *rig) check(purchase string, state billing.ChargeState, failure string) {
	r.t.Helper()
	c, err := r.find(purchase)
	if (state == "") != errors.Is(err, billing.ErrNoCharge) || c.State != state || c.Failure != failure {
		r.t.Errorf("the provider's truth: %+v %v, want %s %s", c, err, state, failure)
	}
	if got := len(r.captured()); (got == 1) != (state == billing.ChargeSucceeded) {
		r.t.Errorf("captured %d", got)
	}
}

func (r *rig) charges() []billing.Charge {
	r.t.Helper()
	all, err := r.Charges(context.Background())
	if err != nil {
		r.t.Fatal(err)
	}
	return all
}

// TestABrokenKeyIsForgottenToo: a replayed 5xx ends with its key, and the debit is made again.
func TestABrokenKeyIsForgottenToo(t *testing.T) {
	r := newRig(t)
	ctx := context.Background()
	request := r.request(r.card("succeeds"), "purchase_1", money.Dollars(10))
	r.once(testpay.OpDebit, testpay.ErrorAfter)
	for range 3 {
		if _, err := r.Debit(ctx, request); !errors.Is(err, testpay.ErrorAfter) {
			t.Errorf("heard %v", err)
		}
		r.now = r.now.Add(8*time.Hour - time.Microsecond)
	}
	r.now = r.now.Add(3 * time.Microsecond)
	if c, err := r.Debit(ctx, request); err != nil || c.State != billing.ChargeSucceeded {
		t.Errorf("a day later: %+v %v", c, err)
	}
	if got := r.captured(); len(got) != 2 {
		t.Errorf("captured %v", got)
	}
}

// TestAnAnswerThatBreaksLater: a 5xx after a debit that was made and answered before breaks its key as well.
func TestAnAnswerThatBreaksLater(t *testing.T) {
	r := newRig(t)
	ctx := context.Background()
	request := r.request(r.card("succeeds"), "purchase_1", money.Dollars(10))
	if _, err := r.Debit(ctx, request); err != nil {
		t.Fatal(err)
	}
	r.once(testpay.OpDebit, testpay.ErrorAfter)
	for range 2 {
		if _, err := r.Debit(ctx, request); !errors.Is(err, testpay.ErrorAfter) {
			t.Errorf("heard %v", err)
		}
	}
	r.check("purchase_1", billing.ChargeSucceeded, "")
}

// TestFaultsOfOtherCalls: every call fails as the script says, before or after it was executed.
func TestFaultsOfOtherCalls(t *testing.T) {
	before := []testpay.Fault{testpay.ErrorBefore, testpay.TooManyRequests, testpay.KeyInUse, testpay.Down}
	after := []testpay.Fault{testpay.Slow, testpay.AnswerLost, testpay.ErrorAfter}
	ctx := context.Background()
	for op, do := range map[testpay.Op]func(*rig, billing.Charge) (done func() bool, err error){
		testpay.OpCancel: func(r *rig, c billing.Charge) (func() bool, error) {
			return func() bool { got, _ := r.find("purchase_1"); return got.State == billing.ChargeCanceled }, r.Cancel(ctx, c.ID)
		},
		testpay.OpAuthenticate: func(r *rig, c billing.Charge) (func() bool, error) {
			got, err := r.Authenticate(ctx, c.ID, "http://app.test/paid")
			if err != nil && got.ID != "" {
				r.t.Errorf("an answer with its error: %+v", got)
			}
			return func() bool { got, _ := r.find("purchase_1"); return got.ActionURL != "" }, err
		},
		testpay.OpFindCharge: func(r *rig, _ billing.Charge) (func() bool, error) {
			got, err := r.find("purchase_1")
			return func() bool { return got.ID != "" }, err
		},
		testpay.OpReversed: func(r *rig, _ billing.Charge) (func() bool, error) {
			got, err := r.Reversed(ctx, r.now)
			return func() bool { return got != nil }, err
		},
		testpay.OpDetach: func(r *rig, _ billing.Charge) (func() bool, error) {
			card := r.card("succeeds")
			err := r.Detach(ctx, card.Card.Method)
			return func() bool {
				c, _ := r.Debit(ctx, r.request(card, "purchase_2", money.Dollars(5)))
				return c.Failure == "card_removed"
			}, err
		},
		testpay.OpStartSetup: func(r *rig, _ billing.Charge) (func() bool, error) {
			v, err := r.StartSetup(ctx, billing.SetupRequest{ID: "setup_x", Reference: "acc_1"})
			return func() bool { _, err := r.Setup(ctx, v.Session); return err == nil }, err
		},
		testpay.OpSetup: func(r *rig, _ billing.Charge) (func() bool, error) {
			got, err := r.Setup(ctx, r.visit("en").Session)
			return func() bool { return got.Session != "" }, err
		},
	} {
		for _, f := range slices.Concat(before, after, []testpay.Fault{testpay.None}) {
			t.Run(fmt.Sprint(op, " ", f), func(t *testing.T) {
				r := newRig(t)
				q := r.request(r.card("needs_authentication"), "purchase_1", money.Dollars(10))
				q.OnSession = false
				c, err := r.Debit(ctx, q)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := r.Reverse(ctx, r.paid("purchase_0").ID, money.Dollars(1), testpay.RefundMade); err != nil {
					t.Fatal(err)
				}
				r.once(op, f)
				done, err := do(r, c)
				reads := slices.Contains([]testpay.Op{testpay.OpFindCharge, testpay.OpReversed, testpay.OpStartSetup, testpay.OpSetup}, op) // an answer lost is nothing done
				executed := f == testpay.None || slices.Contains(after, f) && !reads
				if (err != nil) != (f != testpay.None) || err != nil && !errors.Is(err, f) {
					t.Errorf("heard %v", err)
				}
				if got := done(); got != executed {
					t.Errorf("executed: %v", got)
				}
			})
		}
	}
}

// TestALookUpThatLagsBehind: the charge is there, the look-up does not see it, and the key still knows it.
func TestALookUpThatLagsBehind(t *testing.T) {
	r := newRig(t)
	c := r.paid("purchase_1")
	r.Play(testpay.Script{Call: func(testpay.Call) testpay.Fault { return testpay.NotFound }})
	if found, err := r.find("purchase_1"); !errors.Is(err, billing.ErrNoCharge) || found.ID != "" {
		t.Errorf("found %+v %v", found, err)
	}
	if err := r.Cancel(context.Background(), c.ID); err != nil {
		t.Errorf("another call: %v", err)
	}
	r.Play(testpay.Script{})
	if found, err := r.find("purchase_1"); err != nil || found.ID != c.ID {
		t.Errorf("found %+v %v", found, err)
	}
}

// TestAScriptIsDeterministic: a seed that draws calls, faults and what becomes of webhooks leads to the same truth and the same
// answers each time.
func TestAScriptIsDeterministic(t *testing.T) {
	play := func(seed uint64) string {
		r, a, charges := listening(t)
		card := r.card("succeeds")
		dice := rand.New(rand.NewPCG(seed, 1))
		calls := []testpay.Fault{testpay.None, testpay.Slow, testpay.AnswerLost, testpay.ErrorBefore, testpay.ErrorAfter, testpay.SoftDecline, testpay.Processing, testpay.Racing}
		posts := []testpay.Alteration{testpay.Genuine, testpay.WrongAccount, testpay.WrongMode, testpay.Stale, testpay.UnknownType}
		r.Play(testpay.Script{
			Call: func(testpay.Call) testpay.Fault { return calls[dice.IntN(len(calls))] },
			Webhook: func(testpay.Webhook) testpay.Handling {
				h := testpay.Handling{Drop: dice.IntN(5) == 0, Delay: time.Duration(dice.IntN(3)) * time.Hour}
				for range dice.IntN(3) {
					h.Posts = append(h.Posts, posts[dice.IntN(len(posts))])
				}
				return h
			},
			Shuffle: dice.Shuffle,
		})
		var trace []string
		note := func(what ...any) { trace = append(trace, fmt.Sprint(what...)) }
		v, err := r.StartSetup(context.Background(), billing.SetupRequest{ID: "setup_x", Reference: "acc_1"})
		note(v.Session, err) // its address has the port of this run
		for i := range 60 {
			switch c := charges[dice.IntN(len(charges))]; dice.IntN(5) {
			case 0:
				id, err := r.Reverse(context.Background(), c.ID, money.Dollars(int64(1+dice.IntN(3))), testpay.RefundMade)
				note(id, err)
			case 1:
				found, err := r.find(c.PurchaseID)
				note(found, err)
			case 2:
				n, err := r.Deliver(context.Background())
				note(n, err)
			case 3:
				r.now = r.now.Add(time.Duration(dice.IntN(10)) * time.Hour)
			case 4:
				got, err := r.Debit(context.Background(), r.request(card, fmt.Sprint("purchase_", i%7), money.Dollars(10)))
				note(got, err)
			}
		}
		note(r.charges(), a.heard, a.forged)
		return strings.Join(trace, "\n")
	}
	for seed := range uint64(5) {
		if first, again := play(seed), play(seed); first != again {
			t.Fatalf("seed %d:\n%s\n\nand again:\n%s", seed, first, again)
		}
	}
	if play(1) == play(2) {
		t.Error("the seed makes no difference")
	}
}

// paid is a charge that took $10.
func (r *rig) paid(purchase string) billing.Charge {
	r.t.Helper()
	c, err := r.Debit(context.Background(), r.request(r.card("succeeds"), purchase, money.Dollars(10)))
	if err != nil || c.State != billing.ChargeSucceeded {
		r.t.Fatalf("%+v %v", c, err)
	}
	return c
}
