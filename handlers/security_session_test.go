package handlers_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/securecookie"

	"extrausage/handlers"
	"extrausage/money"
)

const sessionCookie = "__Host-xu"

// tokenIn is the token in a session cookie, read with the site's own keys.
func tokenIn(t *testing.T, value string) string {
	t.Helper()
	codec := securecookie.New(bytes.Repeat([]byte("s"), 64), bytes.Repeat([]byte("e"), 32))
	values := map[any]any{}
	if err := codec.Decode(sessionCookie, value, &values); err != nil {
		t.Fatal(err)
	}
	token, _ := values["token"].(string)
	return token
}

// A cookie is for us alone: over https, unread by scripts, not sent along from other sites.
func TestCookiesAreOurs(t *testing.T) {
	for base, want := range map[string]struct {
		prefix string
		secure bool
	}{baseURL: {"__Host-", true}, "http://127.0.0.1:8080": {"", false}} {
		w := newWorld(t, func(c *handlers.Config) { c.BaseURL = base })
		set := 0
		for _, r := range w.routes() {
			b := w.by(r).copied()
			if r.who == anybody {
				b = w.anna.copied()
			}
			a := b.send(r.method, r.at(w.params()), "application/x-www-form-urlencoded", form("email", ada, "password", password, "locale", "it"),
				"Sec-Fetch-Site", "same-origin")
			names := map[string]bool{}
			for _, c := range (&http.Response{Header: a.header}).Cookies() {
				set++
				if !strings.HasPrefix(c.Name, want.prefix) || c.Secure != want.secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode ||
					c.Path != "/" || c.Domain != "" || names[c.Name] {
					t.Errorf("%s: %+v", r, c)
				}
				names[c.Name] = true
			}
		}
		if set < 3 {
			t.Errorf("%s: %d cookies in all", base, set)
		}
	}
}

// The browser's token is long and random, and we keep no more of it than its hash.
func TestTokensAreNotKept(t *testing.T) {
	w := newWorld(t)
	token := tokenIn(t, w.ada.cookies[sessionCookie])
	if len(token) < 43 || token == tokenIn(t, w.anna.cookies[sessionCookie]) {
		t.Errorf("the token is %q", token)
	}
	w.browser().post("/sign-in/link", "email", ada)
	link := w.lastMail(ada).Text
	link = link[strings.Index(link, "/sign-in/link/")+len("/sign-in/link/"):]
	link = link[:strings.IndexAny(link, "\n ")]
	all, log := w.digest(), w.log.String()
	hash := sha256.Sum256([]byte(token))
	if !slices.Equal(all.contains(hex.EncodeToString(hash[:])), []string{"sessions"}) {
		t.Error("the session is kept otherwise than by its hash")
	}
	for name, secret := range map[string]string{"token": token, "cookie": w.ada.cookies[sessionCookie], "password": password, "key": w.key} {
		if found := all.contains(secret); len(found) > 0 {
			t.Errorf("the %s stands in %v", name, found)
		}
		if strings.Contains(log, secret) {
			t.Errorf("the %s stands in the log", name)
		}
	}
	if found := all.contains(link); !slices.Equal(found, []string{"mails"}) { // to be sent
		t.Errorf("the link's token stands in %v", found)
	}
	w.browser().get("/sign-in/link/" + link).want(http.StatusOK)
	if strings.Contains(w.log.String(), link) {
		t.Error("the link's token stands in the log")
	}
}

// A planted cookie is not taken over: each sign-in makes a session of its own, and ends the one there was.
func TestPlantedSessionsAreNotTakenOver(t *testing.T) {
	w := newWorld(t)
	planted := w.browser().signIn(anna)
	victim := planted.copied().signIn(ada)
	if planted.cookies[sessionCookie] == victim.cookies[sessionCookie] ||
		tokenIn(t, planted.cookies[sessionCookie]) == tokenIn(t, victim.cookies[sessionCookie]) {
		t.Error("the session was taken over")
	}
	planted.get("/settings/usage").want(http.StatusSeeOther)
	victim.get("/settings/usage").want(http.StatusOK)

	for _, made := range []string{"", "x", "AAAA", strings.Repeat("A", 4000), w.ada.cookies[sessionCookie][:20] + "AAAA" + w.ada.cookies[sessionCookie][24:]} {
		b := w.browser()
		b.cookies[sessionCookie] = made
		b.get("/settings/usage").want(http.StatusSeeOther)
		b.get("/pricing").want(http.StatusOK)
		b.signIn(ada).get("/settings/usage").want(http.StatusOK)
	}
	other := w.browser() // of another site with the same software
	values := map[any]any{"token": tokenIn(t, w.ada.cookies[sessionCookie])}
	var err error
	other.cookies[sessionCookie], err = securecookie.New(bytes.Repeat([]byte("x"), 64), bytes.Repeat([]byte("e"), 32)).Encode(sessionCookie, values)
	w.must(err)
	other.get("/settings/usage").want(http.StatusSeeOther)
}

