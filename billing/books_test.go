package billing_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"extrausage/billing"
	"extrausage/models"
	"extrausage/models/storetest"
	"extrausage/money"
	"extrausage/pricing"
)

// P9: the list of requests, the file, the chart, the invoices and the ledger tell the same story to the nano, over random
// months, zones and changes of zone.
func TestEveryReadEqualsTheEntries(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newPaymentRig(t, open)
		charged := 0
		rapid.Check(t, func(rt *rapid.T) {
			b := newBookkeeper(r, rt)
			for range rapid.IntRange(10, 40).Draw(rt, "steps") {
				b.step(rapid.SampledFrom([]string{"event", "event", "event", "hold", "settle", "wait", "zone", "buy", "correct", "close"}).Draw(rt, "step"))
			}
			if b.check() > 0 {
				charged++
			}
		})
		if charged < 20 {
			t.Errorf("charged in %d runs only: this proves little", charged)
		}
		if ok, checks, err := r.svc.VerifyLedger(r.ctx); !ok || err != nil {
			t.Errorf("ledger: %v %+v", err, checks)
		}
	})
}

// bookkeeper lives the months of one account and then reads them in every way there is.
type bookkeeper struct {
	*paymentRig
	rt    *rapid.T
	id    string
	holds []string
}

func newBookkeeper(r *paymentRig, rt *rapid.T) *bookkeeper {
	b := &bookkeeper{paymentRig: r, rt: rt, id: r.subscriber("succeeds")}
	if err := r.svc.SaveTimeZone(r.ctx, b.id, b.zone()); err != nil {
		rt.Fatal(err)
	}
	r.change(b.id, func(m *models.MeterState) {
		m.Meter.ExtraUsage, m.Meter.AlwaysContinue, m.Meter.ExtraUsageSinceAt, m.Meter.AlwaysContinueSinceAt = true, true, m.Now, m.Now
		m.LastMonth().LimitKind, m.LastMonth().Limit = "amount", money.Dollars(rapid.Int64Range(5, 300).Draw(rt, "limit"))
	})
	if err := r.store.InTx(r.ctx, func(tx *models.Tx) error {
		return tx.AddConsent(&models.Consent{AccountID: b.id, ID: fmt.Sprint("consent_", r.ids.Add(1)), At: tx.Now, Terms: "test", Locale: "en"})
	}); err != nil {
		rt.Fatal(err)
	}
	r.buy(b.id, money.Dollars(rapid.Int64Range(5, 200).Draw(rt, "credits")))
	return b
}

func (b *bookkeeper) zone() string {
	return rapid.SampledFrom([]string{"UTC", "Europe/Rome", "America/New_York", "Pacific/Auckland", "Asia/Kathmandu"}).Draw(b.rt, "zone")
}

// usage is anything between a word and the limit of a session.
func (b *bookkeeper) usage() (string, pricing.Usage) {
	model := rapid.SampledFrom([]string{"claude-haiku-4-5", "claude-sonnet-4-5", "claude-sonnet-4-5-20250929", "claude-opus-4-1"}).Draw(b.rt, "model")
	tokens := func(name string, most int64) int64 { return rapid.Int64Range(0, most).Draw(b.rt, name) }
	return model, pricing.Usage{
		Input: 1 + tokens("input", 400_000), Output: rapid.SampledFrom([]int64{1, 250_001, 2_000_003, 2_000_003}).Draw(b.rt, "output"), CacheWrite: tokens("write", 100_000),
		CacheWrite1h: tokens("write 1h", 10_000), CacheRead: tokens("read", 100_000),
	}
}

func (b *bookkeeper) step(what string) {
	b.t.Helper()
	var err error
	switch what {
	case "event":
		model, used := b.usage()
		e := billing.Event{ID: fmt.Sprint("e", b.ids.Add(1)), Account: b.id, Model: model, Usage: used}
		if late := rapid.SampledFrom([]int{0, 0, 0, 0, 1, 5, 30}).Draw(b.rt, "hours late"); late > 0 {
			e.OccurredAt = b.clock().Add(-time.Duration(late) * time.Hour)
		}
		_, err = b.svc.RecordEvents(b.ctx, []billing.Event{e}, rapid.SampledFrom([]billing.Charging{
			billing.ChargeAsUsual, billing.ChargeAsUsual, billing.ChargeAsUsual, billing.NeverCharge,
		}).Draw(b.rt, "charging"))
	case "hold":
		model, used := b.usage()
		var h *billing.Hold
		h, _, err = b.svc.Hold(b.ctx, billing.HoldRequest{Caller: "k", Key: fmt.Sprint(b.ids.Add(1)), Account: b.id, Model: model, Worst: used})
		if h != nil {
			b.holds = append(b.holds, h.ID)
		}
	case "settle":
		if len(b.holds) > 0 {
			_, used := b.usage()
			_, _, err = b.svc.Settle(b.ctx, billing.SettleRequest{HoldID: b.holds[0], Usage: used, Fingerprint: "f"})
			b.holds = b.holds[1:]
		}
	case "wait":
		b.advance(time.Duration(rapid.SampledFrom([]int{1, 1, 10, 10, 60, 600, 5000, 30_000}).Draw(b.rt, "minutes")) * time.Minute)
	case "zone":
		err = b.svc.SaveTimeZone(b.ctx, b.id, b.zone())
	case "close":
		b.close()
	case "buy":
		b.buy(b.id, money.Dollars(rapid.Int64Range(5, 50).Draw(b.rt, "credits")))
	case "correct":
		amount := money.Amount(rapid.Int64Range(-3e9, 3e9).Filter(func(n int64) bool { return n != 0 }).Draw(b.rt, "correction"))
		b.change(b.id, func(m *models.MeterState) {
			if b.ended(m) {
				return // a month that has not been rolled yet: the use cases roll it before they write
			}
			m.AppendEntry(&models.Entry{MonthStartsAt: m.LastMonth().StartsAt, Kind: "correction", Contra: "operator", Amount: amount})
		})
	}
	if err != nil {
		b.rt.Fatalf("%s: %v", what, err)
	}
}

