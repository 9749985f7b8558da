package handlers

import (
	"encoding/gob"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gorilla/sessions"
	"github.com/labstack/echo/v4"

	"extrausage/billing"
	"extrausage/views"
)

const (
	tokenValue  = "token"
	sessionKey  = "session"
	signInPath  = "/sign-in"
	homePath    = "/settings/usage"
	supportPath = "/support"
)

func (s *Server) cookieName() string {
	if s.secure {
		return "__Host-xu"
	}
	return "xu"
}

// cookie is the browser's cookie; a new one where there is none, or where it cannot be read (keys were changed).
func (s *Server) cookie(c echo.Context) *sessions.Session {
	session, _ := s.cookies.Get(c.Request(), s.cookieName())
	return session
}

func (s *Server) token(c echo.Context) string {
	token, _ := s.cookie(c).Values[tokenValue].(string)
	return token
}

// keepToken writes a session's token into the cookie.
func (s *Server) keepToken(c echo.Context, token string) error {
	s.cookie(c).Values[tokenValue] = token
	return s.saveCookie(c)
}

// saveCookie sends the browser its cookie, in place of what this answer was to send of it so far.
func (s *Server) saveCookie(c echo.Context) error {
	h := c.Response().Header()
	others := slices.DeleteFunc(h.Values(echo.HeaderSetCookie), func(v string) bool { return strings.HasPrefix(v, s.cookieName()+"=") })
	h[echo.HeaderSetCookie] = others
	return s.cookie(c).Save(c.Request(), c.Response())
}

// withSession reads who is signed in, if anybody. Nobody is no error here.
func (s *Server) withSession(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if token := s.token(c); token != "" {
			session, err := s.svc.Session(c.Request().Context(), token)
			switch f := billing.AsFault(err); {
			case err == nil:
				c.Set(sessionKey, &session)
			case f == nil:
				return err
			}
		}
		return next(c)
	}
}

// session is who is signed in, or nil.
func session(c echo.Context) *billing.Session {
	session, _ := c.Get(sessionKey).(*billing.Session)
	return session
}

// account is the id of the subscriber who is signed in, on routes behind requireAccount.
func account(c echo.Context) string { return session(c).AccountID }

// requireAccount lets subscribers through; others are led to where they belong.
func (s *Server) requireAccount(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		switch who := session(c); {
		case (who == nil || who.Staff) && wantsStream(c):
			return c.NoContent(http.StatusUnauthorized) // the page says so; its reader is not led away from it
		case who == nil:
			return s.toSignIn(c)
		case who.Staff:
			if isSafe(c.Request().Method) {
				return s.redirect(c, supportPath)
			}
			return echo.NewHTTPError(http.StatusForbidden)
		}
		return next(c)
	}
}

// requireStaff lets support staff through. For everybody else there is nothing here.
func (s *Server) requireStaff(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		switch who := session(c); {
		case who == nil:
			return s.toSignIn(c)
		case !who.Staff:
			return echo.NewHTTPError(http.StatusNotFound)
		}
		return next(c)
	}
}

// toSignIn asks to sign in and comes back to the page afterwards. Forms and parts of pages are none.
func (s *Server) toSignIn(c echo.Context) error {
	next := c.Request().URL.RequestURI()
	if !isSafe(c.Request().Method) || isHTMX(c) {
		next = homePath
	}
	return s.redirect(c, signInPath+"?next="+url.QueryEscape(next))
}

// redirect sends the browser to a path of ours, with htmx or without.
func (s *Server) redirect(c echo.Context, path string) error {
	if isHTMX(c) {
		c.Response().Header().Set("HX-Redirect", path)
		return c.NoContent(http.StatusOK)
	}
	return c.Redirect(http.StatusSeeOther, path)
}

func isHTMX(c echo.Context) bool { return c.Request().Header.Get("HX-Request") == "true" }

// maxPath bounds a path to go on to.
const maxPath = 2000

// localPath is p if it is a path of ours, else "": never a way to another site, however a browser reads it.
func localPath(p string) string {
	u, err := url.Parse(p)
	bad := err != nil || len(p) > maxPath || u.IsAbs() || u.Host != "" || u.User != nil || u.Opaque != "" || !strings.HasPrefix(p, "/") ||
		strings.HasPrefix(p, "//") || strings.Contains(u.Path, "//") || strings.ContainsFunc(p+u.Path, notInPath)
	if bad {
		return ""
	}
	return p
}

