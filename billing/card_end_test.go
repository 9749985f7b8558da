package billing_test

import (
	"net/url"
	"testing"
	"time"

	"extrausage/billing"
	"extrausage/models/storetest"
	"extrausage/money"
)

func TestRemoveACard(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		id := r.subscriber("succeeds")
		if _, err := r.svc.SaveAutoReload(r.ctx, id, billing.SaveReload{
			Rule: billing.ReloadRule{On: true, Threshold: money.Dollars(5), Target: money.Dollars(20)}, Confirmed: money.Dollars(20),
		}); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := r.svc.RemoveCard(r.ctx, id); err != nil {
				t.Fatal(err)
			}
		}
		s, err := r.svc.Status(r.ctx, id)
		if err != nil || s.Card != nil || s.Reload.On {
			t.Errorf("status %+v %v", s, err)
		}
		if s.Undo != nil {
			t.Errorf("can be undone: %+v", s.Undo)
		}
		changes := r.changes(id)
		reload := changes[len(changes)-2]
		card := changes[len(changes)-1]
		if reload.Setting != "auto_reload" || reload.OldValue != "5..20" || reload.NewValue != "off" || reload.Actor != "subscriber" {
			t.Errorf("change of auto-reload %+v", reload)
		}
		if card.Setting != "card" || card.OldValue != "visa 4242" || card.NewValue != "" || card.Actor != "subscriber" || card.Version <= reload.Version {
			t.Errorf("change of the card %+v", card)
		}
		if _, err := r.svc.Undo(r.ctx, id, reload.ID); err == nil {
			t.Error("auto-reload came back without a card")
		}
		_, err = r.svc.BuyCredits(r.ctx, id, billing.Order{Amount: money.Dollars(5), Key: "k"})
		wantFault(t, err, billing.NotReady, "card_missing")
		wantFault(t, r.svc.RemoveCard(r.ctx, "acc_nobody"), billing.NotFound, "not_found")
	})
}

func TestACardIsNotForgottenWhileItIsPaidWith(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		id := r.subscriber("needs_authentication")
		p := r.buy(id, money.Dollars(10))
		if err := r.svc.RemoveCard(r.ctx, id); err != nil {
			t.Fatal(err)
		}
		if err := r.svc.RunPayments(r.ctx); err != nil {
			t.Fatal(err)
		}
		if c := r.cards(id); c[0].DetachedAt != 0 {
			t.Error("forgotten under a pending purchase")
		}
		r.post(p.ActionURL, url.Values{"answer": {"authenticate"}})
		r.deliver()
		r.want(id, p.ID, billing.PurchaseSucceeded, money.Dollars(10))
		if err := r.svc.RunPayments(r.ctx); err != nil {
			t.Fatal(err)
		}
		if c := r.cards(id); c[0].DetachedAt == 0 {
			t.Error("not forgotten")
		}
		r.balanced(id)
	})
}

// TestALateEventUndoesNothing: the subscriber has dealt with their card since the visit began.
func TestALateEventUndoesNothing(t *testing.T) {
	for name, since := range map[string]struct {
		do   func(r *paymentRig, id string)
		want string
	}{
		"replaced": {func(r *paymentRig, id string) { r.card(id, "succeeds") }, "4242"},
		"removed": {func(r *paymentRig, id string) {
			if err := r.svc.RemoveCard(r.ctx, id); err != nil {
				r.t.Fatal(err)
			}
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, open storetest.Open) {
				r := newPaymentRig(t, open)
				id := r.subscriber("disputed_later")
				r.deliver()
				r.advance(time.Second)
				r.visit(id, "declined") // and the browser is closed
				r.advance(time.Second)
				since.do(r, id)
				r.advance(24 * time.Hour)
				before := len(r.changes(id))
				r.deliver()
				if got := r.current(id); got != since.want {
					t.Errorf("card %q, want %q", got, since.want)
				}
				if got := len(r.changes(id)); got != before {
					t.Errorf("%d changes", got-before)
				}
				if err := r.svc.RunPayments(r.ctx); err != nil {
					t.Fatal(err)
				}
				for _, c := range r.cards(id) {
					if (c.RemovedAt == 0) != (c.Last4 == since.want) || (c.DetachedAt == 0) != (c.RemovedAt == 0) {
						t.Errorf("card %+v", c)
					}
				}
			})
		})
	}
}

// TestModesDoNotMix: a card of the test provider is none where another provider is in force.
func TestModesDoNotMix(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		id := r.subscriber("answer_lost")
		r.buy(id, money.Dollars(10))
		r.card(id, "succeeds")
		r.card(id, "succeeds") // the one before is now to be detached
		live := billing.New(r.store, r.svc.Rates(), liveLine{r.line}, func(p string) string { return p }, billing.DefaultConfig())
		_, err := live.BuyCredits(r.ctx, id, billing.Order{Amount: money.Dollars(5), Key: "k"})
		wantFault(t, err, billing.NotReady, "card_missing")
		r.advance(time.Hour)
		if got, err := live.ReconcilePurchases(r.ctx); err != nil || got.Looked != 0 {
			t.Errorf("reconciled %+v %v", got, err)
		}
		if err := live.RunPayments(r.ctx); err != nil {
			t.Error(err)
		}
		if c := r.cards(id); c[1].DetachedAt != 0 || c[1].RemovedAt == 0 {
			t.Error("a test card was detached at the live provider")
		}
	})
}

// liveLine claims that the money is real.
type liveLine struct{ billing.Provider }

func (liveLine) Live() bool { return true }
