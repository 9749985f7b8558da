package handlers_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"extrausage/money"
)

// Subscribers see what last month comes to at these rates; nobody else does.
func TestLastMonthOnThePriceList(t *testing.T) {
	s := newSite(t, onSQLite(t))
	b := s.subscriber(ada)
	id := s.idOf(ada)
	if s.browser().get("/pricing").has("#last-month") || s.staffMember("sam@example.com").get("/pricing").has("#last-month") {
		t.Error("whoever has no usage is told of a last month")
	}
	b.get("/pricing").says("Nothing used last month", "See this month")
	s.extra(id, 20*money.Dollar)
	s.post(id, 100*money.Dollar)
	s.use(id, 46*money.Dollar)
	b.get("/pricing").says("Nothing used last month")
	s.advance(30 * 24 * time.Hour)
	b = s.browser().signIn(ada)
	page := b.get("/pricing").says("All you used in November 2026 comes to $46.00 at these rates.", "Your plan's included usage bore $40.00 of it; $6.00 was charged as extra usage.")
	if row := textOf(page.first("#last-month tbody tr")); !strings.HasPrefix(row, "Haiku 4.5 1 input: 45,999,995 output: 1 $40.00 $6.00 $46.00") {
		t.Errorf("the row says %q", row)
	}
	b.get(linkTo(page, "See each request")).says("1 request: $46.00")
}

// With htmx the calculator's answer is the calculator alone.
func TestCalculatorByHTMX(t *testing.T) {
	b := newSite(t, onSQLite(t)).browser().with("HX-Request", "true")
	for query, status := range map[string]int{
		"model=Haiku+4.5&input=1000000": http.StatusOK, "model=Haiku+4.5&input=much": http.StatusUnprocessableEntity,
	} {
		a := b.get("/pricing?" + query).want(status)
		if !a.has("#calculator") || a.has("h1") || a.has("#rates") || !strings.Contains(a.header.Get("Vary"), "HX-Request") {
			t.Errorf("%s: %.300s", query, a.body)
		}
	}
	form := b.get("/pricing?model=Haiku+4.5&input=1").first("#calculator form")
	for name, want := range map[string]string{"hx-get": "/pricing", "hx-target": "#calculator", "method": "get"} {
		if got := attrOf(form, name); got != want {
			t.Errorf("%s=%q, want %q", name, got, want)
		}
	}
}
