package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// TestStory is the product's main job from end to end, in a real browser with
// JavaScript and once more without: a subscriber turns extra usage on, the
// meter keeps what they decided, and everybody sees the same figures.
func TestStory(t *testing.T) {
	eachScript(t, story)
}

const (
	storyEmail    = "ada@example.com"
	storyPassword = "correct horse battery"
)

func story(t *testing.T, javaScript bool) {
	s := startServer(t, "PLAN_ALLOWANCE=1")
	account := created(t, s, storyPassword, "account", "create", "--email", storyEmail, "--name", "Ada", "--password-stdin")
	created(t, s, storyPassword, "staff", "create", "--email", "help@example.com", "--name", "Help", "--password-stdin")
	api := newMachine(t, s)
	p := newBrowser(t, opts{Base: s.url, JavaScript: javaScript, Width: 1280, Height: 900, Lang: "en"})

	signIn(p, storyEmail)
	enable(p)

	// the session's allowance of $1.00 is eaten first
	api.use(account, 600, `"plan"`)
	api.use(account, 400, `"plan"`)
	refused := api.refused(account, 100)
	equal(t, "reason at the session's limit", refused, "session_limit_reached")
	p.visit("/settings/usage")
	p.wait(`button[name=choice][value=continue]`)
	p.screenshotTo(t, "story-asking")
	p.click(`button[name=choice][value=continue]`)
	p.gone(`button[name=choice][value=always]`)

	// extra usage is charged at the table's rates: 1,000,000 input tokens of Haiku 4.5 are $1, 1,000 output tokens $0.005
	for range 5 {
		api.use(account, 1000, `"extra"`)
	}
	equal(t, "reason at the limit", api.refused(account, 100), "monthly_limit_reached")
	status := api.status(account)
	equal(t, "state", status["state"], any("stopped"))
	equal(t, "status's reason", status["reason"], any("monthly_limit_reached"))
	equal(t, "spent", status["spent_this_month"], any("5"))
	equal(t, "balance", status["balance"], any("5"))
	equal(t, "held", status["held"], any("0"))

	p.visit("/settings/usage")
	p.has("$5.00")
	subscriber := p.text("#status .status-title")
	p.screenshotTo(t, "story-limit")
	p.visit("/settings/usage/activity")
	p.has("Haiku 4.5")
	p.screenshotTo(t, "story-activity")

	// the subscriber was told of the limit, without the three percentages that were jumped over, and says that they read it
	eventually(t, "the notice of the limit", func() bool {
		p.visit("/settings/notices")
		return strings.Contains(p.text("#notices"), "Your monthly limit is used up")
	})
	if told := p.text("#notices"); strings.Contains(told, "90%") || strings.Count(told, "Your monthly limit") != 1 {
		t.Errorf("the notices tell the limit more than once: %s", told)
	}
	p.screenshotTo(t, "story-notices")
	p.click(`form[action="/settings/notices/read"] button`)
	p.gone(`form[action="/settings/notices/read"]`)
	p.has("Your monthly limit is used up")

	looked := supportView(t, s, javaScript, account)
	if !strings.Contains(looked, subscriber) {
		t.Errorf("support does not see %q but %q", subscriber, looked)
	}

	p.visit("/settings/usage")
	p.click(`form[action="/settings/usage/turn-off"] button`)
	p.wait(`form[action="/settings/usage/enable"] button`)
	equal(t, "reason once it is off", api.refused(account, 100), "extra_usage_off")
	equal(t, "state once it is off", api.status(account)["state"], any("off"))

	out, err := s.command("", "ledger", "verify", "--json")
	if err != nil || !strings.Contains(out, `"ok": true`) {
		t.Errorf("ledger verify: %v %s", err, out)
	}
}

func signIn(p *page, email string) {
	p.visit("/sign-in")
	p.fill("input[name=email]", email)
	p.fill("input[name=password]", storyPassword)
	p.submit("main form button[type=submit]")
	p.wait("h1")
}

// enable goes the way of the article: Enable, payment method, spending preferences, review, on.
func enable(p *page) {
	addCard(p)
	prefer(p)
}

func addCard(p *page) {
	p.visit("/settings/usage")
	p.click(`form[action="/settings/usage/enable"] button`)
	p.click(`form[action="/settings/billing/payment-method"] button`)
	p.choose(`input[name=card][value=succeeds]`)
	p.click("button")
}

// prefer fills the preferences in and turns extra usage on.
func prefer(p *page) {
	p.visit("/settings/usage/enable/preferences")
	p.choose(`input[name=limit_kind][value=amount]`)
	p.fill("input[name=limit_amount]", "5,00")
	p.fill("input[name=first_purchase]", "10")
	p.choose(`input[name=continue_preference][value=ask]`)
	p.submit("main form button[type=submit]")
	p.wait(`form[action="/settings/usage/enable/review"] button`)
	p.has("$5.00")
	p.has("$10.00")
	p.submit(`form[action="/settings/usage/enable/review"] button`)
	p.wait(`form[action="/settings/usage/turn-off"] button`)
	p.has("$10.00")
}

