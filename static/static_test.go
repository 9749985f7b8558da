package static

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"regexp"
	"strings"
	"testing"
)

// vendored are the files that are not ours, as published: npm pack htmx.org@4.0.1, dist/htmx.min.js and dist/ext/hx-sse.min.js.
var vendored = map[string]string{
	HTMX: "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130",
	SSE:  "18ef2761356ec1fe0bb6d92612315b37517a7c1e9856b661c5ae81fef239d103",
}

func TestVendoredFilesAreAsPublished(t *testing.T) {
	files, err := fs.Glob(FS, "vendor/*")
	if err != nil || len(files) != len(vendored) {
		t.Fatalf("vendored files %v: %v", files, err)
	}
	for name, want := range vendored {
		content, err := fs.ReadFile(FS, name)
		if err != nil {
			t.Fatal(err)
		}
		if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != want {
			t.Errorf("%s has the hash %x", name, sum)
		}
	}
}

func TestEveryFileHasAnAddressThatOpensIt(t *testing.T) {
	shape := regexp.MustCompile(`^/static/[a-z0-9/.-]+\.[0-9a-f]{12}\.(css|js|svg)$`)
	for name, wantType := range map[string]string{
		CSS: "text/css; charset=utf-8", App: "text/javascript; charset=utf-8", Icon: "image/svg+xml",
		HTMX: "text/javascript; charset=utf-8", SSE: "text/javascript; charset=utf-8",
	} {
		url := URL(name)
		if !shape.MatchString(url) {
			t.Errorf("the address of %s is %s", name, url)
		}
		content, contentType, ok := Open(strings.TrimPrefix(url, Prefix))
		if !ok || contentType != wantType || len(content) == 0 {
			t.Errorf("%s: %v, %s, %d bytes", url, ok, contentType, len(content))
		}
	}
}

func TestOtherAddressesOpenNothing(t *testing.T) {
	for _, address := range []string{"", "app.css", "app.000000000000.css", "../static.go", "vendor/", "static.go"} {
		if _, _, ok := Open(address); ok {
			t.Errorf("%q opens something", address)
		}
	}
}

func TestUnknownNamePanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("want a panic")
		}
	}()
	URL("app.map")
}

// TestNothingLeadsElsewhere: no file loads anything from another host, and our script evaluates nothing.
func TestNothingLeadsElsewhere(t *testing.T) {
	for _, name := range []string{CSS, App, Live} {
		content, err := fs.ReadFile(FS, name)
		if err != nil {
			t.Fatal(err)
		}
		if found := regexp.MustCompile(`https?://|@import|url\(|\beval\b|new Function|innerHTML`).Find(content); found != nil {
			t.Errorf("%s has %s", name, found)
		}
	}
}

// TestPagesStayLight: everything a page loads fits in 60 KB compressed, the page itself included; this is the raw bound that
// leaves room for it.
func TestPagesStayLight(t *testing.T) {
	for name, limit := range map[string]int{CSS: 52_000, App: 8_000, Live: 8_000} {
		content, err := fs.ReadFile(FS, name)
		if err != nil {
			t.Fatal(err)
		}
		if len(content) > limit {
			t.Errorf("%s has %d bytes, more than %d", name, len(content), limit)
		}
	}
}
