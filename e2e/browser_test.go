package e2e

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// opts says which subscriber sits at the browser. The zero value is somebody
// without JavaScript, on a desktop, in English, with a light screen.
type opts struct {
	JavaScript    bool
	Width, Height int     // CSS pixels; 1280 × 800 if zero
	Scale         float64 // device pixels per CSS pixel; 1 if zero
	Dark          bool
	Lang          string // Accept-Language, such as "it-IT,it"; "en-US,en" if empty
	Base          string // what visit puts in front of a path
}

// newBrowser starts a Chromium of the test's own, with a fresh profile, and
// opens one page. The browser ends with the test, which fails if the page left
// errors on its console.
func newBrowser(t testing.TB, o opts) *page {
	t.Helper()
	path := findChromium(t)
	output := new(bytes.Buffer)
	alloc, cancelAlloc := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.NoSandbox, // the tests run as root in a container
		chromedp.DisableGPU,
		chromedp.Flag("headless", "new"),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("no-proxy-server", true),
		chromedp.CombinedOutput(output),
	)...)
	ctx, cancel := chromedp.NewContext(alloc, chromedp.WithErrorf(func(string, ...any) {}))
	t.Cleanup(cancelAlloc)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("%s does not start: %v\n%s", path, err, output)
	}
	return newPage(t, ctx, o)
}

// another opens a second tab of the same browser, signed in as the first is.
func (p *page) another() *page {
	p.t.Helper()
	ctx, cancel := chromedp.NewContext(p.ctx)
	p.t.Cleanup(cancel)
	return newPage(p.t, ctx, p.opts)
}

func newPage(t testing.TB, ctx context.Context, o opts) *page {
	t.Helper()
	p := &page{t: t, ctx: ctx, opts: o, patience: patience, traffic: newTraffic()}
	if err := chromedp.Listen(ctx, p.listen); err != nil {
		t.Fatalf("listen to the page: %v", err)
	}
	if err := chromedp.Do(ctx, o.emulate()...); err != nil {
		t.Fatalf("set the browser up: %v", err)
	}
	t.Cleanup(p.close)
	return p
}

// findChromium returns the browser's path. Without one the test is skipped, or
// fails under REQUIRE_ALL=1.
func findChromium(t testing.TB) string {
	t.Helper()
	candidates := []string{"chromium", "chromium-browser", "google-chrome"}
	if named := os.Getenv("CHROMIUM"); named != "" {
		candidates = []string{named}
	}
	for _, name := range candidates {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	missing(t, "Chromium", "Install chromium, or set CHROMIUM to its path.")
	return ""
}

// missing ends a test that cannot run on this machine: loudly skipped, or
// failed where everything has to run.
func missing(t testing.TB, what, how string) {
	t.Helper()
	if os.Getenv("REQUIRE_ALL") == "1" {
		t.Fatalf("%s is missing and REQUIRE_ALL=1 forbids the skip. %s", what, how)
	}
	if _, said := saidMissing.LoadOrStore(what, true); !said {
		// go test hides what a passing test prints: say it on the terminal, once.
		if tty, err := os.OpenFile("/dev/tty", os.O_WRONLY, 0); err == nil {
			_, _ = fmt.Fprintf(tty, "\nSKIPPED %s and its like: %s is missing. %s\n\n", t.Name(), what, how)
			_ = tty.Close()
		}
	}
	t.Skipf("SKIPPED: %s is missing. %s", what, how)
}

var saidMissing sync.Map

// emulate makes the tab the one of the subscriber described. Motion is reduced
// always, so that a screenshot does not catch an animation half-way.
func (o opts) emulate() []chromedp.Action[chromedp.Void] {
	width, height, scale, lang, scheme := o.Width, o.Height, o.Scale, o.Lang, "light"
	if width == 0 {
		width = 1280
	}
	if height == 0 {
		height = 800
	}
	if scale == 0 {
		scale = 1
	}
	if lang == "" {
		lang = "en-US,en"
	}
	if o.Dark {
		scheme = "dark"
	}
	return []chromedp.Action[chromedp.Void]{
		send(emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
			Width: int64(width), Height: int64(height), DeviceScaleFactor: scale,
		}),
		send(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme},
			{Name: "prefers-reduced-motion", Value: "reduce"},
		}}),
		send(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !o.JavaScript}),
		speak(lang),
	}
}

// speak sets the languages the browser asks for. The protocol wants the user
// agent along with them; it stays what it is.
func speak(lang string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		version, err := chromedp.CallBrowser(ctx, browser.GetVersion, cdp.Empty{})
		if err != nil {
			return err
		}
		first, _, _ := strings.Cut(lang, ",")
		if _, err := cdp.Call(ctx, t, emulation.SetLocaleOverride, emulation.SetLocaleOverrideParams{Locale: first}); err != nil {
			return err
		}
		_, err = cdp.Call(ctx, t, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{
			UserAgent: version.UserAgent, AcceptLanguage: lang,
		})
		return err
	})
}

// send is a protocol command as an action whose answer nobody needs.
func send[P, R any](command cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, command, params)
		return err
	})
}

// artifact is where a file of the test goes: SCREENSHOT_DIR if set (make
// screenshots), else the test's artifact folder, which go test -artifacts keeps.
func artifact(t testing.TB, name string) string {
	t.Helper()
	if filepath.IsAbs(name) {
		return name
	}
	if dir := os.Getenv("SCREENSHOT_DIR"); dir != "" {
		return filepath.Join(dir, name)
	}
	return filepath.Join(t.ArtifactDir(), name)
}

// within repeats a question until it is answered yes, for as long as a patient
// person would wait, and returns the last reason why not.
func within(limit time.Duration, ask func() (ok bool, why string)) (bool, string) {
	deadline := time.Now().Add(limit)
	for {
		ok, why := ask()
		if ok || time.Now().After(deadline) {
			return ok, why
		}
		time.Sleep(30 * time.Millisecond)
	}
}
