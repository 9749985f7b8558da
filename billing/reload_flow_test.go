package billing_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"extrausage/billing"
	"extrausage/models"
	"extrausage/models/storetest"
	"extrausage/money"
	"extrausage/pricing"
)

var rule520 = billing.ReloadRule{On: true, Threshold: 5 * money.Dollar, Target: 20 * money.Dollar}

// reloader is a subscriber with extra usage on, always continued, their session's allowance used up.
func (r *paymentRig) reloader(card string, limit billing.Limit, rule billing.ReloadRule, first money.Amount) string {
	r.t.Helper()
	id := r.subscriber(card)
	r.enable(id, billing.Preferences{Limit: limit, Reload: rule, FirstPurchase: first, Preference: billing.Always})
	r.use(id, billing.DefaultConfig().PlanAllowance)
	return id
}

// enable goes the whole way of enabling.
func (r *paymentRig) enable(id string, p billing.Preferences) *billing.PurchaseView {
	r.t.Helper()
	if err := r.svc.StartEnabling(r.ctx, id); err != nil {
		r.t.Fatal(err)
	}
	d, err := r.svc.Draft(r.ctx, id)
	if err == nil {
		err = r.svc.SavePreferences(r.ctx, id, d.Version, p)
	}
	if err == nil && p.Limit.Kind == billing.Unlimited {
		err = r.svc.ConfirmUnlimited(r.ctx, id, d.Version+1)
	}
	if err != nil {
		r.t.Fatal(err)
	}
	if d, err = r.svc.Draft(r.ctx, id); err != nil {
		r.t.Fatal(err)
	}
	made, err := r.svc.ConfirmEnabling(r.ctx, id, billing.Agreement{
		Version: d.Version, Terms: "terms", TermsHash: billing.HashTerms("terms"), Button: "on", Locale: "en", CardLast4: d.Card.Last4,
		ReloadNow: d.ReloadNow,
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return made
}

// tokens are haiku's at $1 a million: a thousand nanos each.
func tokens(cost money.Amount) pricing.Usage { return pricing.Usage{Input: int64(cost / 1000)} }

// use records usage of this cost.
func (r *paymentRig) use(id string, cost money.Amount) billing.EventResult {
	r.t.Helper()
	got, err := r.svc.RecordEvents(r.ctx, []billing.Event{{
		ID: fmt.Sprint("use ", r.ids.Add(1)), Account: id, Model: "claude-haiku-4-5", Usage: tokens(cost),
	}}, billing.ChargeAsUsual)
	if err != nil || got[0].Status != billing.EventRecorded {
		r.t.Fatalf("%+v %v", got, err)
	}
	return got[0]
}

// ask asks to hold this much, an answer of one token included.
func (r *paymentRig) ask(id string, worst money.Amount) (*billing.Hold, *billing.Refusal) {
	r.t.Helper()
	usage := tokens(worst - 5000)
	usage.Output = 1
	hold, refusal, err := r.svc.Hold(r.ctx, billing.HoldRequest{
		Caller: "test", Key: fmt.Sprint("key ", r.ids.Add(1)), Account: id, Model: "claude-haiku-4-5", Worst: usage,
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return hold, refusal
}

// refused wants a hold refused for a reason.
func (r *paymentRig) refused(id string, worst money.Amount, want billing.Reason) *billing.Refusal {
	r.t.Helper()
	_, refusal := r.ask(id, worst)
	if refusal == nil || refusal.Reason != want {
		r.t.Fatalf("a hold of %s: %+v, want %s", worst.Decimal(), refusal, want)
	}
	return refusal
}

// reload is a round of the worker.
func (r *paymentRig) reload() {
	r.t.Helper()
	if err := r.svc.RunReloads(r.ctx); err != nil {
		r.t.Fatal(err)
	}
}

func (r *paymentRig) status(id string) billing.Status {
	r.t.Helper()
	s, err := r.svc.Status(r.ctx, id)
	if err != nil {
		r.t.Fatal(err)
	}
	return s
}

// reloads are the automatic purchases of an account, the newest first.
func (r *paymentRig) reloads(id string) (out []billing.PurchaseView) {
	r.t.Helper()
	all, _, err := r.svc.Purchases(r.ctx, id, "", 100)
	if err != nil {
		r.t.Fatal(err)
	}
	for _, p := range all {
		if p.Kind == billing.PurchaseAutoReload {
			out = append(out, p)
		}
	}
	return out
}

func (r *paymentRig) wantReloads(id string, amounts ...money.Amount) {
	r.t.Helper()
	got := r.reloads(id)
	same := len(got) == len(amounts)
	for i, a := range amounts {
		same = same && got[len(got)-1-i].Amount == a
	}
	if !same {
		r.t.Fatalf("automatic purchases %+v, want %v", got, amounts)
	}
}

func limitOf(dollars int64) billing.Limit {
	return billing.Limit{Kind: billing.LimitAmount, Amount: money.Dollars(dollars)}
}

// The rule does what its sentence says: below the threshold, one purchase back to the target, each time.
func TestAutoReloadBelowTheThreshold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		id := r.reloader("succeeds", limitOf(100), rule520, 20*money.Dollar)
		r.use(id, 15*money.Dollar) // leaves 5: at the threshold, not below
		r.reload()
		r.wantReloads(id)
		r.use(id, money.Dollar)
		r.reload()
		r.reload() // once
		r.wantReloads(id, 16*money.Dollar)
		s := r.status(id)
		if s.Balance != 20*money.Dollar || s.Reload.Reloaded != 16*money.Dollar || s.Reload.Pending || s.Reload.Last == nil || s.Reload.Last.Amount != 16*money.Dollar {
			t.Errorf("%+v", s)
		}
		r.use(id, 15*money.Dollar+money.Cent/2)
		r.reload()
		r.wantReloads(id, 16*money.Dollar, 15*money.Dollar+money.Cent) // whole cents up
		r.balanced(id)
	})
}

// A hold that one purchase can cover waits for it; one that cannot be covered triggers nothing and says so.
func TestAutoReloadOnARefusedHold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		id := r.reloader("succeeds", limitOf(100), rule520, 6*money.Dollar)
		r.refused(id, 20*money.Dollar+money.Cent, billing.InsufficientBalance) // more than the target
		r.reload()
		r.wantReloads(id)
		refusal := r.refused(id, 20*money.Dollar, billing.ReloadPending)
		if wait := refusal.RetryAt.Sub(r.clock()); wait <= 0 || wait > 10*time.Second {
			t.Errorf("try again in %s", wait)
		}
		select {
		case <-r.svc.ReloadWanted():
		default:
			t.Error("the worker was not woken")
		}
		if s := r.status(id); s.Reason != billing.ReloadPending {
			t.Errorf("the page says %s", s.Reason)
		}
		r.reload()
		r.wantReloads(id, 14*money.Dollar)
		if hold, refusal := r.ask(id, 20*money.Dollar); hold == nil {
			t.Errorf("after the reload: %+v", refusal)
		}
	})
}

