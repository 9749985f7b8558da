package handlers_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"extrausage/billing"
	"extrausage/models/storetest"
	"extrausage/money"
)

// An account is made, brought up to date, and left without a plan: extra usage is never switched on by it, and goes off with
// the plan, credits kept.
func TestProvisionAccount(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s := newSite(t, open)
		m := s.machine(s.apiKey())
		put := func(id, body string) *answer { return m.json(http.MethodPut, "/v1/accounts/"+id, body) }
		const ready = `{"email":" Ada@Example.com ","name":"Ada Byron","plan":"max_20x","locale":"it","time_zone":"Europe/Rome"}`
		made := put("cust_42", ready).want(http.StatusCreated).is("id", "cust_42", "email", "ada@example.com", "name", "Ada Byron",
			"plan", "max_20x", "locale", "it", "time_zone", "Europe/Rome", "created_at", "2026-11-10T09:00:00Z")
		if again := put("cust_42", ready).want(http.StatusOK); again.body != made.body {
			t.Errorf("%s\n%s", made.body, again.body)
		}
		m.status("cust_42").is("enabled", "false", "state", "off", "monthly_limit.kind", "unset", "monthly_limit.amount", "<nil>", "remaining", "<nil>")
		put("cust_42", `{"email":"ada@example.com","plan":"max_20x","name":null}`).want(http.StatusOK).is("name", "Ada Byron", "locale", "it")

		s.fund("cust_42", 20*money.Dollar)
		s.extra("cust_42", 50*money.Dollar)
		put("cust_42", ready).want(http.StatusOK)
		m.status("cust_42").is("enabled", "true", "balance", "20")
		put("cust_42", `{"email":"countess@example.com","plan":null}`).want(http.StatusOK).is("plan", "<nil>", "email", "countess@example.com")
		m.status("countess@example.com").is("enabled", "false", "reason", "no_plan", "balance", "20")
		put("cust_42", ready).want(http.StatusOK)
		m.status("cust_42").is("enabled", "false")
		s.verify()
	})
}

func TestProvisionRefuses(t *testing.T) {
	s, m := onSite(t)
	s.account(anna)
	put := func(id, body string) *answer { return m.json(http.MethodPut, "/v1/accounts/"+id, body) }
	for body, want := range map[string]string{
		`{}`:                                                         "field_missing email",
		`{"email":"ada@example.com"}`:                                "field_missing plan",
		`{"email":null,"plan":null}`:                                 "field_missing email",
		`{"email":"ada","plan":null}`:                                "email_invalid email",
		`{"email":["ada"],"plan":null}`:                              "field_text email",
		`{"email":"ada@example.com","plan":""}`:                      "plan_unknown plan",
		`{"email":"ada@example.com","plan":"max_5x"}`:                "plan_unknown plan",
		`{"email":"ada@example.com","plan":"max_20x","locale":"fr"}`: "locale_unknown locale",
		`{"email":"ada@example.com","plan":"max_20x","time_zone":"Mars/Olympus"}`:                "time_zone_unknown time_zone",
		`{"email":"ada@example.com","plan":"max_20x","name":"` + strings.Repeat("n", 201) + `"}`: "too_long name",
		`{"email":"ada@example.com","plan":"max_20x","enabled":true}`:                            "field_unknown enabled",
		`{"email":"ada@example.com","plan":"max_20x","balance":"100"}`:                           "field_unknown balance",
		`{"email":"ada@example.com","plan":"max_20x","id":"other"}`:                              "field_unknown id",
	} {
		reason, field, _ := strings.Cut(want, " ")
		put("cust_42", body).refused(http.StatusUnprocessableEntity, reason).is("field", field)
	}
	put("x", `{"email":"ada@example.com","plan":null}`).refused(http.StatusUnprocessableEntity, "account_id_malformed")
	put("a%20b", `{"email":"ada@example.com","plan":null}`).refused(http.StatusUnprocessableEntity, "account_id_malformed")
	put("cust_42", `{"email":"anna@example.com","plan":null}`).refused(http.StatusUnprocessableEntity, "email_taken")
	m.get("/v1/accounts/cust_42/extra-usage").refused(http.StatusNotFound, "account_unknown")
}

