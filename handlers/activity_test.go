package handlers_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"extrausage/billing"
	"extrausage/models/storetest"
	"extrausage/money"
	"extrausage/pricing"
)

// P9 through the front door: the list, the file, the invoice and its file tell what the ledger holds, to the nano.
func TestEveryFigureEqualsTheEntries(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s := newSite(t, open)
		b := s.subscriber(ada)
		id := s.idOf(ada)
		b.addCard("succeeds")
		b.confirm(b.review("15.50")).follow()
		s.extra(id, 12*money.Dollar)
		s.use(id, 39*money.Dollar+7_000)
		for i := range 60 {
			s.use(id, 10*money.Cent+money.Amount(i)*1000)
			s.advance(time.Minute)
		}
		s.event(billing.Event{Account: id, Model: "claude-sonnet-4-5", Usage: pricing.Usage{Input: 150_000, CacheRead: 60_000, Output: 999_999}})

		var charged, balance money.Amount
		for _, e := range s.entries(id) {
			if balance = balance.Add(e.Amount); e.Kind == "charge" {
				charged = charged.Sub(e.Amount)
			}
		}
		file := b.get("/settings/usage/activity.csv").rows()
		if len(file) != 62 || charged != 12*money.Dollar || sum(t, file, "extra_part") != charged {
			t.Errorf("%d rows, extra %s, entries %s", len(file), sum(t, file, "extra_part").Decimal(), charged.Decimal())
		}
		if cost := sum(t, file, "cost"); cost != money.Sum(sum(t, file, "plan_part"), charged, sum(t, file, "absorbed")) {
			t.Errorf("cost %s is not its parts", cost.Decimal())
		}
		totals := []string{"62 requests", sum(t, file, "cost").Format("en"), charged.Format("en") + " charged", sum(t, file, "absorbed").Format("en")}
		first := b.get("/settings/usage/activity").says(totals...)
		second := b.get(linkTo(first, "Older")).says(totals...)
		if n, m := len(first.all("#requests tbody tr")), len(second.all("#requests tbody tr")); n != 50 || m != 12 {
			t.Errorf("%d and %d rows", n, m)
		}
		b.get("/settings/billing/invoices/2026-11").want(http.StatusOK).says(
			charged.Format("en"), "Haiku 4.5", "Sonnet 4.5", "Preview: November 2026", "+$15.50", balance.Format("en"))
		lines := b.get("/settings/billing/invoices/2026-11/csv").rows()
		amounts := map[string]money.Amount{}
		for _, l := range lines {
			if l["amount"] != "" {
				amounts[l["line"]] = amounts[l["line"]].Add(sum(t, []map[string]string{l}, "amount"))
			}
		}
		if amounts["charge"] != charged.Neg() || amounts["opening_balance"] != 0 || amounts["purchase"] != 1550*money.Cent {
			t.Errorf("invoice: %v", amounts)
		}
		if amounts["closing_balance"] != balance || sum(t, lines, "amount") != balance.Add(balance) || sum(t, lines, "cost") != charged {
			t.Errorf("invoice closes with %s of %s, cost %s", amounts["closing_balance"].Decimal(), balance.Decimal(), sum(t, lines, "cost").Decimal())
		}
		b.get("/settings/billing").says("November 2026", "Running month", charged.Format("en"))
	})
}

// linkTo is where the link with these words leads.
func linkTo(a *answer, words string) string {
	a.t.Helper()
	for _, n := range a.all("a[href]") {
		if textOf(n) == words {
			return attrOf(n, "href")
		}
	}
	a.t.Fatalf("%s: no link %q", a.what, words)
	return ""
}

