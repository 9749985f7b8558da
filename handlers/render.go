package handlers

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"extrausage/views"
)

// component is a view with its props.
type component interface {
	Render(ctx context.Context, w io.Writer) error
}

// languageCookie keeps the language of who has no profile.
func (s *Server) languageCookie() string { return s.cookieName() + "-language" }

// lang is the language and zone of whoever asks: a subscriber's profile; for others the choice kept in a cookie, a staff
// member's own language, Accept-Language.
func (s *Server) lang(c echo.Context) views.Lang {
	who := session(c)
	if who != nil && !who.Staff {
		zone, err := time.LoadLocation(who.TimeZone)
		if err != nil {
			zone = time.UTC
		}
		return views.NewLang(who.Locale, zone)
	}
	if cookie, err := c.Cookie(s.languageCookie()); err == nil && (cookie.Value == "en" || cookie.Value == "it") {
		return views.NewLang(cookie.Value, time.UTC)
	}
	if who != nil {
		return views.NewLang(who.Locale, time.UTC)
	}
	return views.NewLang(views.MatchLanguage(c.Request().Header.Get("Accept-Language")), time.UTC)
}

// frame is what surrounds a page for this request. title is "" where the page names itself.
func (s *Server) frame(c echo.Context, title string) views.Frame {
	f := views.Frame{
		Lang: s.lang(c), Title: title, Path: c.Request().URL.Path, TestPayments: s.conf.TestPayments, Dev: s.conf.Development,
		Now: s.conf.Clock(), Assets: s.assets,
	}
	if who := session(c); who != nil {
		f.User = &views.User{Email: who.Email, Name: who.Name, Staff: who.Staff}
		if !who.Staff {
			f.Notices = s.unread(c, who.AccountID)
		}
	}
	if isSafe(c.Request().Method) && !isHTMX(c) {
		f.Flash = s.takeFlash(c)
	}
	return f
}

// render answers with HTML, whole or not at all.
func (s *Server) render(c echo.Context, status int, page component) error {
	var b bytes.Buffer
	// an error page is rendered when the request's own time is over
	if err := page.Render(context.WithoutCancel(c.Request().Context()), &b); err != nil {
		return err
	}
	return c.HTMLBlob(status, b.Bytes())
}

// show answers a page.
func (s *Server) show(c echo.Context, page component) error { return s.render(c, http.StatusOK, page) }
