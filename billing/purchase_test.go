package billing_test

import (
	"context"
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
		r.line.find = func(ctx context.Context, q billing.ChargeQuery) (billing.Charge, error) {
			c, err := r.pay.FindCharge(ctx, q)
			if looks++; q.PurchaseID == lastMinute.ID && c.State == billing.ChargeRequiresAction { // between our look and our cancelling
				r.post(lastMinute.ActionURL, url.Values{"answer": {"authenticate"}})
			}
			return c, err
		}
		r.advance(time.Hour)
		if got := r.reconcile(); got != (billing.Reconciliation{Looked: 3, Succeeded: 2, Abandoned: 1}) || looks != 5 {
			t.Errorf("after a day: %+v, %d looks", got, looks)
		}
		if c, err := r.pay.FindCharge(r.ctx, billing.ChargeQuery{PurchaseID: never.ID}); err != nil || c.State != billing.ChargeCanceled {
			t.Errorf("at the provider: %+v %v", c, err)
		}
		r.want(id, never.ID, billing.PurchaseAbandoned, money.Dollars(30))
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
