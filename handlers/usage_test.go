package handlers_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"extrausage/billing"
	"extrausage/models/storetest"
	"extrausage/money"
)

// onExtra is a subscriber with extra usage on, a limit of $50 and $20 of credits, by the front door.
func onExtra(t *testing.T, open storetest.Open) (s *site, b *browser, id string) {
	s = newSite(t, open)
	b = s.subscriber("ada@example.com")
	b.enabling()
	b.preferences("limit_kind", "amount", "limit_amount", "50", "first_purchase", "20").want(http.StatusSeeOther)
	b.agree(b.get(enableURL + "/review")).want(http.StatusSeeOther)
	b.get("/settings/usage").says("Extra usage is on, up to $50.00") // takes the notice
	return s, b, s.idOf("ada@example.com")
}

func (s *site) status(id string) billing.Status {
	s.t.Helper()
	status, err := s.svc.Status(context.Background(), id)
	s.must(err)
	return status
}

// limit sends the form of the monthly limit as it stands on the page.
func (b *browser) limit(pairs ...string) *answer {
	b.s.t.Helper()
	version := b.get("/settings/usage").attr("#monthly-limit [name=version]", "value")
	return b.post("/settings/usage/monthly-limit", append([]string{"version", version}, pairs...)...)
}

func TestMonthlyLimitForm(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s, b, id := onExtra(t, open)
		b.limit("kind", "amount", "amount", "80,50").follow().says("$80.50")
		if got := s.status(id).Limit; got != (billing.Limit{Kind: billing.LimitAmount, Amount: money.Cents(8050)}) {
			t.Errorf("%+v", got)
		}
		bad := b.limit("kind", "amount", "amount", "12,345").want(http.StatusUnprocessableEntity)
		if bad.attr("#monthly-limit [name=amount]", "value") != "12,345" {
			t.Error("the form did not come back as typed")
		}
		bad.says("Enter 12345 or")
		b.limit("kind", "amount", "amount", "0").want(http.StatusUnprocessableEntity).says("turn extra usage off")

		// Unlimited takes a second step; the first changes nothing
		asked := b.limit("kind", "unlimited").want(http.StatusUnprocessableEntity).says("There is no maximum")
		if s.status(id).Limit.Kind != billing.LimitAmount {
			t.Fatal("Unlimited without the confirmation")
		}
		b.post("/settings/usage/monthly-limit", "version", asked.attr("#monthly-limit [name=version]", "value"), "kind", "unlimited", "confirm", "unlimited").want(http.StatusSeeOther)
		if s.status(id).Limit.Kind != billing.Unlimited {
			t.Error("the confirmation was not taken")
		}
	})
}

func TestASecondTabIsToldThatSettingsHaveMovedOn(t *testing.T) {
	s, b, id := onExtra(t, onSQLite(t))
	old := b.get("/settings/usage").attr("#monthly-limit [name=version]", "value")
	b.limit("kind", "amount", "amount", "60").want(http.StatusSeeOther)
	b.post("/settings/usage/monthly-limit", "version", old, "kind", "amount", "amount", "70").want(http.StatusConflict).says("changed in the meantime")
	b.post("/settings/usage/monthly-limit", "version", "nonsense", "kind", "amount", "amount", "70").want(http.StatusConflict)
	b.post("/settings/usage/monthly-limit", "kind", "amount", "amount", "70").want(http.StatusConflict)
	if got := s.status(id).Limit.Amount; got != 60*money.Dollar {
		t.Errorf("limit %s", got.Decimal())
	}
}

func TestUndoForTenMinutes(t *testing.T) {
	s, b, id := onExtra(t, onSQLite(t))
	page := b.limit("kind", "amount", "amount", "60").follow()
	if label := page.text(`form[action=/settings/usage/undo] button`); label != "Change back to $50.00" {
		t.Errorf("the button says %q", label)
	}
	change := page.attr("form[action=/settings/usage/undo] [name=change]", "value")
	b.post("/settings/usage/undo", "change", change).follow()
	if got := s.status(id).Limit.Amount; got != 50*money.Dollar {
		t.Errorf("limit %s", got.Decimal())
	}
	page = b.limit("kind", "amount", "amount", "70").follow()
	change = page.attr("form[action=/settings/usage/undo] [name=change]", "value")
	s.advance(10*time.Minute + time.Second)
	b.post("/settings/usage/undo", "change", change).follow().says("can no longer be taken back")
	if got := s.status(id).Limit.Amount; got != 70*money.Dollar {
		t.Errorf("limit %s", got.Decimal())
	}
}

