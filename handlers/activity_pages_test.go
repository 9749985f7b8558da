package handlers_test

import (
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

// Lists turn both ways under the same filter, and end at the newest page.
func TestActivityTurnsBothWays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s := newSite(t, open)
		b := s.subscriber(ada)
		id := s.idOf(ada)
		for range 120 {
			s.use(id, money.Cent)
			s.advance(time.Second)
		}
		first := b.get("/settings/usage/activity?model=Haiku+4.5")
		second := b.get(linkTo(first, "Older"))
		third := b.get(linkTo(second, "Older"))
		if n := len(third.all("#requests tbody tr")); n != 20 || strings.Contains(textOf(third.doc()), "Older") {
			t.Errorf("%d rows on the last page", n)
		}
		back := b.get(linkTo(third, "Newer"))
		if got, want := textOf(back.first("#requests tbody")), textOf(second.first("#requests tbody")); got != want {
			t.Errorf("back on the second page:\n%s\nwant\n%s", got, want)
		}
		again := b.get(linkTo(back, "Newer"))
		if got, want := textOf(again.first("#requests tbody")), textOf(first.first("#requests tbody")); got != want {
			t.Errorf("back on the first page:\n%s\nwant\n%s", got, want)
		}
		if again.attr("#model option[selected]", "value") != "Haiku 4.5" || len(again.all(".pager a")) != 2 {
			t.Errorf("the first page has other links or another filter: %s", again.text(".pager"))
		}
		charge := b.get(second.attr("#requests tbody a", "href"))
		if got, want := charge.attr("a.back", "href"), linkTo(first, "Older"); !sameAddress(got, want) {
			t.Errorf("back to %s, want %s", got, want)
		}
	})
}

func sameAddress(a, b string) bool {
	x, y := mustURL(a), mustURL(b)
	return x.Path == y.Path && x.Query().Encode() == y.Query().Encode()
}

// The hold that a request settled finds it, and the explanation names it with the limit and the permission of that time.
func TestActivityByHold(t *testing.T) {
	s := newSite(t, onSQLite(t))
	b := s.subscriber(ada)
	id := s.idOf(ada)
	s.extra(id, 50*money.Dollar)
	s.post(id, 100*money.Dollar)
	s.use(id, 40*money.Dollar)
	h, _, err := s.svc.Hold(t.Context(), billing.HoldRequest{
		Caller: "k", Key: "k", Account: id, Model: "claude-sonnet-4-5", Worst: pricing.Usage{Input: 200_413, Output: 1000},
	})
	s.must(err)
	_, _, err = s.svc.Settle(t.Context(), billing.SettleRequest{HoldID: h.ID, Usage: pricing.Usage{Input: 200_413, Output: 1000}, Fingerprint: "f"})
	s.must(err)
	page := b.get("/settings/usage/activity?hold=" + url.QueryEscape(" "+h.ID+" ")).want(http.StatusOK).says("1 request: $1.224978")
	b.get(page.attr("#requests tbody a", "href")).says(h.ID, "Always continue",
		"200,413 prompt tokens: over 200K, so the whole request is at the higher rates, its output included: $6 / $22.50 per MTok (input / output).",
		"$0.00 of your session's included usage of $40.00 was left at 09:00:00 UTC, and extra usage was on.")
	if rows := b.get("/settings/usage/activity.csv?hold=" + h.ID).rows(); len(rows) != 1 || rows[0]["hold_id"] != h.ID {
		t.Errorf("file: %v", rows)
	}
}

// The other lists are files too; what staff wrote is no formula in them.
func TestChangesAndStaffViewsAsFiles(t *testing.T) {
	s := newSite(t, onSQLite(t))
	b := s.subscriber(ada)
	id := s.idOf(ada)
	s.extra(id, 50*money.Dollar)
	s.use(id, 40*money.Dollar)
	b.post("/settings/usage/session", "choice", "stop", "session", s.startOfSession(id)).want(http.StatusSeeOther)
	b.get("/settings/usage/activity?show=changes").says("Choice for a session", "not set", "Stop", "You")
	if rows := b.get("/settings/usage/activity.csv?show=changes").rows(); len(rows) != 1 || rows[0]["setting"] != "session_choice" || rows[0]["new"] != "stop" {
		t.Errorf("changes: %v", rows)
	}
	staff := s.staffMember("sam@example.com")
	staff.post("/support/accounts/"+id+"/look", "reason", "=1+1", "ticket", "@SUM(A1)").follow()
	for range 60 {
		staff.get("/support/accounts/" + id).want(http.StatusOK)
	}
	page := b.get("/settings/usage/activity?show=staff")
	older := b.get(linkTo(page, "Older"))
	if n, m := len(page.all("#staff-views tbody tr")), len(older.all("#staff-views tbody tr")); n != 50 || m < 10 {
		t.Errorf("%d and %d views", n, m)
	}
	rows := b.get("/settings/usage/activity.csv?show=staff").rows()
	if len(rows) != 50+len(older.all("#staff-views tbody tr")) || rows[0]["reason"] != "'=1+1" || rows[0]["ticket"] != "'@SUM(A1)" {
		t.Errorf("%d rows, %v", len(rows), rows[0])
	}
	b.get("/settings/usage/activity.csv?show=nothing").want(http.StatusNotFound)
}

// startOfSession names the running session as its form does.
func (s *site) startOfSession(id string) string {
	s.t.Helper()
	status, err := s.svc.Status(s.t.Context(), id)
	s.must(err)
	return fmt.Sprint(status.Session.StartsAt.UTC().Format(time.RFC3339Nano))
}
