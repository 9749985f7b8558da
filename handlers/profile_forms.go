package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"extrausage/billing"
	"extrausage/views"
)

// profileForm is a form of the profile page: the section it stands in, how a notice words its success, and how the page shows
// that it was taken or, with a fault, what is to be mended.
type profileForm struct {
	section string // the id that htmx swaps
	notice  notice
	done    func(*views.ProfileProps)
	mend    func(*views.ProfileProps, *billing.Fault)
	show    func(views.ProfileProps) component
}

// answerProfile answers a form: with htmx its section, else the page anew, or with what is to be mended.
func (s *Server) answerProfile(c echo.Context, err error, form profileForm) error {
	f := billing.AsFault(err)
	switch {
	case err != nil && (f == nil || f.Kind == billing.NotFound):
		return err
	case err == nil && !isHTMX(c):
		if err := s.flash(c, form.notice); err != nil {
			return err
		}
		return s.redirect(c, profilePath+"#"+form.section)
	}
	props, err := s.profileProps(c)
	if err != nil {
		return err
	}
	if f == nil {
		form.done(&props)
		return s.show(c, views.WithTitle(props.Titled(), form.show(props)))
	}
	form.mend(&props, f)
	if isHTMX(c) {
		return s.renderFault(c, f, views.WithTitle(props.Titled(), form.show(props)))
	}
	return s.renderFault(c, f, views.ProfilePage(props))
}

func success(id string, args ...string) notice {
	return notice{Kind: string(views.KindSuccess), ID: id, Args: args}
}

// saveLocale changes the language. The whole page speaks it from now on.
func (s *Server) saveLocale(c echo.Context) error {
	err := s.svc.SaveLocale(c.Request().Context(), account(c), c.FormValue("locale"))
	if err == nil {
		if err := s.flash(c, success("profile.language_saved")); err != nil {
			return err
		}
		return s.redirect(c, profilePath)
	}
	lang := s.lang(c)
	return s.answerProfile(c, err, profileForm{
		mend: func(p *views.ProfileProps, f *billing.Fault) { p.Language.Locale = field(c, lang, "locale", f) },
		show: func(p views.ProfileProps) component { return views.LanguageSection(p.Language) },
	})
}

func (s *Server) saveTimeZone(c echo.Context) error {
	lang := s.lang(c)
	err := s.svc.SaveTimeZone(c.Request().Context(), account(c), c.FormValue("time_zone"))
	return s.answerProfile(c, err, profileForm{
		section: "profile-time-zone", notice: success("profile.zone_saved"),
		done: func(p *views.ProfileProps) { p.TimeZone.Saved = true },
		mend: func(p *views.ProfileProps, f *billing.Fault) { p.TimeZone.Zone = field(c, lang, "time_zone", f) },
		show: func(p views.ProfileProps) component { return views.TimeZoneSection(p.TimeZone) },
	})
}

func (s *Server) saveInvoiceAddress(c echo.Context) error {
	lang := s.lang(c)
	err := s.svc.SaveInvoiceAddress(c.Request().Context(), account(c), billing.InvoiceAddress{
		Name: c.FormValue("name"), Company: c.FormValue("company"), Address: c.FormValue("address"), TaxID: c.FormValue("tax_id"),
	})
	return s.answerProfile(c, err, profileForm{
		section: "profile-invoice-address", notice: success("profile.address_saved"),
		done: func(p *views.ProfileProps) { p.InvoiceAddress.Saved = true },
		mend: func(p *views.ProfileProps, f *billing.Fault) {
			a := &p.InvoiceAddress
			a.Name, a.Company = field(c, lang, "name", f), field(c, lang, "company", f)
			a.Address, a.TaxID = field(c, lang, "address", f), field(c, lang, "tax_id", f)
		},
		show: func(p views.ProfileProps) component { return views.InvoiceAddressSection(p.InvoiceAddress) },
	})
}

// changePassword signs out all other browsers.
func (s *Server) changePassword(c echo.Context) error {
	lang := s.lang(c)
	err := s.svc.ChangePassword(c.Request().Context(), s.token(c), c.FormValue("current_password"), c.FormValue("new_password"))
	return s.answerProfile(c, err, profileForm{
		section: "profile-password", notice: success("profile.password_saved"),
		done: func(p *views.ProfileProps) { p.Password.Saved = true },
		mend: func(p *views.ProfileProps, f *billing.Fault) {
			p.Password.Current, p.Password.New = field(c, lang, "current_password", f), field(c, lang, "new_password", f)
			p.Password.Problem = formProblem(lang, f, p.Password.Current, p.Password.New)
		},
		show: func(p views.ProfileProps) component { return views.PasswordSection(p.Password) },
	})
}

// changeEmail mails a link to the new address; until it is used nothing changes.
func (s *Server) changeEmail(c echo.Context) error {
	lang, email := s.lang(c), billing.NormalEmail(c.FormValue("email"))
	err := s.svc.AskEmailChange(c.Request().Context(), account(c), email)
	return s.answerProfile(c, err, profileForm{
		section: "profile-email", notice: success("profile.email_sent", "Email", email, "Minutes", lang.Int(linkMinutes)),
		done: func(p *views.ProfileProps) { p.Email.SentTo = email },
		mend: func(p *views.ProfileProps, f *billing.Fault) {
			p.Email.Email = field(c, lang, "email", f)
			p.Email.Problem = formProblem(lang, f, p.Email.Email)
		},
		show: func(p views.ProfileProps) component { return views.EmailSection(p.Email) },
	})
}

// endSession signs another browser out; for one's own it is the way out itself.
func (s *Server) endSession(c echo.Context) error {
	id := c.FormValue("session")
	if id == session(c).ID {
		return s.signOut(c)
	}
	err := s.svc.EndSession(c.Request().Context(), account(c), id)
	if billing.AsFault(err) != nil {
		return echo.NewHTTPError(http.StatusNotFound)
	}
	return s.answerProfile(c, err, profileForm{
		section: "profile-sessions", notice: success("profile.sessions_ended"),
		done: func(p *views.ProfileProps) { p.Sessions.Ended = true },
		show: func(p views.ProfileProps) component { return views.SessionsSection(p.Sessions) },
	})
}

// closeAccount ends the account for good, and the sign-in with it.
func (s *Server) closeAccount(c echo.Context) error {
	lang := s.lang(c)
	err := s.svc.CloseAccount(c.Request().Context(), account(c), c.FormValue("confirm"))
	if err == nil {
		return s.signedOut(c, success("profile.closed"))
	}
	return s.answerProfile(c, err, profileForm{
		mend: func(p *views.ProfileProps, f *billing.Fault) { p.Close.Confirm = field(c, lang, "confirm", f) },
		show: func(p views.ProfileProps) component { return views.CloseSection(p.Close) },
	})
}
