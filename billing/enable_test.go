package billing

import (
	"context"
	"testing"
	"time"

	"extrausage/models"
	"extrausage/models/storetest"
	"extrausage/money"
)

// drafted is an account on the way to enabling, with a card and preferences, and the agreement its review page would carry.
func (r *meterRig) drafted(p Preferences) (id string, a Agreement) {
	r.t.Helper()
	id = r.account()
	ctx := context.Background()
	if err := r.svc.StartEnabling(ctx, id); err != nil {
		r.t.Fatal(err)
	}
	r.card(id)
	if err := r.svc.SavePreferences(ctx, id, r.draft(id).Version, p); err != nil {
		r.t.Fatal(err)
	}
	return id, r.agreement(id)
}

func (r *meterRig) draft(id string) Draft {
	r.t.Helper()
	d, err := r.svc.Draft(context.Background(), id)
	if err != nil {
		r.t.Fatal(err)
	}
	return d
}

func (r *meterRig) agreement(id string) Agreement {
	r.t.Helper()
	const terms = "I may be charged up to $50.00 a month."
	return Agreement{
		Version: r.draft(id).Version, Terms: terms, TermsHash: HashTerms(terms), Button: "Turn on", Locale: "en", CardLast4: "4242",
		ReloadNow: r.draft(id).ReloadNow,
		Client:    Client{Address: "192.0.2.1", UserAgent: "test"},
	}
}

func (r *meterRig) confirm(id string, a Agreement) error {
	_, err := r.svc.ConfirmEnabling(context.Background(), id, a)
	return err
}

func (r *meterRig) consents(id string) (out []*models.Consent) {
	r.t.Helper()
	r.tx(func(tx *models.Tx) (err error) {
		out, err = tx.Consents(id)
		return err
	})
	return out
}

var fifty = Preferences{Limit: amountLimit(50), Preference: AskFirst}

// P1: off until the very end of the way, then on with exactly what was reviewed, and the consent that says so.
func TestEnabling(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		ctx := context.Background()
		off := func(step string) {
			t.Helper()
			if s := r.status(id); s.Enabled || s.Limit.Kind != LimitUnset || s.Reload.On || s.Preference != AskFirst || len(r.consents(id)) != 0 {
				t.Errorf("%s put something in force: %+v", step, s)
			}
		}
		_, err := r.svc.Draft(ctx, id)
		wantFault(t, err, NotReady, "draft_none")
		if err := r.svc.StartEnabling(ctx, id); err != nil {
			t.Fatal(err)
		}
		off("starting")
		if d := r.draft(id); d.Saved || d.Limit.Kind != LimitUnset || d.Ready() || d.Card != nil {
			t.Errorf("something is preselected: %+v", d)
		}
		rule := ReloadRule{On: true, Threshold: 5 * money.Dollar, Target: 20 * money.Dollar}
		chosen := Preferences{Limit: amountLimit(50), Reload: rule, Preference: Always}
		if err := r.svc.SavePreferences(ctx, id, 1, chosen); err != nil {
			t.Fatal(err)
		}
		off("choosing")
		if d := r.draft(id); d.Preferences != chosen || d.Ready() {
			t.Errorf("%+v", d)
		}
		wantFault(t, r.confirm(id, r.agreement(id)), NotReady, "card_missing")
		r.card(id)
		if d := r.draft(id); !d.Ready() || d.Card.Last4 != "4242" {
			t.Errorf("%+v", d)
		}
		off("adding a card")
		if err := r.svc.StartEnabling(ctx, id); err != nil || r.draft(id).Preferences != chosen {
			t.Errorf("starting again forgets what was chosen: %v", err)
		}
		r.advance(time.Minute)
		a := r.agreement(id)
		if err := r.confirm(id, a); err != nil {
			t.Fatal(err)
		}
		s := r.status(id)
		if !s.Enabled || !s.EnabledSince.Equal(r.time()) || s.Limit != amountLimit(50) || s.Reload.ReloadRule != rule || s.Preference != Always || s.Balance != 0 {
			t.Errorf("%+v", s)
		}
		kept := r.consents(id)
		if len(kept) != 1 || kept[0].Terms != a.Terms || kept[0].TermsHash != a.TermsHash || kept[0].Button != "Turn on" || kept[0].Limit != 50*money.Dollar ||
			!kept[0].ReloadOn || kept[0].CardLast4 != "4242" || kept[0].Address != "192.0.2.1" || kept[0].At != models.At(r.time()) {
			t.Errorf("%+v", kept)
		}
		wantFault(t, r.confirm(id, a), NotReady, "draft_none") // a second click
		wantFault(t, r.svc.StartEnabling(ctx, id), Conflict, "extra_usage_on")
		r.verify()
	})
}