// Signing out ends the session for whoever has a copy of its cookie, on every route, and clears the browser.
func TestSigningOutKillsCopies(t *testing.T) {
	w := newWorld(t)
	copies := map[audience]*browser{subscriber: w.ada.copied(), staff: w.sam.copied()}
	for _, b := range []*browser{w.ada, w.sam} {
		a := b.post("/sign-out").want(http.StatusSeeOther)
		if got := a.header.Get("Clear-Site-Data"); got != `"cache", "storage"` {
			t.Errorf("Clear-Site-Data is %q", got)
		}
		a.follow().says("You are signed out.")
		if tokenIn(t, b.cookies[sessionCookie]) != "" {
			t.Error("the token stays in the browser")
		}
	}
	before := w.digest()
	for _, r := range w.of(subscriber, staff) {
		a := copies[r.who].copied().send(r.method, r.at(w.params()), "application/x-www-form-urlencoded", "", "Sec-Fetch-Site", "same-origin")
		if a.status != http.StatusSeeOther || !strings.HasPrefix(a.location(), "/sign-in?") {
			t.Errorf("%s with a dead session: %d %s", r, a.status, a.location())
		}
	}
	if diff := w.changed(before); len(diff) > 0 {
		t.Errorf("changed: %v", diff)
	}
}

// What concerns money asks for the password again after ten minutes, to the second, and nothing else does.
func TestMoneyAsksForThePasswordAgain(t *testing.T) {
	w := newWorld(t)
	asks := func(r route, b *browser) bool {
		a := b.copied().send(r.method, r.at(w.params()), "application/x-www-form-urlencoded", "", "Sec-Fetch-Site", "same-origin")
		return a.status == http.StatusForbidden && a.has("form[action="+r.at(w.params())+"] [name=current_password]")
	}
	w.advance(10 * time.Minute)
	for _, r := range w.of(subscriber) {
		if r.fresh && asks(r, w.browser().withCookiesOf(w.ada)) {
			t.Errorf("%s asks after ten minutes already", r)
		}
	}
	w = newWorld(t)
	w.advance(10*time.Minute + time.Second)
	for _, r := range w.of(subscriber) {
		if got := asks(r, w.ada); got != r.fresh {
			t.Errorf("%s asks for the password: %t", r, got)
		}
	}
}

func (b *browser) withCookiesOf(other *browser) *browser {
	b.cookies = other.copied().cookies
	return b
}

// The form waits while the password is asked for: it is done then, under a new session id, with all it said.
func TestStepUpKeepsTheForm(t *testing.T) {
	for _, htmx := range []bool{false, true} {
		w := newWorld(t)
		version := w.ada.get("/settings/usage").value("version")
		w.advance(11 * time.Minute)
		post := w.ada.post
		if htmx {
			post = w.ada.postHTMX
		}
		ask := post("/settings/usage/monthly-limit", "kind", "amount", "amount", "12,50", "version", version).want(http.StatusForbidden)
		ask.says("Confirm that it's you", "Change your monthly limit")
		if htmx && ask.header.Get("HX-Retarget") != "body" {
			t.Error("the step-up page does not take the whole page")
		}
		action, hidden := ask.attr("main form", "action"), ask.hidden()
		if want := []string{"amount", "12,50", "kind", "amount", "version", version}; action != "/settings/usage/monthly-limit" || !slices.Equal(hidden, want) {
			t.Fatalf("the form is sent to %s with %q", action, hidden)
		}
		stale := w.ada.copied()
		for given, words := range map[string]string{"": "Enter your password.", "wrong": "This is not your password."} {
			again := w.ada.post(action, append(hidden, "current_password", given)...).want(http.StatusUnprocessableEntity).says(words)
			if !slices.Equal(again.hidden(), hidden) || again.value("current_password") != "" {
				t.Errorf("after %q the form is %q", given, again.hidden())
			}
		}
		w.ada.post(action, append(hidden, "current_password", password)...).follow().says("$12.50")
		status, err := w.svc.Status(t.Context(), w.adaID)
		w.must(err)
		if status.Limit.Amount != money.Cents(1250) {
			t.Errorf("the limit is %+v", status.Limit)
		}
		stale.get("/settings/usage").want(http.StatusSeeOther) // the old id is dead
		w.ada.post("/settings/usage/monthly-limit", "kind", "amount", "amount", "20").want(http.StatusConflict)
	}
}

// hidden are the hidden fields of the page's form, in pairs.
func (a *answer) hidden() (pairs []string) {
	a.t.Helper()
	for _, n := range a.all("main form [type=hidden]") {
		pairs = append(pairs, attrOf(n, "name"), attrOf(n, "value"))
	}
	return pairs
}

// Guessing at the step-up page is counted like guessing at the door.
func TestStepUpIsThrottled(t *testing.T) {
	w := newWorld(t)
	w.advance(11 * time.Minute)
	for range 10 {
		w.ada.post("/settings/billing/payment-method", "current_password", "wrong").want(http.StatusUnprocessableEntity)
	}
	a := w.ada.post("/settings/billing/payment-method", "current_password", password).want(http.StatusTooManyRequests).says("Too many tries.")
	if a.header.Get("Retry-After") == "" {
		t.Error("it does not say when to try again")
	}
}