// With htmx a form answers with its section, and with all that changed along with it.
func TestUsageFormsWithHTMX(t *testing.T) {
	s, b, id := onExtra(t, onSQLite(t))
	version := b.get("/settings/usage").attr("#monthly-limit [name=version]", "value")
	bad := b.postHTMX("/settings/usage/monthly-limit", "version", version, "kind", "amount", "amount", "x").want(http.StatusUnprocessableEntity)
	if bad.has("h1") || !bad.has("#monthly-limit") || !strings.HasPrefix(bad.text("title"), "Error:") {
		t.Errorf("not the section alone: %.500s", bad.body)
	}
	good := b.postHTMX("/settings/usage/monthly-limit", "version", version, "kind", "amount", "amount", "65").want(http.StatusOK)
	if good.has("h1") || !good.has("#monthly-limit") || !good.has("#status") || !strings.Contains(good.body, "$65.00") {
		t.Errorf("not the sections that changed: %.500s", good.body)
	}
	if vary := good.header.Values("Vary"); !strings.Contains(strings.Join(vary, ","), "HX-Request") {
		t.Errorf("Vary: %v", vary)
	}
	off := b.postHTMX("/settings/usage/turn-off").want(http.StatusOK)
	if !strings.Contains(off.body, `action="/settings/usage/enable"`) || s.enabled(id) {
		t.Error("not off")
	}
}

func TestTurnOffIsOneStepAndKeepsCredits(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s, b, id := onExtra(t, open)
		b.post("/settings/usage/turn-off").follow().says("$20.00")
		if got := s.status(id); got.Enabled || got.Balance != 20*money.Dollar {
			t.Errorf("%+v", got)
		}
	})
}

func TestAutoReloadForm(t *testing.T) {
	s, b, id := onExtra(t, onSQLite(t))
	send := func(pairs ...string) *answer {
		version := b.get("/settings/usage").attr("#auto-reload [name=version]", "value")
		return b.post("/settings/usage/auto-reload", append([]string{"version", version}, pairs...)...)
	}
	send("enabled", "on", "threshold", "10", "target", "30").follow().says("$10.00")
	if got := s.status(id).Reload.ReloadRule; got != (billing.ReloadRule{On: true, Threshold: 10 * money.Dollar, Target: 30 * money.Dollar}) {
		t.Errorf("%+v", got)
	}
	asked := send("enabled", "on", "threshold", "25", "target", "30").want(http.StatusUnprocessableEntity).says("$10.00")
	if confirm := asked.attr("#auto-reload button[name=confirm]", "value"); confirm != "10" {
		t.Errorf("asks to confirm %q", confirm)
	}
	send("enabled", "on", "threshold", "25", "target", "30", "confirm", "9.99").want(http.StatusUnprocessableEntity)
	send("enabled", "on", "threshold", "25", "target", "30", "confirm", "10").want(http.StatusSeeOther)
	send("enabled", "off").want(http.StatusSeeOther)
	if s.status(id).Reload.On {
		t.Error("still on")
	}
	send().want(http.StatusUnprocessableEntity)
}

func TestContinueChoice(t *testing.T) {
	s, b, id := onExtra(t, onSQLite(t))
	s.use(id, 40*money.Dollar)
	page := b.get("/settings/usage").says("Continue with extra usage?")
	session := page.attr("#session [name=session]", "value")
	b.post("/settings/usage/session", "session", "2020-01-01T00:00:00Z", "choice", "continue").want(http.StatusConflict)
	b.post("/settings/usage/session", "session", session, "choice", "nonsense").want(http.StatusUnprocessableEntity)
	b.post("/settings/usage/session", "session", session, "choice", "continue").want(http.StatusSeeOther)
	if got := s.status(id); got.State != billing.StateExtra || got.Preference != billing.AskFirst {
		t.Errorf("%+v", got)
	}
	b.post("/settings/usage/session", "session", session, "choice", "stop").want(http.StatusSeeOther)
	if got := s.status(id); got.State != billing.StateStopped || got.Reason != billing.SessionLimitReached {
		t.Errorf("%+v", got)
	}
	b.post("/settings/usage/session", "session", session, "choice", "always").want(http.StatusSeeOther)
	if got := s.status(id); got.State != billing.StateExtra || got.Preference != billing.Always {
		t.Errorf("%+v", got)
	}
	b.post("/settings/usage/continue", "preference", "ask").follow()
	if s.status(id).Preference != billing.AskFirst {
		t.Error("the preference was not saved")
	}
	b.post("/settings/usage/continue", "preference", "").want(http.StatusUnprocessableEntity)
}

func TestSpendingCSVIsTheChart(t *testing.T) {
	s, b, id := onExtra(t, onSQLite(t))
	s.extra(id, 50*money.Dollar)
	s.use(id, 40*money.Dollar)
	s.use(id, 7*money.Dollar)
	rows := b.get("/settings/usage/spending.csv").rows()
	if len(rows) != 1 || rows[0]["extra_usd"] != "7" || rows[0]["plan_usd"] != "40" || rows[0]["model"] != "Haiku 4.5" {
		t.Errorf("%v", rows)
	}
	b.get("/settings/usage").says("$7.00")
}
