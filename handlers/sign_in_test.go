package handlers_test

import (
	"fmt"
	"net"
	"net/http"
	"testing"
	"time"

	"extrausage/handlers"
	"extrausage/models/storetest"
)

// Signing in leads home: subscribers to their usage, staff to support. Who is in already is not asked again.
func TestSignIn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s := newSite(t, open)
		s.account(ada)
		s.staff(sam)
		s.browser().get("/").follow().want(http.StatusOK).says("Sign in")
		for who, home := range map[string]string{ada: "/settings/usage", sam: "/support", "  ADA@Example.com ": "/settings/usage"} {
			b := s.browser()
			page := b.get("/sign-in").want(http.StatusOK)
			if page.attr("[name=password]", "autocomplete") != "current-password" || page.attr("[name=email]", "autocomplete") != "username" {
				t.Error("password managers cannot tell the fields")
			}
			at := b.post("/sign-in", "email", who, "password", password).follow()
			if at.location() != home {
				t.Errorf("%s is led to %s", who, at.location())
			}
			if at = b.get("/sign-in?next=/settings/profile"); at.location() != "/settings/profile" {
				t.Errorf("%s is asked again: %d %s", who, at.status, at.location())
			}
		}
	})
}

// What is wrong is said where it is; which of the two does not fit is not. The form comes back as typed, without the password.
func TestSignInSaysWhatIsWrong(t *testing.T) {
	s := newSite(t, onSQLite(t))
	s.account(ada)
	for _, c := range []struct{ email, password, words string }{
		{ada, "wrong", "E-mail address and password do not belong together."},
		{"nobody@example.com", "wrong", "E-mail address and password do not belong together."},
		{"no address", "wrong", "E-mail address and password do not belong together."},
		{"", "wrong", "Enter an e-mail address like name@example.com."},
		{ada, "", "Enter your password."},
	} {
		b := s.browser()
		a := b.post("/sign-in", "email", c.email, "password", c.password, "next", "/settings/billing").want(http.StatusUnprocessableEntity).says(c.words)
		if a.value("email") != c.email || a.value("password") != "" || a.value("next") != "/settings/billing" {
			t.Errorf("the form comes back with %q, %q, %q", a.value("email"), a.value("password"), a.value("next"))
		}
		if title := a.text("title"); title != "Error: Sign in · Extra Usage" {
			t.Errorf("the title is %q", title)
		}
		if len(b.cookies) > 0 {
			t.Errorf("cookies: %v", b.cookies)
		}
	}
}

// Guessing is slowed down, and the form stays as typed. The owner still gets in from elsewhere.
func TestSignInIsThrottled(t *testing.T) {
	s := newSite(t, onSQLite(t))
	s.account(ada)
	b := s.browser()
	for range 10 {
		b.post("/sign-in", "email", ada, "password", "wrong").want(http.StatusUnprocessableEntity)
	}
	a := b.post("/sign-in", "email", ada, "password", password, "next", "/settings/billing").want(http.StatusTooManyRequests).says("Too many tries.")
	if a.value("email") != ada || a.value("next") != "/settings/billing" || a.header.Get("Retry-After") != "900" {
		t.Errorf("%q, %q, %s", a.value("email"), a.value("next"), a.header.Get("Retry-After"))
	}
	s.advance(15*time.Minute + time.Second)
	b.signIn(ada)
}

// Where a request comes from says the connection, or a proxy that is ours, and never the one who asks.
func TestAddressesAreNotBelieved(t *testing.T) {
	spoofed := []string{"X-Forwarded-For", "X-Real-IP", "Forwarded", "True-Client-IP", "CF-Connecting-IP", "X-Client-IP"}
	guess := func(s *site) (last *answer) {
		for i := range 11 {
			b := s.browser()
			for _, name := range spoofed {
				b.with(name, fmt.Sprintf("203.0.113.%d", i))
			}
			last = b.post("/sign-in", "email", ada, "password", "wrong")
		}
		return last
	}
	s := newSite(t, onSQLite(t))
	s.account(ada)
	guess(s).want(http.StatusTooManyRequests)

	_, ours, err := net.ParseCIDR("192.0.2.0/24") // where the rig's requests come from
	s.must(err)
	s = newSite(t, onSQLite(t), func(c *handlers.Config) { c.TrustedProxies = []*net.IPNet{ours} })
	s.account(ada)
	guess(s).want(http.StatusUnprocessableEntity)
	s.browser().with("X-Forwarded-For", "198.51.100.7, 203.0.113.1").signIn(ada) // what the proxy did not write is not read
	sessions, err := s.svc.Sessions(t.Context(), s.idOf(ada), "")
	s.must(err)
	if sessions[0].Address != "203.0.113.1" {
		t.Errorf("signed in from %s", sessions[0].Address)
	}
}

// The language is that of the browser, of the choice, of the profile: each over the one before.
func TestLanguages(t *testing.T) {
	s := newSite(t, onSQLite(t))
	s.account(ada)
	for accept, want := range map[string]string{
		"": "en", "it": "it", "it-IT,it;q=0.9,en;q=0.8": "it", "en-GB,it;q=0.5": "en", "de-DE,de;q=0.9": "en", "de,it;q=0.5": "it", "fr-CH, *;q=0.1": "en",
		"it;q=0,en": "en", ";;;": "en", "\xff": "en", "it-CH-1901": "it",
	} {
		if got := s.browser().with("Accept-Language", accept).get("/sign-in").attr("html", "lang"); got != want {
			t.Errorf("%q gives %s", accept, got)
		}
	}
	b := s.browser().with("Accept-Language", "it")
	b.post("/language", "locale", "en", "next", "/pricing").follow().says("Extra usage prices")
	b.signIn(ada)
	b.post("/language", "locale", "it", "next", "/settings/profile").follow().says("Profilo")
	profile, err := s.svc.Profile(t.Context(), s.idOf(ada))
	s.must(err)
	if profile.Locale != "it" {
		t.Errorf("the profile says %s", profile.Locale)
	}
	b.post("/language", "locale", "de").want(http.StatusBadRequest)
}
