package pricing

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestParseMessagesUsage(t *testing.T) {
	for _, c := range []struct {
		name, raw string
		want      Usage
	}{
		{"plain", `{"input_tokens":12,"output_tokens":34}`, Usage{Input: 12, Output: 34}},
		{"null is zero", `{"input_tokens":null,"output_tokens":1,"cache_creation":null,"server_tool_use":null,"service_tier":null}`, Usage{Output: 1}},
		{"without a split writes are of five minutes", `{"cache_creation_input_tokens":7,"cache_read_input_tokens":8}`, Usage{CacheWrite: 7, CacheRead: 8}},
		{"an empty split is none", `{"cache_creation_input_tokens":7,"cache_creation":{}}`, Usage{CacheWrite: 7}},
		{"a split of nulls is none", `{"cache_creation_input_tokens":7,"cache_creation":{"ephemeral_5m_input_tokens":null}}`, Usage{CacheWrite: 7}},
		{"the split adds up", `{"cache_creation_input_tokens":7,"cache_creation":{"ephemeral_5m_input_tokens":3,"ephemeral_1h_input_tokens":4}}`, Usage{CacheWrite: 3, CacheWrite1h: 4}},
		{"half a split", `{"cache_creation_input_tokens":4,"cache_creation":{"ephemeral_1h_input_tokens":4}}`, Usage{CacheWrite1h: 4}},
		{"the split alone", `{"input_tokens":1,"cache_creation":{"ephemeral_5m_input_tokens":3,"ephemeral_1h_input_tokens":4}}`, Usage{Input: 1, CacheWrite: 3, CacheWrite1h: 4}},
		{"the sum is null", `{"cache_creation_input_tokens":null,"cache_creation":{"ephemeral_5m_input_tokens":3}}`, Usage{CacheWrite: 3}},
		{"a search", `{"input_tokens":1,"server_tool_use":{"web_search_requests":2,"web_fetch_requests":9}}`, Usage{Input: 1, WebSearchRequests: 2}},
		{"a tier", `{"input_tokens":1,"service_tier":"batch"}`, Usage{Input: 1, ServiceTier: "batch"}},
		{"what the API adds", `{"input_tokens":1,"inference_geo":"us","iterations":[{"type":"message","input_tokens":1}],"x":{"y":[1,{}]}}`, Usage{Input: 1}},
		{"another duration, unused", `{"input_tokens":1,"cache_creation":{"ephemeral_24h_input_tokens":0}}`, Usage{Input: 1}},
		{"another duration, used", `{"input_tokens":1,"cache_creation":{"ephemeral_24h_input_tokens":5}}`, Usage{Input: 1, Unpriced: "cache_creation.ephemeral_24h_input_tokens"}},
		{"another tool, used", `{"input_tokens":1,"server_tool_use":{"z_requests":1,"code_execution_requests":1}}`, Usage{Input: 1, Unpriced: "server_tool_use.code_execution_requests"}},
		{"another tool with a name nobody should keep", `{"input_tokens":1,"server_tool_use":{"\u0000é":1}}`, Usage{Input: 1, Unpriced: "server_tool_use.??"}},
		{"the most", `{"input_tokens":1000000000}`, Usage{Input: MaxTokens}},
		{"spaces", " {\n \"input_tokens\" : 5 } ", Usage{Input: 5}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := ParseMessagesUsage([]byte(c.raw))
			if err != nil || got != c.want {
				t.Errorf("%s\ngot  %+v %v\nwant %+v", c.raw, got, err, c.want)
			}
		})
	}
}

