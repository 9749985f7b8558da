package handlers

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"extrausage/billing"
)

const (
	maxForm = 64 << 10 // bytes of a form
	maxBody = 4 << 20  // bytes of anything else: a batch of events
	maxTime = 30 * time.Second
)

// outer are the guards of every request, outermost first.
func (s *Server) outer() []echo.MiddlewareFunc {
	cross := http.NewCrossOriginProtection()
	return []echo.MiddlewareFunc{s.withRequestID, s.logged, s.withHeaders, s.recovered, s.sameOrigin(cross), limited}
}

const requestIDKey = "request_id"

func requestID(c echo.Context) string {
	id, _ := c.Get(requestIDKey).(string)
	return id
}

// withRequestID names the request in the log and on error pages. A name from outside is not taken over.
func (s *Server) withRequestID(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		raw := make([]byte, 8)
		rand.Read(raw) // never fails
		id := hex.EncodeToString(raw)
		c.Set(requestIDKey, id)
		c.Response().Header().Set("X-Request-Id", id)
		return next(c)
	}
}

// logged writes one line per request. Paths are logged as routes where they may carry secrets, and no query is logged.
func (s *Server) logged(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := s.conf.Clock()
		err := next(c)
		if err != nil {
			c.Error(err)
		}
		level := slog.LevelInfo
		if strings.HasPrefix(c.Request().URL.Path, "/static/") || c.Path() == "/healthz" {
			level = slog.LevelDebug
		}
		s.conf.Log.Log(c.Request().Context(), level, "request", "id", requestID(c), "method", c.Request().Method, "route", c.Path(),
			"status", c.Response().Status, "bytes", c.Response().Size, "took", s.conf.Clock().Sub(start).String(), "from", c.RealIP())
		return nil
	}
}

// withHeaders sets what every answer carries (after OWASP ASVS 3.4 and 14.3).
func (s *Server) withHeaders(next echo.HandlerFunc) echo.HandlerFunc {
	csp := "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
		"form-action 'self'" + strings.Join(append([]string{""}, s.conf.FormHosts...), " ") +
		"; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Security-Policy", csp)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
		h.Set("Cache-Control", "no-store")
		h.Add("Vary", "HX-Request")
		if s.secure {
			h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		}
		return next(c)
	}
}

// recovered turns a panic into an internal error; the server goes on.
func (s *Server) recovered(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			if p := recover(); p != nil {
				if e, ok := p.(error); ok && errors.Is(e, http.ErrAbortHandler) {
					panic(p)
				}
				err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
			}
		}()
		return next(c)
	}
}

// sameOrigin refuses unsafe requests from other sites, and those that carry a session cookie but no word of where they come
// from: every browser says it. Machines send no cookie and pass.
func (s *Server) sameOrigin(cross *http.CrossOriginProtection) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			r := c.Request()
			if strings.HasPrefix(r.URL.Path, "/webhooks/") || isSafe(r.Method) {
				return next(c)
			}
			_, err := r.Cookie(s.cookieName())
			silent := r.Header.Get("Sec-Fetch-Site") == "" && r.Header.Get("Origin") == ""
			if cross.Check(r) != nil || (err == nil && silent) {
				return &billing.Fault{Kind: billing.Forbidden, Code: "cross_origin"}
			}
			return next(c)
		}
	}
}

func isSafe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

// limited bounds size and time of a request, and reads forms.
func limited(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		contentType, most := r.Header.Get(echo.HeaderContentType), int64(maxBody)
		if strings.HasPrefix(contentType, echo.MIMEMultipartForm) {
			return echo.NewHTTPError(http.StatusUnsupportedMediaType) // nobody has files for us
		}
		isForm := strings.HasPrefix(contentType, echo.MIMEApplicationForm)
		if isForm {
			most = maxForm
		}
		r.Body = http.MaxBytesReader(c.Response(), r.Body, most)
		if !wantsStream(c) { // which has no end of its own
			ctx, cancel := context.WithTimeout(r.Context(), maxTime)
			defer cancel()
			c.SetRequest(r.WithContext(ctx))
		}
		if isForm {
			if err := c.Request().ParseForm(); err != nil {
				return tooLargeOr(err)
			}
		}
		return next(c)
	}
}

// textOnly refuses what is no text: no browser sends it, and not every database keeps it.
func textOnly(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if !isText(r.URL.Path) || !areTexts(r.URL.Query()) || !areTexts(r.PostForm) {
			return echo.NewHTTPError(http.StatusBadRequest)
		}
		return next(c)
	}
}

func areTexts(form url.Values) bool {
	for name, values := range form {
		if !isText(name) || slices.ContainsFunc(values, func(v string) bool { return !isText(v) }) {
			return false
		}
	}
	return true
}

func isText(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// noCards refuses card numbers wherever they are typed, before anything looks at them.
func noCards(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if r := c.Request(); holdsCardNumber(r.PostForm) || holdsCardNumber(r.URL.Query()) {
			return &billing.Fault{Kind: billing.Invalid, Code: "card_number"}
		}
		return next(c)
	}
}

func tooLargeOr(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return echo.NewHTTPError(http.StatusRequestEntityTooLarge)
	}
	return echo.NewHTTPError(http.StatusBadRequest)
}

// cardLike are runs of digits, with spaces and dashes between them.
var cardLike = regexp.MustCompile(`\d(?:[ \-\x{a0}\x{202f}]*\d){12,}`)

// holdsCardNumber tells whether a field, passwords apart, holds what reads like a card number: 13 to 19 digits that pass Luhn.
func holdsCardNumber(form url.Values) bool {
	for name, values := range form {
		if name == "current_password" || name == "password" || name == "new_password" {
			continue
		}
		for _, run := range cardLike.FindAllString(strings.Join(values, "\n"), -1) {
			digits := notDigits.ReplaceAllString(run, "")
			if len(digits) <= 19 && passesLuhn(digits) {
				return true
			}
		}
	}
	return false
}

var notDigits = regexp.MustCompile(`\D`)

func passesLuhn(digits string) bool {
	sum := 0
	for i, r := range digits {
		d := int(r - '0')
		if (len(digits)-i)%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}