// The filter works by day in the subscriber's zone, model and bearer, alike on the page, in the file and over pages.
func TestActivityFilter(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s := newSite(t, open)
		id, err := s.svc.CreateAccount(context.Background(), billing.NewAccount{
			Email: ada, Plan: "max_20x", Locale: "it", TimeZone: "Europe/Rome", Password: password,
		})
		s.must(err)
		b := s.browser().signIn(ada)
		b.get("/settings/usage/activity").says("Ancora nessuna richiesta")
		s.advance(13*time.Hour + 30*time.Minute) // 23:30 of the 10th in Rome
		s.use(id, money.Dollar)
		s.advance(time.Hour) // 00:30 of the 11th
		s.use(id, 2*money.Dollar)
		s.event(billing.Event{Account: id, Model: "claude-opus-4-1", Usage: pricing.Usage{Output: 1_000_000}}) // $75
		for query, want := range map[string]int{
			"": 3, "from=2026-11-10&to=2026-11-10": 1, "from=2026-11-11": 2, "to=2026-11-10": 1, "to=2026-11-11": 3, "from=2026-11-12": 0,
			"model=Haiku+4.5": 2, "model=Opus+4.1&covered=absorbed": 1, "covered=plan": 3, "covered=extra": 0, "model=Sonnet+4.5": 0, "month=2026-11": 3, "month=2026-11&covered=absorbed": 1,
			"hold=hold_of_nobody":                          0,
			"from=2026-11-11&model=Haiku+4.5&covered=plan": 1,
		} {
			page := b.get("/settings/usage/activity?" + query).want(http.StatusOK)
			if n := len(page.all("#requests tbody tr")); n != want {
				t.Errorf("%q lists %d, want %d", query, n, want)
			}
			if n := len(b.get("/settings/usage/activity.csv?" + query).rows()); n != want {
				t.Errorf("%q: %d in the file, want %d", query, n, want)
			}
		}
		page := b.get("/settings/usage/activity?from=2026-11-11&model=Haiku+4.5")
		if page.value("from") != "2026-11-11" || page.attr("#model option[selected]", "value") != "Haiku 4.5" {
			t.Error("the filter is not shown")
		}
		charge := b.get(page.attr("#requests tbody a", "href"))
		if back := charge.attr("a.back", "href"); back != "/settings/usage/activity?from=2026-11-11&model=Haiku+4.5" {
			t.Errorf("back to %s", back)
		}
		for query, field := range map[string]string{
			"from=yesterday": "from", "from=2026-02-30": "from", "to=11/10/2026": "to", "from=2026-11-11&to=2026-11-10": "to", "covered=me": "covered",
			"model=nothing": "model", "month=2026-10": "month", "month=November": "month", "hold=%27+OR+1%3D1": "hold",
		} {
			page := b.get("/settings/usage/activity?" + query).want(http.StatusUnprocessableEntity)
			if !page.has("#" + field + "-error") {
				t.Errorf("%q has no error at %s", query, field)
			}
			b.get("/settings/usage/activity.csv?" + query).want(http.StatusUnprocessableEntity)
		}
		b.get("/settings/usage/activity?show=nothing").want(http.StatusNotFound)
		b.get("/settings/usage/activity?before=usage_of_nobody").want(http.StatusNotFound)
	})
}

// What others chose never becomes a formula in a spreadsheet.
func TestTheFileIsSafeInSpreadsheets(t *testing.T) {
	s := newSite(t, onSQLite(t))
	b := s.subscriber(ada)
	id := s.idOf(ada)
	evil := []string{`=HYPERLINK("http://x","y")`, "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "a,\"b\"\nc"}
	for i, m := range evil {
		s.event(billing.Event{Account: id, Model: "claude-haiku-4-5", MessageID: m, Usage: pricing.Usage{Input: int64(i + 1)}})
		s.advance(time.Second)
	}
	rows := b.get("/settings/usage/activity.csv").rows()
	for i, r := range rows {
		want := evil[len(evil)-1-i]
		got := r["message_id"]
		if strings.ContainsAny(want[:1], "=+-@\t\r") {
			want = "'" + want
		}
		if want = strings.ReplaceAll(want, "\r", ""); got != want { // a bare CR is not kept: lines end with CR LF
			t.Errorf("message %q is %q", want, got)
		}
	}
	a := b.get("/settings/usage/activity.csv")
	if got := a.header.Get("Content-Disposition"); got != `attachment; filename="extra-usage-activity.csv"` {
		t.Errorf("disposition %s", got)
	}
}

