package billing

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"extrausage/models"
	"extrausage/models/storetest"
	"extrausage/money"
)

// plainLetters words mails as tests read them.
type plainLetters struct{}

func (plainLetters) SignInLink(_, _, url string) Mail { return Mail{Subject: "link", Text: url} }
func (plainLetters) EmailLink(_, _, url string) Mail  { return Mail{Subject: "link", Text: url} }

func (plainLetters) Notice(r Reader, n Notice) Mail {
	return Mail{Subject: string(n.Kind), Text: fmt.Sprintf("%s %s %d%% %s", r.Locale, r.TimeZone, n.Percent, n.Amount.Decimal())}
}

// alertRig is a meterRig whose subscribers are told.
type alertRig struct{ *meterRig }

func newAlertRig(t *testing.T, open storetest.Open) alertRig {
	t.Helper()
	r := alertRig{newMeterRig(t, open)}
	r.svc.WithLetters(plainLetters{})
	return r
}

// subscriber has extra usage on, always continued, a session whose allowance is used up, and has read all notices.
func (r alertRig) subscriber(limit Limit, balance money.Amount) string {
	r.t.Helper()
	id := r.account()
	r.extra(id, limit, balance)
	r.usePlan(id)
	r.run()
	r.forget(id)
	return id
}

func (r alertRig) run() {
	r.t.Helper()
	if err := r.svc.RunAlerts(context.Background()); err != nil {
		r.t.Fatal(err)
	}
}

// forget takes away what was told and mailed so far.
func (r alertRig) forget(id string) {
	r.t.Helper()
	r.tx(func(tx *models.Tx) error { return tx.ForgetNotices(id) })
	r.mailed()
}

// spend runs a request that costs this much extra.
func (r alertRig) spend(id string, cost money.Amount) {
	r.t.Helper()
	r.settle(r.mustHold(id, cost).ID, cost)
}

// told runs the worker and wants these kinds since the last time, in any order; "limit_percent 50" for a percentage.
func (r alertRig) told(id string, want ...string) {
	r.t.Helper()
	r.run()
	var got []string
	for _, n := range r.notices(id) {
		if n.Read {
			continue
		}
		word := string(n.Kind)
		if n.Kind == NoticeLimitPercent {
			word = fmt.Sprintf("%s %d", n.Kind, n.Percent)
		}
		got = append(got, word)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		r.t.Errorf("told %q, want %q", got, want)
	}
	if due := r.look(id).Meter.AlertsDueAt; due != 0 {
		r.t.Error("the worker has looked, and yet is to look again")
	}
	r.read(id)
}

func (r alertRig) notices(id string) []Notice {
	r.t.Helper()
	page, _, err := r.svc.Notices(context.Background(), id, "", 200)
	if err != nil {
		r.t.Fatal(err)
	}
	return page
}

func (r alertRig) read(id string) {
	r.t.Helper()
	if err := r.svc.ReadNotices(context.Background(), id, "notice_999999999999"); err != nil {
		r.t.Fatal(err)
	}
}

// mailed takes the mails out of the outbox.
func (r alertRig) mailed() (subjects []string) {
	r.t.Helper()
	r.tx(func(tx *models.Tx) error {
		mails, err := tx.ClaimMails(tx.Now.Add(time.Hour), 1000)
		for _, m := range mails {
			subjects = append(subjects, m.Subject)
			if err := tx.MailSent(m.ID); err != nil {
				return err
			}
		}
		return err
	})
	return subjects
}

func TestAlertsOfTheLimit(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newAlertRig(t, open)
		id := r.subscriber(amountLimit(50), 500*money.Dollar)
		r.spend(id, 24*money.Dollar)
		r.told(id, "extra_started")
		r.spend(id, 1*money.Dollar)
		r.told(id, "limit_percent 50")
		r.spend(id, 21*money.Dollar)
		r.told(id, "limit_percent 90")
		r.refused(id, 10*money.Dollar, MonthlyLimitReached)
		r.refused(id, 10*money.Dollar, MonthlyLimitReached)
		r.told(id, "limit_reached")
		r.spend(id, 4*money.Dollar)
		r.told(id, "limit_percent 100")
		r.setLimit(id, amountLimit(60))
		r.told(id, "limit_changed", "limit_percent 75")
		r.setLimit(id, amountLimit(50))
		r.told(id, "limit_changed")
		if got, want := r.mailed(), 8; len(got) != want {
			t.Errorf("mails %q, want %d", got, want)
		}
		n := r.notices(id)[2] // 75 %
		if n.Limit != amountLimit(60) || n.Spent != 50*money.Dollar || n.Balance != 450*money.Dollar || !n.Until.Equal(r.status(id).MonthEnd) {
			t.Errorf("%+v", n)
		}
		r.at(time.Date(2026, time.December, 1, 0, 0, 1, 0, time.UTC))
		r.usePlan(id)
		r.told(id)
		r.spend(id, 26*money.Dollar)
		r.told(id, "extra_started", "limit_percent 50")
		r.verify()
	})
}

