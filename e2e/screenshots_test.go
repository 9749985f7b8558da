package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
)

// TestScreenshots walks through every page in its main states, on a desktop and
// on a phone, light and dark, in English and Italian, and takes a picture of
// each: into SCREENSHOT_DIR (make screenshots), else among the test's artifacts.
// No page may scroll sideways; the harness fails on console errors. As a test, it also holds each page against axe-core,
// html-validate and its weight over the wire.
func TestScreenshots(t *testing.T) {
	dir := os.Getenv("SCREENSHOT_DIR")
	if dir == "" {
		dir = filepath.Dir(artifact(t, "x.png"))
	}
	s := startServer(t, "PLAN_ALLOWANCE=10")
	account := created(t, s, storyPassword, "account", "create", "--email", storyEmail, "--name", "Ada", "--time-zone", "Europe/Rome", "--password-stdin")
	created(t, s, storyPassword, "staff", "create", "--email", "help@example.com", "--name", "Help", "--password-stdin")
	g := &gallery{t: t, dir: dir, s: s, api: newMachine(t, s), account: account}
	if _, lacks := findWebTools(); os.Getenv("SCREENSHOT_DIR") == "" && (lacks == "" || os.Getenv("REQUIRE_ALL") == "1") {
		g.checks = newChecks(t)
		defer g.checks.validate()
	}
	g.open()
	g.api.history(account)

	g.shoot("sign-in", "/sign-in")
	g.shoot("pricing", "/pricing?model=Sonnet+4.5&input=180000&cache_read=30000&output=2000")
	g.shoot("help", "/help/extra-usage")
	g.shoot("sign-in-link", "/sign-in/link")
	g.signIn(storyEmail)
	g.shoot("usage-off", "/settings/usage")
	g.enableWithPictures()
	g.shoot("usage-on", "/settings/usage")
	g.api.use(account, 6000, `"plan"`)
	g.api.use(account, 4000, `"plan"`)
	g.shoot("usage-asking", "/settings/usage")
	g.continueSession()
	for _, thousandths := range []int{1400, 2210, 870, 3120} {
		g.api.use(account, thousandths, `"extra"`)
	}
	g.shoot("usage-extra", "/settings/usage")
	g.shoot("activity", "/settings/usage/activity")
	g.shootFirst("charge", "/settings/usage/activity", `a[href^="/settings/usage/activity/"]`)
	g.shoot("spending", "/settings/usage/spending")
	g.shoot("notices", "/settings/notices")
	g.shoot("activity-changes", "/settings/usage/activity?show=changes")
	g.shoot("billing", "/settings/billing")
	g.shoot("invoice", "/settings/billing/invoices/"+time.Now().In(rome(t)).Format("2006-01"))
	g.shootFirst("receipt", "/settings/billing", `a[href^="/settings/billing/purchases/"]:not([href$="/pdf"])`)
	g.shoot("profile", "/settings/profile")
	g.shoot("not-found", "/nowhere")
	g.signIn("help@example.com")
	g.look()
	g.shoot("support", "/support?q=ada")
	g.shoot("support-account", "/support/accounts/"+account)
	g.signIn(storyEmail)
	s.endMonths()
	g.shoot("invoice-issued", g.looks[0].page.issued("INV-000001"))
}

func rome(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// gallery takes the same pictures in several browsers, which share one account but not the session.
type gallery struct {
	t       *testing.T
	dir     string
	s       *server
	api     *machine
	account string
	looks   []look
	checks  *checks // nil while pictures are all that is wanted
}

type look struct {
	name string
	page *page
}

func (g *gallery) open() {
	for _, o := range []struct {
		name string
		opts opts
	}{
		{"light", opts{Width: 1280, Height: 900, Lang: "en", JavaScript: true}},
		{"dark", opts{Width: 1280, Height: 900, Lang: "en", JavaScript: true, Dark: true}},
		{"phone", opts{Width: 390, Height: 800, Lang: "en", JavaScript: true}},
		{"phone-dark-it", opts{Width: 390, Height: 800, Lang: "it-IT,it", JavaScript: true, Dark: true}},
		{"it", opts{Width: 1280, Height: 900, Lang: "it-IT,it", JavaScript: true}},
		{"narrow", opts{Width: 320, Height: 700, Lang: "it-IT,it"}},
	} {
		o.opts.Base = g.s.url
		p := newBrowser(g.t, o.opts)
		p.allow("404")
		g.looks = append(g.looks, look{o.name, p})
	}
	// the first browser meets each page as for the first time
	g.looks[0].page.do("keep nothing", send(network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true}))
}

func (g *gallery) shoot(name, path string) {
	g.t.Helper()
	for i, l := range g.looks {
		l.page.traffic.weigh()
		l.page.visit(path)
		if i == 0 {
			g.weigh(path, l.page)
		}
		g.speak(l)
		l.page.wait("h1")
		width := l.page.opts.Width
		if wide := evaluate[int](l.page, "document.documentElement.scrollWidth"); wide > width {
			g.t.Errorf("%s (%s) is %d px wide on a screen of %d px", path, l.name, wide, width)
		}
		l.page.screenshot(filepath.Join(g.dir, fmt.Sprintf("%s-%s.png", name, l.name)))
		if g.checks != nil && l.page.opts.JavaScript {
			g.checks.load(l.page)
			g.checks.look(l.page, name+"-"+l.name, "")
		}
	}
}

