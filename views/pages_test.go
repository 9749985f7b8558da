package views

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"golang.org/x/net/html"
)

// everyPage renders all sample pages in both languages.
func everyPage(t *testing.T, check func(t *testing.T, l Lang, name string, page templ.Component)) {
	t.Helper()
	for _, tag := range Languages {
		l := NewLang(tag, rome())
		for name, page := range samplePages(l) {
			t.Run(tag+"/"+name, func(t *testing.T) { check(t, l, name, page) })
		}
	}
}

func rendered(t *testing.T, c templ.Component) string {
	t.Helper()
	var out strings.Builder
	if err := c.Render(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func parsed(t *testing.T, c templ.Component) *html.Node {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(rendered(t, c)))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// TestWriteSamples writes the sample pages to SAMPLES_DIR, to be looked at in a browser beside the files of static.
func TestWriteSamples(t *testing.T) {
	dir := os.Getenv("SAMPLES_DIR")
	if dir == "" {
		t.Skip("SAMPLES_DIR is not set")
	}
	everyPage(t, func(t *testing.T, l Lang, name string, page templ.Component) {
		file := filepath.Join(dir, name+"."+l.Tag()+".html")
		if err := os.WriteFile(file, []byte(rendered(t, page)), 0o644); err != nil {
			t.Fatal(err)
		}
	})
}
