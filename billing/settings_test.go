package billing

import (
	"context"
	"fmt"
	"testing"

	"extrausage/models"
	"extrausage/models/storetest"
	"extrausage/money"
)

// card puts a card in place, as coming back from the provider's page does.
func (r *meterRig) card(id string) {
	r.t.Helper()
	r.tx(func(tx *models.Tx) error {
		return tx.AddCard(&models.PaymentMethod{
			AccountID: id, ID: r.svc.newID("card"), Provider: "test", Customer: "c", Method: "m", Brand: "visa", Last4: "4242",
			ExpMonth: 12, ExpYear: 2030, AddedAt: models.At(r.time()),
		})
	})
}

func (r *meterRig) setReload(id string, rule ReloadRule) Change {
	r.t.Helper()
	c, err := r.svc.SaveAutoReload(context.Background(), id, SaveReload{Rule: rule, Confirmed: MaxTarget})
	if err != nil {
		r.t.Fatal(err)
	}
	return c
}

func (r *meterRig) undo(id, change string) error {
	_, err := r.svc.Undo(context.Background(), id, change)
	return err
}

// I4: a limit acts at once. Lowered below what is spent or held: accepted, nothing clawed back, nothing new; raised: room at once.
func TestSaveMonthlyLimit(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		ctx := context.Background()
		save := func(q SaveLimit) (Change, error) { return r.svc.SaveMonthlyLimit(ctx, id, q) }
		_, err := save(SaveLimit{Limit: amountLimit(5)})
		wantFault(t, err, Conflict, "not_enabled")

		r.extra(id, amountLimit(50), 100*money.Dollar)
		r.usePlan(id)
		r.used(id, 20*money.Dollar)
		h := r.mustHold(id, 10*money.Dollar)
		c, err := save(SaveLimit{Limit: amountLimit(25)})
		if err != nil || c.Setting != "monthly_limit" || c.Old != "50" || c.New != "25" || !c.Undo {
			t.Errorf("%+v %v", c, err)
		}
		if s := r.status(id); s.Remaining != 0 || s.Spent != 20*money.Dollar || s.Held != 10*money.Dollar || s.Balance != 80*money.Dollar {
			t.Errorf("lowered below what is held: %+v", s)
		}
		r.refused(id, money.Dollar, MonthlyLimitReached)
		if s := r.settle(h.ID, 4*money.Dollar); s.Extra != 4*money.Dollar {
			t.Errorf("%+v", s)
		}
		if s := r.status(id); s.Remaining != money.Dollar {
			t.Errorf("remaining %s", s.Remaining.Decimal())
		}
		r.mustHold(id, money.Dollar)
		r.setLimit(id, amountLimit(5))
		if s := r.status(id); s.Remaining != 0 || s.Spent != 24*money.Dollar {
			t.Errorf("lowered below what is spent: %+v", s)
		}
		r.refused(id, money.Dollar, MonthlyLimitReached)
		r.setLimit(id, amountLimit(26))
		r.mustHold(id, money.Dollar)
		r.refused(id, money.Dollar, MonthlyLimitReached)

		_, err = save(SaveLimit{Limit: Limit{Kind: Unlimited}})
		wantFault(t, err, NotReady, "unlimited_unconfirmed")
		_, err = save(SaveLimit{Limit: limited(0), Confirmed: Confirmed})
		wantFault(t, err, Invalid, "limit_zero")
		if f := AsFault(err); f.Field != "limit_amount" {
			t.Errorf("field %q", f.Field)
		}
		r.setLimit(id, Limit{Kind: Unlimited})
		if s := r.status(id); s.Limit != (Limit{Kind: Unlimited}) || s.Remaining != 0 { // M4: Unlimited is a kind, not an amount
			t.Errorf("%+v", s)
		}
		r.mustHold(id, 60*money.Dollar)
		if again, err := save(SaveLimit{Limit: Limit{Kind: Unlimited}}); err != nil || again != (Change{}) {
			t.Errorf("as it was: %+v %v", again, err)
		}
		r.setLimit(id, amountLimit(26))
		r.refused(id, money.Dollar, MonthlyLimitReached)
		r.verify()
	})
}

// A form that was opened before something else changed does nothing.
func TestSettingsThatMovedOn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		r.extra(id, amountLimit(50), 10*money.Dollar)
		seen := r.status(id).Version
		r.setLimit(id, amountLimit(20))
		_, err := r.svc.SaveMonthlyLimit(context.Background(), id, SaveLimit{Limit: amountLimit(80), Version: seen})
		wantFault(t, err, Conflict, "settings_changed")
		_, err = r.svc.SaveAutoReload(context.Background(), id, SaveReload{Version: seen})
		wantFault(t, err, Conflict, "settings_changed")
		if s := r.status(id); s.Limit != amountLimit(20) {
			t.Errorf("%+v", s.Limit)
		}
		if _, err := r.svc.SaveMonthlyLimit(context.Background(), id, SaveLimit{Limit: amountLimit(80), Version: seen + 1}); err != nil {
			t.Error(err)
		}
		r.change(id, func(m *models.MeterState, _ *models.BillingMonth) { m.Meter.Closed = true })
		_, err = r.svc.SaveMonthlyLimit(context.Background(), id, SaveLimit{Limit: amountLimit(90)})
		wantFault(t, err, Conflict, "account_closed")
		_, err = r.svc.SaveMonthlyLimit(context.Background(), "acc_nobody", SaveLimit{Limit: amountLimit(90)})
		wantFault(t, err, NotFound, "not_found")
	})
}

