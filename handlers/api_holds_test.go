package handlers_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"extrausage/models"
	"extrausage/models/storetest"
	"extrausage/money"
)

// A request on the plan, and one on extra usage, from hold to settlement, in exact figures.
func TestHoldAndSettle(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s := newSite(t, open)
		m, id := s.machine(s.apiKey()), s.account(ada)
		s.fund(id, 20*money.Dollar)
		s.extra(id, 50*money.Dollar)

		hold := m.hold("first", worst(ada, 2*money.Dollar)).want(http.StatusCreated).
			is("account", id, "covered_by", "plan", "worst_case", "2", "expires_at", "2026-11-10T09:30:00Z")
		m.settle(hold.string("id"), used(money.Dollar)).want(http.StatusOK).
			is("id", hold.string("id"), "cost", "1", "plan_part", "1", "extra_part", "0", "absorbed", "0", "balance", "20", "spent_this_month", "0", "duplicate", "<none>")

		both := m.hold("second", worst(id, 40*money.Dollar)).want(http.StatusCreated).is("covered_by", "plan_and_extra", "worst_case", "40")
		m.settle(both.string("id"), used(40*money.Dollar+500*money.Dollar/1000)).want(http.StatusOK).
			is("cost", "40.5", "plan_part", "39", "extra_part", "1", "absorbed", "0.5", "balance", "19", "spent_this_month", "1")

		extra := m.hold("third", worst(id, 250*money.Cent)).want(http.StatusCreated).is("covered_by", "extra")
		m.status(id).is("held", "2.5", "remaining", "46.5", "spent_this_month", "1", "balance", "19", "state", "extra")
		m.json(http.MethodPost, "/v1/holds/"+extra.string("id")+"/void", "").want(http.StatusOK).is("id", extra.string("id"), "status", "voided")
		m.status(id).is("held", "0", "remaining", "49", "state", "extra", "enabled", "true", "reason", "<nil>")
		s.verify()
	})
}

// Every class of tokens reaches its price: Sonnet 4.5 above 200K tokens of prompt.
func TestHoldPricesEveryClass(t *testing.T) {
	s, m := onSite(t)
	id := s.account(ada)
	m.hold("k", `{"account":"`+id+`","model":"claude-sonnet-4-5","input_tokens":200000,"cache_write_tokens":1000,"cache_write_1h_tokens":100,"cache_read_tokens":10,"max_tokens":10000}`).
		want(http.StatusCreated).is("worst_case", "1.433706") // 1.2 + 0.0075 + 0.0012 + 0.000006 + 0.225
}

// After its time a hold can be settled once, and voided holds and settled ones say so.
func TestHoldEnds(t *testing.T) {
	s, m := onSite(t)
	id := s.account(ada)
	void := func(hold string) *answer { return m.json(http.MethodPost, "/v1/holds/"+hold+"/void", "") }

	settled, voided, late := m.held(id, money.Dollar), m.held(id, money.Dollar), m.held(id, money.Dollar)
	m.settle(settled, used(money.Dollar)).want(http.StatusOK)
	void(settled).refused(http.StatusConflict, "hold_settled")
	m.settle(settled, used(2*money.Dollar)).refused(http.StatusConflict, "hold_settled")
	void(voided).want(http.StatusOK)
	void(voided).want(http.StatusOK)
	m.settle(voided, used(money.Dollar)).refused(http.StatusConflict, "hold_voided")
	s.advance(31 * time.Minute)
	first := m.settle(late, used(money.Dollar)).want(http.StatusOK).is("plan_part", "1")
	if again := m.settle(late, " "+used(money.Dollar)+" ").want(http.StatusOK); again.body != first.body {
		t.Errorf("the same report was answered %s, then %s", first.body, again.body)
	}
	m.settle("hold_nowhere", used(money.Dollar)).refused(http.StatusNotFound, "hold_unknown")
	void("hold_nowhere").refused(http.StatusNotFound, "hold_unknown")
	for _, id := range []string{"%00", "%ff", "a%0Ab", strings.Repeat("x", 2000)} {
		void(id).want(http.StatusNotFound)
	}
	m.status(id).is("session.used_percent", "5")
	s.verify()
}

// A message counts once, whether it came with a hold or as an event.
func TestMessageCountsOnce(t *testing.T) {
	s, m := onSite(t)
	id := s.account(ada)
	settle := func(hold string) *answer {
		return m.json(http.MethodPost, "/v1/holds/"+hold+"/settle", `{"usage":`+used(money.Dollar)+`,"message_id":"msg_1"}`).want(http.StatusOK)
	}
	settle(m.held(id, money.Dollar)).is("duplicate", "<none>")
	settle(m.held(id, money.Dollar)).is("duplicate", "true", "cost", "1")
	event := strings.TrimSuffix(eventOf("e1", id, money.Dollar), "}") + `,"message_id":"msg_1"}`
	m.json(http.MethodPost, "/v1/usage", event).want(http.StatusOK).is("status", "duplicate")
	m.status(id).is("session.used_percent", "2")
}

