package handlers

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/labstack/echo/v4"
)

// Every request has an end, but for the stream that a page follows.
func TestOnlyStreamsHaveNoEnd(t *testing.T) {
	for path, want := range map[string]bool{livePath: false, homePath: true, "/v1/usage": true} {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("Accept", "text/event-stream")
		r.Header.Set("HX-Request", "true")
		c := echo.New().NewContext(r, httptest.NewRecorder())
		c.SetPath(path)
		if err := limited(func(c echo.Context) error {
			if _, ends := c.Request().Context().Deadline(); ends != want {
				t.Errorf("%s has an end: %t", path, ends)
			}
			return nil
		})(c); err != nil {
			t.Error(err)
		}
	}
}
