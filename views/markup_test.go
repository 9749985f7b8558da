package views

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"golang.org/x/net/html"
)

// everyState checks every page of the samples and of the gallery, in both languages.
func everyState(t *testing.T, check func(t *testing.T, l Lang, doc *html.Node)) {
	t.Helper()
	for _, tag := range Languages {
		l := NewLang(tag, rome())
		pages := map[string]templ.Component{
			"gallery": GalleryPage(GalleryProps{Frame: sampleFrame(l, "/dev/gallery"), Samples: []string{"usage-plan"}}),
		}
		maps.Copy(pages, samplePages(l))
		for _, s := range GallerySamples(sampleFrame(l, "")) {
			pages[s.Name] = s.Page
		}
		for name, page := range pages {
			t.Run(tag+"/"+name, func(t *testing.T) { check(t, l, parsed(t, page)) })
		}
	}
}

// isPage tells a page from a mail or another document without our frame.
func isPage(doc *html.Node) bool { return byID(doc, "main") != nil }

func TestPagesHaveTheirLandmarks(t *testing.T) {
	everyState(t, func(t *testing.T, l Lang, doc *html.Node) {
		if !isPage(doc) {
			return // a mail
		}
		for tag, want := range map[string]int{"h1": 1, "main": 1, "title": 1} {
			if got := len(all(doc, func(e *html.Node) bool { return e.Data == tag && e.Namespace == "" })); got != want {
				t.Errorf("%d %s, want %d", got, tag, want)
			}
		}
		if root := all(doc, tagged("html"))[0]; attr(root, "lang") != l.Tag() {
			t.Errorf("lang is %q", attr(root, "lang"))
		}
		skip := all(doc, tagged("a"))[0]
		if attr(skip, "href") != "#main" {
			t.Errorf("the first link is %q, not the skip link", attr(skip, "href"))
		}
	})
}

func TestIDsAreUniqueAndReferencesLead(t *testing.T) {
	everyState(t, func(t *testing.T, _ Lang, doc *html.Node) {
		ids := map[string]int{}
		for _, e := range all(doc, func(e *html.Node) bool { return attr(e, "id") != "" }) {
			ids[attr(e, "id")]++
		}
		for id, n := range ids {
			if n > 1 {
				t.Errorf("%d elements have the id %s", n, id)
			}
		}
		for _, name := range []string{"for", "aria-labelledby", "aria-describedby", "aria-controls", "aria-errormessage"} {
			for _, e := range all(doc, func(e *html.Node) bool { return attr(e, name) != "" }) {
				for _, id := range strings.Fields(attr(e, name)) {
					if ids[id] == 0 {
						t.Errorf("%s=%q on %s leads nowhere", name, id, e.Data)
					}
				}
			}
		}
		for _, a := range all(doc, func(e *html.Node) bool { return strings.HasPrefix(attr(e, "href"), "#") }) {
			if id := attr(a, "href")[1:]; ids[id] == 0 {
				t.Errorf("the link %q leads to #%s, which is not there", text(a), id)
			}
		}
	})
}

func TestEveryFieldHasALabel(t *testing.T) {
	everyState(t, func(t *testing.T, _ Lang, doc *html.Node) {
		labels := map[string]bool{}
		for _, e := range all(doc, tagged("label")) {
			labels[attr(e, "for")] = true
		}
		for _, e := range all(doc, tagged("input", "select", "textarea")) {
			if _, hidden := attrOK(e, "hidden"); !hidden && attr(e, "type") != "hidden" && !labels[attr(e, "id")] && attr(e, "aria-label") == "" {
				t.Errorf("%s %q has no label", e.Data, attr(e, "name"))
			}
		}
		for _, e := range all(doc, tagged("button", "summary", "a")) {
			if text(e) == "" && attr(e, "aria-label") == "" {
				t.Errorf("%s %v says nothing", e.Data, e.Attr)
			}
		}
		for _, e := range all(doc, tagged("form")) {
			if attr(e, "action") == "" {
				t.Errorf("a form without an address: %v", e.Attr)
			}
			if post, ok := attrOK(e, "hx-post"); ok && (post != attr(e, "action") || attr(e, "method") != "post") {
				t.Errorf("with JavaScript the form posts to %s, without to %s %s", post, attr(e, "method"), attr(e, "action"))
			}
		}
	})
}