// Each reason that a request can be refused for: its status, where to act, what would help, and the words of the page.
func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		reason string
		set    func(s *site, id string)
		url    string
		detail string
		help   []string // paths and values
	}{
		{"no_plan", func(s *site, id string) {
			s.machine(s.apiKey()).json(http.MethodPut, "/v1/accounts/"+id, `{"email":"ada@example.com","plan":null}`).want(http.StatusOK)
		}, "/help/extra-usage", "This account has no Max 20x plan", []string{"available", "0", "resets_at", "<none>"}},
		{"account_closed", func(s *site, id string) {
			s.change(id, func(m *models.MeterState) { m.Meter.Closed = true })
		}, "/help/extra-usage", "This account was closed.", []string{"resets_at", "<none>"}},
		{"extra_usage_off", func(s *site, id string) { s.exhausted(id) },
			"/settings/usage#extra-usage", "extra usage is off", []string{"needed", "2", "available", "0", "fits_max_tokens", "0", "resets_at", "2026-11-10T14:00:00Z"}},
		{"balance_negative", func(s *site, id string) {
			s.extra(id, 50*money.Dollar)
			s.exhausted(id)
			s.change(id, func(m *models.MeterState) { m.Meter.Balance = -3 * money.Dollar })
		}, "/settings/billing#credits", "the balance is -$3.00", []string{"available", "0"}},
		{"monthly_limit_reached", func(s *site, id string) {
			s.fund(id, 20*money.Dollar)
			s.extra(id, 5*money.Dollar)
			s.exhausted(id)
			s.use(id, 4*money.Dollar)
		}, "/settings/usage#monthly-limit", "You have used $4.00 of your $5.00 monthly limit", []string{"needed", "2", "available", "1", "fits_max_tokens", "0", "resets_at", "2026-11-10T14:00:00Z"}},
		{"session_limit_reached", func(s *site, id string) {
			s.fund(id, 20*money.Dollar)
			s.asking(id, 50*money.Dollar)
			s.exhausted(id)
		}, "/settings/usage#session", "Going on would be charged at standard API rates.", []string{"needed", "2", "available", "20", "resets_at", "2026-11-10T14:00:00Z"}},
		{"insufficient_balance", func(s *site, id string) {
			s.fund(id, 5*money.Dollar)
			s.extra(id, 50*money.Dollar)
			s.exhausted(id)
			s.use(id, 350*money.Cent)
		}, "/settings/billing#credits", "There is $1.50 of credits left that is not reserved.", []string{"needed", "2", "available", "1.5", "resets_at", "2026-11-10T14:00:00Z"}},
	} {
		t.Run(c.reason, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, open storetest.Open) {
				s := newSite(t, open)
				id := s.account(ada)
				c.set(s, id)
				m := s.machine(s.apiKey())
				a := m.hold("k", worst(id, 2*money.Dollar)).refused(http.StatusPaymentRequired, c.reason)
				a.is("url", baseURL+c.url, "status", "402").is(c.help...)
				if !strings.Contains(a.string("detail"), c.detail) {
					t.Errorf("detail %q does not say %q", a.string("detail"), c.detail)
				}
				// nothing was kept under the key: it may try again
				m.hold("k", worst(id, 3*money.Dollar)).refused(http.StatusPaymentRequired, c.reason)
				m.status(id).is("reason", c.reason)
			})
		})
	}
}

// The refusal says how large an answer would fit, and that one does.
func TestRefusalSaysWhatFits(t *testing.T) {
	s, m := onSite(t)
	id := s.account(ada)
	s.fund(id, 5*money.Dollar)
	s.extra(id, 50*money.Dollar)
	s.exhausted(id)
	body := func(most string) string {
		return `{"account":"` + id + `","model":"` + haiku + `","input_tokens":1000000,"max_tokens":` + most + `}`
	}
	fits := m.hold("a", body("2000000")).refused(http.StatusPaymentRequired, "insufficient_balance").is("needed", "11", "available", "5").string("fits_max_tokens")
	if fits != "800000" {
		t.Fatalf("%s fit, want 800000", fits)
	}
	m.hold("b", body("800001")).refused(http.StatusPaymentRequired, "insufficient_balance")
	m.hold("c", body("800000")).want(http.StatusCreated).is("covered_by", "extra", "worst_case", "5")
}

