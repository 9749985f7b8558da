package e2e

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// patience is how long a page may take to become what a test expects.
const patience = 10 * time.Second

//go:embed testdata/page.js
var pageScript string

// page is a tab as a person uses it. A method that cannot do its job ends the
// test with the reason, and leaves a picture of the page behind. Methods that
// act wait until the page has come to rest; methods that look wait until they
// see what they were told to expect. Selectors are CSS, or "button:Save",
// "link:Pricing", "label:Monthly limit".
type page struct {
	t        testing.TB
	ctx      context.Context
	opts     opts
	patience time.Duration
	traffic  *traffic

	mu       sync.Mutex
	console  []string // errors, in the page's words
	tolerate []string
}

// answer is what page.js returns.
type answer struct {
	OK     bool    `json:"ok"`
	Why    string  `json:"why"`
	Absent bool    `json:"absent"`
	X      float64 `json:"x"`
	Y      float64 `json:"y"`
	Text   string  `json:"text"`
	Typed  bool    `json:"typed"`
	Count  int     `json:"count"`
}

// visit opens a URL, or a path below opts.Base, and waits until it has loaded.
func (p *page) visit(url string) {
	p.t.Helper()
	if strings.HasPrefix(url, "/") {
		url = strings.TrimSuffix(p.opts.Base, "/") + url
	}
	ctx, cancel := context.WithTimeout(p.ctx, p.patience)
	defer cancel()
	res, err := chromedp.Call(ctx, cdppage.Navigate, cdppage.NavigateParams{URL: url})
	if err == nil && res.ErrorText != "" {
		err = errors.New(res.ErrorText)
	}
	if err != nil {
		p.fatalf("visit %s: %v", url, err)
	}
	p.settle()
}

// reload loads the page again, as F5 does.
func (p *page) reload() {
	p.t.Helper()
	p.do("reload", send(cdppage.Reload, cdppage.ReloadParams{}))
	p.settle()
}

// back goes one page back in the history.
func (p *page) back() {
	p.t.Helper()
	p.do("go back", chromedp.NavigateBack())
	p.settle()
}

// click presses the element where it is, once it is visible, enabled and not
// covered by something else.
func (p *page) click(selector string) {
	p.t.Helper()
	p.pressAt("click", selector, "point")
}

// submit presses the submit button of the form that the element is, holds or
// stands in.
func (p *page) submit(selector string) {
	p.t.Helper()
	p.pressAt("submit", selector, "submitter")
}

// choose picks a radio button or ticks a checkbox, and makes sure it took.
func (p *page) choose(selector string) {
	p.t.Helper()
	if chosen, _ := p.ask("checked", selector, ""); !chosen.OK {
		p.pressAt("choose", selector, "point")
	}
	p.expect("choose", selector, "checked", "")
}

// fill types over what a field holds. A select takes the option with that value
// or text; a date or time field its value.
func (p *page) fill(selector, text string) {
	p.t.Helper()
	ready := p.expect("fill", selector, "prepare", text)
	if !ready.Typed {
		p.settle()
		return
	}
	if text == "" {
		p.press("\b")
	} else {
		p.do("type", send(input.InsertText, input.InsertTextParams{Text: text}))
		p.settle()
	}
	if held := p.value(selector); held != text {
		p.fatalf("fill %s with %q: it holds %q", selector, text, held)
	}
}

// press sends keys to whatever has the focus; kb.Tab and the like come from
// chromedp's kb package.
func (p *page) press(keys string) {
	p.t.Helper()
	p.do("press keys", chromedp.KeyEvent(keys))
	p.settle()
}

// wait waits until the element is there to be seen.
func (p *page) wait(selector string) {
	p.t.Helper()
	p.expect("wait for", selector, "visible", "")
}

// gone waits until the element cannot be seen any more.
func (p *page) gone(selector string) {
	p.t.Helper()
	ok, _ := within(p.patience, func() (bool, string) {
		a, err := p.ask("visible", selector, "")
		return err == nil && a.Absent, ""
	})
	if !ok {
		p.fatalf("%s is still on the page", selector)
	}
}

