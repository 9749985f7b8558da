package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestReloadStory is auto-reload from end to end, in a real browser with JavaScript and without: the rule and its charge are
// agreed to, the worker buys when the balance is low, a bank asks for the subscriber, and they let it go on.
func TestReloadStory(t *testing.T) {
	eachScript(t, reloadStory)
}

func reloadStory(t *testing.T, javaScript bool) {
	s := startServer(t, "PLAN_ALLOWANCE=1")
	account := created(t, s, storyPassword, "account", "create", "--email", storyEmail, "--name", "Ada", "--password-stdin")
	api := newMachine(t, s)
	p := newBrowser(t, opts{Base: s.url, JavaScript: javaScript, Width: 1280, Height: 900, Lang: "en"})
	signIn(p, storyEmail)

	// the review names what is charged at once: there is no first purchase, and the balance is below the threshold
	p.visit("/settings/usage")
	p.click(`form[action="/settings/usage/enable"] button`)
	p.click(`form[action="/settings/billing/payment-method"] button`)
	p.choose(`input[name=card][value=succeeds]`)
	p.click("button")
	p.visit("/settings/usage/enable/preferences")
	p.choose(`input[name=limit_kind][value=amount]`)
	p.fill("input[name=limit_amount]", "100")
	if !javaScript || p.count(`input[name=auto_reload]:checked`) == 0 {
		p.choose(`input[name=auto_reload]`)
	}
	p.fill("input[name=threshold]", "5")
	p.fill("input[name=target]", "20")
	p.fill("input[name=first_purchase]", "")
	p.choose(`input[name=continue_preference][value=always]`)
	p.submit("main form button[type=submit]")
	p.wait(`form[action="/settings/usage/enable/review"] button`)
	p.has("Up to $20.00")
	p.screenshotTo(t, "reload-review")
	p.submit(`form[action="/settings/usage/enable/review"] button`)
	p.wait(`form[action="/settings/usage/turn-off"] button`)

	// a request that waits for the credits gets them on its retry, long before the minute that a first purchase is given
	api.use(account, 1000, `"plan"`)
	eventually(t, "the request that waits for credits", func() bool {
		code, hold := api.hold(account, 1000)
		if code == http.StatusCreated {
			api.call(http.MethodPost, fmt.Sprintf("/v1/holds/%s/void", hold["id"]), map[string]any{})
		}
		return code == http.StatusCreated
	})
	status := api.status(account)
	equal(t, "purchased automatically", reloadOf(status)["purchased_this_month"], any("20"))
	p.visit("/settings/usage")
	p.has("Bought automatically this month: $20.00")

	// the bank of another card wants the subscriber
	p.visit("/settings/billing")
	p.click(`form[action="/settings/billing/payment-method"] button`)
	p.choose(`input[name=card][value=needs_authentication]`)
	p.click("button")
	p.wait("#purchases")
	for range 16 {
		api.use(account, 1000, `"extra"`)
	}
	eventually(t, "the pause", func() bool { return reloadOf(api.status(account))["state"] == "paused" })
	equal(t, "why", reloadOf(api.status(account))["because"], any("action_required"))
	p.visit("/settings/usage")
	p.has("your bank wants you to confirm the payment")
	p.screenshotTo(t, "reload-paused")
	p.visit("/settings/billing")
	p.screenshotTo(t, "reload-action")
	p.click(`#purchases form button`)
	p.wait(`button[name=answer][value=authenticate]`)
	p.click(`button[name=answer][value=authenticate]`)
	p.wait("#purchases")
	equal(t, "balance", api.status(account)["balance"], any("20"))

	p.visit("/settings/usage")
	p.click(`form[action="/settings/usage/auto-reload/resume"] button`)
	p.has("Auto-reload works again.")
	equal(t, "state", reloadOf(api.status(account))["state"], any("on"))
	if out, err := s.command("", "ledger", "verify", "--json"); err != nil || !strings.Contains(out, `"ok": true`) {
		t.Errorf("ledger verify: %v %s", err, out)
	}
}

func reloadOf(status map[string]any) map[string]any {
	r, _ := status["auto_reload"].(map[string]any)
	return r
}

// eventually waits for what a worker does. It says nothing about how fast that is.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		if done() {
			return
		}
	}
	t.Fatalf("%s did not come", what)
}
