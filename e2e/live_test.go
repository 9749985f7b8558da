package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

const liveEmail = "live@example.com"

// liveSite is a subscriber's usage page, open in a browser, with extra usage on.
func liveSite(t *testing.T, env ...string) (*server, *page, string, *machine) {
	s := startServer(t, append([]string{"PLAN_ALLOWANCE=1"}, env...)...)
	account := created(t, s, storyPassword, "account", "create", "--email", liveEmail, "--name", "Livia", "--password-stdin")
	api := newMachine(t, s)
	p := newBrowser(t, opts{Base: s.url, JavaScript: true, Width: 1280, Height: 900, Lang: "en"})
	signIn(p, liveEmail)
	enable(p)
	p.visit("/settings/usage")
	p.wait("button:Pause live updates")
	evaluate[string](p, `window.loaded = "once"`)
	return s, p, account, api
}

// notReloaded fails the test if the page was loaded again meanwhile.
func (p *page) notReloaded() {
	p.t.Helper()
	equal(p.t, "the page since it was loaded", evaluate[string](p, `window.loaded || "anew"`), "once")
}

// TestLivePage follows the meter from a page that is not loaded again: figures, state and the question at the session's limit
// change by themselves, and nobody is disturbed at a form. The reader can pause it.
func TestLivePage(t *testing.T) {
	_, p, account, api := liveSite(t)
	api.use(account, 300, `"plan"`)
	p.has("included usage is 30% used")
	p.notReloaded()

	p.click("#monthly-limit summary")
	p.fill("#limit-amount", "7,5")
	p.click("#continue summary")
	api.use(account, 700, `"plan"`)
	api.refused(account, 100)
	p.wait("button[name=choice][value=continue]")
	equal(t, "what was typed", p.value("#limit-amount"), "7,5")
	equal(t, "disclosures left open", p.count("#monthly-limit details[open], #continue details[open]"), 2)
	p.click("button[name=choice][value=continue]")
	p.gone("button[name=choice][value=always]")

	p.click("#monthly-limit summary")
	p.fill("#limit-amount", "8")
	api.use(account, 1000, `"extra"`)
	p.has("$1.00 of $5.00 spent")
	equal(t, "the focus", evaluate[string](p, `document.activeElement.id`), "limit-amount")
	p.press("," + "5")
	equal(t, "what was typed on", p.value("#limit-amount"), "8,5")
	p.notReloaded()

	p.click("button:Pause live updates")
	p.has("You paused live updates.")
	api.use(account, 1000, `"extra"`)
	p.press(kb.Tab) // and let some time pass
	p.lacks("$2.00 of $5.00 spent")
	p.click("button:Resume live updates")
	p.has("$2.00 of $5.00 spent")
	p.gone("button:Resume live updates")
	p.notReloaded()
}

// TestLivePageBetweenServers: what one server meters, the page of another shows; on one database.
func TestLivePageBetweenServers(t *testing.T) {
	database := newPostgres(t)
	_, p, account, _ := liveSite(t, "DATABASE_URL="+database)
	other := startServer(t, "PLAN_ALLOWANCE=1", "DATABASE_URL="+database)
	newMachine(t, other).use(account, 300, `"plan"`)
	p.has("included usage is 30% used")
	p.notReloaded()
}

// TestLivePageSaysWhenItStops: a server that is killed, then stopped while a page follows; each time the page says so, and
// goes on by itself once the server is back.
func TestLivePageSaysWhenItStops(t *testing.T) {
	const lost = "Live updates paused – reload to refresh"
	s, p, account, api := liveSite(t)
	for _, words := range []string{"htmx:sse:error", "net::ERR_", "fetch"} {
		p.allow(words) // what a browser notes when nobody answers
	}
	p.lacks(lost)
	s.kill()
	p.has(lost)
	p.has("Updated ")
	s.start()
	p.patience *= 3 // the page tries less and less often
	p.lacks(lost)
	api.use(account, 300, `"plan"`)
	p.has("included usage is 30% used")

	s.stop() // fails the test unless it ends in time, the stream notwithstanding
	p.has(lost)
	s.start()
	p.lacks(lost)
	api.use(account, 300, `"plan"`)
	p.has("included usage is 60% used")
	p.notReloaded()
}

// TestLivePageOfAnEndedSession says that it is over when the subscriber signs out elsewhere.
func TestLivePageOfAnEndedSession(t *testing.T) {
	_, p, _, _ := liveSite(t)
	p.allow("status of 401")
	p.allow("status 401")
	other := p.another()
	other.visit("/settings/profile")
	evaluate[bool](other, `fetch("/sign-out", { method: "POST" }).then((r) => r.ok)`)
	p.has("You are signed out, so these figures no longer change.")
}

// TestEnabledInAnotherTab: a page that was open before the first enabling gets the controls that come with it.
func TestEnabledInAnotherTab(t *testing.T) {
	s := startServer(t)
	created(t, s, storyPassword, "account", "create", "--email", liveEmail, "--name", "Livia", "--password-stdin")
	p, other := newBrowser(t, opts{Base: s.url, JavaScript: true, Width: 1280, Height: 900, Lang: "en"}), newBrowser(t, opts{Base: s.url, Width: 1280, Height: 900, Lang: "en"})
	signIn(p, liveEmail)
	p.visit("/settings/usage")
	p.wait("button:Pause live updates")
	evaluate[string](p, `window.loaded = "once"`)
	p.gone("#monthly-limit h2")

	signIn(other, liveEmail)
	enable(other)
	for _, section := range []string{"#monthly-limit", "#auto-reload", "#continue", "#alerts", "#pace"} {
		p.wait(section + " h2")
	}
	p.wait(`form[action="/settings/usage/turn-off"] button`)
	p.click("#monthly-limit summary")
	p.fill("#limit-amount", "7")
	p.click("#monthly-limit form button[type=submit]")
	p.has("$7.00")
	p.notReloaded()
}

// TestPageWithoutLiveUpdates: without JavaScript the page says as of when it is, and offers to be loaded again.
func TestPageWithoutLiveUpdates(t *testing.T) {
	s := startServer(t)
	created(t, s, storyPassword, "account", "create", "--email", liveEmail, "--name", "Livia", "--password-stdin")
	p := newBrowser(t, opts{Base: s.url, Lang: "it-IT,it"})
	signIn(p, liveEmail)
	p.visit("/settings/usage")
	if said := p.text("#updated"); !strings.HasPrefix(said, "Updated ") && !strings.HasPrefix(said, "Aggiornato ") {
		t.Errorf("the page is as of: %q", said)
	}
	equal(t, "buttons of live updates", p.count("#live button:not([hidden])"), 0)
	p.click("#live a.live-refresh")
	equal(t, "address", p.url(), s.url+"/settings/usage")
}
