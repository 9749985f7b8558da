package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"extrausage/billing"
	"extrausage/views"
)

// signInPage asks for e-mail and password. Who is signed in already is led to where their work is.
func (s *Server) signInPage(c echo.Context) error {
	if session(c) != nil {
		return s.afterSignIn(c)
	}
	return s.show(c, views.SignInPage(s.signInProps(c)))
}

func (s *Server) signInProps(c echo.Context) views.SignInProps {
	return views.SignInProps{
		Frame: s.frame(c, ""), Next: localPath(c.FormValue("next")),
		Email: views.Field{Name: "email", Value: c.FormValue("email")}, Password: views.Field{Name: "password"},
	}
}

// signIn begins a session under a new token; one that this browser had before is over.
func (s *Server) signIn(c echo.Context) error {
	ctx, lang, props := c.Request().Context(), s.lang(c), s.signInProps(c)
	password := c.FormValue("password")
	if props.Email.Value == "" {
		props.Email.Error = lang.Fault("email_invalid", nil)
	}
	if password == "" {
		props.Password.Error = lang.T(views.MsgPasswordMissing)
	}
	if props.Email.Error+props.Password.Error != "" {
		return s.render(c, http.StatusUnprocessableEntity, views.SignInPage(props))
	}
	token, err := s.svc.SignIn(ctx, props.Email.Value, password, client(c))
	if f := billing.AsFault(err); f != nil {
		props.Problem = lang.Fault(f.Code, f.Args)
		return s.renderFault(c, f, views.SignInPage(props))
	}
	if err != nil {
		return err
	}
	if err := s.begin(c, token); err != nil {
		return err
	}
	return s.afterSignIn(c)
}

// begin gives the browser a session, and ends the one that it had.
func (s *Server) begin(c echo.Context, token string) error {
	if err := s.svc.SignOut(c.Request().Context(), s.token(c)); err != nil {
		return err
	}
	return s.keepToken(c, token)
}

// afterSignIn leads on to the page that was asked for, else home.
func (s *Server) afterSignIn(c echo.Context) error {
	next := localPath(c.FormValue("next"))
	if next == "" {
		next = "/"
	}
	return s.redirect(c, next)
}

// signOut ends the session, and has the browser forget what it kept of the pages.
func (s *Server) signOut(c echo.Context) error {
	if err := s.svc.SignOut(c.Request().Context(), s.token(c)); err != nil {
		return err
	}
	return s.signedOut(c, notice{Kind: string(views.KindSuccess), ID: "auth.signed_out"})
}

// signedOut takes the session out of the browser and says n on the page to sign in.
func (s *Server) signedOut(c echo.Context, n notice) error {
	delete(s.cookie(c).Values, tokenValue)
	if err := s.flash(c, n); err != nil {
		return err
	}
	c.Response().Header().Set("Clear-Site-Data", `"cache", "storage"`)
	return s.redirect(c, signInPath)
}
