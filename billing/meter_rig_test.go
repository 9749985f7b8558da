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

// account puts an account in place.
func (r *meterRig) account() string {
	r.t.Helper()
	id := fmt.Sprintf("acc_%d", r.ids.Add(1))
	now := models.At(time.UnixMicro(r.now.Load()))
	start, end := firstMonth(now, time.UTC)
	r.tx(func(tx *models.Tx) error {
		return tx.NewAccount(
			&models.Account{ID: id, Email: id + "@example.com", Locale: "en", CreatedAt: now},
			&models.Meter{AccountID: id, Plan: planMax20x, TimeZone: "UTC", MonthStartsAt: start, SeenAt: now},
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
	r.change(id, func(m *models.MeterState, b *models.BillingMonth) {
		r.svc.setLimit(m, b, limit, BySubscriber)
		r.svc.setAlwaysContinue(m, true, BySubscriber)
		r.svc.addChange(m, settingExtraUsage, "off", "on", BySubscriber)
		m.Meter.ExtraUsage, m.Meter.ExtraUsageSinceAt = true, m.Now
		if balance != 0 {
			post(m, b, &models.Entry{Kind: "correction", Contra: "operator", Amount: balance, Note: "opening balance of a test"})
		}
	})
	r.tx(func(tx *models.Tx) error {
		return tx.AddConsent(&models.Consent{AccountID: id, ID: r.svc.newID("consent"), At: 1, Terms: "test", Locale: "en"})
	})
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
