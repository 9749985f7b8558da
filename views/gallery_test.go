package views

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestGallery renders every page in every state and language. With GALLERY set to a folder it leaves them there, to be
// looked at with a browser.
func TestGallery(t *testing.T) {
	dir := os.Getenv("GALLERY")
	if dir == "" {
		dir = t.TempDir()
	}
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	for _, tag := range Languages {
		f := Frame{
			Lang: NewLang(tag, zone), Now: galleryNow, TestPayments: true, Dev: true, Notices: 2, Path: "/dev/gallery",
			User:   &User{Email: "ada@example.com", Name: "Ada Lovelace"},
			Assets: Assets{CSS: "app.css", App: "app.js", HTMX: "htmx.js", SSE: "sse.js", Icon: "icon.svg"},
		}
		samples := append(GallerySamples(f), GallerySample{"gallery", GalleryPage(GalleryProps{Frame: f, Samples: []string{"usage-plan"}})})
		for _, s := range samples {
			file, err := os.Create(filepath.Join(dir, s.Name+"."+tag+".html"))
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Page.Render(context.Background(), file); err != nil {
				t.Errorf("%s in %s: %v", s.Name, tag, err)
			}
			if err := file.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
}
