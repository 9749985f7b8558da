package billing_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"extrausage/billing"
	"extrausage/models/storetest"
	"extrausage/money"
)

// died runs fn as a process that dies in it.
func died(t *testing.T, fn func()) {
	t.Helper()
	defer func() {
		if recover() == nil {
			t.Fatal("the process did not die")
		}
	}()
	fn()
}

// TestDeathOfTheProcess ends the process at each point of a purchase: the worker of the next one finishes it, once.
func TestDeathOfTheProcess(t *testing.T) {
	for name, kill := range map[string]struct {
		set     func(*paymentRig)
		due     time.Duration
		resent  int
		charged int
	}{
		"before it is sent": {func(r *paymentRig) {
			clock, calls := r.clock, 0
			r.clock = func() time.Time {
				if calls++; calls > 1 { // the first transaction plans, the second would submit
					panic("killed")
				}
				return clock()
			}
		}, time.Minute, 1, 0},
		"before it arrives": {func(r *paymentRig) {
			r.line.debit = func(context.Context, billing.DebitRequest) (billing.Charge, error) { panic("killed") }
		}, time.Minute, 1, 0},
		"before the answer is written down": {func(r *paymentRig) {
			r.line.debit = func(ctx context.Context, q billing.DebitRequest) (billing.Charge, error) {
				if _, err := r.pay.Debit(ctx, q); err != nil {
					r.t.Error(err)
				}
				panic("killed")
			}
		}, time.Minute, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, open storetest.Open) {
				r := newPaymentRig(t, open)
				id := r.subscriber("succeeds")
				clock := r.clock
				kill.set(r)
				died(t, func() { r.buy(id, money.Dollars(10)) })
				r.clock, r.line.debit = clock, nil
				if captured, err := r.pay.Captured(r.ctx); err != nil || len(captured) != kill.charged {
					t.Fatalf("captured %v %v", captured, err)
				}
				r.advance(kill.due - time.Microsecond)
				if got := r.reconcile(); got.Looked != 0 {
					t.Errorf("too early: %+v", got)
				}
				r.advance(time.Microsecond)
				if got := r.reconcile(); got != (billing.Reconciliation{Looked: 1, Succeeded: 1, Resent: kill.resent}) {
					t.Errorf("reconciled %+v", got)
				}
				if got := r.balance(id); got != money.Dollars(10) {
					t.Errorf("balance %s", got.Decimal())
				}
				r.balanced(id)
			})
		})
	}
}

var errDown = errors.New("the provider is down")

func (r *paymentRig) providerDown() {
	r.line.debit = func(context.Context, billing.DebitRequest) (billing.Charge, error) { return billing.Charge{}, errDown }
	r.line.find = func(context.Context, billing.ChargeQuery) (billing.Charge, error) { return billing.Charge{}, errDown }
}

func (r *paymentRig) providerUp() { r.line.debit, r.line.find = nil, nil }

func TestProviderDownForHours(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		id := r.subscriber("succeeds")
		r.providerDown()
		p := r.buy(id, money.Dollars(10))
		r.want(id, p.ID, billing.PurchaseUnknown, 0)
		for range 12 {
			r.advance(30 * time.Minute)
			if got, err := r.svc.ReconcilePurchases(r.ctx); !errors.Is(err, errDown) || got.Failed != 1 {
				t.Errorf("reconciled %+v %v", got, err)
			}
		}
		if n := r.line.debits.Load(); n != 1 {
			t.Errorf("%d debits while nobody could tell whether the first had arrived", n)
		}
		r.providerUp()
		r.advance(30 * time.Minute)
		if got := r.reconcile(); got.Succeeded != 1 || got.Resent != 1 {
			t.Errorf("reconciled %+v", got)
		}
		r.want(id, p.ID, billing.PurchaseSucceeded, money.Dollars(10))
		r.balanced(id)
	})
}

