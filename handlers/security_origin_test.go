package handlers_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// crossing is what a request says about where it comes from, and whether it is let in.
type crossing struct {
	headers []string // in pairs
	silent  bool     // nothing is said: only those without a session cookie pass
	in      bool
}

// crossings are the cases measured in the threat model, and their combinations.
func crossings() (out []crossing) {
	sites := map[string]bool{"": true, "same-origin": true, "none": true, "same-site": false, "cross-site": false, "elsewhere": false}
	origins := map[string]bool{
		"": true, "https://app.test": true, "https://evil.test": false, "null": false, "https://app.test.evil.test": false,
		"https://app.test@evil.test": false, "https://app.test:444": false,
	}
	for site, siteIn := range sites {
		for origin, originIn := range origins {
			c := crossing{silent: site+origin == "", in: originIn}
			if site != "" {
				c.headers, c.in = append(c.headers, "Sec-Fetch-Site", site), siteIn // what the browser says of itself counts
			}
			if origin != "" {
				c.headers = append(c.headers, "Origin", origin)
			}
			out = append(out, c)
		}
	}
	return out
}

// Requests from other sites change nothing, on any route.
func TestOtherSitesChangeNothing(t *testing.T) {
	w := newWorld(t)
	before := w.digest()
	for _, r := range w.of(anybody, subscriber, staff, machine) {
		if r.safe() {
			continue
		}
		for _, c := range crossings() {
			b := w.by(r).copied()
			if r.who == anybody {
				b = w.ada.copied()
			}
			cookie := len(b.cookies) > 0
			if in := c.in && !(c.silent && cookie); in {
				continue
			}
			a := b.send(r.method, r.at(w.params()), "application/x-www-form-urlencoded", "", c.headers...)
			if a.status != http.StatusForbidden || !saysOrigin(a) {
				t.Errorf("%s with %q: %d", r, c.headers, a.status)
			}
		}
	}
	if diff := w.changed(before); len(diff) > 0 {
		t.Errorf("changed: %v", diff)
	}
}

// saysOrigin tells whether an answer says that the request came from another site.
func saysOrigin(a *answer) bool {
	return strings.Contains(a.body, "This request came from another site.")
}

// Requests from our own pages, and from programs without a cookie, are let in on every route.
func TestOurOwnPagesAreLetIn(t *testing.T) {
	for _, c := range crossings() {
		if !c.in {
			continue
		}
		t.Run(fmt.Sprint(c.headers), func(t *testing.T) {
			w := newWorld(t)
			routes := w.of(anybody, subscriber, staff, machine)
			slices.SortStableFunc(routes, func(a, b route) int { return last(a) - last(b) })
			for _, r := range routes {
				if r.safe() {
					continue
				}
				b := w.by(r)
				if c.silent {
					b = w.browser() // without cookies
				}
				if a := b.send(r.method, r.at(w.params()), "application/x-www-form-urlencoded", "", c.headers...); saysOrigin(a) {
					t.Errorf("%s with %q is refused", r, c.headers)
				}
			}
		})
	}
}

// last puts what ends a session behind the rest.
func last(r route) int {
	if r.path == "/sign-out" || r.path == "/settings/profile/close" {
		return 1
	}
	return 0
}

// Webhooks come from elsewhere by nature: their signature tells.
func TestWebhooksAreJudgedByTheirSignature(t *testing.T) {
	w := newWorld(t)
	for _, c := range crossings() {
		if a := w.browser().json(http.MethodPost, "/webhooks/test", "{}", c.headers...); !strings.Contains(a.body, "webhook_signature") {
			t.Errorf("%q: %d %s", c.headers, a.status, a.body)
		}
	}
}

// GET and HEAD change nothing, whoever asks. What they may do is by design: a visit to the provider is taken over on its
// return, and a look at an account is noted; both have tests of their own.
func TestReadingChangesNothing(t *testing.T) {
	w := newWorld(t)
	w.ada.post("/settings/usage/undo", "change", "nothing")          // leaves a notice in the cookie
	w.machine(w.key).get("/v1/accounts/" + w.adaID + "/extra-usage") // when a key was used last is noted
	before := w.digest()
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		for _, r := range w.routes() {
			if !r.safe() || r.path == "/support/accounts/:id" {
				continue
			}
			for _, b := range []*browser{w.browser(), w.ada, w.anna, w.sam, w.machine(w.key)} {
				for _, query := range []string{"", "?limit=1&state=on&choice=continue&confirm=1&session=x&purchase=x&q=ada@"} {
					a := b.send(method, r.at(w.params())+query, "", "")
					if a.status >= http.StatusInternalServerError {
						t.Errorf("%s %s: %d", method, r.path, a.status)
					}
				}
			}
		}
	}
	if diff := w.changed(before); len(diff) > 0 {
		t.Errorf("changed: %v", diff)
	}
}
