package handlers

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"
)

func newCSVFile() (*csvFile, *httptest.ResponseRecorder) {
	w := httptest.NewRecorder()
	c := echo.New().NewContext(httptest.NewRequest(http.MethodGet, "/", nil), w)
	return &csvFile{c: c, name: "x.csv", header: []string{"a", "b"}}, w
}

func TestCSVFile(t *testing.T) {
	f, w := newCSVFile()
	if err := f.end(f.row("1", `say "2", 3`)); err != nil {
		t.Fatal(err)
	}
	if got, want := w.Body.String(), "a,b\r\n1,\"say \"\"2\"\", 3\"\r\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	f, w = newCSVFile()
	if err := f.end(nil); err != nil || w.Body.String() != "a,b\r\n" {
		t.Errorf("an empty file: %q, %v", w.Body, err)
	}
}

// Until the first row an error is an error; after it the connection breaks, so that nobody takes a part for the whole.
func TestCSVFileThatBreaksOff(t *testing.T) {
	broken := errors.New("broken")
	f, w := newCSVFile()
	if err := f.end(broken); !errors.Is(err, broken) || w.Body.Len() > 0 || f.c.Response().Committed {
		t.Errorf("before the first row: %v, %q", err, w.Body)
	}
	defer func() {
		if p := recover(); p != http.ErrAbortHandler { //nolint:errorlint // a panic's value
			t.Errorf("after the first row: panic %v", p)
		}
	}()
	f, _ = newCSVFile()
	if err := f.row("1", "2"); err != nil {
		t.Fatal(err)
	}
	f.end(broken) //nolint:errcheck // panics
}

func TestCellsAreNoFormulas(t *testing.T) {
	for _, text := range []string{"=1", "+1", "-1", "@x", "\tx", "\rx", "\nx"} {
		if got := cell(text); !strings.HasPrefix(got, "'") || got[1:] != text {
			t.Errorf("%q is %q", text, got)
		}
	}
	for _, text := range []string{"", "a=1", "msg_01", "'=1", "Ünï"} {
		if got := cell(text); got != text {
			t.Errorf("%q is %q", text, got)
		}
	}
}
