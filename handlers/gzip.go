package handlers

import (
	"strings"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
)

// zipped compresses what browsers read: pages and their files become a quarter of their size. It leaves out streams, which have
// no end, and documents that are compressed in themselves. Machines get their short answers as they are.
//
// A page that echoes what somebody else put into its address next to a secret would tell the secret by its length (BREACH).
// None does: there are no tokens in our forms, and session and sign-in live in cookies and paths.
func zipped() echo.MiddlewareFunc {
	return middleware.GzipWithConfig(middleware.GzipConfig{
		MinLength: 1 << 10,
		Skipper: func(c echo.Context) bool {
			path := c.Request().URL.Path
			return wantsStream(c) || strings.HasSuffix(path, "/pdf") || strings.HasSuffix(path, "/export")
		},
	})
}