// heaviest is what a page may weigh over the wire, everything that it loads included.
const heaviest = 60 << 10 // bytes

// weigh holds a page just loaded against that, and sees that it asked nobody but us.
func (g *gallery) weigh(path string, p *page) {
	g.t.Helper()
	bytes, hosts := p.traffic.weighed()
	g.t.Logf("%s: %d bytes over the wire", path, bytes)
	if bytes > heaviest || bytes < 10_000 {
		g.t.Errorf("%s is %d bytes over the wire, at most %d are allowed", path, bytes, heaviest)
	}
	if ours := strings.TrimPrefix(g.s.url, "http://"); len(hosts) != 1 || hosts[0] != ours {
		g.t.Errorf("%s asks %q", path, hosts)
	}
}

// speak chooses Italian on the page where the profile says English: the account is one, the browsers are several.
func (g *gallery) speak(l look) {
	want := "en"
	if l.page.opts.Lang != "en" {
		want = "it"
	}
	if l.page.attribute("html", "lang") != want {
		l.page.click(fmt.Sprintf(`form[action="/language"] button[value=%s]`, want))
		l.page.wait(fmt.Sprintf(`html[lang=%s] h1`, want))
	}
}

// shootFirst opens what the first link on a page leads to.
func (g *gallery) shootFirst(name, path, link string) {
	g.t.Helper()
	p := g.looks[0].page
	p.visit(path)
	g.shoot(name, p.attribute(link, "href"))
}

func (g *gallery) signIn(email string) {
	for _, l := range g.looks {
		if l.page.count(`form[action="/sign-out"]`) > 0 {
			evaluate[bool](l.page, `(document.querySelector('details.menu') && (document.querySelector('details.menu').open = true), true)`)
			l.page.click(`form[action="/sign-out"] button`)
			l.page.wait("input[name=password]")
		}
		signIn(l.page, email)
	}
}

// enableWithPictures goes the way in the first browser and takes a picture of each step in all of them.
func (g *gallery) enableWithPictures() {
	p := g.looks[0].page
	p.visit("/settings/usage")
	g.speak(g.looks[0])
	p.click(`form[action="/settings/usage/enable"] button`)
	p.wait(`form[action="/settings/billing/payment-method"] button`)
	g.shoot("enable-card", "/settings/usage/enable/payment-method")
	p.visit("/settings/usage/enable/payment-method")
	p.click(`form[action="/settings/billing/payment-method"] button`)
	p.wait("input[name=card]")
	p.screenshot(filepath.Join(g.dir, "test-provider.png"))
	p.choose(`input[name=card][value=succeeds]`)
	p.click("button")
	g.shoot("enable-preferences", "/settings/usage/enable/preferences")
	p.visit("/settings/usage/enable/preferences")
	g.speak(g.looks[0])
	p.choose(`input[name=limit_kind][value=amount]`)
	p.fill("input[name=limit_amount]", "50")
	p.fill("input[name=first_purchase]", "20")
	p.submit("main form button[type=submit]")
	p.wait(`form[action="/settings/usage/enable/review"] button`)
	g.shoot("enable-review", "/settings/usage/enable/review")
	p.visit("/settings/usage/enable/review")
	g.speak(g.looks[0])
	p.submit(`form[action="/settings/usage/enable/review"] button`)
	p.wait(`form[action="/settings/usage/turn-off"] button`)
}

func (g *gallery) continueSession() {
	p := g.looks[0].page
	p.visit("/settings/usage")
	p.click(`button[name=choice][value=continue]`)
	p.gone(`button[name=choice][value=always]`)
}

func (g *gallery) look() {
	p := g.looks[0].page
	p.visit("/support/accounts/" + g.account)
	p.fill("[name=reason]", "asks why a request was refused")
	p.fill("[name=ticket]", "T-1042")
	p.submit(`main form button[type=submit]`)
	p.wait("h1")
}

// history reports usage of the days before, within the plan.
func (m *machine) history(account string) {
	m.t.Helper()
	models := []string{"claude-sonnet-4-5", "claude-opus-4-1", "claude-haiku-4-5"}
	for i := range 12 {
		code, answer := m.call("POST", "/v1/usage", map[string]any{
			"id": fmt.Sprintf("history-%d", i), "account": account, "model": models[i%3],
			"occurred_at": time.Now().Add(-time.Duration(26+7*i) * time.Hour).UTC().Format(time.RFC3339),
			"usage":       map[string]any{"input_tokens": 20000 + 1000*i, "output_tokens": 3000, "cache_read_input_tokens": 90000},
		})
		if code != 200 {
			m.t.Fatalf("history: %d %v", code, answer)
		}
	}
}
