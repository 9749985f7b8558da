package handlers_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/html"

	"extrausage/billing"
	"extrausage/billing/mail"
	"extrausage/billing/testpay"
	"extrausage/handlers"
	"extrausage/models"
	"extrausage/models/storetest"
	"extrausage/pricing"
)

const (
	baseURL  = "https://app.test"
	password = "correct horse battery staple"
)

var startOfTests = time.Date(2026, time.November, 10, 9, 0, 0, 0, time.UTC)

// site is the whole program below its front door: real router, real store, the test provider, a clock that the test moves.
type site struct {
	t        testing.TB
	store    *models.Store
	svc      *billing.Service
	provider *testpay.Service
	mails    *mail.Folder
	router   http.Handler
	door     http.Handler // the router, listened to
	log      *bytes.Buffer
	now      atomic.Int64 // microseconds
	ids      atomic.Int64
	copies   atomic.Int64 // of the database
}

// newSite makes a site. Each edit changes what the web layer is configured with.
func newSite(t testing.TB, open storetest.Open, edits ...func(*handlers.Config)) *site {
	t.Helper()
	s := &site{t: t, log: &bytes.Buffer{}}
	s.now.Store(startOfTests.UnixMicro())
	rates, err := pricing.Default()
	s.must(err)
	s.provider, err = testpay.New(testpay.Config{
		Path: filepath.Join(t.TempDir(), "provider.db"), BaseURL: baseURL + "/test-provider", WebhookSecrets: []string{"webhook secret of tests"},
		NewID: s.newID, Clock: s.clock,
	})
	s.must(err)
	t.Cleanup(func() { s.provider.Close() })
	s.mails, err = mail.NewFolder(t.TempDir())
	s.must(err)
	s.store = open(s.clock)
	conf := billing.DefaultConfig()
	conf.BaseURL, conf.Seller = baseURL, billing.Party{Name: "Extra Usage Ltd", Address: "1 Market Street", TaxID: "GB42"}
	s.svc = billing.New(s.store, rates, s.provider, s.newID, conf).WithLetters(handlers.Letters(baseURL))
	web := handlers.Config{
		BaseURL: baseURL, SessionKeys: [][]byte{bytes.Repeat([]byte("s"), 64), bytes.Repeat([]byte("e"), 32)},
		Development: true, TestPayments: true, TestProvider: s.provider, Mailbox: s.mails,
		Log: slog.New(slog.NewJSONHandler(s.log, nil)), Clock: s.clock,
	}
	for _, edit := range edits {
		edit(&web)
	}
	s.router = handlers.New(s.svc, web)
	s.door = recorded(t, s.router)
	return s
}

// onSQLite runs a test on SQLite only: for what the database has no part in.
func onSQLite(t *testing.T) storetest.Open {
	t.Helper()
	address := storetest.SQLite(t)
	return func(clock func() time.Time) *models.Store {
		store, err := models.Open(address, clock)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { store.Close() })
		if err := store.Migrate(context.Background()); err != nil {
			t.Fatal(err)
		}
		return store
	}
}

func (s *site) clock() time.Time             { return time.UnixMicro(s.now.Load()).UTC() }
func (s *site) advance(d time.Duration)      { s.now.Add(d.Microseconds()) }
func (s *site) newID(prefix string) string   { return fmt.Sprintf("%s_%012d", prefix, s.ids.Add(1)) }
func (s *site) address(path string) *url.URL { return mustURL(strings.TrimPrefix(path, baseURL)) }
func (s *site) browser() *browser {
	return &browser{s: s, cookies: map[string]string{}, header: http.Header{}}
}
func (s *site) machine(key string) *browser   { return s.browser().with("Authorization", "Bearer "+key) }
func (s *site) subscriber(e string) *browser  { s.account(e); return s.browser().signIn(e) }
func (s *site) staffMember(e string) *browser { s.staff(e); return s.browser().signIn(e) }