// A rule whose threshold is above the balance would charge at once: it wants the subscriber's word for the amount.
func TestSaveAutoReload(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		r.extra(id, amountLimit(50), 8*money.Dollar)
		rule := ReloadRule{On: true, Threshold: 10 * money.Dollar, Target: 30 * money.Dollar}
		save := func(q SaveReload) (Change, error) { return r.svc.SaveAutoReload(context.Background(), id, q) }
		_, err := save(SaveReload{Rule: rule, Confirmed: MaxTarget})
		wantFault(t, err, NotReady, "card_missing")
		r.card(id)
		_, err = save(SaveReload{Rule: rule})
		if f := wantFault(t, err, NotReady, "reload_unconfirmed"); f.Args["amount"] != 22*money.Dollar {
			t.Errorf("asks for %v", f.Args["amount"])
		}
		_, err = save(SaveReload{Rule: rule, Confirmed: 22*money.Dollar - money.Cent})
		wantFault(t, err, NotReady, "reload_unconfirmed")
		if c, err := save(SaveReload{Rule: rule, Confirmed: 22 * money.Dollar}); err != nil || c.Old != "off" || c.New != "10..30" || !c.Undo {
			t.Errorf("%+v %v", c, err)
		}
		if s := r.status(id); s.Reload.ReloadRule != rule {
			t.Errorf("%+v", s.Reload)
		}
		low := ReloadRule{On: true, Threshold: 8 * money.Dollar, Target: 30 * money.Dollar}
		if _, err := save(SaveReload{Rule: low}); err != nil { // the balance is not below it
			t.Error(err)
		}
		if c, err := save(SaveReload{Rule: ReloadRule{Threshold: 7, Target: 9}}); err != nil || c.New != "off" {
			t.Errorf("off: %+v %v", c, err)
		}
		if s := r.status(id); s.Reload.ReloadRule != (ReloadRule{}) {
			t.Errorf("off: %+v", s.Reload)
		}
		if c, err := save(SaveReload{Rule: ReloadRule{Threshold: 1}}); err != nil || c != (Change{}) {
			t.Errorf("off already: %+v %v", c, err)
		}
	})
}

// The switch goes off in one step, at once, and keeps the credits; there is no use case that only switches it on.
func TestTurnOff(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		r.extra(id, amountLimit(50), 8*money.Dollar)
		c, err := r.svc.TurnOff(context.Background(), id)
		if err != nil || c.Old != "on" || c.New != "off" || c.Undo {
			t.Errorf("%+v %v", c, err)
		}
		if s := r.status(id); s.Enabled || s.Balance != 8*money.Dollar || s.State != StateOff || s.Limit != amountLimit(50) {
			t.Errorf("%+v", s)
		}
		wantFault(t, r.undo(id, c.ID), Conflict, "undo_impossible")
		if again, err := r.svc.TurnOff(context.Background(), id); err != nil || again != (Change{}) {
			t.Errorf("%+v %v", again, err)
		}
	})
}

// M18: nobody undoes, chooses or sees anything of another account by its ids.
func TestAnotherAccountsChange(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		mine, theirs := r.account(), r.account()
		r.extra(mine, amountLimit(50), 10*money.Dollar)
		r.extra(theirs, amountLimit(50), 10*money.Dollar)
		r.setLimit(mine, amountLimit(20))
		c := r.setLimit(theirs, amountLimit(30))
		wantFault(t, r.undo(mine, c.ID), Conflict, "undo_over")
		if r.status(mine).Limit != amountLimit(20) || r.status(theirs).Limit != amountLimit(30) {
			t.Error("another account's change was undone")
		}
		wantFault(t, r.undo(mine, "change_none"), Conflict, "undo_over")
		for i := range 3 { // the same names in both accounts
			for _, id := range []string{mine, theirs} {
				e := r.event(Event{ID: fmt.Sprint(i), Source: "s", MessageID: fmt.Sprint("m", i), Account: id, Usage: haiku(money.Dollar)})
				if e.Status != EventRecorded {
					t.Errorf("%+v", e)
				}
			}
		}
		h := r.mustHold(mine, 5*money.Dollar)
		r.settle(h.ID, 2*money.Dollar)
		if s := r.status(theirs).Session; s.Used != 3*money.Dollar || s.Open != 0 {
			t.Errorf("theirs: %+v", s)
		}
		if s := r.status(mine).Session; s.Used != 5*money.Dollar || s.Open != 0 {
			t.Errorf("mine: %+v", s)
		}
		r.verify()
	})
}
