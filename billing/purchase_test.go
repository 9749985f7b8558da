package billing_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"sync"
	"testing"
	"time"

	"extrausage/billing"
	"extrausage/models"
	"extrausage/models/storetest"
	"extrausage/money"
)

func TestBuyWithEachCard(t *testing.T) {
	for _, c := range []struct {
		kind    string
		state   billing.PurchaseState
		failure string
	}{
		{"succeeds", billing.PurchaseSucceeded, ""},
		{"declined", billing.PurchaseDeclined, "card_declined"},
		{"insufficient_funds", billing.PurchaseDeclined, "insufficient_funds"},
		{"needs_authentication", billing.PurchaseRequiresAction, ""},
		{"answer_lost", billing.PurchaseUnknown, ""},
		{"expires_next_month", billing.PurchaseSucceeded, ""},
		{"disputed_later", billing.PurchaseSucceeded, ""},
	} {
		t.Run(c.kind, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, open storetest.Open) {
				r := newPaymentRig(t, open)
				id := r.subscriber(c.kind)
				p := r.buy(id, money.Cents(1050))
				want := billing.PurchaseView{
					ID: p.ID, Kind: billing.PurchaseManual, State: c.state, Amount: money.Cents(1050), At: r.clock(), Failure: c.failure,
					CardBrand: p.CardBrand, CardLast4: p.CardLast4, ActionURL: p.ActionURL,
				}
				if !c.state.Pending() {
					want.EndedAt = r.clock()
				}
				balance := money.Amount(0)
				if c.state == billing.PurchaseSucceeded {
					want.ReceiptNumber, balance = 1, money.Cents(1050)
				}
				if p != want || (p.ActionURL != "") != (c.state == billing.PurchaseRequiresAction) || p.CardLast4 == "" || p.CardBrand == "" {
					t.Errorf("bought %+v, want %+v", p, want)
				}
				r.want(id, p.ID, c.state, balance)
				if c.state != billing.PurchaseUnknown {
					r.balanced(id)
				}
			})
		})
	}
}

func TestBuyRefuses(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		with, without := r.subscriber("succeeds"), r.account()
		closed := r.subscriber("succeeds")
		r.change(closed, func(m *models.MeterState) { m.Meter.Closed = true })
		for _, c := range []struct {
			name, account string
			amount        money.Amount
			key           string
			kind          billing.Kind
			code          string
		}{
			{"below", with, money.Cents(499), "k", billing.Invalid, "amount_bounds"},
			{"above", with, money.Cents(200_001), "k", billing.Invalid, "amount_bounds"},
			{"part of a cent", with, money.Dollars(5) + 1, "k", billing.Invalid, "amount_bounds"},
			{"nothing", with, 0, "k", billing.Invalid, "amount_bounds"},
			{"no key", with, money.Dollars(5), "", billing.Invalid, "purchase_key_missing"},
			{"no card", without, money.Dollars(5), "k", billing.NotReady, "card_missing"},
			{"closed", closed, money.Dollars(5), "k", billing.Conflict, "account_closed"},
			{"nobody", "acc_nobody", money.Dollars(5), "k", billing.NotFound, "not_found"},
		} {
			t.Run(c.name, func(t *testing.T) {
				_, err := r.svc.BuyCredits(r.ctx, c.account, billing.Order{Amount: c.amount, Key: c.key})
				wantFault(t, err, c.kind, c.code)
				if f := billing.AsFault(err); c.code == "amount_bounds" && (f.Field != "amount" || f.Args["min"] != money.Dollars(5) || f.Args["max"] != money.Dollars(2000)) {
					t.Errorf("fault %+v", f)
				}
			})
		}
		if n := r.line.debits.Load(); n != 0 {
			t.Errorf("%d debits", n)
		}
		for _, amount := range []money.Amount{money.Dollars(5), money.Dollars(2000)} {
			r.buy(with, amount)
		}
		r.balanced(with, without, closed)
	})
}

func TestAKeyBuysOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		id, other := r.subscriber("succeeds"), r.subscriber("succeeds")
		order := billing.Order{Amount: money.Dollars(10), Key: "form 1"}
		first, err := r.svc.BuyCredits(r.ctx, id, order)
		if err != nil {
			t.Fatal(err)
		}
		r.advance(40 * 24 * time.Hour)
		if again, err := r.svc.BuyCredits(r.ctx, id, order); err != nil || again != first {
			t.Errorf("again: %+v %v", again, err)
		}
		_, err = r.svc.BuyCredits(r.ctx, id, billing.Order{Amount: money.Dollars(11), Key: "form 1"})
		wantFault(t, err, billing.Conflict, "purchase_key_reused")
		if theirs, err := r.svc.BuyCredits(r.ctx, other, order); err != nil || theirs.ID == first.ID {
			t.Errorf("another account's: %+v %v", theirs, err)
		}
		if second := r.buy(id, money.Dollars(5)); second.ReceiptNumber != 2 {
			t.Errorf("second receipt %d", second.ReceiptNumber)
		}
		r.want(id, first.ID, billing.PurchaseSucceeded, money.Dollars(15))
		r.balanced(id, other)
	})
}

func TestDoubleClick(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		id := r.subscriber("succeeds")
		var all sync.WaitGroup
		ids := make([]string, 50)
		start := make(chan struct{})
		for i := range ids {
			all.Go(func() {
				<-start
				p, err := r.svc.BuyCredits(r.ctx, id, billing.Order{Amount: money.Dollars(10), Key: "one form"})
				if err != nil {
					t.Error(err)
				}
				ids[i] = p.ID
			})
		}
		close(start)
		all.Wait()
		for _, got := range ids {
			if got != ids[0] {
				t.Fatalf("purchases %q", ids)
			}
		}
		if n := r.line.debits.Load(); n != 1 {
			t.Errorf("%d debits", n)
		}
		if n := len(r.entries(id)); n != 1 {
			t.Errorf("%d entries", n)
		}
		r.want(id, ids[0], billing.PurchaseSucceeded, money.Dollars(10))
		r.balanced(id)
	})
}

func TestAnswerLost(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		id := r.subscriber("answer_lost")
		p := r.buy(id, money.Dollars(10))
		if got := r.reconcile(); got.Looked != 0 {
			t.Errorf("looked up before it was due: %+v", got)
		}
		r.advance(5 * time.Second)
		if got := r.reconcile(); got != (billing.Reconciliation{Looked: 1, Succeeded: 1}) {
			t.Errorf("reconciled %+v", got)
		}
		r.want(id, p.ID, billing.PurchaseSucceeded, money.Dollars(10))
		r.advance(time.Hour)
		if got := r.reconcile(); got != (billing.Reconciliation{}) {
			t.Errorf("again %+v", got)
		}
		r.deliver() // the webhook that tells the same
		if err := r.svc.RunPayments(r.ctx); err != nil {
			t.Error(err)
		}
		r.want(id, p.ID, billing.PurchaseSucceeded, money.Dollars(10))
		if n := r.line.debits.Load(); n != 1 {
			t.Errorf("%d debits", n)
		}
		r.balanced(id)
	})
}

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
	r.line.find = func(context.Context, string) (billing.Charge, error) { return billing.Charge{}, errDown }
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

func TestAuthentication(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		id := r.subscriber("needs_authentication")
		yes, no := r.buy(id, money.Dollars(10)), r.buy(id, money.Dollars(20))
		back := r.post(yes.ActionURL, url.Values{"answer": {"authenticate"}})
		if back.Path != billing.PurchaseReturnPath || back.Query().Get("purchase") != yes.ID {
			t.Errorf("back to %s", back)
		}
		r.want(id, yes.ID, billing.PurchaseRequiresAction, 0)
		for range 2 { // the page may be loaded again
			if p, err := r.svc.ReturnFromAction(r.ctx, id, yes.ID); err != nil || p.State != billing.PurchaseSucceeded || p.ActionURL != "" {
				t.Errorf("returned %+v %v", p, err)
			}
		}
		if p, err := r.svc.ReturnFromAction(r.ctx, id, no.ID); err != nil || p.State != billing.PurchaseRequiresAction || p.ActionURL != no.ActionURL {
			t.Errorf("returned without an answer: %+v %v", p, err)
		}
		r.post(no.ActionURL, url.Values{"answer": {"refuse"}})
		if p, err := r.svc.ReturnFromAction(r.ctx, id, no.ID); err != nil || p.State != billing.PurchaseDeclined || p.Failure != "authentication_required" {
			t.Errorf("refused: %+v %v", p, err)
		}
		_, err := r.svc.ReturnFromAction(r.ctx, r.account(), yes.ID)
		wantFault(t, err, billing.NotFound, "not_found")
		if got := r.balance(id); got != money.Dollars(10) {
			t.Errorf("balance %s", got.Decimal())
		}
		r.balanced(id)
	})
}