// P4: the card is behind the same wall. Refusals say which.
func TestAutomaticPurchasesStayWithinTheMonthlyLimit(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		id := r.reloader("succeeds", limitOf(30), rule520, 0)
		r.refused(id, 19*money.Dollar, billing.ReloadPending)
		r.reload()
		r.wantReloads(id, 20*money.Dollar)
		r.use(id, 16*money.Dollar)
		r.reload() // 4 left of 20; the month can use 30 − 16 − 4 = 10
		r.wantReloads(id, 20*money.Dollar, 10*money.Dollar)
		refundAll(r, id) // what was refunded gives no room back
		s := r.status(id)
		if s.Reload.Reloaded != 30*money.Dollar || s.Reload.Pause != billing.PausedByReversal {
			t.Errorf("%+v", s.Reload)
		}
	})
}

// refundAll has the provider tell that the newest automatic purchase was refunded.
func refundAll(r *paymentRig, id string) {
	r.t.Helper()
	last := r.reloads(id)[0]
	r.reversed(id, last.ID, billing.Reversal{ID: "re_" + last.ID, Kind: billing.Refund, State: billing.ReversalTaken, Amount: last.Amount})
}

// reversed has a purchase looked up while the provider tells of these reversals.
func (r *paymentRig) reversed(id, purchase string, reversals ...billing.Reversal) {
	r.t.Helper()
	r.line.find = func(ctx context.Context, q billing.ChargeQuery) (billing.Charge, error) {
		c, err := r.line.Provider.FindCharge(ctx, q)
		if q.PurchaseID == purchase {
			c.Reversals = reversals
		}
		return c, err
	}
	defer func() { r.line.find = nil }()
	if err := r.svc.LookUpPurchase(r.ctx, id, purchase); err != nil {
		r.t.Fatal(err)
	}
}

