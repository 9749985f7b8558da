package e2e

import (
	"fmt"
	"html/template"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"
)

// sample is a page with the things our pages have: a strict CSP, a form that
// comes back with 422, a script that replaces a part, an event stream.
var sample = template.Must(template.New("").Parse(`<!doctype html>
<html lang="en"><head><title>Sample</title><link rel="icon" href="/icon.svg"><link rel="stylesheet" href="/style.css">
<script src="/script.js" defer></script></head><body>
<h1>Sample</h1>
<p id="lang">{{.Lang}}</p><p id="said">{{.Said}}</p>
<noscript><p>No script here.</p></noscript>
<p class="dark">Dark screen</p><p class="light">Light screen</p><p class="narrow">Narrow screen</p>
<form method="post" action="/">
<label for="limit">Monthly limit <small>in dollars</small></label> <input id="limit" name="limit" value="{{.Limit}}">
<label><input type="radio" name="kind" value="amount" checked> An amount</label>
<label><input type="radio" name="kind" value="unlimited" class="hidden"> Unlimited</label>
<label>Language <select name="language"><option value="en">English</option><option value="it">Italiano</option></select></label>
<label>From <input type="date" name="from"></label>
<button name="go" value="save">Save</button>
</form>
<button id="part" type="button">Load the part</button><div id="loaded"></div><p id="live"></p>
<button id="off" disabled>Never</button>
<div class="tall"></div><a href="/second">Second page</a>
</body></html>`))

