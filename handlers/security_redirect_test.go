package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// elsewhere are forms of "next" that lead, or led in some browser or framework, to another site.
var elsewhere = []string{
	"https://evil.test", "http://evil.test", "HTTPS://EVIL.TEST", "//evil.test", "///evil.test", "////evil.test", "https:evil.test",
	"https:/evil.test", "https:///evil.test", "https:\\\\evil.test", `\\evil.test`, `\/evil.test`, `/\evil.test`, `/\/evil.test`,
	`//\evil.test`, `\evil.test`, `/\\evil.test`, "/\t/evil.test", "/\n/evil.test", "/\r/evil.test", "\t//evil.test", " //evil.test", "//evil.test ",
	"\u00a0//evil.test", "/\u2028/evil.test", "/ /evil.test", "/%09/evil.test", "/%5cevil.test", "/%5Cevil.test", "/%2fevil.test",
	"/%2Fevil.test", "/%2f%2fevil.test", "%2f%2fevil.test", "/.//evil.test", "/..//evil.test", "/a//evil.test", "/a/..//evil.test",
	"//evil.test/%2f..", "//evil.test/..;/css", "///evil.test/..", "//app.test@evil.test", "https://app.test@evil.test", "//evil.test#@app.test",
	"https://app.test.evil.test", "//user:pass@evil.test", "@evil.test", ".evil.test", "evil.test", "evil.test/settings", "javascript:alert(1)",
	"JaVaScRiPt:alert(1)", "java\nscript:alert(1)", "javascript://app.test/%0aalert(1)", "data:text/html,<script>alert(1)</script>",
	"vbscript:msgbox(1)", "mailto:a@evil.test", "ftp://evil.test", "file:///etc/passwd", "//[::1]/", "//2130706433", "//127.1", "http:/\\evil.test",
	"//evil。test", "//evil%E3%80%82test", "/\x0b/evil.test", "//%65vil.test", "/%00/evil.test\x01", "https://%65vil.test", "/#\\\\evil.test\x7f",
	"/" + strings.Repeat("a", 3000), "/settings/usage\r\nSet-Cookie: a=b", "/settings/usage\nX: y", "?next=//evil.test", "#//evil.test", "", "*", "%",
}

// ours are paths that forms may go on to.
var ours = []string{
	"/settings/usage", "/settings/billing", "/settings/usage/activity?day=2026-11-10&model=Haiku+4.5", "/settings/profile#profile-email",
	"/pricing?model=Sonnet+4.5&input=1200#calculator", "/support/accounts/acc_1", "/help/extra-usage#unlimited", "/?next=https://evil.test",
	"/sign-in/link/abc",
}

// No form of "next" leads to another site, neither by Location nor by htmx's header.
func TestNextNeverLeadsElsewhere(t *testing.T) {
	s := newSite(t, onSQLite(t))
	b := s.subscriber(ada)
	if len(elsewhere) < 60 {
		t.Fatalf("only %d forms", len(elsewhere))
	}
	for want, list := range map[string][]string{"/": elsewhere, "": ours} {
		for _, next := range list {
			to := want
			if to == "" {
				to = next
			}
			for _, a := range []*answer{
				b.get("/sign-in?" + form("next", next)), b.post("/language", "locale", "en", "next", next),
				s.browser().post("/language", "locale", "it", "next", next), b.post("/language?"+form("next", next), "locale", "en"),
			} {
				if a.status == http.StatusBadRequest { // no text at all
					continue
				}
				if got := a.want(http.StatusSeeOther).header.Get("Location"); got != to {
					t.Errorf("%q leads to %q (%s)", next, got, a.what)
				}
			}
			if a := b.postHTMX("/language", "locale", "en", "next", next); a.status != http.StatusBadRequest && a.header.Get("HX-Redirect") != to {
				t.Errorf("%q leads htmx to %q", next, a.header.Get("HX-Redirect"))
			}
			page := s.browser().get("/sign-in?" + form("next", next))
			if page.status == http.StatusOK && want == "/" && page.has("[name=next]") && page.value("next") != "" {
				t.Errorf("%q stands in the form as %q", next, page.value("next"))
			}
		}
	}
}

// Who had to sign in lands on the page that was asked for, whatever its query says.
func TestSignInLeadsBack(t *testing.T) {
	s := newSite(t, onSQLite(t))
	s.account(ada)
	b := s.browser()
	page := b.get("/settings/usage/activity?day=2026-11-10&next=https://evil.test").follow().want(http.StatusOK)
	a := b.post("/sign-in", "email", ada, "password", password, "next", page.value("next")).want(http.StatusSeeOther)
	if got, want := a.header.Get("Location"), "/settings/usage/activity?day=2026-11-10&next=https://evil.test"; got != want {
		t.Errorf("led to %s", got)
	}
	b.post("/sign-out")
	htmx := b.with("HX-Request", "true").get("/settings/usage")
	if got := htmx.header.Get("HX-Redirect"); got != "/sign-in?next="+url.QueryEscape("/settings/usage") {
		t.Errorf("htmx is led to %s", got)
	}
}