// has waits until the page shows the text; runs of white space count as one
// space.
func (p *page) has(text string) {
	p.t.Helper()
	if ok, shown := p.shows(text, true); !ok {
		p.fatalf("the page does not say %q; it says:\n%s", text, shown)
	}
}

// lacks waits until the page does not show the text.
func (p *page) lacks(text string) {
	p.t.Helper()
	if ok, shown := p.shows(text, false); !ok {
		p.fatalf("the page says %q; it says:\n%s", text, shown)
	}
}

func (p *page) shows(text string, want bool) (bool, string) {
	text = strings.Join(strings.Fields(text), " ")
	return within(p.patience, func() (bool, string) {
		a, err := p.ask("body", "", "")
		if err != nil {
			return false, err.Error()
		}
		return strings.Contains(a.Text, text) == want, a.Text
	})
}

// text is what the element shows.
func (p *page) text(selector string) string {
	p.t.Helper()
	return p.expect("read", selector, "text", "").Text
}

// value is what the field holds.
func (p *page) value(selector string) string {
	p.t.Helper()
	return p.expect("read the value of", selector, "value", "").Text
}

// attribute is the element's attribute.
func (p *page) attribute(selector, name string) string {
	p.t.Helper()
	return p.expect("read "+name+" of", selector, "attribute", name).Text
}

// count is how many elements match the CSS selector now; it does not wait.
func (p *page) count(selector string) int {
	p.t.Helper()
	a, err := p.ask("count", selector, "")
	if err != nil {
		p.fatalf("count %s: %v", selector, err)
	}
	return a.Count
}

// url is the address in the address bar.
func (p *page) url() string {
	p.t.Helper()
	return p.expect("read the address", "", "url", "").Text
}

// status is the HTTP status of the page last loaded, fragments not counted.
func (p *page) status() int { return p.traffic.lastStatus() }

// screenshot writes a picture of the whole page. A relative path lands in
// SCREENSHOT_DIR, or in the test's artifact folder.
func (p *page) screenshot(path string) {
	p.t.Helper()
	if err := p.picture(artifact(p.t, path)); err != nil {
		p.t.Fatalf("screenshot %s: %v", path, err)
	}
}

// allow lets the console say what contains the text, for a test that provokes
// an error on purpose. An answer of 422 is always allowed: it is how a form
// comes back.
func (p *page) allow(text string) { p.tolerate = append(p.tolerate, text) }

// problems are the console's errors so far, without those allowed.
func (p *page) problems() []string {
	_, _ = p.ask("url", "", "") // what was said before the answer has arrived now
	p.mu.Lock()
	defer p.mu.Unlock()
	var found []string
	for _, line := range p.console {
		if !p.allowed(line) {
			found = append(found, line)
		}
	}
	return found
}

func (p *page) allowed(line string) bool {
	if strings.Contains(line, "Failed to load resource") && strings.Contains(line, "status of 422") {
		return true
	}
	for _, text := range p.tolerate {
		if strings.Contains(line, text) {
			return true
		}
	}
	return false
}

// evaluate runs JavaScript by the debugging protocol, and waits for a promise.
// Promises and timers need opts.JavaScript.
func evaluate[T any](p *page, js string) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, 2*p.patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](js, chromedp.EvalAwaitPromise))
	if err != nil {
		p.fatalf("evaluate %.80s: %v", js, err)
	}
	return v
}

// pressAt presses the mouse where page.js says, and lets the page come to rest.
func (p *page) pressAt(verb, selector, op string) {
	p.t.Helper()
	at := p.expect(verb, selector, op, "")
	p.do(verb+" "+selector, chromedp.MouseClickXY(at.X, at.Y))
	p.settle()
}

