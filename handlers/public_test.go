package handlers_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"extrausage/billing"
	"extrausage/handlers"
	"extrausage/static"
)

// The help page names the bounds that the rules keep, from the very constants.
func TestHelpNamesTheRulesFigures(t *testing.T) {
	b := newSite(t, onSQLite(t)).browser()
	b.get("/help/extra-usage").want(http.StatusOK).says("How extra usage works", "$2,000", "50%, 75%, 90% and 100%")
	b.with("Accept-Language", "it").get("/help/extra-usage").want(http.StatusOK).says("Utilizzo extra", "Limite di spesa mensile")
}

// Errors are pages in both languages, with a way on; machines get documents.
func TestErrorsAreAnswered(t *testing.T) {
	w := newWorld(t)
	for lang, words := range map[string][]string{"en": {"There is nothing here", "This request came from another site."}, "it": {"Qui non c'è nulla", "da un altro sito"}} {
		b := w.browser().with("Accept-Language", lang)
		b.get("/nothing").want(http.StatusNotFound).says(words[0])
		b.send(http.MethodPost, "/sign-in", "application/x-www-form-urlencoded", "", "Sec-Fetch-Site", "cross-site").want(http.StatusForbidden).says(words[1])
	}
	page := w.ada.get("/settings/nothing").want(http.StatusNotFound)
	if page.attr(".error-page a", "href") != "/settings/usage" || !page.has("header .menu") {
		t.Error("a subscriber is not known on the page")
	}
	w.sam.get("/support/nothing").want(http.StatusNotFound)
	for path, status := range map[string]int{"/v1/nothing": 404, "/v1/accounts/nothing/extra-usage": 404, "/webhooks/nothing": 404} {
		b := w.machine(w.key)
		a := b.get(path)
		if strings.HasPrefix(path, "/webhooks") {
			a = b.json(http.MethodPost, path, "{}")
		}
		if a.want(status); a.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s is %s", path, a.header.Get("Content-Type"))
		}
	}
}

// A database that is down is said so, on pages and to the one who balances load; nothing of it is shown.
func TestDatabaseDownOnPages(t *testing.T) {
	s := newSite(t, onSQLite(t), func(c *handlers.Config) {
		c.Ready = func(context.Context) error { return errors.New("dial tcp 10.0.0.7:5432: refused") }
	})
	s.account(ada)
	b := s.browser().signIn(ada)
	a := b.get("/readyz").want(http.StatusServiceUnavailable)
	if strings.Contains(a.body, "10.0.0.7") {
		t.Error(a.body)
	}
	b.get("/healthz").want(http.StatusOK)
	s.must(s.store.Close())
	a = b.get("/settings/usage")
	if a.status < http.StatusInternalServerError || strings.Contains(a.body, "sql") {
		t.Errorf("%d %s", a.status, a.text("main"))
	}
}

// The pages of development are for development.
func TestDevelopmentPages(t *testing.T) {
	s := newSite(t, onSQLite(t))
	b := s.browser()
	b.get("/dev/mail").want(http.StatusOK).says("No mails yet")
	s.account(ada)
	b.post("/sign-in/link", "email", ada)
	m := s.lastMail(ada)
	list := b.get("/dev/mail").want(http.StatusOK).says(m.Subject, ada)
	mail := b.get(list.attr("tbody a", "href")).want(http.StatusOK).says(m.Subject, "Hello Ada Byron")
	b.get(mail.attr("#links a", "href")).want(http.StatusOK).says("Choose a password")
	part := b.get("/dev/mail/" + m.ID + "?part=html").want(http.StatusOK)
	if part.body != m.HTML {
		t.Error(part.body)
	}
	b.get("/dev/mail/nothing").want(http.StatusNotFound)
	b.get("/dev/mail/..%2f..%2fetc%2fpasswd").want(http.StatusNotFound)
	b.get("/dev/gallery/nothing").want(http.StatusNotFound)

	s = newSite(t, onSQLite(t), func(c *handlers.Config) { c.Development, c.Mailbox, c.TestProvider = false, nil, nil })
	b = s.browser()
	for _, path := range []string{"/dev/mail", "/dev/mail/" + m.ID, "/dev/gallery", "/test-provider/", "/debug/pprof/", "/metrics", "/static/", "/.git/config"} {
		b.get(path).want(http.StatusNotFound)
	}
	if page := b.get("/sign-in"); strings.Contains(page.body, "/dev/") {
		t.Error("a page leads to development")
	}
}

// A mailbox that cannot be read is a failure, and not an empty one.
func TestBrokenMailbox(t *testing.T) {
	s := newSite(t, onSQLite(t), func(c *handlers.Config) { c.Mailbox = broken{} })
	s.browser().get("/dev/mail").want(http.StatusInternalServerError)
	s.browser().get("/dev/mail/mail_1").want(http.StatusInternalServerError)
}

type broken struct{}

func (broken) List() ([]billing.Outgoing, error) { return nil, errors.New("disk on fire") }
func (broken) Get(string) (billing.Outgoing, error) {
	return billing.Outgoing{}, errors.New("disk on fire")
}

// Files are cached for ever under their content's hash, and not there under another.
func TestStaticFiles(t *testing.T) {
	b := newSite(t, onSQLite(t)).browser()
	page := b.get("/pricing")
	for _, name := range []string{static.CSS, static.App, static.Icon, static.HTMX, static.SSE} {
		a := b.get(static.URL(name)).want(http.StatusOK)
		if a.header.Get("Cache-Control") != "public, max-age=31536000, immutable" || len(a.body) == 0 {
			t.Errorf("%s: %v", name, a.header)
		}
		if !strings.Contains(page.body, static.URL(name)) {
			t.Errorf("no page loads %s", name)
		}
	}
	for _, path := range []string{"app.css", "app.000000000000.css", "../handlers/server.go", "vendor/", ""} {
		b.get(static.Prefix + path).want(http.StatusNotFound)
	}
}
