package handlers_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"extrausage/billing"
	"extrausage/models/storetest"
)

var inMail = regexp.MustCompile(`https://app\.test(/sign-in/link/\S+)`)

// linkTo is the path of the link in the newest mail to an address.
func (s *site) linkTo(address string) string {
	s.t.Helper()
	found := inMail.FindStringSubmatch(s.lastMail(address).Text)
	if found == nil {
		s.t.Fatalf("no link in %s", s.lastMail(address).Text)
	}
	return found[1]
}

// The first sign-in, and a forgotten password: a mailed link, a new password, in. All other browsers are out.
func TestSignInByLink(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s := newSite(t, open)
		id, err := s.svc.CreateAccount(t.Context(), billing.NewAccount{Email: ada, Plan: "max_20x"}) // provisioned, without a password
		s.must(err)
		b := s.browser()
		b.get("/sign-in").says("Sign in by e-mail instead")
		b.get("/sign-in/link").want(http.StatusOK)
		b.post("/sign-in/link", "email", ada).want(http.StatusOK).says("Check your mail", ada, "30 minutes")
		path := s.linkTo(ada)
		page := b.get(path).want(http.StatusOK).says("Choose a password", ada)
		if page.attr("main form", "action") != path || page.attr("[name=password]", "autocomplete") != "new-password" {
			t.Errorf("the form is %s", page.attr("main form", "action"))
		}
		for typed, words := range map[string]string{
			"": "Enter your password.", "short": "Use at least 8 characters", "password": "among the most used ones", ada: "among the most used ones",
		} {
			again := b.post(path, "password", typed).want(http.StatusUnprocessableEntity).says(words)
			if again.value("password") != "" || !again.has("#password-error") {
				t.Errorf("%q: %s", typed, again.text("main"))
			}
		}
		b.post(path, "password", "a new one, and long").follow().follow().want(http.StatusOK).says("Extra usage")
		for _, used := range []*answer{b.get(path), s.browser().get(path), s.browser().post(path, "password", "yet another long one")} {
			used.want(http.StatusNotFound).says("This link no longer works")
		}
		status, err := s.svc.Status(t.Context(), id)
		s.must(err)
		if status.Enabled {
			t.Error("signing in turned extra usage on")
		}

		s.browser().post("/sign-in/link", "email", " Ada@EXAMPLE.com ").want(http.StatusOK)
		other := s.browser()
		other.post(s.linkTo(ada), "password", "the third, also long").want(http.StatusSeeOther)
		b.get("/settings/usage").want(http.StatusSeeOther)
		other.get("/settings/usage").want(http.StatusOK)
	})
}

// Nobody learns from the answer who has an account; staff sign in by link as well.
func TestLinksTellNothing(t *testing.T) {
	s := newSite(t, onSQLite(t))
	s.account(ada)
	s.staff(sam)
	known := s.browser().post("/sign-in/link", "email", ada).want(http.StatusOK)
	unknown := s.browser().post("/sign-in/link", "email", "eve@example.com").want(http.StatusOK)
	if a, b := known.text("main"), strings.ReplaceAll(unknown.text("main"), "eve@example.com", ada); a != b {
		t.Errorf("%q\n%q", a, b)
	}
	a := s.browser().post("/sign-in/link", "email", "no address").want(http.StatusUnprocessableEntity).says("Enter an e-mail address like name@example.com.")
	if a.value("email") != "no address" {
		t.Errorf("the form comes back with %q", a.value("email"))
	}
	for range 4 {
		s.browser().post("/sign-in/link", "email", ada).want(http.StatusOK)
	}
	s.browser().post("/sign-in/link", "email", ada).want(http.StatusTooManyRequests).says("Too many links were asked for.")

	b := s.browser()
	b.post("/sign-in/link", "email", sam)
	b.post(s.linkTo(sam), "password", "a new one, and long").follow().follow().want(http.StatusOK)
}

// Links end after half an hour, and opening one changes nothing.
func TestLinksEnd(t *testing.T) {
	s := newSite(t, onSQLite(t))
	s.account(ada)
	s.browser().post("/sign-in/link", "email", ada)
	path := s.linkTo(ada)
	for range 3 {
		s.browser().get(path).want(http.StatusOK)
	}
	s.advance(30*time.Minute - time.Second)
	s.browser().get(path).want(http.StatusOK)
	s.advance(time.Second)
	s.browser().get(path).want(http.StatusNotFound).says("This link no longer works")
	s.browser().post(path, "password", "a new one, and long").want(http.StatusNotFound)
	s.browser().get("/sign-in/link/made-up").want(http.StatusNotFound)
}

// An e-mail is changed by a link to the new address, opened by the account that asked: whoever reads a mistyped mailbox gets
// nothing by it.
func TestEmailChangeByLink(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s := newSite(t, open)
		b, other := s.subscriber(ada), s.subscriber(anna)
		b.post("/settings/profile/email", "email", "Ada@New.example").want(http.StatusSeeOther)
		b.get("/settings/profile").says("A link is on its way to ada@new.example", "You sign in with ada@example.com")
		path := s.linkTo("ada@new.example")

		s.browser().get(path).want(http.StatusSeeOther)
		s.browser().post(path).want(http.StatusSeeOther)
		for _, a := range []*answer{other.get(path), other.post(path)} {
			a.want(http.StatusNotFound).says("This link no longer works")
		}
		b.get(path).want(http.StatusOK).says("ada@new.example", "instead of ada@example.com")
		b.get("/settings/profile").says("You sign in with ada@example.com")
		b.post(path).follow().says("Your e-mail address is changed.", "You sign in with ada@new.example")
		b.post(path).want(http.StatusNotFound)
		s.browser().signIn("ada@new.example")
		s.browser().post("/sign-in", "email", ada, "password", password).want(http.StatusUnprocessableEntity)
	})
}

// Where an address was taken meanwhile, the page says so.
func TestEmailTakenMeanwhile(t *testing.T) {
	s := newSite(t, onSQLite(t))
	b := s.subscriber(ada)
	b.post("/settings/profile/email", "email", anna)
	path := s.linkTo(anna)
	s.account(anna)
	b.get(path).want(http.StatusOK)
	a := b.post(path)
	if a.status != http.StatusConflict && a.status != http.StatusUnprocessableEntity {
		t.Errorf("%d", a.status)
	}
	a.says("This e-mail address is in use already.")
}

// The mails speak the reader's language, in both parts, and say how long their link lasts.
func TestLetters(t *testing.T) {
	s := newSite(t, onSQLite(t))
	s.account(ada)
	s.must(s.svc.SaveLocale(t.Context(), s.idOf(ada), "it"))
	s.browser().post("/sign-in/link", "email", ada)
	m := s.lastMail(ada)
	for _, part := range []string{m.Text, m.HTML} {
		for _, words := range []string{"Ada Byron", "Con questo link accedi", "30 minuti", s.linkTo(ada)} {
			if !strings.Contains(part, words) {
				t.Errorf("the mail does not say %q:\n%s", words, part)
			}
		}
	}
	if m.Subject == "" || strings.Contains(m.Text, "<") || !strings.HasPrefix(m.HTML, "<!doctype html>") {
		t.Errorf("%q\n%s\n%s", m.Subject, m.Text, m.HTML)
	}
}
