package billing

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"extrausage/models"
	"extrausage/models/storetest"
	"extrausage/money"
	"extrausage/pricing"
)

// meterRig is a service over a real store with a clock that the test moves. Accounts are put in place row by row: the ways
// through the front door have tests of their own.
type meterRig struct {
	t     testing.TB
	svc   *Service
	store *models.Store
	now   atomic.Int64 // microseconds
	ids   *atomic.Int64
}

var rigStart = time.Date(2026, time.November, 10, 9, 0, 0, 0, time.UTC)

func newMeterRig(t testing.TB, open storetest.Open) *meterRig {
	t.Helper()
	rates, err := pricing.Default()
	if err != nil {
		t.Fatal(err)
	}
	r := &meterRig{t: t, ids: &atomic.Int64{}}
	r.now.Store(rigStart.UnixMicro())
	r.store = open(func() time.Time { return time.UnixMicro(r.now.Load()).UTC() })
	newID := func(prefix string) string { return fmt.Sprintf("%s_%012d", prefix, r.ids.Add(1)) }
	r.svc = New(r.store, rates, nil, newID, DefaultConfig())
	return r
}

func (r *meterRig) advance(d time.Duration) { r.now.Add(d.Microseconds()) }

// at sets the clock.
func (r *meterRig) at(t time.Time) { r.now.Store(t.UnixMicro()) }

// time is what the clock shows.
func (r *meterRig) time() time.Time { return time.UnixMicro(r.now.Load()).UTC() }

// account puts an account in place.
func (r *meterRig) account() string {
	r.t.Helper()
	return r.accountIn("UTC")
}

// accountIn puts an account with a billing zone in place.
func (r *meterRig) accountIn(zoneName string) string {
	r.t.Helper()
	id := fmt.Sprintf("acc_%06d", r.ids.Add(1))
	now := models.At(r.time())
	start, end := firstMonth(now, zone(zoneName))
	r.tx(func(tx *models.Tx) error {
		return tx.NewAccount(
			&models.Account{ID: id, Email: id + "@example.com", Locale: "en", CreatedAt: now},
			&models.Meter{AccountID: id, Plan: planMax20x, TimeZone: zoneName, MonthStartsAt: start, SeenAt: now},
			&models.BillingMonth{AccountID: id, StartsAt: start, EndsAt: end, LimitKind: string(LimitUnset)})
	})
	return id
}

func (r *meterRig) tx(fn func(*models.Tx) error) {
	r.t.Helper()
	if err := r.store.InTx(context.Background(), fn); err != nil {
		r.t.Fatal(err)
	}
}

// change edits an account's state under its lock.
func (r *meterRig) change(id string, fn func(*models.MeterState, *models.BillingMonth)) {
	r.t.Helper()
	r.tx(func(tx *models.Tx) error {
		m, err := tx.Lock(id)
		if err != nil {
			return err
		}
		fn(m, currentMonth(m))
		return tx.Save(m)
	})
}

// extra switches extra usage on, always continued, with a limit and a balance.
func (r *meterRig) extra(id string, limit Limit, balance money.Amount) {
	r.t.Helper()
	r.asking(id, limit, balance)
	r.change(id, func(m *models.MeterState, _ *models.BillingMonth) { r.svc.setAlwaysContinue(m, true, BySubscriber) })
}

// asking switches extra usage on for a subscriber who wants to be asked in each session.
func (r *meterRig) asking(id string, limit Limit, balance money.Amount) {
	r.t.Helper()
	r.change(id, func(m *models.MeterState, b *models.BillingMonth) { r.svc.setLimit(m, b, limit, BySubscriber) })
	if balance != 0 {
		r.post(id, balance)
	}
	r.switchOn(id)
}

// switchOn does what ConfirmEnabling does about the switch.
func (r *meterRig) switchOn(id string) {
	r.t.Helper()
	r.tx(func(tx *models.Tx) error {
		m, err := tx.Lock(id)
		if err != nil {
			return err
		}
		r.svc.addChange(m, settingExtraUsage, "off", "on", BySubscriber)
		m.Meter.ExtraUsage, m.Meter.ExtraUsageSinceAt = true, m.Now
		if err := tx.Save(m); err != nil {
			return err
		}
		return tx.AddConsent(&models.Consent{AccountID: id, ID: r.svc.newID("consent"), At: m.Now, Terms: "test", Locale: "en"})
	})
}

// post books an amount, as the operator's correction: negative ones are like a refund.
func (r *meterRig) post(id string, amount money.Amount) {
	r.t.Helper()
	r.change(id, func(m *models.MeterState, b *models.BillingMonth) {
		post(m, b, &models.Entry{Kind: "correction", Contra: "operator", Amount: amount, Note: "a test's"})
	})
}

// setLimit saves a limit as the subscriber does.
func (r *meterRig) setLimit(id string, l Limit) Change {
	r.t.Helper()
	c, err := r.svc.SaveMonthlyLimit(context.Background(), id, SaveLimit{Limit: l, Confirmed: Confirmed})
	if err != nil {
		r.t.Fatal(err)
	}
	return c
}

func (r *meterRig) turnOff(id string) {
	r.t.Helper()
	if _, err := r.svc.TurnOff(context.Background(), id); err != nil {
		r.t.Fatal(err)
	}
}

func (r *meterRig) choose(id string, c Choice) {
	r.t.Helper()
	if err := r.svc.ChooseContinue(context.Background(), id, c, ByClient); err != nil {
		r.t.Fatal(err)
	}
}

