package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
)

// TestGalleryStates holds every page in every state, as the gallery has them, against axe-core (WCAG 2.2 AA and its best
// practices) and html-validate: in both languages, light and dark. A further pass has the main pages at 320 px in forced colours.
func TestGalleryStates(t *testing.T) {
	c := newChecks(t)
	s := startServer(t)
	names := galleryNames(get(t, s.url+"/dev/gallery"))
	if len(names) < 130 {
		t.Fatalf("only %d samples in the gallery: %q", len(names), names)
	}
	t.Run("languages", func(t *testing.T) {
		for _, o := range []opts{{Lang: "en"}, {Lang: "en", Dark: true}, {Lang: "it-IT,it"}, {Lang: "it-IT,it", Dark: true}} {
			language := o.Lang[:2]
			name := language + "-light"
			if o.Dark {
				name = language + "-dark"
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				o.Base, o.JavaScript, o.Width, o.Height = s.url, true, 1280, 900
				created(t, s, storyPassword, "account", "create", "--email", name+"@example.com", "--name", "Ada", "--locale", language, "--password-stdin")
				p := newBrowser(t, o)
				signIn(p, name+"@example.com")
				p.visit("/dev/gallery")
				equal(t, "status", p.status(), http.StatusOK)
				c.load(p)
				c.look(p, name+"-gallery", "")
				for _, sample := range names {
					c.look(p, name+"-"+sample, "/dev/gallery/"+sample)
				}
				if name == "it-dark" {
					c.narrow(p)
				}
			})
		}
	})
	c.validate()
}

// narrow looks at the main pages at 320 px, which is 400 % of a desktop, in forced colours.
func (c *checks) narrow(p *page) {
	p.t.Helper()
	p.opts.Width = 320
	p.do("narrow the screen", send(emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 320, Height: 700, DeviceScaleFactor: 1}))
	p.do("force colours", send(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "forced-colors", Value: "active"}, {Name: "prefers-reduced-motion", Value: "reduce"}},
	}))
	for _, name := range strings.Fields(`usage-plan usage-asking usage-stopped-reload-paused usage-limit-error spending-over enable-card
		enable-preferences-errors enable-review billing billing-review invoice activity activity-changes charge-extra profile pricing-answered
		help sign-in-errors step-up notices support-account error-404`) {
		c.look(p, "narrow-"+name, "/dev/gallery/"+name)
	}
}

// galleryNames are the samples that the gallery leads to.
func galleryNames(html string) []string {
	var names []string
	for _, part := range strings.Split(html, `href="/dev/gallery/`)[1:] {
		name, _, _ := strings.Cut(part, `"`)
		names = append(names, name)
	}
	return names
}

// TestChecksNotice proves that the checks can fail: on a page with faults of each kind.
func TestChecksNotice(t *testing.T) {
	c := newChecks(t)
	s := startServer(t)
	spy := &spy{TB: t}
	spy.run(func() {
		c.t = spy
		p := newBrowser(spy, opts{Base: s.url, JavaScript: true, Width: 320, Height: 700})
		p.visit("/dev/gallery")
		evaluate[bool](p, `(document.querySelector("main").innerHTML = "<h1 class=faint>Faint</h1><h4>Deep</h4><input><div class=wide>Wide</div>",
			document.styleSheets[0].insertRule(".faint { color: #ddd !important }"), document.styleSheets[0].insertRule(".wide { width: 40rem }"), true)`)
		c.load(p)
		c.look(p, "broken", "")
		if err := os.WriteFile(filepath.Join(c.dir, "broken.html"), []byte("<!DOCTYPE html><title>Broken</title><p id=a><p id=a>"), 0o600); err != nil {
			t.Error(err)
		}
		c.validate()
	})
	spy.finish()
	for _, want := range []string{"color-contrast: h1", "heading-order: h4", "label: #main > input", "px wide", "(no-dup-id)"} {
		if !spy.heard(want) {
			t.Errorf("nobody complains of %q, but of %q", want, spy.errors)
		}
	}
}
