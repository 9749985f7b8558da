package handlers_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"extrausage/billing/testpay"
)

// A webhook counts by its signature over the very bytes that were sent, at its own address, within its size.
func TestWebhooks(t *testing.T) {
	s := newSite(t, onSQLite(t))
	const secret = "webhook secret of tests"
	event := `{"id":"evt_1","type":"charge.succeeded","live":false,"object":"ch_1","purchase_id":"purchase_x"}`
	post := func(path, body, signature string) *answer {
		return s.browser().json(http.MethodPost, path, body, testpay.SignatureHeader, signature)
	}
	sign := func(secret string, at time.Time, body string) string {
		return testpay.Signature(secret, at, []byte(body))
	}
	now := s.clock()
	for name, c := range map[string]struct {
		path, body, signature string
		status                int
		reason                string
	}{
		"none":             {"/webhooks/test", event, "", 403, "webhook_signature"},
		"another secret":   {"/webhooks/test", event, sign("other", now, event), 403, "webhook_signature"},
		"another body":     {"/webhooks/test", event + " ", sign(secret, now, event), 403, "webhook_signature"},
		"ten minutes old":  {"/webhooks/test", event, sign(secret, now.Add(-10*time.Minute), event), 403, "webhook_signature"},
		"ahead":            {"/webhooks/test", event, sign(secret, now.Add(10*time.Minute), event), 403, "webhook_signature"},
		"another provider": {"/webhooks/stripe", event, sign(secret, now, event), 404, "not_found"},
		"no event":         {"/webhooks/test", "[]", sign(secret, now, "[]"), 422, "webhook_body"},
		"too large":        {"/webhooks/test", strings.Repeat("x", 1<<20+1), "", 413, "too_large"},
	} {
		t.Run(name, func(t *testing.T) {
			post(c.path, c.body, c.signature).refused(c.status, c.reason)
		})
	}
	for range 3 {
		if a := post("/webhooks/test", event, sign(secret, now, event)).want(http.StatusNoContent); a.body != "" {
			t.Error(a.body)
		}
	}
	// browsers of other sites sign nothing; providers say nothing of where they come from
	s.browser().json(http.MethodPost, "/webhooks/test", event, testpay.SignatureHeader, sign(secret, now, event), "Origin", "https://provider.example").want(http.StatusNoContent)
}