func TestAPurchaseWithoutAChargeIsGivenUp(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		id := r.subscriber("succeeds")
		r.line.debit = func(context.Context, billing.DebitRequest) (billing.Charge, error) { return billing.Charge{}, errDown }
		p := r.buy(id, money.Dollars(10))
		planned := r.clock()
		for r.clock().Before(planned.Add(23 * time.Hour)) {
			r.reconcile()
			r.advance(30 * time.Minute)
		}
		sent := r.line.debits.Load()
		if sent < 2 {
			t.Errorf("sent %d times in 23 hours", sent)
		}
		r.line.debit = nil // it would work now, but the provider may have forgotten the key
		for r.clock().Before(planned.Add(24 * time.Hour)) {
			if got := r.reconcile(); got.Abandoned != 0 || got.Resent != 0 {
				t.Errorf("in the last hour: %+v", got)
			}
			r.advance(30 * time.Minute)
		}
		if got := r.reconcile(); got != (billing.Reconciliation{Looked: 1, Abandoned: 1}) {
			t.Errorf("after 24 hours: %+v", got)
		}
		if n := r.line.debits.Load(); n != sent {
			t.Errorf("sent %d times after 23 hours", n-sent)
		}
		r.want(id, p.ID, billing.PurchaseAbandoned, 0)
		if p := r.purchase(id, p.ID); p.EndedAt.IsZero() {
			t.Error("no end")
		}
		r.balanced(id)
	})
}

func TestARemovedCardIsNotDebited(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		id := r.subscriber("succeeds")
		r.line.debit = func(context.Context, billing.DebitRequest) (billing.Charge, error) { return billing.Charge{}, errDown }
		p := r.buy(id, money.Dollars(10))
		r.line.debit = nil
		if err := r.svc.RemoveCard(r.ctx, id); err != nil {
			t.Fatal(err)
		}
		r.card(id, "succeeds") // another card does not take over what was planned with the first
		r.advance(30 * time.Minute)
		if got := r.reconcile(); got != (billing.Reconciliation{Looked: 1, Pending: 1}) {
			t.Errorf("while the debit might still arrive: %+v", got)
		}
		r.advance(time.Hour)
		if got := r.reconcile(); got != (billing.Reconciliation{Looked: 1, Abandoned: 1}) {
			t.Errorf("reconciled %+v", got)
		}
		if n := r.line.debits.Load(); n != 1 {
			t.Errorf("%d debits", n)
		}
		r.want(id, p.ID, billing.PurchaseAbandoned, 0)
	})
}

func TestADebitFoundLaterIsCredited(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		id := r.subscriber("succeeds")
		var late billing.DebitRequest // a request that hangs in the network for two days
		r.line.debit = func(_ context.Context, q billing.DebitRequest) (billing.Charge, error) {
			late = q
			return billing.Charge{}, errDown
		}
		p := r.buy(id, money.Dollars(10))
		r.advance(24 * time.Hour)
		r.reconcile()
		r.want(id, p.ID, billing.PurchaseAbandoned, 0)
		r.advance(24 * time.Hour)
		if _, err := r.pay.Debit(r.ctx, late); err != nil {
			t.Fatal(err)
		}
		r.deliver()
		r.want(id, p.ID, billing.PurchaseSucceeded, money.Dollars(10))
		if p := r.purchase(id, p.ID); p.ReceiptNumber != 1 || !p.EndedAt.Equal(r.clock()) {
			t.Errorf("credited %+v", p)
		}
		r.balanced(id)
	})
}

