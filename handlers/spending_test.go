package handlers_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
	"pgregory.net/rapid"

	"extrausage/billing"
	"extrausage/models"
	"extrausage/models/storetest"
	"extrausage/money"
	"extrausage/pricing"
)

// I16 through the front door: of every month, the table under the chart, its other twin, the file, the requests of the page and
// their file come to what the ledger was charged, to the nano: over random months, zones and changes of the clocks.
func TestEveryMonthOnThePagesEqualsTheEntries(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s := newSite(t, open)
		charged := 0
		runs := 0
		rapid.Check(t, func(rt *rapid.T) {
			if runs++; runs > 12 { // a run renders dozens of pages
				return
			}
			l := newLedgerReader(s, rt)
			for range rapid.IntRange(8, 25).Draw(rt, "steps") {
				l.step()
			}
			if l.check() {
				charged++
			}
		})
		if charged < 4 {
			t.Errorf("charged in %d runs only: this proves little", charged)
		}
	})
}

// ledgerReader lives the months of one subscriber, and then reads them as the subscriber does.
type ledgerReader struct {
	*site
	rt    *rapid.T
	b     *browser
	id    string
	email string
}

func newLedgerReader(s *site, rt *rapid.T) *ledgerReader {
	email := fmt.Sprintf("reader%d@example.com", s.ids.Add(1))
	l := &ledgerReader{site: s, rt: rt, email: email}
	id, err := s.svc.CreateAccount(context.Background(), billing.NewAccount{
		Email: email, Plan: "max_20x", Locale: "en", TimeZone: l.zone(), Password: password,
	})
	s.must(err)
	l.id = id
	s.extra(id, money.Dollars(rapid.Int64Range(5, 200).Draw(rt, "limit")))
	s.post(id, money.Dollars(rapid.Int64Range(20, 900).Draw(rt, "credits")))
	return l
}

// post books credits of the operator's.
func (s *site) post(id string, amount money.Amount) {
	s.t.Helper()
	s.must(s.store.InTx(context.Background(), func(tx *models.Tx) error {
		m, err := tx.Lock(id)
		if err != nil {
			return err
		}
		m.AppendEntry(&models.Entry{MonthStartsAt: m.LastMonth().StartsAt, Kind: "correction", Contra: "operator", Amount: amount})
		return tx.Save(m)
	}))
}

func (l *ledgerReader) zone() string {
	return rapid.SampledFrom([]string{"UTC", "Europe/Rome", "America/New_York", "Pacific/Auckland", "America/St_Johns"}).Draw(l.rt, "zone")
}

func (l *ledgerReader) step() {
	l.t.Helper()
	switch rapid.SampledFrom([]string{"use", "use", "use", "use", "wait", "wait", "zone"}).Draw(l.rt, "step") {
	case "use":
		e := billing.Event{
			ID: fmt.Sprint("e", l.ids.Add(1)), Account: l.id, Model: rapid.SampledFrom([]string{"claude-haiku-4-5", "claude-opus-4-1"}).Draw(l.rt, "model"),
			Usage: pricing.Usage{Input: rapid.Int64Range(1, 3_000_001).Draw(l.rt, "input"), Output: rapid.SampledFrom([]int64{0, 250_001, 2_000_003, 2_000_003}).Draw(l.rt, "output")},
		}
		if late := rapid.SampledFrom([]int{0, 0, 1, 20}).Draw(l.rt, "hours late"); late > 0 {
			e.OccurredAt = l.clock().Add(-time.Duration(late) * time.Hour)
		}
		_, err := l.svc.RecordEvents(context.Background(), []billing.Event{e}, billing.ChargeAsUsual)
		l.must(err)
	case "wait":
		l.advance(time.Duration(rapid.SampledFrom([]int{10, 60, 300, 900, 9_000}).Draw(l.rt, "minutes")) * time.Minute)
	case "zone":
		l.must(l.svc.SaveTimeZone(context.Background(), l.id, l.zone()))
	}
}

// check reads every month, and tells whether anything was charged.
func (l *ledgerReader) check() bool {
	l.t.Helper()
	l.b = l.browser().signIn(l.email)
	byMonth := map[models.Instant]money.Amount{}
	for _, e := range l.entries(l.id) {
		if e.Kind == "charge" {
			byMonth[e.MonthStartsAt] = byMonth[e.MonthStartsAt].Sub(e.Amount)
		}
	}
	some := false
	for name := ""; ; {
		m, err := l.svc.MonthSpending(context.Background(), l.id, name)
		l.must(err)
		l.checkMonth(m.Name, byMonth[models.At(m.Starts)])
		some = some || byMonth[models.At(m.Starts)] > 0
		if name = m.Previous; name == "" {
			return some
		}
	}
}