// A card that is declined: an hour, six hours, then a pause that only the subscriber ends, and every provider call is counted.
func TestDeclinesBackOffAndPause(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		id := r.reloader("declined", limitOf(100), rule520, 0)
		calls := func(want int64) {
			t.Helper()
			if got := r.line.debits.Load(); got != want {
				t.Fatalf("%d debits, want %d", got, want)
			}
		}
		try := func() {
			t.Helper()
			r.ask(id, money.Dollar)
			r.reload()
		}
		try()
		calls(1)
		s := r.status(id)
		if s.Reload.Waits != billing.WaitsAfterDecline || !s.Reload.RetryAt.Equal(r.clock().Add(time.Hour)) || s.Reload.Reloaded != 0 || s.Reason != billing.ReloadPaused {
			t.Errorf("%+v %s", s.Reload, s.Reason)
		}
		refusal := r.refused(id, money.Dollar, billing.ReloadPaused)
		if !refusal.RetryAt.Equal(s.Reload.RetryAt) {
			t.Errorf("try again %s", refusal.RetryAt)
		}
		r.advance(time.Hour - time.Second)
		try()
		calls(1)
		r.advance(time.Second)
		r.reload() // the back-off is over: nobody has to ask again
		calls(2)
		r.advance(5 * time.Hour)
		try()
		calls(2)
		r.advance(time.Hour) // a new session began meanwhile; its plan allowance is used first
		r.use(id, billing.DefaultConfig().PlanAllowance)
		try()
		calls(3)
		for range 10 {
			r.advance(24 * time.Hour)
			r.use(id, billing.DefaultConfig().PlanAllowance)
			try()
		}
		calls(3)
		s = r.status(id)
		if s.Reload.Pause != billing.PausedByDeclines || s.Reload.Resume != 20*money.Dollar || s.Reason != billing.ReloadPaused {
			t.Errorf("%+v %s", s.Reload, s.Reason)
		}
		_, err := r.svc.ResumeReload(r.ctx, id, s.Version, 19*money.Dollar)
		wantFault(t, err, billing.NotReady, "reload_unconfirmed")
		r.card(id, "succeeds") // another card resumes
		if s = r.status(id); s.Reload.Pause != "" {
			t.Errorf("%+v", s.Reload)
		}
		try()
		r.wantReloads(id, 20*money.Dollar, 20*money.Dollar, 20*money.Dollar, 20*money.Dollar)
		if s = r.status(id); s.Balance != 20*money.Dollar || s.Reload.Reloaded != 20*money.Dollar {
			t.Errorf("%+v", s)
		}
	})
}

// Resume buys at once, at most what was confirmed; the guard counts on.
func TestResumeCharges(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		id := r.reloader("declined", limitOf(100), rule520, 0)
		r.change(id, func(m *models.MeterState) { m.Meter.ReloadPause, m.Meter.ReloadDeclines = "declined", 3 })
		s := r.status(id)
		for range 4 {
			if _, err := r.svc.ResumeReload(r.ctx, id, 0, s.Reload.Resume); err != nil {
				t.Fatal(err)
			}
			r.reload()
			r.change(id, func(m *models.MeterState) { m.Meter.ReloadPause = "declined" })
		}
		if got := r.line.debits.Load(); got != billing.ReloadsPerHour {
			t.Errorf("%d debits in an hour", got)
		}
		change, err := r.svc.ResumeReload(r.ctx, id, s.Version, 20*money.Dollar)
		wantFault(t, err, billing.Conflict, "settings_changed")
		if change.ID != "" {
			t.Errorf("%+v", change)
		}
	})
}