func TestAChargeThatDoesNotFitIsNotCredited(t *testing.T) {
	for name, spoil := range map[string]func(*billing.Charge){
		"amount":   func(c *billing.Charge) { c.Amount = money.Dollars(1000) },
		"account":  func(c *billing.Charge) { c.AccountID = "acc_other" },
		"purchase": func(c *billing.Charge) { c.PurchaseID = "purchase_other" },
		"mode":     func(c *billing.Charge) { c.Live = true },
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, open storetest.Open) {
				r := newPaymentRig(t, open)
				id := r.subscriber("answer_lost")
				p := r.buy(id, money.Dollars(10))
				r.line.find = func(ctx context.Context, q billing.ChargeQuery) (billing.Charge, error) {
					c, err := r.pay.FindCharge(ctx, q)
					spoil(&c)
					return c, err
				}
				r.advance(time.Minute)
				if got, err := r.svc.ReconcilePurchases(r.ctx); err == nil || got.Failed != 1 {
					t.Errorf("reconciled %+v %v", got, err)
				}
				if _, err := r.svc.ReturnFromAction(r.ctx, id, p.ID); err == nil || billing.AsFault(err) != nil {
					t.Errorf("looked up: %v", err)
				}
				r.want(id, p.ID, billing.PurchaseUnknown, 0)
				if got := r.reconcile(); got.Looked != 0 {
					t.Errorf("looked up again at once: %+v", got)
				}
				r.deliver() // a webhook changes nothing about it, and does not stay
				r.want(id, p.ID, billing.PurchaseUnknown, 0)
				r.line.find = nil
				r.advance(time.Hour)
				r.reconcile()
				r.want(id, p.ID, billing.PurchaseSucceeded, money.Dollars(10))
			})
		})
	}
}

func TestADebitAnsweredWithAnotherAmountIsNotCredited(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		id := r.subscriber("succeeds")
		r.line.debit = func(ctx context.Context, q billing.DebitRequest) (billing.Charge, error) {
			c, err := r.pay.Debit(ctx, q)
			c.Amount = c.Amount.Times(100)
			return c, err
		}
		if _, err := r.svc.BuyCredits(r.ctx, id, billing.Order{Amount: money.Dollars(10), Key: "k"}); err == nil || billing.AsFault(err) != nil {
			t.Errorf("bought: %v", err)
		}
		if got := r.balance(id); got != 0 {
			t.Errorf("balance %s", got.Decimal())
		}
	})
}

func TestOneBadPurchaseDoesNotHoldUpTheOthers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		id := r.subscriber("answer_lost")
		bad := r.buy(id, money.Dollars(5))
		good := r.buy(id, money.Dollars(10))
		r.line.find = func(ctx context.Context, q billing.ChargeQuery) (billing.Charge, error) {
			if q.PurchaseID == bad.ID {
				return billing.Charge{}, errDown
			}
			return r.pay.FindCharge(ctx, q)
		}
		r.advance(time.Minute)
		if got, err := r.svc.ReconcilePurchases(r.ctx); !errors.Is(err, errDown) || got != (billing.Reconciliation{Looked: 2, Succeeded: 1, Failed: 1}) {
			t.Errorf("reconciled %+v %v", got, err)
		}
		r.want(id, good.ID, billing.PurchaseSucceeded, money.Dollars(10))
	})
}

func TestAPassEndsWhenTheProviderIsDown(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		id := r.subscriber("answer_lost")
		for range 8 {
			r.buy(id, money.Dollars(5))
		}
		r.providerDown()
		r.advance(time.Minute)
		if got, _ := r.svc.ReconcilePurchases(r.ctx); got.Looked != 5 || got.Failed != 5 {
			t.Errorf("reconciled %+v", got)
		}
		r.providerUp()
		r.advance(time.Minute)
		if got := r.reconcile(); got.Succeeded != 8 {
			t.Errorf("reconciled %+v", got)
		}
		r.balanced(id)
	})
}

func TestTwoWorkersSendOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		id := r.subscriber("succeeds")
		r.line.debit = func(context.Context, billing.DebitRequest) (billing.Charge, error) { return billing.Charge{}, errDown }
		r.buy(id, money.Dollars(10))
		r.line.debit = nil
		r.advance(time.Minute)
		// Both have looked and found nothing before either sends.
		var both, done sync.WaitGroup
		both.Add(4)
		r.line.find = func(ctx context.Context, q billing.ChargeQuery) (billing.Charge, error) {
			c, err := r.pay.FindCharge(ctx, q)
			both.Done()
			both.Wait()
			return c, err
		}
		for range 4 {
			done.Go(func() {
				if _, err := r.svc.ReconcilePurchases(r.ctx); err != nil {
					t.Error(err)
				}
			})
		}
		done.Wait()
		if n := r.line.debits.Load(); n != 2 { // the one that failed, and one
			t.Errorf("%d debits", n)
		}
		r.balanced(id)
	})
}