// The question whether to continue says when the choice alone is not enough.
func TestRefusalSaysThatFundsAreMissing(t *testing.T) {
	s, m := onSite(t)
	id := s.account(ada)
	s.fund(id, 5*money.Dollar)
	s.asking(id, 50*money.Dollar)
	s.exhausted(id)
	for cost, missing := range map[money.Amount]bool{5 * money.Dollar: false, 6 * money.Dollar: true} {
		a := m.hold("k", worst(id, cost)).refused(http.StatusPaymentRequired, "session_limit_reached")
		if got := strings.Contains(a.string("detail"), "Continuing also needs credits"); got != missing {
			t.Errorf("%s: %s", cost.Decimal(), a.body)
		}
	}
}

// What has no price is refused by name, at the hold and at the settlement, and costs nothing.
func TestUnpricedIsRefused(t *testing.T) {
	s, m := onSite(t)
	id := s.account(ada)
	m.hold("k", `{"account":"`+id+`","model":"claude-9","input_tokens":1,"max_tokens":1}`).
		refused(http.StatusUnprocessableEntity, "unknown_model").is("model", "claude-9", "url", baseURL+"/pricing", "needed", "<none>")
	m.hold("k", `{"account":"`+id+`","model":"claude-3-opus-20240229","input_tokens":1,"cache_read_tokens":1,"max_tokens":1}`).
		refused(http.StatusUnprocessableEntity, "unpriced_usage").is("what", "cache_read")
	hold := m.held(id, money.Dollar)
	for usage, what := range map[string]string{
		`{"input_tokens":1,"server_tool_use":{"web_search_requests":1}}`:       "web_search_requests",
		`{"input_tokens":1,"service_tier":"priority"}`:                         "service_tier",
		`{"input_tokens":1,"cache_creation":{"ephemeral_24h_input_tokens":5}}`: "cache_creation.ephemeral_24h_input_tokens",
	} {
		m.settle(hold, usage).refused(http.StatusUnprocessableEntity, "unpriced_usage").is("what", what, "model", haiku)
	}
	m.settle(hold, `{"input_tokens":1000000,"service_tier":"standard","server_tool_use":{"web_search_requests":0,"web_fetch_requests":3},"inference_geo":"eu","new":[{}]}`).
		want(http.StatusOK).is("cost", "1")
}

// An account that is not there is told from a hold or a path that is not, by id and by e-mail alike.
func TestAccountUnknown(t *testing.T) {
	_, m := onSite(t)
	for _, account := range []string{"acc_nobody", "nobody@example.com"} {
		m.hold("k", worst(account, money.Dollar)).refused(http.StatusNotFound, "account_unknown").is("field", "account")
		m.get("/v1/accounts/"+account+"/extra-usage").refused(http.StatusNotFound, "account_unknown")
		m.json(http.MethodPost, "/v1/accounts/"+account+"/session/continue", `{"choice":"stop"}`).refused(http.StatusNotFound, "account_unknown")
		m.json(http.MethodPost, "/v1/usage", eventOf("e", account, money.Dollar)).want(http.StatusOK).is("status", "rejected", "reason", "account_unknown")
	}
}

// A database that is gone denies, and says so, whatever is asked; nothing is ever allowed blind.
func TestDatabaseDown(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s := newSite(t, open)
		m, id := s.machine(s.apiKey()), s.account(ada)
		hold := m.held(id, money.Dollar)
		s.must(s.store.Close())
		for _, a := range []*answer{
			m.hold("k", worst(id, money.Dollar)), m.settle(hold, used(money.Dollar)), m.json(http.MethodPost, "/v1/holds/"+hold+"/void", ""),
			m.json(http.MethodPost, "/v1/usage", eventOf("e", id, money.Dollar)), m.get("/v1/accounts/" + id + "/extra-usage"),
			m.json(http.MethodPost, "/v1/accounts/"+id+"/session/continue", `{"choice":"stop"}`),
			m.json(http.MethodPut, "/v1/accounts/"+id, `{"email":"ada@example.com","plan":null}`),
			s.browser().json(http.MethodPost, "/webhooks/test", "{}"),
		} {
			a.refused(http.StatusServiceUnavailable, "unavailable")
			if a.header.Get("Retry-After") == "" {
				t.Errorf("%s: no Retry-After", a.what)
			}
			if strings.Contains(a.body, "sql") || strings.Contains(a.body, "closed") {
				t.Errorf("%s tells what is inside: %s", a.what, a.body)
			}
		}
	})
}