// What is charged in an old month after its end is told of that month.
func TestAlertsOfAMonthThatEnds(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newAlertRig(t, open)
		r.at(time.Date(2026, time.November, 30, 23, 50, 0, 0, time.UTC))
		id := r.subscriber(amountLimit(50), 500*money.Dollar)
		h := r.mustHold(id, 30*money.Dollar)
		r.at(time.Date(2026, time.December, 1, 0, 10, 0, 0, time.UTC))
		r.told(id)
		r.spend(id, 10*money.Dollar)
		r.told(id, "extra_started")
		r.settle(h.ID, 30*money.Dollar)
		r.told(id, "limit_percent 50")
		if n := r.notices(id)[0]; n.Spent != 30*money.Dollar || !n.Until.Equal(time.Date(2026, time.December, 1, 0, 0, 0, 0, time.UTC)) {
			t.Errorf("%+v", n)
		}
	})
}

func TestAlertsWithoutALimit(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newAlertRig(t, open)
		id := r.subscriber(Limit{Kind: Unlimited}, 500*money.Dollar)
		r.spend(id, 99*money.Dollar)
		r.told(id, "extra_started")
		r.spend(id, 2*money.Dollar)
		r.told(id, "spent_amount")
		r.spend(id, 2*money.Dollar)
		r.told(id)
		r.save(id, func(a *AlertSettings) { a.Spent = 102 * money.Dollar })
		r.told(id, "spent_amount")
		r.save(id, func(a *AlertSettings) { a.Spent = 0 })
		r.spend(id, 100*money.Dollar)
		r.told(id)
	})
}

// save changes what an account wants to be told.
func (r alertRig) save(id string, change func(*AlertSettings)) {
	r.t.Helper()
	a, err := r.svc.Alerts(context.Background(), id)
	if err != nil {
		r.t.Fatal(err)
	}
	change(&a)
	if changed, err := r.svc.SaveAlerts(context.Background(), id, a); err != nil || !changed {
		r.t.Fatal(changed, err)
	}
}

func TestAlertsOfASession(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newAlertRig(t, open)
		id := r.account()
		r.asking(id, amountLimit(50), 100*money.Dollar)
		r.told(id)
		r.used(id, 35*money.Dollar)
		r.told(id)
		r.used(id, 1*money.Dollar)
		r.told(id, "session_nearly")
		r.used(id, 1*money.Dollar)
		r.told(id)
		r.used(id, 3*money.Dollar)
		r.told(id, "session_limit")
		r.refused(id, money.Dollar, SessionLimitReached)
		r.told(id)
		r.choose(id, ContinueSession)
		r.spend(id, money.Dollar)
		r.told(id, "extra_started")
		r.spend(id, money.Dollar)
		r.told(id)
		r.advance(SessionLength) // the next one: all at once
		r.usePlan(id)
		r.told(id, "session_limit")
		r.advance(SessionLength) // nobody was told in time: it is over
		r.usePlan(id)
		r.advance(SessionLength)
		r.told(id)
		if got := r.mailed(); len(got) != 4 {
			t.Errorf("mails %q", got)
		}
		r.turnOff(id)
		r.usePlan(id)
		r.told(id)
	})
}

// What a session has come to stays: it does not ask anew after it was charged, whatever is chosen then.
func TestASessionDoesNotGoBack(t *testing.T) {
	r := newAlertRig(t, storetest.OpenOn(t, storetest.SQLite(t)))
	id := r.subscriber(amountLimit(50), 100*money.Dollar)
	r.spend(id, money.Dollar)
	r.told(id, "extra_started")
	r.prefer(id, AskFirst)
	r.used(id, money.Dollar)
	r.refused(id, money.Dollar, SessionLimitReached)
	r.told(id)
}

// A request that is refused while others hold what the plan has left asks as well.
func TestAlertOfARefusedRequest(t *testing.T) {
	r := newAlertRig(t, storetest.OpenOn(t, storetest.SQLite(t)))
	id := r.account()
	r.asking(id, amountLimit(50), 100*money.Dollar)
	h := r.mustHold(id, naiveAllowance)
	r.told(id)
	r.refused(id, money.Dollar, SessionLimitReached)
	r.told(id, "session_limit")
	r.settle(h.ID, naiveAllowance)
	r.told(id)
}

func TestAlertsOfTheBalance(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newAlertRig(t, open)
		id := r.subscriber(amountLimit(500), 20*money.Dollar)
		r.change(id, func(m *models.MeterState, _ *models.BillingMonth) { m.Meter.LowBalance = DefaultLowBalance })
		r.spend(id, 14*money.Dollar)
		r.told(id, "extra_started")
		r.spend(id, 2*money.Dollar)
		r.told(id, "low_balance")
		r.spend(id, 2*money.Dollar)
		r.told(id)
		r.post(id, 20*money.Dollar)
		r.told(id)
		r.spend(id, 20*money.Dollar)
		r.told(id, "low_balance")
		r.post(id, 20*money.Dollar)
		r.spend(id, 19*money.Dollar)
		r.told(id, "low_balance") // up and down between two rounds
		r.post(id, 10*money.Dollar)
		r.save(id, func(a *AlertSettings) { a.LowBalance = 50 * money.Dollar })
		r.told(id) // who sets a mark sees the balance
		r.spend(id, money.Dollar)
		r.told(id)
		r.save(id, func(a *AlertSettings) { a.LowBalance = 0 })
		r.spend(id, 10*money.Dollar)
		r.told(id)
	})
}