func (s *site) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// account makes an account on Max 20x whose password is password, and gives its id.
func (s *site) account(email string) string {
	s.t.Helper()
	id, err := s.svc.CreateAccount(context.Background(), billing.NewAccount{
		Email: email, Name: "Ada Byron", Plan: "max_20x", Locale: "en", TimeZone: "UTC", Password: password,
	})
	s.must(err)
	return id
}

func (s *site) staff(email string) string {
	s.t.Helper()
	id, err := s.svc.CreateStaff(context.Background(), billing.NewStaff{Email: email, Name: "Sam Support", Locale: "en", Password: password})
	s.must(err)
	return id
}

// apiKey makes a key with these scopes, or with all of them.
func (s *site) apiKey(scopes ...billing.Scope) string {
	s.t.Helper()
	if len(scopes) == 0 {
		scopes = []billing.Scope{billing.ScopeUsageWrite, billing.ScopeAccountsRead, billing.ScopeAccountsWrite}
	}
	_, key, err := s.svc.CreateAPIKey(context.Background(), "tests", scopes, 0)
	s.must(err)
	return key
}

// lastMail sends what the outbox holds and gives the newest mail to this address.
func (s *site) lastMail(to string) billing.Outgoing {
	s.t.Helper()
	_, err := s.svc.DeliverMails(context.Background(), s.mails)
	s.must(err)
	all, err := s.mails.List()
	s.must(err)
	for _, m := range all {
		if m.To == to {
			return m
		}
	}
	s.t.Fatalf("no mail to %s", to)
	return billing.Outgoing{}
}

// browser is a visitor with cookies, or with an API key in header.
type browser struct {
	s       *site
	cookies map[string]string
	header  http.Header
}

// with adds a header to all that b sends.
func (b *browser) with(name, value string) *browser {
	b.header.Set(name, value)
	return b
}

func (b *browser) signIn(email string) *browser {
	b.s.t.Helper()
	b.post("/sign-in", "email", email, "password", password).want(http.StatusSeeOther)
	return b
}

func (b *browser) get(path string) *answer {
	b.s.t.Helper()
	return b.send(http.MethodGet, path, "", "")
}

// post sends a form as browsers do; pairs are names and values.
func (b *browser) post(path string, pairs ...string) *answer {
	b.s.t.Helper()
	return b.send(http.MethodPost, path, "application/x-www-form-urlencoded", form(pairs...), "Sec-Fetch-Site", "same-origin")
}

// postHTMX sends a form as htmx does.
func (b *browser) postHTMX(path string, pairs ...string) *answer {
	b.s.t.Helper()
	return b.send(http.MethodPost, path, "application/x-www-form-urlencoded", form(pairs...), "Sec-Fetch-Site", "same-origin", "HX-Request", "true")
}

// json sends a document, for machines; headers are pairs.
func (b *browser) json(method, path, body string, headers ...string) *answer {
	b.s.t.Helper()
	return b.send(method, path, "application/json", body, headers...)
}

// send makes any request. path may be a whole address of the site.
func (b *browser) send(method, path, contentType, body string, headers ...string) *answer {
	b.s.t.Helper()
	r := httptest.NewRequest(method, "/", strings.NewReader(body))
	r.URL, r.Host = b.s.address(path), "app.test"
	r.RequestURI = r.URL.RequestURI()
	r.Header = b.header.Clone()
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	b.s.door.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		b.cookies[c.Name] = c.Value
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	return &answer{t: b.s.t, by: b, what: method + " " + path, status: w.Code, header: w.Result().Header, body: w.Body.String()}
}

func form(pairs ...string) string {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v.Encode()
}

func mustURL(address string) *url.URL {
	u, err := url.Parse(address)
	if err != nil {
		panic(err)
	}
	return u
}

// answer is what came back.
type answer struct {
	t      testing.TB
	by     *browser
	what   string
	status int
	header http.Header
	body   string
	root   *html.Node
}