// Three attempts within an hour, the last one declined: another card ends the back-off and not the guard, and both are said.
func TestTheGuardOutlivesABackOff(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		id := r.reloader("succeeds", limitOf(100), rule520, 0)
		first := r.clock()
		for range 2 {
			r.refused(id, money.Dollar, billing.ReloadPending)
			r.reload()
			r.use(id, 20*money.Dollar)
			r.advance(time.Minute)
		}
		r.reload()
		r.card(id, "declined")
		r.use(id, r.status(id).Available)
		r.advance(58 * time.Minute)
		r.ask(id, money.Dollar)
		r.reload()
		if s := r.status(id).Reload; s.Waits != billing.WaitsForGuard && s.Waits != billing.WaitsAfterDecline {
			t.Fatalf("%+v", s)
		}
		r.card(id, "succeeds")
		n := len(r.reloads(id))
		for r.clock().Before(first.Add(2 * time.Hour)) {
			_, refusal := r.ask(id, money.Dollar)
			r.reload()
			made := len(r.reloads(id))
			if refusal != nil && (refusal.Reason == billing.ReloadPending) != (made > n) {
				t.Fatalf("refused with %s, and %d purchases were made", refusal.Reason, made-n)
			}
			if made > n {
				return
			}
			r.advance(time.Minute)
		}
		t.Error("it never bought")
	})
}

// The bank asks for the subscriber: paused at once, one attempt, a way to authenticate.
func TestAuthenticationPausesAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		id := r.reloader("needs_authentication", limitOf(100), rule520, 0)
		r.refused(id, money.Dollar, billing.ReloadPending)
		r.reload()
		r.refused(id, money.Dollar, billing.PaymentActionRequired)
		for range 5 {
			r.advance(61 * time.Minute)
			r.ask(id, money.Dollar)
			r.reload()
			r.reconcile()
		}
		if got := r.line.debits.Load(); got != 1 {
			t.Errorf("%d debits", got)
		}
		p := r.reloads(id)[0]
		bank, err := r.svc.AuthenticatePurchase(r.ctx, id, p.ID)
		if err != nil || bank == "" || p.State != billing.PurchaseRequiresAction {
			t.Fatalf("%+v %q %v", p, bank, err)
		}
		r.post(bank, map[string][]string{"answer": {"authenticate"}})
		if _, err := r.svc.ReturnFromAction(r.ctx, id, p.ID); err != nil {
			t.Fatal(err)
		}
		s := r.status(id)
		if s.Balance != 20*money.Dollar || s.Reload.Pause != billing.PausedForAction || s.Reload.Pending || s.Reload.Resume != 0 {
			t.Errorf("%+v", s)
		}
		if _, err := r.svc.ResumeReload(r.ctx, id, s.Version, 0); err != nil || r.status(id).Reload.Pause != "" {
			t.Error(err)
		}
	})
}

// At most three attempts an hour and ten a day, whatever comes of them; the hours and days slide.
func TestTheGuardSlides(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		id := r.reloader("succeeds", billing.Limit{Kind: billing.Unlimited}, rule520, 20*money.Dollar)
		var at []time.Time
		for minute := range 30 * 60 {
			if minute%300 == 299 { // sessions reset: their allowance goes first
				r.use(id, billing.DefaultConfig().PlanAllowance)
			}
			if available := r.status(id).Available; available >= 4*money.Dollar {
				r.use(id, available-4*money.Dollar)
			}
			before := len(r.reloads(id))
			r.reload()
			if len(r.reloads(id)) > before {
				at = append(at, r.clock())
			}
			r.advance(time.Minute)
			if len(at) >= 13 {
				break
			}
		}
		for i := range at {
			if i >= 3 && at[i].Sub(at[i-3]) < time.Hour {
				t.Errorf("four attempts within %s", at[i].Sub(at[i-3]))
			}
			if i >= 10 && at[i].Sub(at[i-10]) < 24*time.Hour {
				t.Errorf("eleven attempts within %s", at[i].Sub(at[i-10]))
			}
		}
		if len(at) < 11 || at[3].Sub(at[0]) != time.Hour || at[10].Sub(at[0]) != 24*time.Hour {
			t.Errorf("attempts at %v: the guard holds up longer than it has to", at)
		}
	})
}