func (r *meterRig) prefer(id string, p Preference) {
	r.t.Helper()
	if _, err := r.svc.SavePreference(context.Background(), id, p); err != nil {
		r.t.Fatal(err)
	}
}

// haiku is a usage of Haiku 4.5 that costs this much: input at $1 per million tokens, and one output token in place of five.
func haiku(cost money.Amount) pricing.Usage {
	const perInput = 1000
	return pricing.Usage{Input: int64(cost)/perInput - 5, Output: 1}
}

const haikuModel = "claude-haiku-4-5"

func (r *meterRig) hold(id string, worst money.Amount) (*Hold, *Refusal) {
	r.t.Helper()
	h, refusal, err := r.svc.Hold(context.Background(), HoldRequest{
		Caller: "key_test", Key: fmt.Sprint(r.ids.Add(1)), Account: id, Model: haikuModel, Worst: haiku(worst),
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return h, refusal
}

func (r *meterRig) mustHold(id string, worst money.Amount) *Hold {
	r.t.Helper()
	h, refusal := r.hold(id, worst)
	if refusal != nil {
		r.t.Fatalf("hold of %s refused: %+v", worst.Decimal(), refusal)
	}
	return h
}

// refused wants a hold to be refused for a reason.
func (r *meterRig) refused(id string, worst money.Amount, want Reason) *Refusal {
	r.t.Helper()
	h, refusal := r.hold(id, worst)
	if h != nil {
		r.t.Fatalf("hold of %s accepted; want %s", worst.Decimal(), want)
	}
	if refusal.Reason != want {
		r.t.Fatalf("hold of %s refused for %s; want %s", worst.Decimal(), refusal.Reason, want)
	}
	return refusal
}

// usePlan uses the running session's allowance up.
func (r *meterRig) usePlan(id string) {
	r.t.Helper()
	r.used(id, naiveAllowance)
}

// used records usage that happens now.
func (r *meterRig) used(id string, cost money.Amount) parts {
	r.t.Helper()
	return r.partsOf(r.event(Event{Account: id, Usage: haiku(cost)}))
}

// usedAt records usage of an earlier time.
func (r *meterRig) usedAt(id string, at time.Time, cost money.Amount) parts {
	r.t.Helper()
	return r.partsOf(r.event(Event{Account: id, OccurredAt: at, Usage: haiku(cost)}))
}

func (r *meterRig) partsOf(e EventResult) parts {
	r.t.Helper()
	if e.Status != EventRecorded {
		r.t.Fatalf("event %s: %+v", e.Status, e)
	}
	return parts{plan: e.Plan, extra: e.Extra, absorbed: e.Absorbed}
}

func (r *meterRig) void(holdID string) {
	r.t.Helper()
	if err := r.svc.Void(context.Background(), holdID); err != nil {
		r.t.Fatal(err)
	}
}

// expire runs the worker that ends holds whose time is over.
func (r *meterRig) expire() {
	r.t.Helper()
	if _, err := r.svc.ExpireHolds(context.Background()); err != nil {
		r.t.Fatal(err)
	}
}

// look reads an account's state without changing it.
func (r *meterRig) look(id string) *models.MeterState {
	r.t.Helper()
	var m *models.MeterState
	err := r.store.View(context.Background(), func(tx *models.Tx) (err error) {
		m, err = tx.Look(id)
		return err
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return m
}

// wantFault fails the test unless err is the fault with this code.
func wantFault(t testing.TB, err error, kind Kind, code string) *Fault {
	t.Helper()
	f := AsFault(err)
	if f == nil || f.Kind != kind || f.Code != code {
		t.Fatalf("got %v; want %s %s", err, kind, code)
	}
	return f
}

func wantParts(t testing.TB, what string, got, want parts) {
	t.Helper()
	if got != want {
		t.Errorf("%s: plan %s, extra %s, absorbed %s; want %s, %s, %s", what, got.plan.Decimal(), got.extra.Decimal(),
			got.absorbed.Decimal(), want.plan.Decimal(), want.extra.Decimal(), want.absorbed.Decimal())
	}
}

func (r *meterRig) settle(holdID string, cost money.Amount) *Settlement {
	r.t.Helper()
	s, refusal, err := r.svc.Settle(context.Background(), SettleRequest{HoldID: holdID, Usage: haiku(cost), Fingerprint: holdID})
	if err != nil || refusal != nil {
		r.t.Fatalf("settle: %v %+v", err, refusal)
	}
	return s
}

func (r *meterRig) event(e Event) EventResult {
	r.t.Helper()
	if e.ID == "" {
		e.ID = fmt.Sprint("event ", r.ids.Add(1))
	}
	if e.Model == "" {
		e.Model = haikuModel
	}
	out, err := r.svc.RecordEvents(context.Background(), []Event{e}, ChargeAsUsual)
	if err != nil {
		r.t.Fatal(err)
	}
	return out[0]
}

func (r *meterRig) status(id string) Status {
	r.t.Helper()
	s, err := r.svc.Status(context.Background(), id)
	if err != nil {
		r.t.Fatal(err)
	}
	return s
}

// verify fails the test when the books contradict each other.
func (r *meterRig) verify() {
	r.t.Helper()
	ok, checks, err := r.svc.VerifyLedger(context.Background())
	if err != nil {
		r.t.Fatal(err)
	}
	if !ok {
		for _, c := range checks {
			for _, f := range c.Findings {
				r.t.Errorf("%s: %s", c.Name, f)
			}
		}
		r.t.FailNow()
	}
}

func amountLimit(dollars int64) Limit {
	return Limit{Kind: LimitAmount, Amount: money.Dollars(dollars)}
}
