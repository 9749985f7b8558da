package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// TestPublicPages opens what anybody may open, on a phone and on a desktop, in
// both languages, light and dark, with JavaScript and without. The browser adds
// its own: an error on the console, such as a breach of the content security
// policy, fails the test.
func TestPublicPages(t *testing.T) {
	s := startServer(t)
	for _, o := range []opts{
		{Width: 360, Height: 740, Lang: "it-IT,it", Dark: true},
		{Width: 360, Height: 740, JavaScript: true},
		{Width: 1280, Height: 800, Lang: "it-IT,it", JavaScript: true},
		{Width: 1280, Height: 800, Dark: true},
	} {
		t.Run(fmt.Sprintf("%dpx JavaScript=%t dark=%t %s", o.Width, o.JavaScript, o.Dark, o.Lang), func(t *testing.T) {
			o.Base = s.url
			language := "en"
			if strings.HasPrefix(o.Lang, "it") {
				language = "it"
			}
			p := newBrowser(t, o)
			titles := map[string]string{}
			for _, path := range []string{"/pricing", "/help/extra-usage", "/sign-in"} {
				p.visit(path)
				equal(t, path+": status", p.status(), http.StatusOK)
				equal(t, path+": main headings", p.count("h1"), 1)
				equal(t, path+": language", p.attribute("html", "lang"), language)
				if wide := evaluate[int](p, "document.documentElement.scrollWidth"); wide > o.Width {
					t.Errorf("%s is %d px wide on a screen of %d px", path, wide, o.Width)
				}
				title := evaluate[string](p, "document.title")
				if other, taken := titles[title]; taken || title == "" {
					t.Errorf("%s: its title %q is empty or that of %s", path, title, other)
				}
				titles[title] = path
			}
		})
	}
}

// TestServerComesBackAfterACrash kills the server without warning: what it has
// made of its folder, it takes up again.
func TestServerComesBackAfterACrash(t *testing.T) {
	s := startServer(t)
	s.kill()
	s.start()
	if body := get(t, s.url+"/pricing"); !strings.Contains(body, "<h1") {
		t.Errorf("no page after the restart: %.200q", body)
	}
}