// With Unlimited the operator's ceiling of a day holds.
func TestTheCeilingOfADay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		rule := billing.ReloadRule{On: true, Threshold: 1000 * money.Dollar, Target: 1500 * money.Dollar}
		id := r.reloader("succeeds", billing.Limit{Kind: billing.Unlimited}, rule, 0)
		began := r.clock()
		r.advance(time.Minute)
		r.reload()
		r.use(id, 700*money.Dollar)
		r.use(id, 700*money.Dollar)
		r.reload() // the ceiling leaves 500
		r.wantReloads(id, 1500*money.Dollar, 500*money.Dollar)
		r.use(id, 500*money.Dollar)
		r.reload()
		r.wantReloads(id, 1500*money.Dollar, 500*money.Dollar)
		s := r.status(id)
		if s.Reload.Waits != billing.WaitsForCeiling || !s.Reload.RetryAt.Equal(began.Add(24*time.Hour+time.Minute)) {
			t.Errorf("%+v", s.Reload)
		}
		r.refused(id, 200*money.Dollar, billing.PurchaseLimitReached)
		if _, err := r.svc.SaveMonthlyLimit(r.ctx, id, billing.SaveLimit{Limit: limitOf(9000)}); err != nil {
			t.Fatal(err)
		}
		if s := r.status(id); s.Reload.Waits != "" || s.Reason != billing.ReloadPending {
			t.Errorf("with a limit there is no ceiling: %+v %s", s.Reload, s.Reason)
		}
		if _, err := r.svc.SaveMonthlyLimit(r.ctx, id, billing.SaveLimit{Limit: billing.Limit{Kind: billing.Unlimited}, Confirmed: billing.Confirmed}); err != nil {
			t.Fatal(err)
		}
		r.ask(id, 200*money.Dollar)
		r.reload() // looks, and knows it again
		r.refused(id, 200*money.Dollar, billing.PurchaseLimitReached)
		r.advance(24 * time.Hour)
		r.reload()
		r.wantReloads(id, 1500*money.Dollar, 500*money.Dollar, 1400*money.Dollar)
	})
}

// I13: nothing is sent for an account whose switch, rule, card or limit does not allow it any more, as of each send.
func TestOffMeansOff(t *testing.T) {
	for name, change := range map[string]func(*paymentRig, string) error{
		"extra usage off": func(r *paymentRig, id string) error { _, err := r.svc.TurnOff(r.ctx, id); return err },
		"rule off": func(r *paymentRig, id string) error {
			_, err := r.svc.SaveAutoReload(r.ctx, id, billing.SaveReload{})
			return err
		},
		"card removed": func(r *paymentRig, id string) error { return r.svc.RemoveCard(r.ctx, id) },
		"limit lowered": func(r *paymentRig, id string) error {
			_, err := r.svc.SaveMonthlyLimit(r.ctx, id, billing.SaveLimit{Limit: limitOf(10)})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, open storetest.Open) {
				r := newPaymentRig(t, open)
				id := r.reloader("succeeds", limitOf(100), rule520, 0)
				r.refused(id, money.Dollar, billing.ReloadPending)
				if err := change(r, id); err != nil {
					t.Fatal(err)
				}
				r.reload()
				if name != "limit lowered" {
					r.wantReloads(id)
					if r.line.debits.Load() != 0 {
						t.Error("the provider was called")
					}
					return
				}
				r.wantReloads(id, 10*money.Dollar)
			})
			storetest.Each(t, func(t *testing.T, open storetest.Open) { // planned, and the send died before the provider heard
				r := newPaymentRig(t, open)
				id := r.reloader("succeeds", limitOf(100), rule520, 0)
				r.refused(id, money.Dollar, billing.ReloadPending)
				r.line.debit = func(context.Context, billing.DebitRequest) (billing.Charge, error) {
					return billing.Charge{}, errors.New("no route to host")
				}
				r.reload()
				r.line.debit = nil
				if err := change(r, id); err != nil {
					t.Fatal(err)
				}
				for range 30 {
					r.advance(time.Hour)
					r.reconcile()
					r.reload()
				}
				p := r.reloads(id)
				if len(p) != 1 || p[0].State != billing.PurchaseAbandoned || r.status(id).Reload.Reloaded != 0 {
					t.Errorf("%+v %+v", p, r.status(id).Reload)
				}
				r.balanced(id)
			})
		})
	}
}