func TestAuthenticationThatNobodyComesFor(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		id := r.subscriber("needs_authentication")
		never, late, lastMinute := r.buy(id, money.Dollars(5)), r.buy(id, money.Dollars(10)), r.buy(id, money.Dollars(20))
		r.advance(23 * time.Hour)
		if got := r.reconcile(); got.Looked != 3 || got.Pending != 3 {
			t.Errorf("before a day: %+v", got)
		}
		r.providerDown()
		r.post(late.ActionURL, url.Values{"answer": {"authenticate"}}) // seen late
		r.advance(time.Hour)
		if _, err := r.svc.ReconcilePurchases(r.ctx); err == nil {
			t.Error("no error while the provider is down")
		}
		if p := r.purchase(id, never.ID); p.State != billing.PurchaseRequiresAction || p.ActionURL != never.ActionURL {
			t.Errorf("given up blindly: %+v", p)
		}
		r.providerUp()
		looks := 0
		r.line.find = func(ctx context.Context, id string) (billing.Charge, error) {
			c, err := r.pay.FindCharge(ctx, id)
			if looks++; id == lastMinute.ID && c.State == billing.ChargeRequiresAction { // between our look and our cancelling
				r.post(lastMinute.ActionURL, url.Values{"answer": {"authenticate"}})
			}
			return c, err
		}
		r.advance(time.Hour)
		if got := r.reconcile(); got != (billing.Reconciliation{Looked: 3, Succeeded: 2, Abandoned: 1}) || looks != 5 {
			t.Errorf("after a day: %+v, %d looks", got, looks)
		}
		if c, err := r.pay.FindCharge(r.ctx, never.ID); err != nil || c.State != billing.ChargeCanceled {
			t.Errorf("at the provider: %+v %v", c, err)
		}
		r.want(id, never.ID, billing.PurchaseAbandoned, money.Dollars(30))
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
				r.line.find = func(ctx context.Context, id string) (billing.Charge, error) {
					c, err := r.pay.FindCharge(ctx, id)
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
		r.line.find = func(ctx context.Context, id string) (billing.Charge, error) {
			if id == bad.ID {
				return billing.Charge{}, errDown
			}
			return r.pay.FindCharge(ctx, id)
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
		r.line.find = func(ctx context.Context, id string) (billing.Charge, error) {
			c, err := r.pay.FindCharge(ctx, id)
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

func TestPurchasesAreListed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		id, other := r.subscriber("succeeds"), r.subscriber("declined")
		var bought []string
		for i := range 5 {
			bought = append([]string{r.buy(id, money.Dollars(int64(5+i))).ID}, bought...)
			r.advance(time.Minute)
		}
		theirs := r.buy(other, money.Dollars(5))
		var listed []string
		pages, cursor := 0, ""
		for {
			page, next, err := r.svc.Purchases(r.ctx, id, cursor, 2)
			if err != nil {
				t.Fatal(err)
			}
			pages++
			for _, p := range page {
				listed = append(listed, p.ID)
				if p.CardLast4 != "4242" || p.CardBrand != "visa" || p.State != billing.PurchaseSucceeded {
					t.Errorf("listed %+v", p)
				}
			}
			if cursor = next; cursor == "" {
				break
			}
		}
		if fmt.Sprint(listed) != fmt.Sprint(bought) || pages != 3 {
			t.Errorf("%d pages: %q, want %q", pages, listed, bought)
		}
		_, err := r.svc.Purchase(r.ctx, id, theirs.ID)
		wantFault(t, err, billing.NotFound, "not_found")
		_, err = r.svc.SubmitPurchase(r.ctx, id, theirs.ID)
		wantFault(t, err, billing.NotFound, "not_found")
	})
}

func TestThePurchaseIsMadeEvenIfNobodyWaits(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		id := r.subscriber("succeeds")
		ctx, leave := context.WithCancel(r.ctx)
		r.line.debit = func(ctx context.Context, q billing.DebitRequest) (billing.Charge, error) {
			leave()
			return r.pay.Debit(ctx, q)
		}
		p, err := r.svc.BuyCredits(ctx, id, billing.Order{Amount: money.Dollars(10), Key: "k"})
		if err != nil {
			t.Fatal(err)
		}
		r.want(id, p.ID, billing.PurchaseSucceeded, money.Dollars(10))
	})
}
