package billing_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"extrausage/billing"
	"extrausage/models/storetest"
)

func TestFindAccounts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		d := newDesk(t, open)
		ada := d.account("ada@example.org")
		d.account("adam@example.org")
		d.account("a_a@example.org")
		want := billing.AccountHit{ID: ada, MaskedEmail: "a•••@example.org", MaskedName: "A•••", Plan: "max_20x", CreatedAt: deskStart}
		for _, query := range []string{ada, "ada@example.org", " ADA@EX"} {
			if hits := must(d.FindAccounts(t.Context(), query))(t); len(hits) != 1 || hits[0] != want {
				t.Errorf("%q: %+v, want %+v", query, hits, want)
			}
		}
		for query, n := range map[string]int{"ada": 2, "a_a": 1, "%da": 0, "a__@": 0, `ada\`: 0, "dam@": 0, "acc": 0, "nobody": 0} {
			if hits := must(d.FindAccounts(t.Context(), query))(t); len(hits) != n {
				t.Errorf("%q: %+v, want %d", query, hits, n)
			}
		}
		for _, query := range []string{"", "ad", "  a  "} {
			_, err := d.FindAccounts(t.Context(), query)
			d.want("search_short", err)
		}
		for i := range 25 {
			must(d.CreateAccount(t.Context(), billing.NewAccount{Email: fmt.Sprintf("user%02d@example.org", i)}))(t)
		}
		if hits := must(d.FindAccounts(t.Context(), "user"))(t); len(hits) != 20 {
			t.Errorf("%d hits, want 20", len(hits))
		}
	})
}

func TestALookHasAReasonAndAnEnd(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		d := newDesk(t, open)
		ada, bob := d.account("ada@example.org"), d.account("bob@example.org")
		sam, kim := d.staff("sam@example.org"), d.staff("kim@example.org")
		look := func(staff, account string) error {
			_, err := d.Look(t.Context(), staff, account)
			return err
		}
		d.want("look_needed", look(sam, ada))
		if f := billing.AsFault(look(sam, ada)); f == nil || f.Kind != billing.Forbidden {
			t.Errorf("%v", f)
		}
		for _, c := range []struct{ staff, account, reason, ticket, code string }{
			{sam, ada, " ", "T-1", "reason_missing"}, {sam, ada, "asked", "", "ticket_missing"},
			{sam, ada, strings.Repeat("x", 501), "T-1", "too_long"}, {sam, ada, "asked", strings.Repeat("x", 101), "too_long"},
			{sam, "acc_none", "asked", "T-1", "account_unknown"}, {ada, ada, "asked", "T-1", "staff_unknown"},
		} {
			_, err := d.StartLook(t.Context(), c.staff, c.account, c.reason, c.ticket)
			d.want(c.code, err)
		}
		started := must(d.StartLook(t.Context(), sam, ada, "asked for\nhelp", "T-1"))(t)
		want := billing.Look{
			ID: started.ID, AccountID: ada, StaffID: sam, Reason: "asked for help", Ticket: "T-1",
			StartedAt: deskStart, EndsAt: deskStart.Add(30 * time.Minute),
		}
		if started != want {
			t.Errorf("%+v, want %+v", started, want)
		}
		d.wait(30*time.Minute - time.Second)
		if got := must(d.Look(t.Context(), sam, ada))(t); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
		d.want("look_needed", look(sam, bob)) // one account
		d.want("look_needed", look(kim, ada)) // one person
		d.want("account_unknown", look(sam, "acc_none"))
		d.wait(time.Second)
		d.want("look_needed", look(sam, ada))
	})
}

func TestEveryLookIsOnTheSubscribersPage(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		d := newDesk(t, open)
		ada, bob := d.account("ada@example.org"), d.account("bob@example.org")
		sam := d.staff("sam@example.org")
		must(d.StartLook(t.Context(), sam, ada, "asked for help", "T-1"))(t)
		if views := must(d.StaffViews(t.Context(), ada, billing.Place{}, 200))(t).Views; len(views) != 0 {
			t.Errorf("seen before anything was shown: %+v", views)
		}
		for range 3 {
			d.wait(time.Minute)
			must(d.Look(t.Context(), sam, ada))(t)
		}
		views := must(d.StaffViews(t.Context(), ada, billing.Place{}, 200))(t).Views
		want := billing.StaffView{At: deskStart.Add(3 * time.Minute), StaffName: "Sam of Support", Reason: "asked for help", Ticket: "T-1"}
		if len(views) != 3 || views[0] != want {
			t.Errorf("%+v, want three, the newest %+v", views, want)
		}
		if views := must(d.StaffViews(t.Context(), bob, billing.Place{}, 200))(t).Views; len(views) != 0 {
			t.Errorf("Bob was not seen: %+v", views)
		}
	})
}