func TestParseMessagesUsageRefuses(t *testing.T) {
	for raw, want := range map[string]UsageError{
		``:                                       {"", NotObject},
		`null`:                                   {"", NotObject},
		`[]`:                                     {"", NotObject},
		`{"input_tokens":1`:                      {"", NotObject},
		`{"input_tokens":1}{}`:                   {"", NotObject},
		`{"input_tokens":1} 1`:                   {"", NotObject},
		`{}`:                                     {"", NoTokens},
		`{"inputTokens":5}`:                      {"", NoTokens},
		`{"input_tokens":-1}`:                    {"input_tokens", NotCount},
		`{"input_tokens":-0}`:                    {"input_tokens", NotCount},
		`{"input_tokens":1.0}`:                   {"input_tokens", NotCount},
		`{"input_tokens":1.5}`:                   {"input_tokens", NotCount},
		`{"input_tokens":1e3}`:                   {"input_tokens", NotCount},
		`{"input_tokens":"1"}`:                   {"input_tokens", NotCount},
		`{"input_tokens":true}`:                  {"input_tokens", NotCount},
		`{"output_tokens":[1]}`:                  {"output_tokens", NotCount},
		`{"output_tokens":1e99}`:                 {"output_tokens", NotCount},
		`{"cache_read_input_tokens":1000000001}`: {"cache_read_input_tokens", NotCount},
		`{"cache_read_input_tokens":99999999999999999999}`:                                   {"cache_read_input_tokens", NotCount},
		`{"input_tokens":1,"input_tokens":1}`:                                                {"input_tokens", Repeated},
		`{"input_tokens":1,"\u0069nput_tokens":2}`:                                           {"input_tokens", Repeated},
		`{"input_tokens":1,"cache_creation":7}`:                                              {"cache_creation", NotObject},
		`{"input_tokens":1,"cache_creation":{"ephemeral_5m_input_tokens":0.5}}`:              {"cache_creation.ephemeral_5m_input_tokens", NotCount},
		`{"cache_creation_input_tokens":8,"cache_creation":{"ephemeral_5m_input_tokens":7}}`: {"cache_creation", SplitSum},
		`{"cache_creation_input_tokens":0,"cache_creation":{"ephemeral_1h_input_tokens":7}}`: {"cache_creation", SplitSum},
		`{"cache_creation":{"ephemeral_1h_input_tokens":1,"ephemeral_1h_input_tokens":1}}`:   {"cache_creation.ephemeral_1h_input_tokens", Repeated},
		`{"input_tokens":1,"service_tier":1}`:                                                {"service_tier", NotText},
		`{"input_tokens":1,"server_tool_use":{"web_search_requests":-1}}`:                    {"server_tool_use.web_search_requests", NotCount},
		`{"input_tokens":1,"server_tool_use":{"web_fetch_requests":"many"}}`:                 {"server_tool_use.web_fetch_requests", NotCount},
		`{"input_tokens":1,"server_tool_use":[]}`:                                            {"server_tool_use", NotObject},
	} {
		got, err := ParseMessagesUsage([]byte(raw))
		var problem *UsageError
		if !errors.As(err, &problem) || *problem != want || got != (Usage{}) {
			t.Errorf("%s\ngot  %+v %v\nwant %v", raw, got, err, &want)
		}
	}
}

// What a paid thing without a rate was used for never comes out at a price.
func TestUnpricedUsageIsRefused(t *testing.T) {
	table, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	for raw, what := range map[string]string{
		`{"input_tokens":1,"server_tool_use":{"web_search_requests":1}}`:         "web_search_requests",
		`{"input_tokens":1,"service_tier":"priority"}`:                           "service_tier",
		`{"input_tokens":1,"cache_creation":{"ephemeral_24h_input_tokens":1}}`:   "cache_creation.ephemeral_24h_input_tokens",
		`{"input_tokens":1,"server_tool_use":{"code_execution_requests":1}}`:     "server_tool_use.code_execution_requests",
		`{"input_tokens":1,"server_tool_use":{"code_execution_requests":"yes"}}`: "server_tool_use.code_execution_requests",
	} {
		u, err := ParseMessagesUsage([]byte(raw))
		if err != nil {
			t.Fatal(err)
		}
		_, err = table.Price("claude-haiku-4-5", u, time.Unix(0, 0))
		var unpriced *UnpricedError
		if !errors.As(err, &unpriced) || unpriced.What != what {
			t.Errorf("%s: %v, want %s", raw, err, what)
		}
	}
}

// Whatever is sent: a usage within its bounds, or a refusal. Reading what was read changes nothing.
func FuzzParseMessagesUsage(f *testing.F) {
	f.Add([]byte(`{"input_tokens":1,"output_tokens":2,"cache_creation_input_tokens":7,"cache_read_input_tokens":3,"cache_creation":{"ephemeral_5m_input_tokens":3,"ephemeral_1h_input_tokens":4},"server_tool_use":{"web_search_requests":1},"service_tier":"standard"}`))
	f.Add([]byte(`{"input_tokens":1e3}`))
	f.Add([]byte(`{"input_tokens":` + strings.Repeat("[", 40)))
	f.Add([]byte("{\"input_tokens\":1,\"\xff\":2}"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		u, err := ParseMessagesUsage(raw)
		var problem *UsageError
		switch {
		case err == nil:
			if err := u.Validate(); err != nil {
				t.Errorf("%q: %v", raw, err)
			}
			for _, r := range u.Unpriced + u.ServiceTier {
				if r < ' ' || r > '~' {
					t.Errorf("%q: %+v is kept", raw, u)
				}
			}
		case !errors.As(err, &problem) || len(problem.Field) > 200:
			t.Errorf("%q: %v", raw, err)
		}
	})
}