// expect asks page.js until the answer is yes.
func (p *page) expect(verb, selector, op, argument string) answer {
	p.t.Helper()
	var last answer
	ok, why := within(p.patience, func() (bool, string) {
		a, err := p.ask(op, selector, argument)
		if err != nil {
			return false, err.Error()
		}
		last = a
		return a.OK, a.Why
	})
	if !ok {
		p.fatalf("%s %s: it %s", verb, selector, why)
	}
	return last
}

func (p *page) ask(op, selector, argument string) (answer, error) {
	ctx, cancel := context.WithTimeout(p.ctx, p.patience)
	defer cancel()
	args, err := json.Marshal([]string{op, selector, argument})
	if err != nil {
		return answer{}, err
	}
	return chromedp.Run(ctx, chromedp.Evaluate[answer](fmt.Sprintf("(%s)(...%s)", strings.TrimSpace(pageScript), args)))
}

func (p *page) do(what string, action chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, p.patience)
	defer cancel()
	if err := chromedp.Do(ctx, action); err != nil {
		p.fatalf("%s: %v", what, err)
	}
}

// settle waits until nothing is being loaded, and a moment longer, for what the
// last action is about to load.
func (p *page) settle() {
	p.t.Helper()
	p.traffic.stir()
	if ok, open := within(p.patience, p.traffic.quiet); !ok {
		p.fatalf("the page does not come to rest: %s", open)
	}
}

func (p *page) fatalf(format string, args ...any) {
	p.t.Helper()
	where := "unknown"
	if a, err := p.ask("url", "", ""); err == nil {
		where = a.Text
	}
	seen := filepath.Join(p.t.ArtifactDir(), "failed.png")
	if err := p.picture(seen); err != nil {
		seen = err.Error()
	}
	p.t.Fatalf("%s\non %s, as seen in %s\nconsole: %q", fmt.Sprintf(format, args...), where, seen, p.problems())
}

func (p *page) picture(path string) error {
	ctx, cancel := context.WithTimeout(p.ctx, p.patience)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, png, 0o644)
}

// listen runs inside the loop that reads the browser's messages: it only notes.
func (p *page) listen(ev any) {
	p.traffic.note(ev)
	p.mu.Lock()
	defer p.mu.Unlock()
	switch ev := ev.(type) {
	case *log.EventEntryAdded:
		if ev.Entry.Level == log.EntryLevelError {
			p.console = append(p.console, ev.Entry.Text+" ("+ev.Entry.URL+")")
		}
	case *runtime.EventConsoleAPICalled:
		if ev.Type == runtime.ConsoleAPICalledTypeError || ev.Type == runtime.ConsoleAPICalledTypeAssert {
			p.console = append(p.console, "console."+string(ev.Type)+": "+spell(ev.Args))
		}
	case *runtime.EventExceptionThrown:
		d := ev.ExceptionDetails
		line := d.Text
		if d.Exception != nil {
			line += " " + d.Exception.Description
		}
		p.console = append(p.console, line+" ("+d.URL+")")
	case *cdppage.EventJavascriptDialogOpening:
		p.console = append(p.console, "a dialog opened: "+ev.Message)
		go func() { // not in this loop: the answer would wait for itself
			_, _ = chromedp.Call(p.ctx, cdppage.HandleJavaScriptDialog, cdppage.HandleJavaScriptDialogParams{Accept: true})
		}()
	}
}

func spell(args []*runtime.RemoteObject) string {
	var words []string
	for _, a := range args {
		if a.Description != "" {
			words = append(words, a.Description)
		} else {
			words = append(words, string(a.Value))
		}
	}
	return strings.Join(words, " ")
}

// close ends the test's use of the page: errors on its console fail the test.
func (p *page) close() {
	for _, line := range p.problems() {
		p.t.Errorf("error on the page's console: %s", line)
	}
	ctx, cancel := context.WithTimeout(p.ctx, p.patience)
	defer cancel()
	_ = chromedp.Cancel(ctx)
}
