package views

import (
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"golang.org/x/net/html"

	"extrausage/money"
)

func rome() *time.Location {
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		return time.UTC
	}
	return zone
}

func sampleFrame(l Lang, path string) Frame {
	return Frame{
		Lang: l, Path: path, Now: galleryNow, TestPayments: true, Dev: true, Notices: 2,
		User:   &User{Email: "ada@example.com", Name: "Ada Lovelace"},
		Assets: Assets{CSS: "app.css", App: "app.js", HTMX: "htmx.js", SSE: "sse.js", Icon: "icon.svg"},
	}
}

// samplePages are the pages of the gallery in their states, by name.
func samplePages(l Lang) map[string]templ.Component {
	pages := map[string]templ.Component{}
	for _, s := range GallerySamples(sampleFrame(l, "/")) {
		pages[s.Name] = s.Page
	}
	return pages
}

// sample is a page of the gallery, parsed.
func sample(t *testing.T, l Lang, name string) *html.Node {
	t.Helper()
	page := samplePages(l)[name]
	if page == nil {
		t.Fatalf("no sample %s", name)
	}
	return parsed(t, page)
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

func usd(cents int64) money.Amount { return money.Cents(cents) }

var visa = galleryVisa

func publicFrame(l Lang, path string) Frame { return signedOut(sampleFrame(l, path), path) }

func staffFrame(l Lang, path string) Frame { return asStaff(sampleFrame(l, path), path) }