func (b *bookkeeper) ended(m *models.MeterState) bool { return m.Now >= m.LastMonth().EndsAt }

// check reads the account in every way, and tells what it was charged.
func (b *bookkeeper) check() money.Amount {
	b.t.Helper()
	listed := b.listed(billing.ActivityFilter{})
	whole := sumOf(listed)
	b.same("file", b.inFile(billing.ActivityFilter{}), whole)
	b.same("chart", b.inChart(), whole)
	var entries money.Amount
	for _, e := range b.entries(b.id) {
		if e.Kind == "charge" {
			entries = entries.Sub(e.Amount)
		}
	}
	if entries != whole.Extra {
		b.rt.Errorf("entries %s, listed %s", entries.Decimal(), whole.Extra.Decimal())
	}
	b.checkFilters(listed)
	b.checkSpending(whole.Extra)
	b.checkTheWayBack(listed)
	b.checkIssued(b.checkMonths(whole.Extra))
	return whole.Extra
}

// listed is every request that a filter chooses, page by page; what the pages say in all is held against their rows.
func (b *bookkeeper) listed(f billing.ActivityFilter) []billing.UsageView {
	b.t.Helper()
	var all []billing.UsageView
	limit := rapid.IntRange(1, 7).Draw(b.rt, "rows on a page")
	for at := (billing.Place{}); ; {
		a, err := b.svc.Activity(b.ctx, b.id, f, at, limit)
		if err != nil {
			b.rt.Fatal(err)
		}
		all = append(all, a.Requests...)
		if at.Before = a.Older; at.Before == "" {
			b.same("totals", a.Totals, sumOf(all))
			if int(a.Count) != len(all) {
				b.rt.Errorf("count %d, listed %d", a.Count, len(all))
			}
			break
		}
	}
	if !slices.IsSortedFunc(all, func(x, y billing.UsageView) int { return cmp.Or(y.At.Compare(x.At), cmp.Compare(y.ID, x.ID)) }) {
		b.rt.Errorf("not the newest first: %+v", all)
	}
	return all
}

func sumOf(rows []billing.UsageView) (sum billing.CostParts) {
	for _, u := range rows {
		sum.Plan, sum.Extra, sum.Absorbed = sum.Plan.Add(u.Plan), sum.Extra.Add(u.Extra), sum.Absorbed.Add(u.Absorbed)
	}
	return sum
}

func (b *bookkeeper) same(what string, got, want billing.CostParts) {
	b.t.Helper()
	if got != want {
		b.rt.Errorf("%s: %+v, listed %+v", what, got, want)
	}
}

func (b *bookkeeper) inFile(f billing.ActivityFilter) (sum billing.CostParts) {
	b.t.Helper()
	err := b.svc.EachUsage(b.ctx, b.id, f, func(u billing.ExportUsage) error {
		sum.Plan, sum.Extra, sum.Absorbed = sum.Plan.Add(u.PlanPart), sum.Extra.Add(u.ExtraPart), sum.Absorbed.Add(u.Absorbed)
		return nil
	})
	if err != nil {
		b.rt.Fatal(err)
	}
	return sum
}

func (b *bookkeeper) inChart() (sum billing.CostParts) {
	b.t.Helper()
	for name := ""; ; {
		m, err := b.svc.MonthSpending(b.ctx, b.id, name)
		if err != nil {
			b.rt.Fatal(err)
		}
		for _, d := range m.Days {
			sum.Plan, sum.Extra, sum.Absorbed = sum.Plan.Add(d.Plan), sum.Extra.Add(d.Extra), sum.Absorbed.Add(d.Absorbed)
		}
		if name = m.Previous; name == "" {
			return sum
		}
	}
}