// notInPath are characters that browsers drop from an address, or read as a slash.
func notInPath(r rune) bool {
	return r == '\\' || r == utf8.RuneError || unicode.IsControl(r) || unicode.IsSpace(r)
}

// requireFresh asks for the password again where it was given more than ten minutes ago: everything that makes spending
// possible. The form is kept and sent again together with the password.
func (s *Server) requireFresh(doing string) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if billing.Fresh(*session(c)) {
				return next(c)
			}
			password := c.FormValue("current_password")
			switch {
			case !c.Request().PostForm.Has("current_password"):
				return s.askPassword(c, doing, nil)
			case password == "":
				return s.askPassword(c, doing, &billing.Fault{Kind: billing.Invalid, Code: "password_missing"})
			}
			token, err := s.svc.Reauthenticate(c.Request().Context(), s.token(c), password)
			switch f := billing.AsFault(err); {
			case f != nil && f.Code == "session_over":
				return s.toSignIn(c)
			case f != nil:
				return s.askPassword(c, doing, f)
			case err != nil:
				return err
			}
			if err := s.keepToken(c, token); err != nil {
				return err
			}
			return next(c)
		}
	}
}

// askPassword shows the step-up page, which posts the original form again. With htmx too it takes the whole page. f is what
// was wrong with the password given, or nil.
func (s *Server) askPassword(c echo.Context, doing string, f *billing.Fault) error {
	path, form := c.Request().URL.Path, c.Request().PostForm
	props := views.StepUpProps{
		Frame: s.frame(c, ""), Action: path, Doing: s.lang(c).T(doing), Email: session(c).Email,
		Password: views.Field{Name: "current_password"}, Cancel: settingsPage(path),
	}
	for _, name := range slices.Sorted(maps.Keys(form)) {
		for _, v := range form[name] {
			if name != "current_password" {
				props.Hidden = append(props.Hidden, views.HiddenField{Name: name, Value: v})
			}
		}
	}
	c.Response().Header().Set("HX-Retarget", "body")
	c.Response().Header().Set("HX-Reswap", "innerHTML")
	if f == nil {
		return s.render(c, http.StatusForbidden, views.StepUpPage(props))
	}
	props.Password.Error = s.lang(c).Fault(f.Code, f.Args)
	return s.renderFault(c, f, views.StepUpPage(props))
}

// settingsPage is the page that a form of the settings stands on: the first two parts of its path.
func settingsPage(path string) string {
	parts := strings.SplitN(path, "/", 4)
	return strings.Join(parts[:min(len(parts), 3)], "/")
}

// notice is a flash as the cookie keeps it: which message, with which values, and what can be undone.
type notice struct {
	Kind   string
	ID     string
	Args   []string // in pairs; values are worded already
	Change string   // to undo
	Label  string   // of the undo button, worded already
}

func init() { gob.Register(notice{}) }

// flash keeps a notice for the next page. It takes the place of one that nobody saw: a cookie holds only so many.
func (s *Server) flash(c echo.Context, n notice) error {
	kept := s.cookie(c)
	kept.Flashes()
	kept.AddFlash(n)
	return s.saveCookie(c)
}

// takeFlash is the notice kept for this page, once.
func (s *Server) takeFlash(c echo.Context) *views.Flash {
	kept := s.cookie(c).Flashes()
	if len(kept) == 0 || s.saveCookie(c) != nil {
		return nil
	}
	n, ok := kept[len(kept)-1].(notice)
	if !ok {
		return nil
	}
	return n.view()
}

func (n notice) view() *views.Flash {
	f := &views.Flash{Kind: views.FlashKind(n.Kind), MessageID: n.ID}
	for _, a := range n.Args {
		f.Args = append(f.Args, a)
	}
	if n.Change != "" {
		f.Undo = &views.Undo{Action: "/settings/usage/undo", Change: n.Change, LabelID: "fault.undo_label", Args: []any{"Label", n.Label}}
	}
	return f
}