// TestNothingInlineNothingEvaluated keeps what the content security policy forbids, and what would need eval, out of pages.
func TestNothingInlineNothingEvaluated(t *testing.T) {
	everyState(t, func(t *testing.T, _ Lang, doc *html.Node) {
		if !isPage(doc) {
			return // a mail
		}
		for _, e := range all(doc, func(*html.Node) bool { return true }) {
			for _, a := range e.Attr {
				switch {
				case a.Key == "style", strings.HasPrefix(a.Key, "on"), strings.HasPrefix(a.Key, "hx-on"):
					t.Errorf("%s has %s", e.Data, a.Key)
				case strings.HasPrefix(a.Val, "js:"), strings.HasPrefix(a.Val, "javascript:"):
					t.Errorf("%s has %s=%q", e.Data, a.Key, a.Val)
				case strings.HasPrefix(a.Key, "hx-trigger") && strings.Contains(a.Val, "["):
					t.Errorf("%s has a trigger filter: %s", e.Data, a.Val)
				}
			}
			if e.Data == "script" && (attr(e, "src") == "" || text(e) != "") || e.Data == "style" {
				t.Errorf("%s within the page", e.Data)
			}
		}
	})
}

func TestNoFieldAsksForACard(t *testing.T) {
	everyState(t, func(t *testing.T, _ Lang, doc *html.Node) {
		for _, e := range all(doc, tagged("input")) {
			if strings.HasPrefix(attr(e, "autocomplete"), "cc-") {
				t.Errorf("%s asks for a card", attr(e, "name"))
			}
		}
	})
}

// TestErrorsAreSaidThreeTimes: in the title, in the summary that leads to the field, and at the field in the same words.
func TestErrorsAreSaidThreeTimes(t *testing.T) {
	everyState(t, func(t *testing.T, l Lang, doc *html.Node) {
		title := text(all(doc, tagged("title"))[0])
		for _, summary := range all(doc, func(e *html.Node) bool { return attr(e, "class") == "error-summary" }) {
			if byID(doc, "gallery-notices") == nil && !strings.HasPrefix(title, l.T("base.error_prefix")) {
				t.Errorf("the title is %q", title)
			}
			for _, link := range all(summary, tagged("a")) {
				field := byID(doc, strings.TrimPrefix(attr(link, "href"), "#"))
				if field == nil {
					t.Errorf("%s leads nowhere", attr(link, "href"))
					continue
				}
				if said := byID(doc, attr(field, "id")+"-error"); said == nil || text(said) != text(link) {
					t.Errorf("the summary says %q, the field %q", text(link), text(said))
				}
			}
		}
	})
}

var unsafe = regexp.MustCompile(`templ\.(Raw|SafeURL|SafeCSS|SafeScript|URL)\b|hx-on|hx-vals="js|\bstyle=|<style|context\.Background`)

func TestSourcesStaySafe(t *testing.T) {
	files, err := filepath.Glob("*.templ")
	if err != nil || len(files) == 0 {
		t.Fatal("no templates", err)
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if found := unsafe.FindString(string(source)); found != "" {
			t.Errorf("%s uses %s", file, found)
		}
	}
}

// TestEveryComponentCallStandsAlone: templ reads "@icon(x){ words }" as words inside the icon, which shows none.
func TestEveryComponentCallStandsAlone(t *testing.T) {
	swallowed := regexp.MustCompile(`@(icon|logo)\([^()]*\) ?\{`)
	files, err := filepath.Glob("*.templ")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if found := swallowed.FindString(string(source)); found != "" {
			t.Errorf("%s: %s", file, found)
		}
	}
}
