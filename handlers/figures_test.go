package handlers_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"extrausage/billing"
	"extrausage/models/storetest"
	"extrausage/money"
	"extrausage/pricing"
)

// P9 through the front door, over random months in zones whose clocks change: for every month the chart's file, the activity's
// file, the invoice's page, PDF and file, and the entries come to the same, to the nano. (billing has the same as a property over
// far more runs, below the files.)
func TestMonthsAddUpOnEveryWayOut(t *testing.T) {
	for seed, zone := range []string{"Europe/Rome", "America/New_York", "Pacific/Auckland", "Australia/Lord_Howe", "Asia/Kathmandu"} {
		t.Run(strings.ReplaceAll(zone, "/", " "), func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, open storetest.Open) {
				m := &monthlyLife{site: newSite(t, open), rng: rand.New(rand.NewPCG(uint64(seed), 26))}
				m.live(zone)
				m.check()
			})
		})
	}
}

// monthlyLife is a subscriber who lives half a year, through the changes of the clocks of both halves of the earth.
type monthlyLife struct {
	*site
	rng *rand.Rand
	id  string
}

func (m *monthlyLife) live(zone string) {
	m.t.Helper()
	b := m.subscriber(ada)
	m.id = m.idOf(ada)
	m.must(m.svc.SaveTimeZone(m.t.Context(), m.id, zone)) // from the next month on, which begins at its midnight
	b.addCard("succeeds")
	b.confirm(b.review("200")).follow()
	m.extra(m.id, 100*money.Dollar)
	for m.clock().Before(startOfTests.AddDate(0, 6, 0)) {
		m.use(m.id, 40*money.Dollar) // the session's allowance
		model := []string{"claude-haiku-4-5", "claude-sonnet-4-5", "claude-opus-4-1"}[m.rng.IntN(3)]
		used := pricing.Usage{Input: 1 + m.rng.Int64N(300_000), Output: m.rng.Int64N(20_000), CacheRead: m.rng.Int64N(50_000)}
		m.event(billing.Event{Account: m.id, Model: model, Usage: used})
		if m.rng.IntN(3) == 0 {
			m.correct(m.id, money.Amount(m.rng.Int64N(2_000_000_000)-500_000_000))
		}
		m.advance(time.Duration(1+m.rng.IntN(14*24*60)) * time.Minute)
		if m.rng.IntN(2) == 0 {
			m.issue()
		}
	}
	m.advance(31 * 24 * time.Hour)
	m.issue()
}

func (m *monthlyLife) check() {
	m.t.Helper()
	b := m.browser().signIn(ada)
	var charged, balance money.Amount
	byMonth := map[string]money.Amount{}
	for _, e := range m.entries(m.id) {
		if balance = balance.Add(e.Amount); e.Kind == "charge" {
			charged = charged.Sub(e.Amount)
			month := e.MonthStartsAt.Time().Format(time.RFC3339)
			byMonth[month] = byMonth[month].Sub(e.Amount)
		}
	}
	if all := sum(m.t, b.get("/settings/usage/activity.csv").rows(), "extra_part"); all != charged || charged == 0 {
		m.t.Errorf("activity %s, entries %s", all.Decimal(), charged.Decimal())
	}
	months, err := m.svc.MonthSummaries(m.t.Context(), m.id)
	m.must(err)
	var together, closing money.Amount
	issued := 0
	for i := len(months) - 1; i >= 0; i-- {
		month := months[i]
		want := byMonth[month.Starts.Format(time.RFC3339)]
		chart := sum(m.t, b.get("/settings/usage/spending.csv?month="+month.Name).rows(), "extra_usd")
		path := "/settings/billing/invoices/" + month.Name
		rows := b.get(path + "/csv").rows()
		invoice := sum(m.t, linesOf(rows, "charge"), "amount").Neg()
		if chart != want || invoice != want || month.Extra != want {
			m.t.Errorf("%s: chart %s, invoice %s, list %s, entries %s", month.Name, chart.Decimal(), invoice.Decimal(), month.Extra.Decimal(), want.Decimal())
		}
		if opening := sum(m.t, linesOf(rows, "opening_balance"), "amount"); opening != closing {
			m.t.Errorf("%s opens with %s, the month before closed with %s", month.Name, opening.Decimal(), closing.Decimal())
		}
		closing = sum(m.t, linesOf(rows, "closing_balance"), "amount")
		b.get(path).says(want.Format("en"), closing.Format("en"))
		if month.State == billing.MonthIssued {
			issued++
			saysAll(m.t, path, wordsOf(pagesOf(m.t, []byte(b.get(path+"/pdf").body))...), month.Number, want.Format("en"), closing.Format("en"))
		}
		together = together.Add(invoice)
	}
	if together != charged || closing != balance || issued < 6 {
		m.t.Errorf("%d invoices of %s in all, entries %s; the last closes with %s, balance %s", issued, together.Decimal(), charged.Decimal(),
			closing.Decimal(), balance.Decimal())
	}
	ok, checks, err := m.svc.VerifyLedger(m.t.Context())
	if m.must(err); !ok {
		m.t.Errorf("ledger: %+v", checks)
	}
}

// linesOf are the rows of an invoice's file of one kind.
func linesOf(rows []map[string]string, kind string) (out []map[string]string) {
	for _, r := range rows {
		if r["line"] == kind {
			out = append(out, r)
		}
	}
	return out
}