func sampleSite(t *testing.T) string {
	mux := http.NewServeMux()
	show := func(w http.ResponseWriter, r *http.Request, said string) {
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'")
		if r.Method == http.MethodPost {
			w.WriteHeader(http.StatusUnprocessableEntity)
		}
		_ = sample.Execute(w, map[string]string{"Lang": r.Header.Get("Accept-Language"), "Said": said, "Limit": r.FormValue("limit")})
	}
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) { show(w, r, "") })
	mux.HandleFunc("POST /{$}", func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(200 * time.Millisecond) // longer than a page rests
		show(w, r, fmt.Sprintf("limit %s, kind %s, language %s, from %s, go %s",
			r.FormValue("limit"), r.FormValue("kind"), r.FormValue("language"), r.FormValue("from"), r.FormValue("go")))
	})
	mux.HandleFunc("GET /part", func(w http.ResponseWriter, _ *http.Request) {
		time.Sleep(200 * time.Millisecond)
		fmt.Fprint(w, "the part")
	})
	mux.HandleFunc("GET /stream", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprint(w, "data: live now\n\n")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	mux.HandleFunc("GET /second", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<!doctype html><title>Second</title><link rel="icon" href="/icon.svg"><h1>Second</h1>`)
	})
	mux.HandleFunc("GET /broken", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'self'")
		fmt.Fprint(w, `<!doctype html><title>Broken</title><link rel="icon" href="/icon.svg"><script src="/broken.js"></script><p style="color:red">inline`)
	})
	files := map[string]string{
		"/icon.svg":  `<svg xmlns="http://www.w3.org/2000/svg"/>`,
		"/broken.js": `console.error("the page", "complains"); nothing.works();`,
		"/style.css": `.dark,.narrow{display:none} .hidden{display:none} .tall{height:3000px} #cover{position:fixed;inset:0}
			@media (prefers-color-scheme:dark){body{background:#111;color:#eee}.dark{display:block}.light{display:none}}
			@media (width<500px){.narrow{display:block}}`,
		"/script.js": `document.querySelector("#part").addEventListener("click", async () => {
				document.querySelector("#loaded").textContent = await (await fetch("/part")).text() });
			new EventSource("/stream").onmessage = (e) => { document.querySelector("#live").textContent = e.data }`,
	}
	for path, body := range files {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			http.ServeContent(w, r, path, time.Time{}, strings.NewReader(body))
		})
	}
	srv := httptest.NewServer(mux)
	t.Cleanup(func() { srv.CloseClientConnections(); srv.Close() })
	return srv.URL
}

func TestHarnessWithAndWithoutJavaScript(t *testing.T) {
	eachScript(t, func(t *testing.T, js bool) {
		site := sampleSite(t)
		p := newBrowser(t, opts{JavaScript: js, Base: site})
		p.visit("/")
		equal(t, "status", p.status(), http.StatusOK)
		equal(t, "heading", p.text("h1"), "Sample")
		equal(t, "language", p.text("#lang"), "en-US,en;q=0.9")
		p.has("Light screen")
		p.lacks("Dark screen")

		p.fill("label:Monthly limit", "12.50")
		p.fill("#limit", "5,00")
		p.choose("input[value=unlimited]") // hidden: its label takes the click
		p.fill("[name=language]", "Italiano")
		p.fill("[name=from]", "2026-11-05")
		p.submit("#limit")
		equal(t, "what the server got", p.text("#said"), "limit 5,00, kind unlimited, language it, from 2026-11-05, go save")
		equal(t, "status of the form", p.status(), http.StatusUnprocessableEntity)
		equal(t, "the form as typed", p.value("#limit"), "5,00")
		p.fill("#limit", "")
		p.press(kb.Enter)
		p.has("limit , kind amount")

		p.click("link:Second page") // far below the fold
		equal(t, "address", p.url(), site+"/second")
		p.back()
		p.wait("#part")
		p.gone("h2")
		equal(t, "inputs", p.count("input"), 4)
		equal(t, "action", p.attribute("form", "action"), "/")

		if js {
			p.lacks("No script here.")
			p.has("live now") // and the open stream keeps no method waiting
			p.click("button:Load the part")
			equal(t, "the part", evaluate[string](p, `Promise.resolve(document.querySelector("#loaded").textContent)`), "the part")
		} else {
			p.has("No script here.")
		}
	})
}

func TestHarnessDarkItalianPhone(t *testing.T) {
	p := newBrowser(t, opts{Dark: true, Lang: "it-IT,it", Width: 360, Height: 740, Base: sampleSite(t)})
	p.visit("/")
	p.has("Dark screen")
	p.has("Narrow screen")
	equal(t, "language", p.text("#lang"), "it-IT,it;q=0.9")
	file := filepath.Join(t.TempDir(), "shots", "page.png")
	p.screenshot(file)
	png, err := os.ReadFile(file)
	if err != nil || !strings.HasPrefix(string(png), "\x89PNG") {
		t.Fatalf("no picture in %s: %v", file, err)
	}
	p.reload()
	p.has("Dark screen")
}

func TestHarnessReportsConsoleErrors(t *testing.T) {
	spy := &spy{TB: t}
	spy.run(func() {
		p := newBrowser(spy, opts{JavaScript: true, Base: sampleSite(t)})
		p.visit("/broken")
		p.allow("the page complains")
		p.visit("/nowhere")
		equal(t, "status", p.status(), http.StatusNotFound)
	})
	spy.finish()
	for _, want := range []string{"nothing is not defined", "Content Security Policy", "status of 404"} {
		if !spy.heard(want) {
			t.Errorf("the test did not fail for %q, but for: %q", want, spy.errors)
		}
	}
	if spy.heard("the page complains") {
		t.Errorf("what is allowed failed the test: %q", spy.errors)
	}
}

func TestHarnessSaysWhyItCannotAct(t *testing.T) {
	p := newBrowser(t, opts{JavaScript: true, Base: sampleSite(t)})
	p.allow("Failed to load resource")
	for want, act := range map[string]func(){
		"click #off: it is disabled":                        func() { p.click("#off") },
		"click #none: it is not on the page":                func() { p.click("#none") },
		"click #part: it is covered by <div#cover>":         func() { p.click("#part") },
		"submit h1: it belongs to no form":                  func() { p.submit("h1") },
		"choose #limit: it is not chosen":                   func() { p.choose("#limit") },
		`fill #limit with "7": it holds "5"`:                func() { p.fill("#limit", "7") },
		`fill [name=language]: it has no option "Suomi"`:    func() { p.fill("[name=language]", "Suomi") },
		`the page does not say "Something else"; it says:`:  func() { p.has("Something else") },
		`the page says "Sample"; it says:`:                  func() { p.lacks("Sample") },
		"h1 is still on the page":                           func() { p.gone("h1") },
		"wait for noscript: it is not visible":              func() { p.wait("noscript") },
		"visit http://127.0.0.1:1/: net::ERR_":              func() { p.visit("http://127.0.0.1:1/") },
		"does not come to rest: loading=false, open reques": func() { p.click("#part"); p.patience = 150 * time.Millisecond; p.click("#part") },
	} {
		t.Run(want, func(t *testing.T) {
			p.t, p.patience = t, patience
			p.visit("/")
			if strings.HasPrefix(want, "fill #limit") {
				evaluate[bool](p, `!document.querySelector("#limit").addEventListener("input", (e) => { e.target.value = "5" })`)
			}
			if strings.Contains(want, "covered") {
				evaluate[bool](p, `document.body.append(Object.assign(document.createElement("div"), { id: "cover" })), true`)
			}
			spy := &spy{TB: t}
			p.t = spy
			if !strings.HasPrefix(want, "does not") {
				p.patience = time.Second
			}
			spy.run(act)
			if p.t = t; !spy.heard(want) {
				t.Errorf("want a failure with %q, got %q", want, spy.errors)
			}
		})
	}
	p.t, p.patience = t, patience
}

func TestHarnessTabsShareTheSession(t *testing.T) {
	one := newBrowser(t, opts{JavaScript: true, Base: sampleSite(t)})
	one.visit("/")
	evaluate[string](one, `document.cookie = "seen=yes"`)
	two := one.another()
	two.visit("/second")
	equal(t, "cookie in the second tab", evaluate[string](two, `document.cookie`), "seen=yes")
	one.has("Sample")
}

func TestHarnessRunsAProgram(t *testing.T) {
	path, err := build("./testdata/tiny")
	if err != nil {
		t.Fatal(err)
	}
	s := startProgram(t, path, "GREETING=ciao")
	equal(t, "answer", get(t, s.url), "starts: 1, greeting: ciao")
	s.stop()
	s.start()
	equal(t, "after a stop", get(t, s.url), "starts: 2, greeting: ciao")
	s.kill()
	s.start()
	equal(t, "after a kill", get(t, s.url), "starts: 3, greeting: ciao")
	if !strings.Contains(s.logs.String(), "listening on") {
		t.Errorf("no logs: %q", s.logs)
	}
	out, err := s.command("hello", "echo")
	if err != nil || out != "hello" {
		t.Errorf("command: %q, %v", out, err)
	}
	if _, err := s.command("", "sing"); err == nil || !strings.Contains(err.Error(), "unknown command sing") {
		t.Errorf("a failing command: %v", err)
	}

	spy := &spy{TB: t}
	spy.run(func() { startProgram(spy, path, "STUBBORN=1").stop() })
	spy.finish()
	if !spy.heard("did not end cleanly") {
		t.Errorf("a server that fails at SIGTERM passed: %q", spy.errors)
	}
}

func TestHarnessGivesEachTestADatabase(t *testing.T) {
	first, second := newPostgres(t), newPostgres(t)
	if first == second {
		t.Fatalf("twice %s", first)
	}
	for _, url := range []string{first, second} {
		if err := onPostgres(url, "CREATE TABLE only_here (id int)"); err != nil {
			t.Error(err)
		}
	}
}

// spy stands in for a test that is expected to fail.
type spy struct {
	testing.TB
	mu       sync.Mutex
	errors   []string
	cleanups []func()
}

func (s *spy) Errorf(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.errors = append(s.errors, fmt.Sprintf(format, args...))
}

func (s *spy) Fatalf(format string, args ...any) {
	s.Errorf(format, args...)
	runtime.Goexit()
}

func (s *spy) Fatal(args ...any)   { s.Fatalf("%s", fmt.Sprint(args...)) }
func (s *spy) Failed() bool        { return false }
func (s *spy) ArtifactDir() string { return s.TempDir() } // nobody needs the pictures
func (s *spy) Cleanup(end func())  { s.cleanups = append(s.cleanups, end) }

// run calls the test's body in a goroutine of its own, which Fatalf may end.
func (s *spy) run(body func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		body()
	}()
	<-done
}

func (s *spy) finish() {
	for _, end := range slices.Backward(s.cleanups) {
		end()
	}
}

func (s *spy) heard(text string) bool {
	return slices.ContainsFunc(s.errors, func(e string) bool { return strings.Contains(e, text) })
}

func equal[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func get(t testing.TB, url string) string {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}
