package handlers

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"extrausage/static"
)

// home leads to where one's work is.
func (s *Server) home(c echo.Context) error {
	switch who := session(c); {
	case who == nil:
		return s.redirect(c, signInPath)
	case who.Staff:
		return s.redirect(c, supportPath)
	}
	return s.redirect(c, homePath)
}

// chooseLanguage keeps the language of the pages: in the profile of a subscriber, else in a cookie.
func (s *Server) chooseLanguage(c echo.Context) error {
	locale := c.FormValue("locale")
	if locale != "en" && locale != "it" {
		return echo.NewHTTPError(http.StatusBadRequest)
	}
	if who := session(c); who != nil && !who.Staff {
		if err := s.svc.SaveLocale(c.Request().Context(), who.AccountID, locale); err != nil {
			return err
		}
	}
	c.SetCookie(&http.Cookie{ //nolint:gosec // Secure follows BASE_URL: development is plain http
		Name: s.languageCookie(), Value: locale, Path: "/", MaxAge: int((365 * 24 * time.Hour).Seconds()),
		HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode,
	})
	next := localPath(c.FormValue("next"))
	if next == "" {
		next = "/"
	}
	return s.redirect(c, next)
}

// staticFile serves a file under its content's hash: it never changes, so browsers keep it.
func (s *Server) staticFile(c echo.Context) error {
	content, contentType, ok := static.Open(c.Param("*"))
	if !ok {
		return echo.NewHTTPError(http.StatusNotFound)
	}
	c.Response().Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	return c.Blob(http.StatusOK, contentType, content)
}

// healthy says that the process answers; it asks nobody else.
func (s *Server) healthy(c echo.Context) error { return c.String(http.StatusOK, "ok\n") }

// ready says that requests can be decided: the database answers, with the schema of this program.
func (s *Server) ready(c echo.Context) error {
	if s.conf.Ready != nil {
		if err := s.conf.Ready(c.Request().Context()); err != nil {
			s.conf.Log.Warn("not ready", "error", err.Error())
			return echo.NewHTTPError(http.StatusServiceUnavailable)
		}
	}
	return c.String(http.StatusOK, "ready\n")
}