// I12: a dispute takes the money back once, pauses auto-reload, and in debt nothing is bought.
func TestReversals(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		id := r.reloader("succeeds", limitOf(100), rule520, 0)
		r.refused(id, money.Dollar, billing.ReloadPending)
		r.reload()
		p := r.reloads(id)[0]
		r.use(id, 14*money.Dollar) // leaves 6
		dispute := func(state billing.ReversalState) billing.Reversal {
			return billing.Reversal{ID: "dp_1", Kind: billing.Dispute, State: state, Amount: 20 * money.Dollar}
		}
		r.reversed(id, p.ID, dispute(billing.ReversalOpen)) // an inquiry debits nothing
		if s := r.status(id); s.Balance != 6*money.Dollar || s.Reload.Pause != "" {
			t.Errorf("inquiry: %+v", s)
		}
		for range 3 {
			r.reversed(id, p.ID, dispute(billing.ReversalTaken))
		}
		s := r.status(id)
		if s.Balance != -14*money.Dollar || s.Reload.Pause != billing.PausedByReversal {
			t.Errorf("disputed: %+v", s)
		}
		r.refused(id, money.Dollar, billing.BalanceNegative)
		if s.Reload.Resume != 0 {
			t.Errorf("resuming in debt would charge %s", s.Reload.Resume.Decimal())
		}
		if _, err := r.svc.ResumeReload(r.ctx, id, 0, 0); err != nil {
			t.Fatal(err)
		}
		r.ask(id, money.Dollar)
		r.reload()
		r.wantReloads(id, 20*money.Dollar)
		r.reversed(id, p.ID, dispute(billing.ReversalReturned))
		r.reversed(id, p.ID, dispute(billing.ReversalTaken)) // older news
		if s := r.status(id); s.Balance != 6*money.Dollar {
			t.Errorf("won: %s", s.Balance.Decimal())
		}
		if ok, checks, err := r.svc.VerifyLedger(r.ctx); !ok || err != nil {
			t.Errorf("ledger: %v %+v", err, checks)
		}
	})
}

// Enabling with a rule that buys at once charges at most what the review named, after the first purchase.
func TestEnablingWithARuleThatBuysAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		id := r.subscriber("succeeds")
		rule := billing.ReloadRule{On: true, Threshold: 20 * money.Dollar, Target: 50 * money.Dollar}
		r.enable(id, billing.Preferences{Limit: limitOf(200), Reload: rule, FirstPurchase: 10 * money.Dollar, Preference: billing.Always})
		r.reload()
		r.wantReloads(id)
		r.advance(time.Minute)
		r.reload()
		r.wantReloads(id, 40*money.Dollar)

		other := r.subscriber("declined") // the first purchase fails: no more than what was named is tried
		r.enable(other, billing.Preferences{Limit: limitOf(200), Reload: rule, FirstPurchase: 10 * money.Dollar, Preference: billing.Always})
		r.advance(time.Minute)
		r.reload()
		r.wantReloads(other, 40*money.Dollar)
		r.balanced(id, other)
	})
}
