package handlers_test

import (
	"net/http"
	"strings"
	"testing"

	"extrausage/money"
)

// What is no document is 400, 413 or 415; what can be read and is not what it should be is 422 with the field.
func TestHoldInputs(t *testing.T) {
	s, m := onSite(t)
	id := s.account(ada)
	for _, c := range []struct {
		body, reason, field string
		status              int
	}{
		{``, "json", "<none>", 400},
		{`   `, "json", "<none>", 400},
		{`{`, "json", "<none>", 400},
		{`{}{}`, "json", "<none>", 400},
		{`{"account":"a",}`, "json", "<none>", 400},
		{"{\"account\":\"\xff\"}", "json", "<none>", 400},
		{strings.Repeat("[", 33) + strings.Repeat("]", 33), "json", "<none>", 400},
		{`{"x":` + strings.Repeat(`{"x":`, 40) + `1` + strings.Repeat("}", 41), "json", "<none>", 400},
		{strings.Repeat(" ", 64<<10+1), "too_large", "<none>", 413},
		{`null`, "field_object", "<none>", 422},
		{`[]`, "field_object", "<none>", 422},
		{`7`, "field_object", "<none>", 422},
		{`{}`, "field_missing", "account", 422},
		{`{"account":"ID","model":"MODEL","input_tokens":1}`, "field_missing", "max_tokens", 422},
		{`{"account":"ID","model":null,"input_tokens":1,"max_tokens":1}`, "field_missing", "model", 422},
		{`{"account":7,"model":"MODEL","input_tokens":1,"max_tokens":1}`, "field_text", "account", 422},
		{`{"account":"a\u0000b","model":"MODEL","input_tokens":1,"max_tokens":1}`, "field_text", "account", 422},
		{`{"account":"ID","model":"` + strings.Repeat("m", 1025) + `","input_tokens":1,"max_tokens":1}`, "too_long", "model", 422},
		{`{"account":"ID","model":"MODEL","input_tokens":-1,"max_tokens":1}`, "usage_tokens", "input_tokens", 422},
		{`{"account":"ID","model":"MODEL","input_tokens":-0,"max_tokens":1}`, "usage_tokens", "input_tokens", 422},
		{`{"account":"ID","model":"MODEL","input_tokens":1.5,"max_tokens":1}`, "usage_tokens", "input_tokens", 422},
		{`{"account":"ID","model":"MODEL","input_tokens":1e3,"max_tokens":1}`, "usage_tokens", "input_tokens", 422},
		{`{"account":"ID","model":"MODEL","input_tokens":"1","max_tokens":1}`, "usage_tokens", "input_tokens", 422},
		{`{"account":"ID","model":"MODEL","cache_write_tokens":-1,"max_tokens":1}`, "usage_tokens", "cache_write_tokens", 422},
		{`{"account":"ID","model":"MODEL","cache_write_1h_tokens":0.1,"max_tokens":1}`, "usage_tokens", "cache_write_1h_tokens", 422},
		{`{"account":"ID","model":"MODEL","cache_read_tokens":true,"max_tokens":1}`, "usage_tokens", "cache_read_tokens", 422},
		{`{"account":"ID","model":"MODEL","input_tokens":1000000001,"max_tokens":1}`, "usage_tokens", "input_tokens", 422},
		{`{"account":"ID","model":"MODEL","input_tokens":1,"max_tokens":99999999999999999999}`, "usage_tokens", "max_tokens", 422},
		{`{"account":"ID","model":"MODEL","input_tokens":1,"max_tokens":-1}`, "usage_tokens", "max_tokens", 422},
		{`{"account":"ID","model":"MODEL","input_tokens":1,"max_tokens":0}`, "hold_tokens", "max_tokens", 422},
		{`{"account":"ID","model":"MODEL","max_tokens":1}`, "hold_tokens", "input_tokens", 422},
		{`{"account":"ID","model":"MODEL","input_tokens":1,"max_tokens":1,"limit":5}`, "field_unknown", "limit", 422},
		{`{"account":"ID","model":"MODEL","input_tokens":1,"max_tokens":1,"Account":"x"}`, "field_unknown", "Account", 422},
		{`{"account":"ID","model":"MODEL","input_tokens":1,"max_tokens":1,"account_id":"x"}`, "field_unknown", "account_id", 422},
		{`{"account":"ID","account":"ID","model":"MODEL","input_tokens":1,"max_tokens":1}`, "field_repeated", "account", 422},
		{`{"account":"ID","model":"MODEL","input_tokens":1,"max_tokens":1,"input_tokens":2}`, "field_repeated", "input_tokens", 422},
	} {
		body := strings.NewReplacer("ID", id, "MODEL", haiku).Replace(c.body)
		a := m.hold("k", body).refused(c.status, c.reason)
		if c.status == 422 {
			a.is("field", c.field)
		}
		if strings.Contains(a.string("detail"), "fault.") {
			t.Errorf("%s has no words: %s", c.reason, a.body)
		}
	}
	m.status(id).is("session.resets_at", "<nil>") // no session was begun by any of it
	m.hold("k", ` {"max_tokens":1, "input_tokens":1, "cache_read_tokens":null, "model":"`+haiku+`", "account":"`+id+`"} `).want(http.StatusCreated)
}

