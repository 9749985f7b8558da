package handlers_test

import (
	"net/http"
	"strings"
	"testing"
)

// The calculator answers with the engine's own price, or says at the field what to mend; the form stays as typed.
func TestCalculatorAnswers(t *testing.T) {
	b := newSite(t, onSQLite(t)).browser()
	none := b.get("/pricing").want(http.StatusOK)
	if none.has(".result") || none.has(".error") {
		t.Error("it answers what nobody asked")
	}
	for query, words := range map[string][]string{
		"model=Haiku+4.5&input=1000000&output=1000000":             {"this request costs $6.00", "one price for prompts of any length"},
		"model=Sonnet+4.5&input=200000":                            {"this request costs $0.60", "not over 200K"},
		"model=Sonnet+4.5&input=200001":                            {"this request costs $1.200006", "over 200K"},
		"model=Sonnet+4.5&input=100000&cache_read=100001&output=1": {"over 200K"},
		"model=Sonnet+4.5&output=900000":                           {"this request costs $13.50", "not over 200K"},
		"model=Sonnet+4.5&input=1,000,000":                         {"this request costs $6.00"},
		"model=Sonnet+4.5&input=1.000.000":                         {"this request costs $6.00"},
		"model=Sonnet+4.5&input=1%20000%C2%A0000":                  {"this request costs $6.00"},
		"model=Sonnet+4.5&input=1'000'000":                         {"this request costs $6.00"},
		"model=Sonnet+4.5&cache_write=1000&cache_write_1h=1000":    {"this request costs $0.00975"},
		"model=Sonnet+4.5&input=1000000000":                        {"this request costs $6,000.00"},
	} {
		a := b.get("/pricing?" + query).want(http.StatusOK).says(words...)
		if a.has(".error") || !strings.Contains(a.text(".result"), words[0]) {
			t.Errorf("%s: %s", query, a.text("#calculator"))
		}
	}
	for query, mend := range map[string][2]string{
		"model=Sonnet+4.5":                            {"input", "Enter the tokens of at least one kind"},
		"model=Sonnet+4.5&input=0&output=0":           {"input", "Enter the tokens of at least one kind"},
		"model=Sonnet+5&input=1":                      {"model", "Choose a model from the list"},
		"input=1":                                     {"model", "Choose a model from the list"},
		"model=Sonnet+4.5&input=1.5":                  {"input", "Enter a whole number of tokens, like 1200"},
		"model=Sonnet+4.5&output=1,00":                {"output", "Enter a whole number of tokens, like 1200"},
		"model=Sonnet+4.5&output=,100":                {"output", "Enter a whole number of tokens, like 1200"},
		"model=Sonnet+4.5&output=1,000.000":           {"output", "Enter a whole number of tokens, like 1200"},
		"model=Sonnet+4.5&cache_read=-1":              {"cache_read", "Enter a whole number of tokens, like 1200"},
		"model=Sonnet+4.5&cache_write=1e3":            {"cache_write", "Enter a whole number of tokens, like 1200"},
		"model=Sonnet+4.5&cache_write_1h=ten":         {"cache_write_1h", "Enter a whole number of tokens, like 1200"},
		"model=Sonnet+4.5&input=1000000001":           {"input", "Enter at most 1,000,000,000 tokens"},
		"model=Sonnet+4.5&input=99999999999999999999": {"input", "Enter at most 1,000,000,000 tokens"},
		"model=Opus+3&input=1&cache_read=1":           {"cache_read", "Opus 3 has no published rate for these tokens"},
		"model=Opus+3&input=1&cache_write_1h=1":       {"cache_write_1h", "Opus 3 has no published rate for these tokens"},
	} {
		a := b.get("/pricing?" + query).want(http.StatusUnprocessableEntity)
		if a.has(".result") || !strings.Contains(a.text("#"+mend[0]+"-error"), mend[1]) || !strings.HasPrefix(a.text("title"), "Error: ") {
			t.Errorf("%s: %s", query, a.text("#calculator"))
		}
		for field, typed := range mustURL("/?" + query).Query() {
			if field != "model" && a.value(field) != typed[0] {
				t.Errorf("%s: %s came back as %q", query, field, a.value(field))
			}
		}
	}
}