// want fails the test unless the status is this one.
func (a *answer) want(status int) *answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("%s: %d, want %d\n%v\n%.3000s", a.what, a.status, status, a.header, a.body)
	}
	return a
}

func (a *answer) location() string { return strings.TrimPrefix(a.header.Get("Location"), baseURL) }

// follow goes where a redirect leads.
func (a *answer) follow() *answer {
	a.t.Helper()
	a.want(http.StatusSeeOther)
	return a.by.get(a.header.Get("Location"))
}

// doc is the parsed page or fragment.
func (a *answer) doc() *html.Node {
	a.t.Helper()
	if a.root == nil {
		root, err := html.Parse(io.Reader(strings.NewReader(a.body)))
		if err != nil {
			a.t.Fatal(err)
		}
		a.root = root
	}
	return a.root
}

// all finds elements by a selector: tag, #id, .class and [attribute] or [attribute=value] put together, and parted by spaces
// for "within".
func (a *answer) all(selector string) []*html.Node {
	a.t.Helper()
	found := []*html.Node{a.doc()}
	for _, step := range strings.Fields(selector) {
		var next []*html.Node
		seen := map[*html.Node]bool{}
		for _, within := range found {
			for n := range within.Descendants() {
				if n.Type == html.ElementNode && !seen[n] && fits(n, step) {
					seen[n] = true
					next = append(next, n)
				}
			}
		}
		found = next
	}
	return found
}

// text is what the first element that a selector finds says; it fails the test where there is none.
func (a *answer) text(selector string) string { a.t.Helper(); return textOf(a.first(selector)) }

// attr is an attribute of the first element that a selector finds.
func (a *answer) attr(selector, name string) string {
	a.t.Helper()
	return attrOf(a.first(selector), name)
}

// value is what a field of a form holds.
func (a *answer) value(field string) string { a.t.Helper(); return a.attr("[name="+field+"]", "value") }

func (a *answer) has(selector string) bool { a.t.Helper(); return len(a.all(selector)) > 0 }

func (a *answer) first(selector string) *html.Node {
	a.t.Helper()
	found := a.all(selector)
	if len(found) == 0 {
		a.t.Fatalf("%s: no %s in\n%.6000s", a.what, selector, a.body)
	}
	return found[0]
}

// says fails the test unless the page's text contains these words.
func (a *answer) says(words ...string) *answer {
	a.t.Helper()
	page := textOf(a.doc())
	for _, w := range words {
		if !strings.Contains(page, w) {
			a.t.Errorf("%s does not say %q:\n%.4000s", a.what, w, page)
		}
	}
	return a
}

func fits(n *html.Node, step string) bool {
	name := step
	if at := strings.IndexAny(step, "#.["); at >= 0 {
		name, step = step[:at], step[at:]
	} else {
		step = ""
	}
	if name != "" && n.Data != name {
		return false
	}
	for step != "" {
		end := strings.IndexAny(step[1:], "#.[") + 1
		if step[0] == '[' {
			end = strings.IndexByte(step, ']') + 1
		}
		if end <= 0 {
			end = len(step)
		}
		part := step[:end]
		step = step[end:]
		key, value, valued := strings.Cut(strings.Trim(part, "[]"), "=")
		switch {
		case part[0] == '#' && attrOf(n, "id") != part[1:],
			part[0] == '.' && !strings.Contains(" "+attrOf(n, "class")+" ", " "+part[1:]+" "),
			part[0] == '[' && (!hasAttr(n, key) || valued && attrOf(n, key) != strings.Trim(value, `"'`)):
			return false
		}
	}
	return true
}

func attrOf(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func hasAttr(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

// textOf is the text of an element, without scripts and styles, its space collapsed.
func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode && d.Parent.Data != "script" && d.Parent.Data != "style" {
			b.WriteString(d.Data)
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
