package handlers_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Pages and their files are compressed for whoever takes it, and as they are for others; machines and what is short are not.
func TestCompression(t *testing.T) {
	s := newSite(t, onSQLite(t))
	ask := func(path, accepts string) (*http.Response, string) {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("Accept-Encoding", accepts)
		w := httptest.NewRecorder()
		s.door.ServeHTTP(w, r)
		return w.Result(), w.Body.String()
	}
	_, page := ask("/pricing", "")
	_, css, _ := strings.Cut(page, `<link rel="stylesheet" href="`)
	css, _, _ = strings.Cut(css, `"`)
	for path, zipped := range map[string]bool{
		"/pricing": true, "/help/extra-usage": true, "/sign-in": true, css: true, "/healthz": false, "/v1/rates": false, "/openapi.yaml": false,
	} {
		plain, want := ask(path, "")
		if plain.Header.Get("Content-Encoding") != "" || want == "" {
			t.Errorf("%s: %q for who takes no encoding", path, plain.Header.Get("Content-Encoding"))
		}
		answer, got := ask(path, "gzip, br")
		if is := answer.Header.Get("Content-Encoding") == "gzip"; is != zipped {
			t.Errorf("%s: compressed is %t", path, is)
			continue
		}
		if !zipped {
			continue
		}
		if !strings.Contains(strings.Join(answer.Header.Values("Vary"), ","), "Accept-Encoding") {
			t.Errorf("%s: Vary is %q", path, answer.Header.Values("Vary"))
		}
		unzip, err := gzip.NewReader(strings.NewReader(got))
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(unzip)
		if err != nil || string(text) != want {
			t.Errorf("%s: %v, %d bytes instead of %d", path, err, len(text), len(want))
		}
		if 2*len(got) > len(want) {
			t.Errorf("%s: %d bytes of %d", path, len(got), len(want))
		}
	}
	if moved, body := ask("/", "gzip"); moved.StatusCode != http.StatusSeeOther || moved.Header.Get("Content-Encoding") != "" || body != "" {
		t.Errorf("a redirect: %d %q %q", moved.StatusCode, moved.Header.Get("Content-Encoding"), body)
	}
}
