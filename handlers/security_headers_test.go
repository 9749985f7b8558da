package handlers_test

import (
	"net/http"
	"strings"
	"testing"

	"extrausage/handlers"
	"extrausage/static"
)

// everyAnswer are the headers of every answer; the embedded provider, an outside service, sets some of its own.
var everyAnswer = map[string]string{
	"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
		"connect-src 'self'; form-action 'self' https://checkout.test; frame-ancestors 'none'; base-uri 'none'; object-src 'none'",
	"Strict-Transport-Security":    "max-age=31536000; includeSubDomains",
	"X-Content-Type-Options":       "nosniff",
	"Referrer-Policy":              "same-origin",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Permissions-Policy":           "camera=(), microphone=(), geolocation=(), payment=()",
	"Cache-Control":                "no-store",
	"Vary":                         "HX-Request",
}

var providersOwn = []string{"Content-Security-Policy", "Referrer-Policy"}

func withHosts(c *handlers.Config) { c.FormHosts = []string{"https://checkout.test"} }

func (a *answer) hasHeaders() {
	a.t.Helper()
	for name, want := range everyAnswer {
		got := strings.Join(a.header.Values(name), ", ")
		if name == "Vary" {
			got = strings.TrimSuffix(got, ", Accept-Encoding") // of what is compressed
		}
		if strings.HasPrefix(a.what[strings.Index(a.what, " ")+1:], static.Prefix) && a.status == http.StatusOK && name == "Cache-Control" {
			want = "public, max-age=31536000, immutable"
		}
		if strings.Contains(a.what, "/test-provider/") {
			for _, own := range providersOwn {
				if name == own && got != "" {
					want = got
				}
			}
		}
		if got != want {
			a.t.Errorf("%s (%d): %s is %q, want %q", a.what, a.status, name, got, want)
		}
	}
	if a.header.Get("X-Request-Id") == "" {
		a.t.Errorf("%s (%d) has no name in the log", a.what, a.status)
	}
	if server := a.header.Get("Server") + a.header.Get("X-Powered-By"); server != "" {
		a.t.Errorf("%s tells what it is made of: %s", a.what, server)
	}
}

// Every answer has every header: pages, fragments, files, refusals and failures.
func TestHeadersOfEveryAnswer(t *testing.T) {
	w := newWorld(t, withHosts, func(c *handlers.Config) { c.TestProvider = panics{c.TestProvider} })
	for _, r := range w.routes() {
		if r.who == provider && r.method != http.MethodGet && r.method != http.MethodPost {
			continue
		}
		for _, b := range []*browser{w.browser(), w.ada, w.sam, w.machine(w.key)} {
			path := r.at(w.params())
			b.copied().send(r.method, path, "application/x-www-form-urlencoded", "", "Sec-Fetch-Site", "same-origin").hasHeaders()
			b.copied().send(r.method, path, "application/x-www-form-urlencoded", "", "Sec-Fetch-Site", "same-origin", "HX-Request", "true").hasHeaders()
			b.copied().send(r.method, path, "application/x-www-form-urlencoded", "", "Sec-Fetch-Site", "cross-site").hasHeaders()
			b.copied().send(r.method, path, "application/json", "{", "Sec-Fetch-Site", "same-origin").hasHeaders()
			b.copied().send(http.MethodPatch, path, "", "", "Sec-Fetch-Site", "same-origin").hasHeaders()
			b.copied().send(http.MethodHead, path, "", "").hasHeaders()
			b.copied().send(http.MethodOptions, path, "", "").hasHeaders()
		}
	}
	w.ada.signIn(ada)
	b := w.browser()
	b.get(static.URL(static.CSS)).want(http.StatusOK).hasHeaders()
	b.get(static.Prefix + "app.css").want(http.StatusNotFound).hasHeaders()
	b.get("/nothing").want(http.StatusNotFound).hasHeaders()
	b.get("/v1/nothing").want(http.StatusNotFound).hasHeaders()
	b.get("/settings/nothing").want(http.StatusSeeOther).hasHeaders()
	w.ada.get("/settings/nothing").want(http.StatusNotFound).hasHeaders()
	b.get("/sign-out").want(http.StatusNotFound).hasHeaders()
	b.get("/test-provider/panic").want(http.StatusInternalServerError).hasHeaders()
	b.post("/sign-in", "email", strings.Repeat("a", 100_000)).want(http.StatusRequestEntityTooLarge).hasHeaders()
	w.ada.get("/settings/usage/spending.csv").want(http.StatusOK).hasHeaders()
	w.ada.get("/settings/profile/export").want(http.StatusOK).hasHeaders()
	w.ada.post("/sign-out").want(http.StatusSeeOther).hasHeaders()
}

// HSTS is for https: on the plain http of development it would lock people out of other programs on their machine.
func TestNoHSTSOnPlainHTTP(t *testing.T) {
	s := newSite(t, onSQLite(t), func(c *handlers.Config) { c.BaseURL = "http://127.0.0.1:8080" })
	a := s.browser().get("/pricing").want(http.StatusOK)
	if h := a.header.Get("Strict-Transport-Security"); h != "" {
		t.Error(h)
	}
}

// HEAD is answered as GET is.
func TestHead(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/pricing", "/nothing", "/settings/usage", "/healthz", "/v1/rates"} {
		get, head := w.ada.get(path), w.ada.send(http.MethodHead, path, "", "")
		if head.status != get.status || head.header.Get("Content-Type") != get.header.Get("Content-Type") {
			t.Errorf("%s: %d %s", path, head.status, head.header)
		}
	}
}

// What the policy forbids no page contains: scripts, styles and handlers in the text, and markup that was not escaped.
func TestPagesFitThePolicy(t *testing.T) {
	w := newWorld(t)
	for _, r := range w.routes() {
		if r.safe() && r.who != machine {
			w.by(r).get(r.at(w.params())).fitsPolicy()
		}
	}
	for _, href := range w.browser().get("/dev/gallery").all("#gallery-pages a") {
		w.browser().get(attrOf(href, "href")).want(http.StatusOK).fitsPolicy()
	}
}

func (a *answer) fitsPolicy() {
	a.t.Helper()
	if !strings.HasPrefix(a.header.Get("Content-Type"), "text/html") {
		return
	}
	for n := range a.doc().Descendants() {
		for _, at := range n.Attr {
			key, value := strings.ToLower(at.Key), strings.ToLower(strings.TrimSpace(at.Val))
			link := key == "href" || key == "src" || key == "action" || key == "formaction"
			switch {
			case strings.HasPrefix(key, "on"), key == "style", strings.HasPrefix(key, "hx-on"), strings.HasPrefix(value, "js:"),
				link && (strings.HasPrefix(value, "javascript:") || strings.HasPrefix(value, "data:")),
				key == "src" && !strings.HasPrefix(value, static.Prefix):
				a.t.Errorf("%s: <%s %s=%q>", a.what, n.Data, at.Key, at.Val)
			case key == "autocomplete" && strings.HasPrefix(value, "cc-"):
				a.t.Errorf("%s asks for a card: <%s name=%q>", a.what, n.Data, attrOf(n, "name"))
			}
		}
		if n.Data == "style" || n.Data == "script" && attrOf(n, "src") == "" {
			a.t.Errorf("%s: <%s> in the page", a.what, n.Data)
		}
	}
}

// panics fails as our own code may.
type panics struct{ http.Handler }

func (p panics) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "/panic") {
		panic("SELECT secret FROM /root/panics.go")
	}
	p.Handler.ServeHTTP(w, r)
}
