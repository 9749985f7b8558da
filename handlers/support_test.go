package handlers_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"extrausage/billing"
	"extrausage/models/storetest"
	"extrausage/money"
	"extrausage/pricing"
)

const sam = "sam@support.test"

// look opens an account for a staff member.
func (b *browser) look(id string) *answer {
	b.s.t.Helper()
	return b.post("/support/accounts/"+id+"/look", "reason", "You asked why a request was refused", "ticket", "48211").follow()
}

// Staff sees what the subscriber sees: the same figures, the same reason in the same words; and why requests were refused.
func TestStaffSeesWhatTheSubscriberSees(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s := newSite(t, open)
		b, staff := s.subscriber(ada), s.staffMember(sam)
		id := s.idOf(ada)
		b.addCard("succeeds")
		b.confirm(b.review("30")).follow()
		s.extra(id, 6*money.Dollar)
		s.use(id, 45*money.Dollar)
		_, refusal, err := s.svc.Hold(t.Context(), billing.HoldRequest{
			Caller: "key", Key: "1", Account: id, Model: "claude-haiku-4-5", Worst: pricing.Usage{Input: 3_000_000, Output: 1},
		})
		s.must(err)
		if refusal == nil || refusal.Reason != billing.MonthlyLimitReached {
			t.Fatalf("refusal %+v", refusal)
		}
		status, err := s.svc.Status(t.Context(), id)
		s.must(err)

		page := staff.look(id).want(http.StatusOK)
		says := page.text("#status .says")
		if own := b.get("/settings/usage"); !strings.Contains(textOf(own.doc()), says) {
			t.Errorf("the subscriber does not read %q:\n%s", says, own.text("#status"))
		}
		page.says(string(status.Reason), status.Spent.Format("en"), "$6.00", status.Balance.Format("en"), "Visa •• 4242",
			"monthly_limit_reached", "$3.000005", "$1.00", "Haiku 4.5", "claude-haiku-4-5", "Max 20x", "Paid", "48211", "Sam Support")
		var api struct{ Reason, Balance, Spent string }
		answer := s.machine(s.apiKey()).get("/v1/accounts/" + id + "/extra-usage").want(http.StatusOK)
		var doc map[string]any
		s.must(json.Unmarshal([]byte(answer.body), &doc))
		api.Reason, _ = doc["reason"].(string)
		api.Balance, _ = doc["balance"].(string)
		api.Spent, _ = doc["spent_this_month"].(string)
		if api.Reason != string(status.Reason) || api.Balance != status.Balance.Decimal() || api.Spent != status.Spent.Decimal() {
			t.Errorf("API %+v, status %s %s %s", api, status.Reason, status.Balance.Decimal(), status.Spent.Decimal())
		}
	})
}

// P10: no look without a reason, none that lasts, and each of them is on the subscriber's page.
func TestEveryLookIsOnTheActivityPage(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s := newSite(t, open)
		b, staff := s.subscriber(ada), s.staffMember(sam)
		id := s.idOf(ada)
		path := "/support/accounts/" + id
		b.get("/settings/usage/activity?show=staff").says("Nobody has looked")

		ask := staff.get(path).want(http.StatusOK).says("Why do you look?", "30 minutes")
		if strings.Contains(ask.body, ada) || strings.Contains(ask.body, "Ada") {
			t.Error("shown before a reason was given")
		}
		for _, wrong := range [][]string{{}, {"reason", "x"}, {"ticket", "1"}, {"reason", strings.Repeat("x", 501), "ticket", "1"}, {"reason", "  ", "ticket", "1"}} {
			again := staff.post(path+"/look", wrong...).want(http.StatusUnprocessableEntity)
			if !again.has("#reason-error") && !again.has("#ticket-error") {
				t.Errorf("%v: no field has an error", wrong)
			}
		}
		b.get("/settings/usage/activity?show=staff").says("Nobody has looked")

		staff.look(id).says("A•••", "a•••@example.com", "48211")
		s.advance(time.Minute)
		staff.get(path).want(http.StatusOK)
		page := b.get("/settings/usage/activity?show=staff").says("Sam Support", "You asked why a request was refused", "48211")
		if n := len(page.all("#staff-views tbody tr")); n != 2 {
			t.Errorf("%d looks told, 2 done", n)
		}
		s.advance(29 * time.Minute)
		staff.get(path).says("Why do you look?")
		if n := len(b.get("/settings/usage/activity?show=staff").all("#staff-views tbody tr")); n != 2 {
			t.Errorf("%d looks told after the look was over", n)
		}
	})
}