func (l *ledgerReader) checkMonth(name string, want money.Amount) {
	l.t.Helper()
	same := func(what string, got money.Amount) {
		if got != want {
			l.rt.Errorf("%s of %s: %s, entries %s", what, name, got.Decimal(), want.Decimal())
		}
	}
	page := l.b.get("/settings/usage/spending?month=" + name).want(http.StatusOK)
	same("the chart's file", sum(l.t, l.b.get("/settings/usage/spending.csv?month="+name).rows(), "extra_usd"))
	list := l.b.get("/settings/usage/activity?month=" + name).want(http.StatusOK)
	same("the file of requests", sum(l.t, l.b.get("/settings/usage/activity.csv?month="+name).rows(), "extra_part"))
	if want == 0 {
		if page.has("#spending table") {
			l.rt.Errorf("%s: a table of nothing", name)
		}
		return
	}
	rows, total := lastColumn(l.t, page, "#spending")
	same("the table", rows)
	same("the table's total", total)
	_, total = lastColumn(l.t, page, "#pace")
	same("the total so far", total)
	if !strings.Contains(list.text(".totals"), want.Format("en")+" charged") {
		l.rt.Errorf("%s: %q, entries %s", name, list.text(".totals"), want.Decimal())
	}
}

// lastColumn sums the last column of a section's table, and reads its total.
func lastColumn(t testing.TB, page *answer, section string) (rows, total money.Amount) {
	t.Helper()
	for _, tr := range page.all(section + " tbody tr") {
		rows = rows.Add(amountShown(t, lastCell(tr)))
	}
	return rows, amountShown(t, lastCell(page.first(section+" tfoot tr")))
}

func lastCell(tr *html.Node) string {
	said := strings.Fields(textOf(tr))
	return said[len(said)-1]
}

// amountShown reads an exact amount as the English pages show it.
func amountShown(t testing.TB, text string) money.Amount {
	t.Helper()
	plain := strings.TrimRight(strings.NewReplacer("$", "", ",", "").Replace(text), "0")
	a, err := money.ParseDecimal(strings.TrimSuffix(plain, "."))
	if err != nil && plain != "" && plain != "." {
		t.Fatalf("%q: %v", text, err)
	}
	return a
}

func TestSpendingPages(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s := newSite(t, open)
		b := s.subscriber(ada)
		id := s.idOf(ada)
		empty := b.get("/settings/usage").says("No extra usage yet", "Nothing was charged beyond your plan in November 2026.", "No sessions yet")
		if empty.has("#pace h2") || empty.has("#spending svg.plot-area") || !empty.has("#spending .empty a") || !empty.has("#history .empty a") {
			t.Error("a fresh account has no charts but the next action")
		}
		s.extra(id, 20*money.Dollar)
		s.post(id, 100*money.Dollar)
		s.use(id, 40*money.Dollar)
		s.use(id, 6*money.Dollar)
		page := b.get("/settings/usage").says(
			"$6.00 of your monthly limit of $20.00.", "At this pace ($0.64 a day) it will be $19.20 by 1 December, within your limit of $20.00.",
			"Your last session. 1 used up its included usage. 1 went on with extra usage, for $6.00.")
		for _, chart := range []string{"#pace", "#spending", "#history"} {
			if len(page.all(chart+" svg.plot-area title")) < 2 || !page.has(chart+" details table") || page.has(chart+" [style]") {
				t.Errorf("%s: no drawing with tooltips, or no table", chart)
			}
		}
		if got := page.text("#spending .bar title"); got != "10 November: $6.00 Haiku 4.5: $6.00" {
			t.Errorf("the bar says %q", got)
		}
		if got := page.attr("#spending tbody th a", "href"); got != "/settings/usage/activity?from=2026-11-10&to=2026-11-10" {
			t.Errorf("the day leads to %s", got)
		}
		s.use(id, 3*money.Dollar)
		b.get("/settings/usage").says("At this pace ($0.96 a day) it would be $28.80 by 1 December, above your limit of $20.00.",
			"The limit would be reached around 21 November: extra usage then stops, and you are never charged more than $20.00.", "Above your limit at this pace")
		b.post("/settings/usage/turn-off")
		b.get("/settings/usage").says("Extra usage is off, so nothing is added.")
		s.advance(21 * 24 * time.Hour) // 1 December
		b = s.browser().signIn(ada)
		b.get("/settings/usage/spending").says("Spending in December 2026", "No extra usage yet")
		before := b.get(linkTo(b.get("/settings/usage"), "Month before")).says("Spending in November 2026", "$9.00 of your monthly limit of $20.00. This month is over.")
		if got := linkTo(before, "Month after"); got != "/settings/usage/spending?month=2026-12" {
			t.Errorf("the month after is at %s", got)
		}
		for _, month := range []string{"2026-10", "2027-01", "x", "2026-11%20"} {
			b.get("/settings/usage/spending?month=" + month).want(http.StatusNotFound)
			b.get("/settings/usage/spending.csv?month=" + month).want(http.StatusNotFound)
		}
		sessions := b.get("/settings/usage/sessions.csv").rows()
		if len(sessions) != 1 || sessions[0]["plan_used_percent"] != "100" || sessions[0]["extra_usd"] != "9" || sessions[0]["requests"] != "3" {
			t.Errorf("sessions: %v", sessions)
		}
	})
}
