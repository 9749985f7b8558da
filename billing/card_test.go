package billing_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"extrausage/billing"
	"extrausage/models"
	"extrausage/models/storetest"
	"extrausage/money"
)

func (r *paymentRig) cards(account string) []models.PaymentMethod {
	r.t.Helper()
	var all []models.PaymentMethod
	r.view(func(tx *models.Tx) (err error) {
		all, err = tx.AllCards(account)
		return err
	})
	return all
}

func (r *paymentRig) current(account string) string {
	r.t.Helper()
	c, ok, err := r.svc.PaymentMethod(r.ctx, account)
	if err != nil {
		r.t.Fatal(err)
	}
	if !ok {
		return ""
	}
	return c.Last4
}

func (r *paymentRig) changes(account string) []models.SettingChange {
	r.t.Helper()
	var all []models.SettingChange
	r.view(func(tx *models.Tx) (err error) {
		all, err = tx.AllSettingChanges(account)
		return err
	})
	return all
}

func TestAddACard(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		id := r.account()
		if got := r.current(id); got != "" {
			t.Errorf("a card before there is one: %q", got)
		}
		session := r.visit(id, "expires_next_month")
		for range 3 { // the page the subscriber comes back to may be loaded again
			if to, err := r.svc.FinishCardSetup(r.ctx, id, session); err != nil || to != billing.ReturnToBilling {
				t.Fatalf("finish: %q %v", to, err)
			}
		}
		card, ok, err := r.svc.PaymentMethod(r.ctx, id)
		want := billing.PaymentMethodView{Brand: "mastercard", Last4: "8210", ExpMonth: 12, ExpYear: 2026, ExpiresSoon: true, AddedAt: r.clock()}
		if !ok || err != nil || card != want {
			t.Errorf("card %+v %v, want %+v", card, err, want)
		}
		_, err = r.svc.FinishCardSetup(r.ctx, r.account(), session)
		wantFault(t, err, billing.Forbidden, "setup_other_account")
		if n := len(r.cards(id)); n != 1 {
			t.Errorf("%d cards", n)
		}
		changes := r.changes(id)
		if len(changes) != 1 || changes[0].Setting != "card" || changes[0].OldValue != "" || changes[0].NewValue != "mastercard 8210" || changes[0].Actor != "subscriber" {
			t.Errorf("changes %+v", changes)
		}
	})
}

func TestAVisitComesBackToWhereItBegan(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		id := r.account()
		address, err := r.svc.StartCardSetup(r.ctx, id, billing.ReturnToEnable)
		if err != nil {
			t.Fatal(err)
		}
		session := r.post(address, url.Values{"card": {"succeeds"}}).Query().Get("session")
		for range 2 {
			if to, err := r.svc.FinishCardSetup(r.ctx, id, session); err != nil || to != billing.ReturnToEnable {
				t.Errorf("back to %q %v", to, err)
			}
		}
		_, err = r.svc.StartCardSetup(r.ctx, id, "https://evil.test")
		wantFault(t, err, billing.Invalid, "return_unknown")
	})
}

func TestAVisitCanBeGivenUp(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		id := r.account()
		for to, want := range map[billing.ReturnTo]string{
			billing.ReturnToBilling: "/settings/billing?result=cancelled",
			billing.ReturnToEnable:  "/settings/usage/enable/payment-method?result=cancelled",
		} {
			address, err := r.svc.StartCardSetup(r.ctx, id, to)
			if err != nil {
				t.Fatal(err)
			}
			w := httptest.NewRecorder()
			r.pay.ServeHTTP(w, httptest.NewRequest(http.MethodGet, address, nil))
			if link := `href="` + billing.DefaultConfig().BaseURL + want + `"`; !strings.Contains(w.Body.String(), link) {
				t.Errorf("%s: no %s in\n%s", to, link, w.Body)
			}
		}
		r.deliver()
		if got := r.current(id); got != "" {
			t.Errorf("card %q", got)
		}
	})
}

func TestAVisitIsHeldAgainstItsAccount(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		id, other := r.account(), r.account()
		session := r.visit(id, "succeeds")
		_, err := r.svc.FinishCardSetup(r.ctx, other, session)
		wantFault(t, err, billing.Forbidden, "setup_other_account")
		_, err = r.svc.FinishCardSetup(r.ctx, id, "test_session_unknown")
		wantFault(t, err, billing.NotFound, "setup_unknown")
		_, err = r.svc.FinishCardSetup(r.ctx, id, "")
		wantFault(t, err, billing.NotFound, "setup_unknown")

		address, err := r.svc.StartCardSetup(r.ctx, id, billing.ReturnToBilling)
		if err != nil {
			t.Fatal(err)
		}
		_, err = r.svc.FinishCardSetup(r.ctx, id, address[len(address)-len(session):])
		wantFault(t, err, billing.NotReady, "setup_not_finished")

		r.line.setup = func(ctx context.Context, s string) (billing.SetupResult, error) {
			found, err := r.pay.Setup(ctx, s)
			found.Live = true
			return found, err
		}
		_, err = r.svc.FinishCardSetup(r.ctx, id, session)
		wantFault(t, err, billing.NotFound, "setup_unknown")
		r.line.setup = func(context.Context, string) (billing.SetupResult, error) { return billing.SetupResult{}, errDown }
		_, err = r.svc.FinishCardSetup(r.ctx, id, session)
		wantFault(t, err, billing.Unusable, "provider_unreachable")
		if !errors.Is(err, errDown) {
			t.Errorf("the cause is lost: %v", err)
		}
		// A visit that the provider knows as this account's, but that was never begun here.
		stray, err := r.pay.StartSetup(r.ctx, billing.SetupRequest{ID: "stray", Reference: id, ReturnURL: "http://app.test/"})
		if err != nil {
			t.Fatal(err)
		}
		r.post(stray.URL, url.Values{"card": {"succeeds"}})
		r.line.setup = nil
		_, err = r.svc.FinishCardSetup(r.ctx, id, stray.Session)
		wantFault(t, err, billing.NotFound, "setup_unknown")
		if got := r.current(id) + r.current(other); got != "" {
			t.Errorf("a card was taken over: %q", got)
		}
	})
}

