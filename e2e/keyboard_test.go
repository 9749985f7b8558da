package e2e

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// stopScript looks at where the focus is, and remembers it.
const stopScript = `(() => {
	const e = document.activeElement;
	if (!e || e === document.body) return { end: true };
	const style = getComputedStyle(e), box = e.getBoundingClientRect();
	const what = e.tagName.toLowerCase() + (e.id ? "#" + e.id : "") + " " + (e.getAttribute("aria-label") || e.textContent || e.name || "").trim().slice(0, 40);
	const wrong = [];
	if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) wrong.push("shows no focus: " + style.outline);
	if (window.before && !(window.before.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING)) wrong.push("comes out of order");
	window.before = e;
	const x = Math.min(Math.max(box.left + Math.min(box.width / 2, 40), 1), innerWidth - 2);
	const y = Math.min(Math.max(box.top + Math.min(box.height / 2, 20), 1), innerHeight - 2);
	const hit = box.bottom > 0 && box.top < innerHeight && document.elementFromPoint(x, y);
	if (!hit || !(e.contains(hit) || hit.contains(e))) wrong.push("is hidden behind " + (hit ? hit.tagName + "." + hit.className : "the edge"));
	const boxes = [box, ...[...(e.labels || [])].map((l) => l.getBoundingClientRect())];
	const wide = Math.max(...boxes.map((b) => b.width)), high = Math.max(...boxes.map((b) => b.height));
	const inText = e.matches("a") && style.display === "inline" && e.parentElement.textContent.trim() !== e.textContent.trim();
	if (!inText && (wide < 24 || high < 24)) wrong.push("is only " + wide + " by " + high + " px");
	return { what, wrong };
})()`

type stop struct {
	End   bool     `json:"end"`
	What  string   `json:"what"`
	Wrong []string `json:"wrong"`
}

// tabWalk goes through the page with Tab alone: each stop shows the focus, follows the one before as on the page, lies under no
// bar, and is a target of 24 px at least, links within a sentence apart.
func (p *page) tabWalk(least int) {
	p.t.Helper()
	evaluate[bool](p, `(window.before = null, document.activeElement.blur(), true)`)
	var stops []string
	for range 200 {
		p.do("press Tab", chromedp.KeyEvent(kb.Tab))
		at := evaluate[stop](p, stopScript)
		if at.End {
			break
		}
		stops = append(stops, at.What)
		for _, wrong := range at.Wrong {
			p.t.Errorf("%s (%d px): %s %s", p.url(), p.opts.Width, at.What, wrong)
		}
	}
	if len(stops) < least || !strings.HasPrefix(stops[0], "a ") || len(stops) == 200 {
		p.t.Errorf("%s (%d px): %d stops: %q", p.url(), p.opts.Width, len(stops), stops)
	}
}

// TestKeyboard walks the pages where money is decided, wide and narrow, with JavaScript and without. The flash that enabling
// leaves sticks to the top meanwhile.
func TestKeyboard(t *testing.T) {
	eachScript(t, keyboard)
}

func keyboard(t *testing.T, javaScript bool) {
	s := startServer(t)
	created(t, s, storyPassword, "account", "create", "--email", storyEmail, "--name", "Ada", "--password-stdin")
	p := newBrowser(t, opts{Base: s.url, JavaScript: javaScript, Width: 1280, Height: 900, Lang: "en"})
	signIn(p, storyEmail)
	addCard(p)
	p.visit("/settings/usage/enable/preferences")
	p.tabWalk(12)
	prefer(p)
	p.wait("#flash .notice")
	p.tabWalk(15)
	p.opts.Width = 390
	p.do("narrow the screen", send(emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 390, Height: 700, DeviceScaleFactor: 1}))
	for _, path := range []string{"/settings/usage", "/settings/billing"} {
		p.visit(path)
		p.tabWalk(15)
	}
	p.still()
	p.usageOnPaper()
}

// moving are the elements that would move by themselves or on a touch.
const moving = `[...document.querySelectorAll("*")].filter((e) => ["", "::before", "::after"].some((part) => {
	const s = getComputedStyle(e, part || undefined);
	return (s.transitionDuration + "," + s.animationDuration).split(",").some((d) => parseFloat(d) > 0.01);
})).length`

// still wants nothing to move where less motion is asked for; and something to move elsewhere, or this would prove nothing.
func (p *page) still() {
	p.t.Helper()
	equal(p.t, "what moves with reduced motion", evaluate[int](p, moving), 0)
	p.do("allow motion", send(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "no-preference"}},
	}))
	if evaluate[int](p, moving) == 0 {
		p.t.Error("nothing moves anyway")
	}
}

// usageOnPaper wants the usage page on paper without navigation, black on white.
func (p *page) usageOnPaper() {
	p.t.Helper()
	p.visit("/settings/usage")
	title := p.text("h1")
	p.do("emulate paper", send(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Media: "print", Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}},
	}))
	p.has(title)
	p.has("$5.00")
	for _, gone := range []string{".header", ".sidenav", ".footer", ".skip", "#live button"} {
		shown := evaluate[bool](p, fmt.Sprintf(`[...document.querySelectorAll(%q)].some((e) => e.getClientRects().length > 0)`, gone))
		equal(p.t, gone+" on paper", shown, false)
	}
	equal(p.t, "paper", evaluate[string](p, `getComputedStyle(document.body).backgroundColor`), "rgb(255, 255, 255)")
	res, err := chromedp.Call(p.ctx, cdppage.PrintToPDF, cdppage.PrintToPDFParams{})
	if err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(artifact(p.t, "usage-on-paper.pdf"), res.Data, 0o600); err != nil {
		p.t.Error(err)
	}
	if pages := strings.Count(string(res.Data), "/Type /Page\n"); pages < 1 || pages > 5 {
		p.t.Errorf("%d pages of paper", pages)
	}
}