func TestSettleInputs(t *testing.T) {
	s, m := onSite(t)
	id := s.account(ada)
	hold := m.held(id, money.Dollar)
	for body, want := range map[string]string{
		`{}`:                                                      "field_missing usage",
		`{"usage":null}`:                                          "field_missing usage",
		`{"usage":[]}`:                                            "field_object usage",
		`{"usage":{}}`:                                            "usage_empty usage",
		`{"usage":{"tokens":1}}`:                                  "usage_empty usage",
		`{"usage":{"input_tokens":-1}}`:                           "usage_tokens usage.input_tokens",
		`{"usage":{"output_tokens":0.5}}`:                         "usage_tokens usage.output_tokens",
		`{"usage":{"output_tokens":2e9}}`:                         "usage_tokens usage.output_tokens",
		`{"usage":{"cache_creation":1}}`:                          "field_object usage.cache_creation",
		`{"usage":{"input_tokens":1},"more":1}`:                   "field_unknown more",
		`{"usage":{"input_tokens":1},"message_id":7}`:             "field_text message_id",
		`{"usage":{"input_tokens":1,"service_tier":7}}`:           "field_text usage.service_tier",
		`{"usage":{"input_tokens":1},"usage":{"input_tokens":2}}`: "field_repeated usage",
		`{"usage":{"input_tokens":1,"server_tool_use":{"web_search_requests":-1}}}`:                              "usage_tokens usage.server_tool_use.web_search_requests",
		`{"usage":{"cache_creation_input_tokens":1,"cache_creation":{"ephemeral_1h_input_tokens":2}}}`:           "usage_split usage.cache_creation",
		`{"usage":{"cache_creation":{"ephemeral_1h_input_tokens":2,"ephemeral_1h_input_tokens":2}}}`:             "field_repeated usage.cache_creation.ephemeral_1h_input_tokens",
		`{"usage":{"input_tokens":1,"cache_creation":{"ephemeral_5m_input_tokens":99999999999999999999999999}}}`: "usage_tokens usage.cache_creation.ephemeral_5m_input_tokens",
	} {
		reason, field, _ := strings.Cut(want, " ")
		m.json(http.MethodPost, "/v1/holds/"+hold+"/settle", body).refused(http.StatusUnprocessableEntity, reason).is("field", field)
	}
	// cache writes: by duration, or all of them of five minutes
	m.settle(hold, `{"input_tokens":null,"cache_creation_input_tokens":300,"cache_creation":{"ephemeral_5m_input_tokens":100,"ephemeral_1h_input_tokens":200}}`).
		want(http.StatusOK).is("cost", "0.000525") // 100 × 1.25 + 200 × 2
	m.settle(m.held(id, money.Dollar), `{"cache_creation_input_tokens":300,"cache_creation":null}`).want(http.StatusOK).is("cost", "0.000375")
}

// Media types are what they say.
func TestMediaTypes(t *testing.T) {
	s, m := onSite(t)
	id := s.account(ada)
	hold := func(media string) *answer {
		return m.send(http.MethodPost, "/v1/holds", media, worst(id, money.Dollar), "Idempotency-Key", s.newKey())
	}
	for _, media := range []string{"", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1", "application/cloudevents+json", "json", "application/problem+json"} {
		hold(media).refused(http.StatusUnsupportedMediaType, "media_type")
	}
	for _, media := range []string{"application/json", "Application/JSON", "application/json; charset=utf-8", `application/json; charset="UTF-8"`} {
		hold(media).want(http.StatusCreated)
	}
	m.send(http.MethodPost, "/v1/usage", "application/xml", "<a/>").refused(http.StatusUnsupportedMediaType, "media_type")
	m.json(http.MethodPost, "/v1/usage", "["+strings.Repeat(" ", 4<<20)+"]").refused(http.StatusRequestEntityTooLarge, "too_large")
}

// Another site cannot make a browser ask, whatever it sends along.
func TestMachinesAreNoBrowsers(t *testing.T) {
	s, m := onSite(t)
	id := s.account(ada)
	m.json(http.MethodPost, "/v1/usage", eventOf("e", id, money.Dollar), "Sec-Fetch-Site", "cross-site").refused(http.StatusForbidden, "cross_origin")
	m.status(id).is("session.used_percent", "0")
}
