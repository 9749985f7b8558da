package handlers

import (
	"encoding/gob"
	"net/http"
	"net/url"
	"strings"

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

// keepToken writes a session's token into the cookie, or with "" takes it out.
func (s *Server) keepToken(c echo.Context, token string) error {
	cookie := s.cookie(c)
	if token == "" {
		delete(cookie.Values, tokenValue)
	} else {
		cookie.Values[tokenValue] = token
	}
	return cookie.Save(c.Request(), c.Response())
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

// toSignIn asks to sign in and comes back to the page afterwards; a form's answer is to its page.
func (s *Server) toSignIn(c echo.Context) error {
	next := c.Request().URL.RequestURI()
	if !isSafe(c.Request().Method) {
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

// localPath is p if it is a path of ours, else "": never a way to another site.
func localPath(p string) string {
	u, err := url.Parse(p)
	bad := err != nil || u.IsAbs() || u.Host != "" || u.User != nil || u.Opaque != "" ||
		!strings.HasPrefix(p, "/") || strings.HasPrefix(p, "//") || strings.ContainsAny(p, "\\\r\n\t") || strings.Contains(u.Path, "//")
	if bad {
		return ""
	}
	return p
}

// requireFresh asks for the password again where it was given more than ten minutes ago: everything that makes spending
// possible. The form is kept and sent again together with the password.
func (s *Server) requireFresh(doing string) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if billing.Fresh(*session(c)) {
				return next(c)
			}
			problem := ""
			if password := c.FormValue("current_password"); password != "" {
				token, err := s.svc.Reauthenticate(c.Request().Context(), s.token(c), password)
				f := billing.AsFault(err)
				switch {
				case err == nil:
					if err := s.keepToken(c, token); err != nil {
						return err
					}
					return next(c)
				case f == nil:
					return err
				}
				problem = s.lang(c).Fault(f.Code, f.Args)
			} else if c.Request().Form.Has("current_password") {
				problem = s.lang(c).T(views.MsgPasswordMissing)
			}
			return s.askPassword(c, doing, problem)
		}
	}
}

// askPassword shows the step-up page, which posts the original form again. With htmx too it takes the whole page.
func (s *Server) askPassword(c echo.Context, doing, problem string) error {
	props := views.StepUpProps{
		Frame: s.frame(c, ""), Action: c.Request().URL.Path, Doing: s.lang(c).T(doing), Email: session(c).Email,
		Password: views.Field{Name: "current_password", Error: problem}, Cancel: homePath,
	}
	for name, values := range c.Request().PostForm {
		if name == "current_password" {
			continue
		}
		for _, v := range values {
			props.Hidden = append(props.Hidden, views.HiddenField{Name: name, Value: v})
		}
	}
	c.Response().Header().Set("HX-Retarget", "body")
	c.Response().Header().Set("HX-Reswap", "innerHTML")
	status := http.StatusForbidden
	if problem != "" {
		status = http.StatusUnprocessableEntity
	}
	return s.render(c, status, views.StepUpPage(props))
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

// flash keeps a notice for the next page.
func (s *Server) flash(c echo.Context, n notice) error {
	cookie := s.cookie(c)
	cookie.AddFlash(n)
	return cookie.Save(c.Request(), c.Response())
}

// takeFlash is the notice kept for this page, once.
func (s *Server) takeFlash(c echo.Context) *views.Flash {
	cookie := s.cookie(c)
	kept := cookie.Flashes()
	if len(kept) == 0 || cookie.Save(c.Request(), c.Response()) != nil {
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