func TestAClosedAccountTakesNoCard(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		id := r.account()
		session := r.visit(id, "succeeds")
		r.change(id, func(m *models.MeterState) { m.Meter.Closed = true })
		_, err := r.svc.StartCardSetup(r.ctx, id, billing.ReturnToBilling)
		wantFault(t, err, billing.Conflict, "account_closed")
		_, err = r.svc.FinishCardSetup(r.ctx, id, session)
		wantFault(t, err, billing.Conflict, "account_closed")
		if got := r.current(id); got != "" {
			t.Errorf("card %q", got)
		}
	})
}

func TestReplaceACard(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		id := r.subscriber("declined")
		r.card(id, "succeeds")
		if got := r.current(id); got != "4242" {
			t.Errorf("card %q", got)
		}
		cards := r.cards(id)
		if len(cards) != 2 || cards[0].RemovedAt == 0 || cards[1].RemovedAt != 0 || cards[0].Customer != cards[1].Customer {
			t.Fatalf("cards %+v", cards)
		}
		if changes := r.changes(id); changes[1].OldValue != "visa 0002" || changes[1].NewValue != "visa 4242" {
			t.Errorf("changes %+v", changes)
		}
		if err := r.svc.RunPayments(r.ctx); err != nil {
			t.Fatal(err)
		}
		if cards := r.cards(id); cards[0].DetachedAt == 0 || cards[1].DetachedAt != 0 {
			t.Errorf("detached %+v", cards)
		}
		if c, err := r.pay.Debit(r.ctx, billing.DebitRequest{PurchaseID: "p", Customer: cards[0].Customer, Method: cards[0].Method, Amount: money.Dollars(5)}); err != nil || c.Failure != "card_removed" {
			t.Errorf("the provider still knows the old card: %+v %v", c, err)
		}
		if p := r.buy(id, money.Dollars(10)); p.State != billing.PurchaseSucceeded || p.CardLast4 != "4242" {
			t.Errorf("bought %+v", p)
		}
	})
}

func TestOnlyAnotherCardResumesAutoReload(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		id := r.subscriber("declined")
		r.change(id, func(m *models.MeterState) {
			m.Meter.ReloadOn, m.Meter.ReloadThreshold, m.Meter.ReloadTarget = true, money.Dollars(5), money.Dollars(20)
			m.Meter.ReloadPause, m.Meter.ReloadDeclines, m.Meter.ReloadRetryAt, m.Meter.ReloadWaits = "declined", 3, 99, "declined"
		})
		paused := func() (string, int64, models.Instant) {
			var m *models.Meter
			r.view(func(tx *models.Tx) (err error) {
				m, err = tx.MeterRow(id)
				return err
			})
			return m.ReloadPause, m.ReloadDeclines, m.ReloadRetryAt
		}
		r.card(id, "declined") // the same card once more
		if pause, n, retry := paused(); pause != "declined" || n != 3 || retry != 99 {
			t.Errorf("the same card: %q %d %d", pause, n, retry)
		}
		r.card(id, "succeeds")
		if pause, n, retry := paused(); pause != "" || n != 0 || retry != 0 {
			t.Errorf("another card: %q %d %d", pause, n, retry)
		}
		r.change(id, func(m *models.MeterState) { m.Meter.ReloadPause = "reversal" })
		r.card(id, "insufficient_funds")
		if pause, _, _ := paused(); pause != "reversal" {
			t.Errorf("another card after a dispute: %q; only the subscriber's own word ends that", pause)
		}
	})
}

// TestAVisitThatNobodyCameBackFrom is finished by the provider's event alone.
func TestAVisitThatNobodyCameBackFrom(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		id := r.account()
		session := r.visit(id, "succeeds")
		r.deliver()
		if got := r.current(id); got != "4242" {
			t.Errorf("card %q", got)
		}
		if to, err := r.svc.FinishCardSetup(r.ctx, id, session); err != nil || to != billing.ReturnToBilling || len(r.cards(id)) != 1 {
			t.Errorf("back after all: %q %v", to, err)
		}
	})
}

func TestTwoTabsFinishOneVisit(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		id := r.account()
		session := r.visit(id, "succeeds")
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if _, err := r.svc.FinishCardSetup(r.ctx, id, session); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if n := len(r.cards(id)); n != 1 {
			t.Errorf("%d cards", n)
		}
	})
}