// supportView is what a staff member reads of an account, after giving a reason.
func supportView(t *testing.T, s *server, javaScript bool, account string) string {
	p := newBrowser(t, opts{Base: s.url, JavaScript: javaScript, Width: 1280, Height: 900, Lang: "en"})
	signIn(p, "help@example.com")
	p.visit("/support/accounts/" + account)
	p.fill("[name=reason]", "asks why a request was refused")
	p.fill("[name=ticket]", "T-1")
	p.submit(`main form button[type=submit]`)
	p.has("monthly_limit_reached")
	p.has("$5.00")
	p.screenshotTo(t, "story-support")
	return p.text("main")
}

// screenshotTo keeps a picture among the test's artifacts.
func (p *page) screenshotTo(t *testing.T, name string) { p.screenshot(artifact(t, name+".png")) }

// created runs a create command and gives the id.
func created(t *testing.T, s *server, stdin string, args ...string) string {
	t.Helper()
	out, err := s.command(stdin, append(args, "--json")...)
	if err != nil {
		t.Fatal(err)
	}
	var v struct{ ID string }
	if err := json.Unmarshal([]byte(out), &v); err != nil || v.ID == "" {
		t.Fatalf("%v: %q", err, out)
	}
	return v.ID
}

// machine is the inference service.
type machine struct {
	t   *testing.T
	s   *server
	key string
	n   int
}

func newMachine(t *testing.T, s *server) *machine {
	t.Helper()
	out, err := s.command("", "apikey", "create", "--name", "test", "--scopes", "usage:write,accounts:read,accounts:write", "--json")
	if err != nil {
		t.Fatal(err)
	}
	var v struct{ Key string }
	if err := json.Unmarshal([]byte(out), &v); err != nil {
		t.Fatal(err)
	}
	return &machine{t: t, s: s, key: v.Key}
}

// call answers the status and the decoded body.
func (m *machine) call(method, path string, body any) (int, map[string]any) {
	m.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		m.t.Fatal(err)
	}
	m.n++
	r, err := http.NewRequest(method, m.s.url+path, bytes.NewReader(raw))
	if err != nil {
		m.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+m.key)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", fmt.Sprintf("key-%d", m.n))
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		m.t.Fatal(err)
	}
	defer res.Body.Close()
	content, err := io.ReadAll(res.Body)
	if err != nil {
		m.t.Fatal(err)
	}
	out := map[string]any{}
	if err := json.Unmarshal(content, &out); err != nil {
		m.t.Fatalf("%s %s: %s: %q", method, path, err, content)
	}
	return res.StatusCode, out
}

// hold asks for a request of Haiku 4.5 that costs this many thousandths of a dollar in the worst case.
func (m *machine) hold(account string, thousandths int) (int, map[string]any) {
	m.t.Helper()
	return m.call(http.MethodPost, "/v1/holds", map[string]any{
		"account": account, "model": "claude-haiku-4-5", "input_tokens": thousandths*1000 - 5000, "max_tokens": 1000,
	})
}

// use holds and settles at the worst case, and wants the hold covered this way.
func (m *machine) use(account string, thousandths int, coveredBy string) {
	m.t.Helper()
	code, hold := m.hold(account, thousandths)
	if code != http.StatusCreated || fmt.Sprintf("%q", hold["covered_by"]) != coveredBy {
		m.t.Fatalf("hold: %d %v, want covered by %s", code, hold, coveredBy)
	}
	code, settled := m.call(http.MethodPost, fmt.Sprintf("/v1/holds/%s/settle", hold["id"]), map[string]any{
		"usage": map[string]any{"input_tokens": thousandths*1000 - 5000, "output_tokens": 1000},
	})
	if code != http.StatusOK {
		m.t.Fatalf("settle: %d %v", code, settled)
	}
	want := strings.TrimRight(strings.TrimRight(fmt.Sprintf("%d.%03d", thousandths/1000, thousandths%1000), "0"), ".")
	equal(m.t, "cost", settled["cost"], any(want))
	equal(m.t, "absorbed", settled["absorbed"], any("0"))
}

// refused asks for a request that must be refused, and gives the reason.
func (m *machine) refused(account string, thousandths int) string {
	m.t.Helper()
	code, refusal := m.hold(account, thousandths)
	if code != http.StatusPaymentRequired {
		m.t.Fatalf("not refused: %d %v", code, refusal)
	}
	reason, _ := refusal["reason"].(string)
	return reason
}

func (m *machine) status(account string) map[string]any {
	m.t.Helper()
	code, status := m.call(http.MethodGet, "/v1/accounts/"+account+"/extra-usage", nil)
	equal(m.t, "status", code, http.StatusOK)
	return status
}
