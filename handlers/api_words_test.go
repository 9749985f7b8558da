package handlers

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"extrausage/billing"
	"extrausage/money"
	"extrausage/views"
)

// Every code that a program can be told has a sentence, in both languages; and openapi.yaml names every code of the API.
func TestFaultsHaveWords(t *testing.T) {
	coded := regexp.MustCompile(`(?:fault\(\w+, |invalid\("[^"]*", |unknown\([^"\n]*|Code:\s+|o\.fail\([^"\n]*(?:"[a-z]+", )?|fieldFault\("[a-z]*", )"([a-z][a-z0-9_]*)"`)
	words := map[string]string{}
	for _, language := range []string{"en", "it"} {
		text, err := os.ReadFile("../views/locales/faults." + language + ".toml")
		if err != nil {
			t.Fatal(err)
		}
		words[language] = string(text)
	}
	found := 0
	for _, pattern := range []string{"../billing/*.go", "api*.go", "errors.go", "parse.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range coded.FindAllStringSubmatch(string(text), -1) {
				if found++; strings.HasSuffix(m[1], "_") { // the beginning of several
					continue
				}
				for language, all := range words {
					if !strings.Contains(all, `"fault.`+m[1]+`"`) {
						t.Errorf("%s: %q has no sentence in %s", file, m[1], language)
					}
				}
				if strings.HasPrefix(file, "api") && !strings.Contains(string(openAPIDocument), "`"+m[1]+"`") {
					t.Errorf("%s: openapi.yaml does not name %q", file, m[1])
				}
			}
		}
	}
	if found < 80 {
		t.Errorf("only %d codes were found", found)
	}
	for _, code := range usageCodes {
		if !strings.Contains(string(openAPIDocument), "`"+code+"`") || !strings.Contains(words["it"], `"fault.`+code+`"`) {
			t.Errorf("%q is without words", code)
		}
	}
}

// Every reason is answered with words, an address and a status; those that time helps with a time.
func TestEveryReasonIsAnswered(t *testing.T) {
	s := &Server{conf: Config{BaseURL: "https://app.test"}}
	for _, code := range views.ReasonCodes {
		r := &billing.Refusal{Reason: billing.Reason(code), Needed: 2 * money.Dollar, Model: "claude-9", What: "cache_read"}
		status := 402
		if isPrice(string(code)) {
			status = 422
		}
		c := echo.New().NewContext(httptest.NewRequest("POST", "/v1/holds", nil), httptest.NewRecorder())
		p := s.refusalProblem(c, status, r, english.Reason(code, views.ReasonValues{Model: r.Model, What: r.What}))
		if p.Status != status || p.Reason != string(code) || !strings.HasPrefix(p.URL, "https://app.test/") || !strings.HasSuffix(p.Detail, ".") {
			t.Errorf("%s: %+v", code, p)
		}
		if (p.Needed != nil) != (status == 402) {
			t.Errorf("%s: needed %v", code, p.Needed)
		}
		if !strings.Contains(string(openAPIDocument), string(code)) {
			t.Errorf("openapi.yaml does not name %s", code)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, time.November, 10, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		reason billing.Reason
		after  time.Duration // the credits may come; 0 for never by themselves
		want   time.Duration
	}{
		{billing.ReloadPending, 2 * time.Second, 2 * time.Second},
		{billing.ReloadPending, time.Millisecond, time.Second},
		{billing.ReloadPaused, 3 * time.Minute, 3 * time.Minute},
		{billing.ReloadPaused, 6 * time.Hour, 10 * time.Minute},
		{billing.ReloadPaused, 0, 10 * time.Minute},
		{billing.PurchaseLimitReached, 0, 0},
		{billing.InsufficientBalance, 0, 0},
		{billing.PaymentActionRequired, 0, 0},
	} {
		r := &billing.Refusal{Reason: c.reason, At: now}
		if c.after > 0 {
			r.RetryAt = now.Add(c.after)
		}
		if got := retryAfter(r); got != c.want {
			t.Errorf("%s, credits in %s: %s, want %s", c.reason, c.after, got, c.want)
		}
	}
}

// Whatever a machine sends: a value within its bounds, or a fault with a sentence.
func FuzzDocuments(f *testing.F) {
	f.Add([]byte(`{"account":"a","model":"m","input_tokens":1,"max_tokens":1}`))
	f.Add([]byte(`{"usage":{"input_tokens":1,"cache_creation":{"ephemeral_5m_input_tokens":1}},"message_id":"m"}`))
	f.Add([]byte(`{"specversion":"1.0","id":"e","source":"s","type":"t","subject":"a","time":"2026-11-10T09:00:00Z","data":{"model":"m","usage":{"output_tokens":1}}}`))
	f.Add([]byte(`{"id":"e","account":"a","model":"m","occurred_at":"2026-11-10T09:00:00Z","usage":{"input_tokens":null}}`))
	f.Add([]byte(`{"email":"a@example.com","plan":null}`))
	f.Add([]byte(`[{},1,"\ud800",{"a":{"a":1}}]`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		told := func(err error) {
			if err == nil {
				return
			}
			f := billing.AsFault(err)
			if f == nil || len(f.Field) > 200 || strings.Contains(english.Fault(f.Code, f.Args), "fault."+f.Code) {
				t.Errorf("%q: %v", raw, err)
			}
		}
		if err := checkDocument(raw); err != nil {
			told(err)
			return
		}
		h, err := parseHold(raw)
		told(err)
		if err == nil && h.Worst.Validate() != nil {
			t.Errorf("%q: %+v", raw, h)
		}
		r, err := parseSettle("h", raw)
		told(err)
		if err == nil && r.Usage.Validate() != nil {
			t.Errorf("%q: %+v", raw, r)
		}
		for _, media := range []string{mediaJSON, mediaCloudEvent, mediaCloudEvents} {
			all, _, err := splitEvents(raw, media)
			told(err)
			events, unread := parseEvents(all, media)
			for i, e := range events {
				told(unread[i])
				if unread[i] == nil && (e.Usage.Validate() != nil || !e.OccurredAt.IsZero() && e.OccurredAt.Unix() <= 0) {
					t.Errorf("%q: %+v", raw, e)
				}
			}
		}
		_, err = parseAccount("acc", raw)
		told(err)
	})
}