// What was agreed to has to be what is switched on.
func TestAgreementsThatDoNotFit(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		ctx := context.Background()
		for name, c := range map[string]struct {
			prepare func(id string)
			set     func(*Agreement)
			kind    Kind
			code    string
		}{
			"other words":   {nil, func(a *Agreement) { a.Terms = "up to $5.00" }, Conflict, "terms_changed"},
			"another draft": {nil, func(a *Agreement) { a.Version++ }, Conflict, "terms_changed"},
			"another card":  {nil, func(a *Agreement) { a.CardLast4 = "0002" }, Conflict, "terms_changed"},
			"changed in a second tab": {
				func(id string) {
					other := fifty
					other.Limit = amountLimit(5000)
					if err := r.svc.SavePreferences(ctx, id, r.draft(id).Version, other); err != nil {
						t.Fatal(err)
					}
				}, func(*Agreement) {}, Conflict, "terms_changed",
			},
			"closed meanwhile": {
				func(id string) {
					r.change(id, func(m *models.MeterState, _ *models.BillingMonth) { m.Meter.Closed = true })
				}, func(*Agreement) {}, Conflict, "account_closed",
			},
			"the plan ended": {
				func(id string) {
					r.change(id, func(m *models.MeterState, _ *models.BillingMonth) { m.Meter.Plan = "" })
				}, func(*Agreement) {}, Conflict, "no_plan",
			},
			"given up": {
				func(id string) {
					if err := r.svc.DropDraft(ctx, id); err != nil {
						t.Fatal(err)
					}
				}, func(*Agreement) {}, NotReady, "draft_none",
			},
			"card removed": {
				func(id string) {
					if err := r.svc.RemoveCard(ctx, id); err != nil {
						t.Fatal(err)
					}
				}, func(*Agreement) {}, NotReady, "card_missing",
			},
		} {
			id, a := r.drafted(fifty)
			if c.prepare != nil {
				c.prepare(id)
			}
			c.set(&a)
			t.Log(name)
			wantFault(t, r.confirm(id, a), c.kind, c.code)
			if s := r.status(id); s.Enabled || s.Limit.Kind != LimitUnset || len(r.consents(id)) != 0 {
				t.Errorf("%s: %+v", name, s)
			}
		}
		id := r.account()
		if err := r.svc.StartEnabling(ctx, id); err != nil {
			t.Fatal(err)
		}
		r.card(id)
		wantFault(t, r.confirm(id, r.agreement(id)), NotReady, "draft_unfinished")
		wantFault(t, r.svc.SavePreferences(ctx, id, 7, fifty), Conflict, "settings_changed")
		r.verify()
	})
}

// Unlimited needs a confirmation of its own, is never preselected, and asks again when it is chosen again.
func TestEnablingUnlimited(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		ctx := context.Background()
		unlimited := Preferences{Limit: Limit{Kind: Unlimited}, Preference: AskFirst}
		id, a := r.drafted(unlimited)
		wantFault(t, r.confirm(id, a), NotReady, "draft_unfinished")
		if r.draft(id).Ready() {
			t.Error("ready without the word for it")
		}
		save := func(p Preferences) {
			t.Helper()
			if err := r.svc.SavePreferences(ctx, id, r.draft(id).Version, p); err != nil {
				t.Fatal(err)
			}
		}
		sure := func() error { return r.svc.ConfirmUnlimited(ctx, id, r.draft(id).Version) }
		if err := sure(); err != nil || !r.draft(id).Ready() {
			t.Error(err)
		}
		save(fifty)
		wantFault(t, sure(), Conflict, "settings_changed")
		save(unlimited)
		if r.draft(id).UnlimitedConfirmed {
			t.Error("an earlier word counts after the choice has changed")
		}
		wantFault(t, r.svc.ConfirmUnlimited(ctx, id, 1), Conflict, "settings_changed")
		if err := sure(); err != nil {
			t.Fatal(err)
		}
		wantFault(t, r.confirm(id, a), Conflict, "terms_changed") // the page that was read said something else
		if err := r.confirm(id, r.agreement(id)); err != nil {
			t.Fatal(err)
		}
		if s := r.status(id); s.Limit != (Limit{Kind: Unlimited}) {
			t.Errorf("%+v", s.Limit)
		}
		r.turnOff(id)
		if err := r.svc.StartEnabling(ctx, id); err != nil {
			t.Fatal(err)
		}
		if d := r.draft(id); d.Limit.Kind != LimitUnset {
			t.Errorf("Unlimited is preselected: %+v", d)
		}
		r.verify()
	})
}

// Each time it is switched on there is a consent of its own; the amount of last time is offered.
func TestEnablingAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id, a := r.drafted(fifty)
		if err := r.confirm(id, a); err != nil {
			t.Fatal(err)
		}
		r.advance(time.Hour)
		r.turnOff(id)
		r.advance(time.Hour)
		ctx := context.Background()
		if err := r.svc.StartEnabling(ctx, id); err != nil {
			t.Fatal(err)
		}
		d := r.draft(id)
		if d.Limit != amountLimit(50) || d.Saved {
			t.Errorf("%+v", d)
		}
		if err := r.svc.SavePreferences(ctx, id, d.Version, d.Preferences); err != nil {
			t.Fatal(err)
		}
		if err := r.confirm(id, r.agreement(id)); err != nil {
			t.Fatal(err)
		}
		if n := len(r.consents(id)); n != 2 {
			t.Errorf("%d consents", n)
		}
		if s := r.status(id); !s.Enabled || !s.EnabledSince.Equal(r.time()) {
			t.Errorf("%+v", s)
		}
		r.verify()
	})
}

func TestWhoCannotEnable(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		ctx := context.Background()
		id := r.account()
		r.change(id, func(m *models.MeterState, _ *models.BillingMonth) { m.Meter.Plan = "" })
		wantFault(t, r.svc.StartEnabling(ctx, id), Conflict, "no_plan")
		r.change(id, func(m *models.MeterState, _ *models.BillingMonth) { m.Meter.Closed = true })
		wantFault(t, r.svc.StartEnabling(ctx, id), Conflict, "account_closed")
		wantFault(t, r.svc.StartEnabling(ctx, "acc_nobody"), NotFound, "not_found")
		wantFault(t, r.svc.SavePreferences(ctx, r.account(), 1, fifty), NotReady, "draft_none")
	})
}
