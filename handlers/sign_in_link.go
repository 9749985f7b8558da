package handlers

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"extrausage/billing"
	"extrausage/views"
)

// signInLinkPage asks for the address to mail a link to: for the first sign-in, and for a forgotten password.
func (s *Server) signInLinkPage(c echo.Context) error {
	return s.show(c, views.SignInLinkPage(s.linkProps(c)))
}

func (s *Server) linkProps(c echo.Context) views.SignInLinkProps {
	return views.SignInLinkProps{
		Frame: s.frame(c, ""), Email: views.Field{Name: "email", Value: c.FormValue("email")}, Minutes: linkMinutes,
	}
}

const linkMinutes = int(billing.LinkLife / time.Minute)

// sendSignInLink answers the same whether there is such an account or not.
func (s *Server) sendSignInLink(c echo.Context) error {
	props, lang := s.linkProps(c), s.lang(c)
	err := s.svc.SendSignInLink(c.Request().Context(), props.Email.Value, client(c))
	if f := billing.AsFault(err); f != nil {
		if props.Email = field(c, lang, "email", f); props.Email.Error == "" {
			props.Problem = lang.Fault(f.Code, f.Args)
		}
		return s.renderFault(c, f, views.SignInLinkPage(props))
	}
	if err != nil {
		return err
	}
	props.Sent, props.SentTo = true, props.Email.Value
	return s.show(c, views.SignInLinkPage(props))
}

// redeemLinkPage is behind a mailed link. Opening it changes nothing: mail programs open links, too.
func (s *Server) redeemLinkPage(c echo.Context) error {
	purpose, email, err := s.svc.LinkInfo(c.Request().Context(), c.Param("token"))
	switch {
	case err != nil:
		return s.linkGone(c, err)
	case purpose == billing.LinkEmail:
		return s.confirmEmailPage(c)
	}
	return s.show(c, views.SetPasswordPage(s.setPasswordProps(c, email)))
}

// linkGone says that a link cannot be used any more, and offers another.
func (s *Server) linkGone(c echo.Context, err error) error {
	if f := billing.AsFault(err); f == nil || f.Code != "link_gone" {
		return err
	}
	props := s.linkProps(c)
	props.Gone, props.Email.Value = true, ""
	return s.render(c, http.StatusNotFound, views.SignInLinkPage(props))
}

func (s *Server) setPasswordProps(c echo.Context, email string) views.SetPasswordProps {
	return views.SetPasswordProps{
		Frame: s.frame(c, ""), Action: c.Request().URL.Path, Email: email, Password: views.Field{Name: "password"},
		MinLength: billing.MinPasswordLength, AdvisedLength: billing.AdvisedPasswordLength,
	}
}

// confirmEmailPage asks the subscriber whether their account shall sign in with another address.
func (s *Server) confirmEmailPage(c echo.Context) error {
	who := session(c)
	if who == nil || who.Staff {
		return s.toSignIn(c)
	}
	email, err := s.svc.OwnEmailLink(c.Request().Context(), who.AccountID, c.Param("token"))
	if err != nil {
		return s.linkGone(c, err)
	}
	return s.show(c, views.ConfirmEmailPage(views.ConfirmEmailProps{
		Frame: s.frame(c, ""), Action: c.Request().URL.Path, OldEmail: who.Email, NewEmail: email,
	}))
}

// redeemLink uses a link up: for a new password, or for a new address.
func (s *Server) redeemLink(c echo.Context) error {
	ctx, token := c.Request().Context(), c.Param("token")
	purpose, email, err := s.svc.LinkInfo(ctx, token)
	switch {
	case err != nil:
		return s.linkGone(c, err)
	case purpose == billing.LinkEmail:
		return s.redeemEmailLink(c)
	}
	signedIn, err := s.svc.RedeemSignInLink(ctx, token, c.FormValue("password"), client(c))
	f := billing.AsFault(err)
	switch {
	case f != nil && f.Code != "link_gone":
		props := s.setPasswordProps(c, email)
		props.Password.Error = s.lang(c).Fault(f.Code, f.Args)
		return s.renderFault(c, f, views.SetPasswordPage(props))
	case err != nil:
		return s.linkGone(c, err)
	}
	if err := s.begin(c, signedIn); err != nil {
		return err
	}
	return s.redirect(c, "/")
}

func (s *Server) redeemEmailLink(c echo.Context) error {
	who := session(c)
	if who == nil || who.Staff {
		return s.toSignIn(c)
	}
	ctx, token := c.Request().Context(), c.Param("token")
	_, err := s.svc.OwnEmailLink(ctx, who.AccountID, token)
	if err == nil {
		err = s.svc.RedeemEmailLink(ctx, token)
	}
	if err != nil {
		return s.linkGone(c, err)
	}
	if err := s.flash(c, notice{Kind: string(views.KindSuccess), ID: "profile.email_changed"}); err != nil {
		return err
	}
	return s.redirect(c, profilePath+"#profile-email")
}
