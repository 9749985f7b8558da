package handlers_test

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"extrausage/billing"
	"extrausage/models/storetest"
)

// link is the path of the mailed link in a mail.
func (s *site) link(to string) string {
	s.t.Helper()
	found := regexp.MustCompile(regexp.QuoteMeta(baseURL) + `(/sign-in/link/[^\s]+)`).FindStringSubmatch(s.lastMail(to).Text)
	if found == nil {
		s.t.Fatalf("no link in %q", s.lastMail(to).Text)
	}
	return found[1]
}

// The first sign-in of an account made without a password, and a forgotten password, are by a mailed link that works once.
func TestFirstSignInByAMailedLink(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s := newSite(t, open)
		_, err := s.svc.CreateAccount(context.Background(), billing.NewAccount{Email: "new@example.com", Plan: "max_20x", Locale: "it", TimeZone: "Europe/Rome"})
		s.must(err)
		b := s.browser()
		known := b.post("/sign-in/link", "email", "new@example.com").want(http.StatusOK)
		unknown := b.post("/sign-in/link", "email", "nobody@example.com").want(http.StatusOK)
		if strings.ReplaceAll(known.text("main"), "new@", "") != strings.ReplaceAll(unknown.text("main"), "nobody@", "") {
			t.Errorf("the answer tells whether there is such an account:\n%s\n%s", known.text("main"), unknown.text("main"))
		}
		link := s.link("new@example.com")
		b.get(link).want(http.StatusOK) // looking does not use it up: mail programs look
		b.post(link, "password", "short").want(http.StatusUnprocessableEntity)
		b.post(link, "password", "a new long password").follow().follow()
		if !strings.Contains(b.get("/settings/usage").want(http.StatusOK).attr("html", "lang"), "it") {
			t.Error("not signed in, or not in the account's language")
		}
		s.browser().post(link, "password", "another long password").want(http.StatusNotFound)
		s.browser().post("/sign-in", "email", "new@example.com", "password", "a new long password").want(http.StatusSeeOther)
	})
}

func TestMailedLinksEndAfterHalfAnHour(t *testing.T) {
	s := newSite(t, onSQLite(t))
	s.account("ada@example.com")
	b := s.browser()
	b.post("/sign-in/link", "email", "ada@example.com").want(http.StatusOK)
	link := s.link("ada@example.com")
	s.advance(30*time.Minute + time.Second)
	b.get(link).want(http.StatusNotFound)
	b.post(link, "password", "a new long password").want(http.StatusNotFound)
}

func TestSignInTellsNothingAboutAccounts(t *testing.T) {
	s := newSite(t, onSQLite(t))
	s.account("ada@example.com")
	wrong := s.browser().post("/sign-in", "email", "ada@example.com", "password", "not the password").want(http.StatusUnprocessableEntity)
	nobody := s.browser().post("/sign-in", "email", "eve@example.com", "password", "not the password").want(http.StatusUnprocessableEntity)
	if wrong.text(".error-summary") != nobody.text(".error-summary") {
		t.Errorf("%q, %q", wrong.text(".error-summary"), nobody.text(".error-summary"))
	}
	if wrong.value("email") != "ada@example.com" || wrong.value("password") != "" {
		t.Error("the form came back with the password, or without the address")
	}
	b := s.browser()
	for range 10 {
		b.post("/sign-in", "email", "ada@example.com", "password", "not the password")
	}
	throttled := b.post("/sign-in", "email", "ada@example.com", "password", password).want(http.StatusTooManyRequests)
	if throttled.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
}