func TestAlertSettings(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newAlertRig(t, open)
		id := r.subscriber(amountLimit(100), 500*money.Dollar)
		ctx := context.Background()
		r.save(id, func(a *AlertSettings) { a.Percents = []int{75}; a.Mails.Limit = false })
		r.spend(id, 60*money.Dollar)
		r.told(id, "extra_started")
		r.spend(id, 16*money.Dollar)
		r.told(id, "limit_percent 75")
		if got := r.mailed(); !slices.Equal(got, []string{"extra_started"}) {
			t.Errorf("mails %q", got)
		}
		r.save(id, func(a *AlertSettings) { a.Percents = []int{50} })
		r.told(id) // whoever was told of three quarters knows of the half
		r.save(id, func(a *AlertSettings) { a.Percents = AlertPercents; a.Mails = AlertMails{} })
		r.told(id)
		r.spend(id, 15*money.Dollar)
		r.told(id, "limit_percent 90")
		r.setLimit(id, amountLimit(200))
		r.told(id, "limit_changed")
		if got := r.mailed(); !slices.Equal(got, []string{"limit_changed"}) {
			t.Errorf("mails %q: those of settings are always sent", got)
		}
		version := r.look(id).Meter.Version
		r.save(id, func(a *AlertSettings) { a.LowBalance = 7 * money.Dollar })
		if r.look(id).Meter.Version != version {
			t.Error("the version of the settings moved: forms about money that are open would be refused")
		}
		if a, _ := r.svc.Alerts(ctx, id); a.LowBalance != 7*money.Dollar || !slices.Equal(a.Percents, AlertPercents) || a.Mails.Reload {
			t.Errorf("%+v", a)
		}
		a, _ := r.svc.Alerts(ctx, id)
		if changed, err := r.svc.SaveAlerts(ctx, id, a); changed || err != nil {
			t.Errorf("saving what holds: %v %v", changed, err)
		}
		page, err := r.svc.SettingChanges(ctx, id, Place{}, 1)
		changes := page.Changes
		if err != nil || changes[0].Setting != "alerts" || !strings.Contains(changes[0].New, "balance 7 ") || !strings.Contains(changes[0].Old, "balance 0 ") {
			t.Errorf("%+v %v", changes, err)
		}
		for code, bad := range map[string]AlertSettings{
			"percent_unknown":    {Percents: []int{60}},
			"low_balance_bounds": {LowBalance: 1001 * money.Dollar},
			"spent_bounds":       {Spent: money.Cent},
		} {
			_, err := r.svc.SaveAlerts(ctx, id, bad)
			wantFault(t, err, Invalid, code)
		}
	})
}

// A card that expires is told of once, whoever runs the worker how often; another card anew.
func TestNoticeOfACardThatExpires(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newAlertRig(t, open)
		id, other := r.account(), r.account()
		add := func(account, card string, month, year int64) {
			r.tx(func(tx *models.Tx) error {
				return tx.AddCard(&models.PaymentMethod{AccountID: account, ID: card, Provider: "test", Brand: "visa", Last4: "4242", ExpMonth: month, ExpYear: year, AddedAt: tx.Now})
			})
		}
		add(id, "card_1", 12, 2026)
		add(other, "card_2", 1, 2027)
		r.told(id, "card_expires")
		r.told(other)
		if n := r.notices(id)[0]; n.Card != "visa 4242" || !n.Expires.Equal(time.Date(2027, time.January, 1, 0, 0, 0, 0, time.UTC)) {
			t.Errorf("%+v", n)
		}
		r.advance(25 * time.Hour)
		r.told(id)
		r.tx(func(tx *models.Tx) error { return tx.ArchiveCard(id, "card_1") })
		add(id, "card_3", 11, 2026)
		r.told(id) // looked today already
		r.at(time.Date(2026, time.December, 2, 0, 0, 0, 0, time.UTC))
		r.told(id, "card_expires")
		r.told(other, "card_expires")
		if got := r.mailed(); len(got) != 3 {
			t.Errorf("mails %q", got)
		}
	})
}

// Nobody is left to be told of a closed account.
func TestNoticesOfAClosedAccount(t *testing.T) {
	r := newAlertRig(t, storetest.OpenOn(t, storetest.SQLite(t)))
	id := r.subscriber(amountLimit(50), 500*money.Dollar)
	h := r.mustHold(id, 30*money.Dollar)
	if err := r.svc.CloseAccount(context.Background(), id, id+"@example.com"); err != nil {
		t.Fatal(err)
	}
	r.settle(h.ID, 30*money.Dollar)
	r.told(id)
	if got := r.mailed(); len(got) != 0 {
		t.Errorf("mails %q to nobody", got)
	}
}