// Everything the status can say, as the account goes from off to the wall.
func TestExtraUsageStatus(t *testing.T) {
	s, m := onSite(t)
	id := s.account(ada)
	m.status(ada).is("enabled", "false", "state", "off", "reason", "<nil>", "spent_this_month", "0", "held", "0", "balance", "0",
		"resets_at", "2026-12-01T00:00:00Z", "auto_reload.enabled", "false", "auto_reload.threshold", "<nil>", "auto_reload.target", "<nil>",
		"session.used_percent", "0", "session.limit_reached", "false", "session.continued", "false", "session.resets_at", "<nil>")
	s.fund(id, 10*money.Dollar)
	s.asking(id, 5*money.Dollar)
	if _, err := s.svc.SaveAutoReload(t.Context(), id, billing.SaveReload{Rule: billing.ReloadRule{On: true, Threshold: 5 * money.Dollar, Target: 20 * money.Dollar}}); err != nil {
		t.Fatal(err)
	}
	s.use(id, 30*money.Dollar)
	m.status(id).is("enabled", "true", "state", "plan", "monthly_limit.kind", "amount", "monthly_limit.amount", "5", "remaining", "5",
		"auto_reload.enabled", "true", "auto_reload.threshold", "5", "auto_reload.target", "20",
		"session.used_percent", "75", "session.resets_at", "2026-11-10T14:00:00Z")
	s.use(id, 10*money.Dollar)
	m.status(id).is("state", "asking", "reason", "session_limit_reached", "session.limit_reached", "true")

	choose := func(choice string) *answer {
		return m.json(http.MethodPost, "/v1/accounts/"+ada+"/session/continue", `{"choice":"`+choice+`"}`)
	}
	choose("stop").want(http.StatusOK).is("state", "stopped", "reason", "session_limit_reached", "session.continued", "false")
	if a := m.hold("stopped", worst(id, money.Dollar)).refused(http.StatusPaymentRequired, "session_limit_reached"); !strings.Contains(a.string("detail"), "you chose to stop") {
		t.Error(a.body)
	}
	choose("continue").want(http.StatusOK).is("state", "extra", "reason", "<nil>", "session.continued", "true")
	m.held(id, 2*money.Dollar)
	m.status(id).is("held", "2", "remaining", "3")
	m.hold("wall", worst(id, 4*money.Dollar)).refused(http.StatusPaymentRequired, "monthly_limit_reached").is("available", "3", "needed", "4")
	m.status(id).is("state", "stopped", "reason", "monthly_limit_reached")
	choose("always").want(http.StatusOK).is("session.continued", "true")
	s.advance(6 * time.Hour)
	m.status(id).is("session.continued", "true", "session.resets_at", "<nil>", "state", "plan")

	if _, err := s.svc.SaveMonthlyLimit(t.Context(), id, billing.SaveLimit{Limit: billing.Limit{Kind: billing.Unlimited}, Confirmed: billing.Confirmed}); err != nil {
		t.Fatal(err)
	}
	m.status(id).is("monthly_limit.kind", "unlimited", "monthly_limit.amount", "<nil>", "remaining", "<nil>")
}

// A choice needs extra usage and a session, and is one of three.
func TestContinueRefuses(t *testing.T) {
	s, m := onSite(t)
	id := s.account(ada)
	send := func(body string) *answer {
		return m.json(http.MethodPost, "/v1/accounts/"+id+"/session/continue", body)
	}
	send(`{"choice":"continue"}`).refused(http.StatusConflict, "extra_usage_off")
	s.fund(id, 10*money.Dollar)
	s.asking(id, 5*money.Dollar)
	send(`{"choice":"continue"}`).refused(http.StatusConflict, "session_none")
	s.use(id, money.Dollar)
	for body, want := range map[string]string{
		`{}`: "field_missing choice", `{"choice":""}`: "choice_unknown choice", `{"choice":"Continue"}`: "choice_unknown choice",
		`{"choice":true}`: "field_text choice", `{"choice":"stop","account":"x"}`: "field_unknown account",
	} {
		reason, field, _ := strings.Cut(want, " ")
		send(body).refused(http.StatusUnprocessableEntity, reason).is("field", field)
	}
	send(`{"choice":"continue"}`).want(http.StatusOK)
}

// The API, the page and the rules say the same of an account.
func TestStatusIsThePages(t *testing.T) {
	s := newSite(t, onSQLite(t))
	b := s.subscriber(ada)
	id := s.idOf(ada)
	s.fund(id, 20*money.Dollar)
	s.extra(id, 5*money.Dollar)
	s.exhausted(id)
	s.use(id, 4*money.Dollar)
	m := s.machine(s.apiKey())
	refusal := m.hold("k", worst(id, 2*money.Dollar)).refused(http.StatusPaymentRequired, "monthly_limit_reached")
	m.status(id).is("spent_this_month", "4", "remaining", "1", "balance", "16", "reason", "monthly_limit_reached")
	sentence, _, _ := strings.Cut(refusal.string("detail"), ". ")
	b.get("/settings/usage").want(http.StatusOK).says(sentence, "$4.00", "$16.00")
}