// checkFilters holds what a random filter chooses against the whole list, chosen here.
func (b *bookkeeper) checkFilters(all []billing.UsageView) {
	b.t.Helper()
	f := billing.ActivityFilter{
		Model:     rapid.SampledFrom([]string{"", "Haiku 4.5", "Sonnet 4.5", "Opus 3"}).Draw(b.rt, "model filter"),
		CoveredBy: rapid.SampledFrom([]billing.CoveredBy{"", billing.CoveredByPlan, billing.CoveredByExtra, billing.CoveredByAbsorbed}).Draw(b.rt, "cover"),
	}
	if len(all) > 0 && rapid.Bool().Draw(b.rt, "days") {
		f.From, f.To = all[len(all)/2].At, all[0].At
	}
	var want []billing.UsageView
	for _, u := range all {
		part := map[billing.CoveredBy]money.Amount{"": 1, billing.CoveredByPlan: u.Plan, billing.CoveredByExtra: u.Extra, billing.CoveredByAbsorbed: u.Absorbed}
		in := f.From.IsZero() || !u.At.Before(f.From) && u.At.Before(f.To)
		if in && part[f.CoveredBy] > 0 && (f.Model == "" || f.Model == u.Model) {
			want = append(want, u)
		}
	}
	if got := b.listed(f); !slices.Equal(got, want) {
		b.rt.Errorf("filter %+v chooses %+v, want %+v", f, got, want)
	}
	b.same("file", b.inFile(f), sumOf(want))
}

// checkMonths: months follow each other without gap under consecutive names; each invoice adds up, begins with what the one
// before ended with, and all together are what was charged.
func (b *bookkeeper) checkMonths(charged money.Amount) (all []billing.Invoice) {
	b.t.Helper()
	months, err := b.svc.MonthSummaries(b.ctx, b.id)
	if err != nil {
		b.rt.Fatal(err)
	}
	slices.Reverse(months)
	entries := b.entries(b.id)
	var opening, sum money.Amount
	for i, m := range months {
		if i > 0 && (!m.Starts.Equal(months[i-1].Ends) || m.Name != nextName(months[i-1].Name)) {
			b.rt.Errorf("%+v does not follow %+v", m, months[i-1])
		}
		inv, err := b.svc.Invoice(b.ctx, b.id, m.Name)
		if err != nil {
			b.rt.Fatal(err)
		}
		if inv.MonthSummary != m || inv.Opening != opening {
			b.rt.Errorf("invoice %+v of %+v, opening %s", inv, m, opening.Decimal())
		}
		b.checkInvoice(inv, entries)
		opening, sum = inv.Closing, sum.Add(inv.Extra)
		all = append(all, inv)
	}
	if last := months[len(months)-1]; last.State != billing.MonthRunning || b.clock().Before(last.Starts) || !b.clock().Before(last.Ends) {
		b.rt.Errorf("the running month is %+v", last)
	}
	if sum != charged || opening != b.balance(b.id) {
		b.rt.Errorf("invoices %s of %s, closing %s, balance %s", sum.Decimal(), charged.Decimal(), opening.Decimal(), b.balance(b.id).Decimal())
	}
	return all
}

func nextName(name string) string {
	t, err := time.Parse("2006-01", name)
	if err != nil {
		return err.Error()
	}
	return t.AddDate(0, 1, 0).Format("2006-01")
}

func (b *bookkeeper) checkInvoice(inv billing.Invoice, entries []models.Entry) {
	b.t.Helper()
	byKind := map[string]money.Amount{}
	for _, e := range entries {
		if e.MonthStartsAt.Time().Equal(inv.Starts) {
			byKind[e.Kind] = byKind[e.Kind].Add(e.Amount)
		}
	}
	if inv.Extra != byKind["charge"].Neg() || inv.Purchased != byKind["purchase"] || inv.Corrections != byKind["correction"] || inv.Returned != 0 {
		b.rt.Errorf("invoice %+v, entries %v", inv, byKind)
	}
	if inv.Closing != money.Sum(inv.Opening, inv.Purchased, inv.Corrections, inv.Extra.Neg()) {
		b.rt.Errorf("invoice %s: %s does not lead to %s", inv.Name, inv.Opening.Decimal(), inv.Closing.Decimal())
	}
	var charges money.Amount
	for _, m := range inv.Models {
		var cost money.Amount
		for _, l := range m.Lines {
			if l.Cost != l.Rate.Times(l.Tokens) {
				b.rt.Errorf("line %+v", l)
			}
			cost = cost.Add(l.Cost)
		}
		if m.Charge <= 0 || m.Charge != cost.Sub(m.Plan).Sub(m.Absorbed) {
			b.rt.Errorf("model %+v: cost %s", m, cost.Decimal())
		}
		charges = charges.Add(m.Charge)
	}
	if charges != inv.Extra {
		b.rt.Errorf("models %s, invoice %s", charges.Decimal(), inv.Extra.Decimal())
	}
}