// P8: each charge leads to its request, its tokens, tier and rates, and the state that justified it.
func TestAChargeIsExplained(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s := newSite(t, open)
		b, other := s.subscriber(ada), s.subscriber(anna)
		id := s.idOf(ada)
		b.addCard("succeeds")
		b.confirm(b.review("30")).follow()
		s.extra(id, 50*money.Dollar)
		s.use(id, 39*money.Dollar)
		s.advance(time.Minute)
		charged := s.event(billing.Event{Account: id, Model: "claude-sonnet-4-5-20250929", MessageID: "msg_01", Usage: pricing.Usage{
			Input: 200_413, Output: 100_000,
		}}) // 200,413 × $6 + 100,000 × $22.50 a million = $3.452478
		page := b.get("/settings/usage/activity/" + charged).want(http.StatusOK)
		page.says("Sonnet 4.5", "claude-sonnet-4-5-20250929", "msg_01", "200,413", "$6 / MTok", "$22.50 / MTok", "$3.452478",
			"$1.00 of your session's included usage of $40.00 was left", "Your plan covered $1.00; $2.452478 was charged",
			"$27.547522", s.svc.Rates().Version(), charged)
		other.get("/settings/usage/activity/" + charged).want(http.StatusNotFound)
		b.get("/settings/usage/activity/usage_nobody").want(http.StatusNotFound)
		b.get("/settings/usage/activity/" + url.PathEscape("x' OR '1'='1")).want(http.StatusNotFound)
	})
}

// Changes of settings are told in words, page by page.
func TestSettingChangesAreTold(t *testing.T) {
	s := newSite(t, onSQLite(t))
	b := s.subscriber(ada)
	id := s.idOf(ada)
	b.get("/settings/usage/activity?show=changes").says("No changes yet")
	s.extra(id, 20*money.Dollar)
	b.addCard("succeeds")
	b.post("/settings/usage/monthly-limit", "kind", "amount", "amount", "35", "version", fmt.Sprint(s.version(id)))
	b.post("/settings/usage/auto-reload", "enabled", "on", "threshold", "5", "target", "20", "version", fmt.Sprint(s.version(id)), "confirm", "20")
	b.post("/settings/usage/turn-off")
	page := b.get("/settings/usage/activity?show=changes").says(
		"Monthly limit", "$20.00", "$35.00", "Extra usage", "On", "Off", "Below $5.00, back to $20.00", "Payment method", "Visa •• 4242", "You")
	if n := len(page.all("#changes tbody tr")); n != 4 {
		t.Errorf("%d changes", n)
	}
	for i := range 50 {
		s.must(s.svc.SaveLocale(t.Context(), id, []string{"it", "en"}[i%2]))
	}
	page = b.get("/settings/usage/activity?show=changes").says("Language", "Italiano", "English")
	if n := len(b.get(linkTo(page, "Older")).says("Monthly limit").all("#changes tbody tr")); n != 4 {
		t.Errorf("%d changes on the second page", n)
	}
}

func (s *site) version(id string) int64 {
	s.t.Helper()
	status, err := s.svc.Status(context.Background(), id)
	s.must(err)
	return status.Version
}

// Invoices are their account's; a month that is over keeps its figures.
func TestInvoicesOfMonths(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s := newSite(t, open)
		b := s.subscriber(ada)
		s.subscriber(anna)
		id := s.idOf(ada)
		b.addCard("succeeds")
		b.confirm(b.review("30")).follow()
		s.extra(id, 50*money.Dollar)
		s.use(id, 44*money.Dollar)
		s.advance(30 * 24 * time.Hour)
		b = s.browser().signIn(ada)
		b.get("/settings/billing").says("December 2026", "November 2026", "Being closed")
		b.get("/settings/billing/invoices/2026-11").says("Not issued yet: November 2026", "$4.00", "+$30.00", "Closing balance", "$26.00", "Max 20x plan", "$200.00")
		b.get("/settings/billing/invoices/2026-12").says("Preview: December 2026", "No extra usage in this month.", "No purchases in this month.", "Balance now", "$26.00")
		other := s.browser().signIn(anna)
		other.get("/settings/billing/invoices/2026-11").says("No extra usage in this month.")
		for _, month := range []string{"2026-10", "2027-01", "2026-1", "x", "2026-11%20"} {
			b.get("/settings/billing/invoices/" + month).want(http.StatusNotFound)
			b.get("/settings/billing/invoices/" + month + "/csv").want(http.StatusNotFound)
		}
	})
}