// What staff reads is masked: nothing that tells who it is, no address of the provider, no key.
func TestStaffSeesNoPersonalData(t *testing.T) {
	s := newSite(t, onSQLite(t))
	b, staff := s.subscriber("ada.byron@example.com"), s.staffMember(sam)
	id := s.idOf("ada.byron@example.com")
	b.addCard("needs_authentication")
	b.confirm(b.review("30"))
	s.must(s.svc.SaveInvoiceAddress(t.Context(), id, billing.InvoiceAddress{Name: "Ada Byron", Company: "Engines", Address: "12 St James's", TaxID: "GB42"}))
	pages := []*answer{staff.get("/support?q=ada.byron@example.com"), staff.get("/support/accounts/" + id), staff.look(id)}
	for _, page := range pages {
		page.want(http.StatusOK)
		for _, secret := range []string{"Byron", "ada.byron", "Engines", "St James", "GB42", "/test-provider", "/settings/billing/purchases"} {
			if page.what != "GET /support?q=ada.byron@example.com" && strings.Contains(page.body, secret) {
				t.Errorf("%s shows %q", page.what, secret)
			}
		}
	}
	pages[0].says("a•••@example.com", "A•••", id)
	if strings.Contains(pages[0].text("#results"), "byron") {
		t.Errorf("results: %s", pages[0].text("#results"))
	}
}

func TestSupportSearch(t *testing.T) {
	s := newSite(t, onSQLite(t))
	s.account(ada)
	id := s.idOf(ada)
	staff := s.staffMember(sam)
	empty := staff.get("/support").want(http.StatusOK)
	if empty.has("#results") {
		t.Error("results before a search")
	}
	for _, q := range []string{"ada@example.com", "ADA@example", id} {
		page := staff.get("/support?q=" + q).want(http.StatusOK)
		if page.attr("#results tbody a", "href") != "/support/accounts/"+id {
			t.Errorf("%q: %s", q, page.text("#results"))
		}
	}
	staff.get("/support?q=nobody@example.com").says("No account with this address or id")
	staff.get("/support?q=%25%25%25").says("No account with this address or id")
	short := staff.get("/support?q=ad").want(http.StatusUnprocessableEntity).says("Enter at least 3 characters")
	if short.value("q") != "ad" {
		t.Error("the search is lost")
	}
	staff.get("/support/accounts/acc_nobody").want(http.StatusNotFound)
	staff.post("/support/accounts/acc_nobody/look", "reason", "x", "ticket", "1").want(http.StatusNotFound)
}

// The desk is staff's: for everybody else there is nothing, or a door.
func TestSupportIsForStaff(t *testing.T) {
	s := newSite(t, onSQLite(t))
	b := s.subscriber(ada)
	id := s.idOf(ada)
	for _, path := range []string{"/support", "/support?q=ada", "/support/accounts/" + id} {
		b.get(path).want(http.StatusNotFound)
		if to := s.browser().get(path).want(http.StatusSeeOther).location(); !strings.HasPrefix(to, "/sign-in?next=") {
			t.Errorf("%s leads a stranger to %s", path, to)
		}
	}
	b.post("/support/accounts/"+id+"/look", "reason", "x", "ticket", "1").want(http.StatusNotFound)
}

// P10: whatever a staff member posts, nothing of an account changes.
func TestStaffChangesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s := newSite(t, open)
		b, staff := s.subscriber(ada), s.staffMember(sam)
		id := s.idOf(ada)
		b.addCard("succeeds")
		b.confirm(b.review("30")).follow()
		s.extra(id, 20*money.Dollar)
		staff.look(id)
		before, err := s.svc.ExportData(t.Context(), id)
		s.must(err)
		status, err := s.svc.Status(t.Context(), id)
		s.must(err)
		tried := 0
		for _, r := range s.router.(interface{ Routes() []*echo.Route }).Routes() {
			if r.Method != http.MethodPost || !strings.HasPrefix(r.Path, "/settings") {
				continue
			}
			tried++
			path := strings.NewReplacer(":id", "x", ":month", "2026-11").Replace(r.Path)
			got := staff.post(path, "account", id, "account_id", id, "version", "1", "kind", "unlimited", "confirm", "unlimited",
				"amount", "20", "key", "k", "current_password", password)
			if got.status != http.StatusForbidden {
				t.Errorf("%s: %d", path, got.status)
			}
		}
		if tried < 15 {
			t.Errorf("only %d forms tried", tried)
		}
		after, err := s.svc.ExportData(t.Context(), id)
		s.must(err)
		now, err := s.svc.Status(t.Context(), id)
		s.must(err)
		if a, b := asJSON(t, before), asJSON(t, after); a != b {
			t.Errorf("changed from\n%s\nto\n%s", a, b)
		}
		if asJSON(t, status) != asJSON(t, now) {
			t.Errorf("status changed: %+v", now)
		}
	})
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
