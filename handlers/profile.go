package handlers

import (
	_ "embed"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"extrausage/billing"
	"extrausage/views"
)

const profilePath = "/settings/profile"

//go:embed zones.txt
var zoneNames string

// zones are the time zones offered, one name for each of those that differ.
var zones = strings.Fields(zoneNames)

// profile is Settings > Profile.
func (s *Server) profile(c echo.Context) error {
	p, err := s.profileProps(c)
	if err != nil {
		return err
	}
	return s.show(c, views.ProfilePage(p))
}

// profileProps is the page as it stands, with the forms as saved.
func (s *Server) profileProps(c echo.Context) (views.ProfileProps, error) {
	ctx, lang, who := c.Request().Context(), s.lang(c), session(c)
	p, err := s.svc.Profile(ctx, who.AccountID)
	if err != nil {
		return views.ProfileProps{}, err
	}
	status, err := s.svc.Status(ctx, who.AccountID)
	if err != nil {
		return views.ProfileProps{}, err
	}
	open, err := s.svc.Sessions(ctx, who.AccountID, who.ID)
	if err != nil {
		return views.ProfileProps{}, err
	}
	value := func(name, v string) views.Field { return views.Field{Name: name, Value: v} }
	out := views.ProfileProps{
		Frame: s.frame(c, ""), Language: views.LanguageProps{Lang: lang, Locale: value("locale", p.Locale)},
		TimeZone: views.TimeZoneProps{
			Lang: lang, Zone: value("time_zone", p.TimeZone), Zones: zones, Current: p.ZoneInForce, ActsFrom: p.TimeZoneFrom,
		},
		Password: views.PasswordProps{
			Lang: lang, Email: p.Email, Exists: p.HasPassword, Current: value("current_password", ""), New: value("new_password", ""),
			MinLength: billing.MinPasswordLength, AdvisedLength: billing.AdvisedPasswordLength,
		},
		Email: views.EmailProps{Lang: lang, Current: p.Email, Email: value("email", ""), Minutes: linkMinutes},
		InvoiceAddress: views.InvoiceAddressProps{
			Lang: lang, Name: value("name", p.Name), Company: value("company", p.Company), Address: value("address", p.Address),
			TaxID: value("tax_id", p.TaxID),
		},
		Close: views.CloseProps{Lang: lang, Email: p.Email, Confirm: value("confirm", ""), Balance: status.Balance},
	}
	if p.TimeZone != p.ZoneInForce {
		out.TimeZone.Pending = p.TimeZone
	}
	if !slices.Contains(zones, p.TimeZone) {
		out.TimeZone.Zones = append(slices.Clone(zones), p.TimeZone)
	}
	out.Sessions = views.SessionsProps{Lang: lang}
	for _, o := range open {
		out.Sessions.Sessions = append(out.Sessions.Sessions, views.WebSession{
			ID: o.ID, Device: device(lang, o.UserAgent), Address: o.Address, SignedIn: o.CreatedAt, LastSeen: o.SeenAt, Current: o.Current,
		})
	}
	return out, nil
}

// device names a browser by the few words of its user agent that people know.
func device(lang views.Lang, agent string) string {
	var words []string
	for _, list := range [][][2]string{
		{{"Firefox/", "Firefox"}, {"Edg/", "Edge"}, {"OPR/", "Opera"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}, {"curl/", "curl"}},
		{{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"Mac OS X", "macOS"}, {"Linux", "Linux"}},
	} {
		for _, known := range list {
			if strings.Contains(agent, known[0]) {
				words = append(words, known[1])
				break
			}
		}
	}
	if len(words) == 0 {
		return lang.T("profile.sessions_unknown")
	}
	return strings.Join(words, ", ")
}

// saved answers a form of the profile that succeeded.
func (s *Server) saved(c echo.Context, message, section string) error {
	if err := s.flash(c, notice{Kind: string(views.KindSuccess), ID: message}); err != nil {
		return err
	}
	return s.redirect(c, profilePath+"#"+section)
}

// mendProfile answers a form of the profile that has to be mended: edit puts what was typed, and what is wrong, into the page.
func (s *Server) mendProfile(c echo.Context, err error, edit func(*views.ProfileProps, *billing.Fault), section func(views.ProfileProps) component) error {
	f := billing.AsFault(err)
	if f == nil || f.Kind == billing.NotFound {
		return err
	}
	p, err := s.profileProps(c)
	if err != nil {
		return err
	}
	edit(&p, f)
	if isHTMX(c) {
		return s.renderFault(c, f, views.WithTitle(p.Titled(), section(p)))
	}
	return s.renderFault(c, f, views.ProfilePage(p))
}

func (s *Server) saveLocale(c echo.Context) error {
	if err := s.svc.SaveLocale(c.Request().Context(), account(c), c.FormValue("locale")); err != nil {
		return s.mendProfile(c, err, func(p *views.ProfileProps, f *billing.Fault) {
			p.Language.Locale = field(c, p.Language.Lang, "locale", f)
		},
			func(p views.ProfileProps) component { return views.LanguageSection(p.Language) })
	}
	return s.saved(c, "profile.language_saved", "profile-language")
}

func (s *Server) saveTimeZone(c echo.Context) error {
	if err := s.svc.SaveTimeZone(c.Request().Context(), account(c), c.FormValue("time_zone")); err != nil {
		return s.mendProfile(c, err, func(p *views.ProfileProps, f *billing.Fault) {
			p.TimeZone.Zone = field(c, p.TimeZone.Lang, "time_zone", f)
		},
			func(p views.ProfileProps) component { return views.TimeZoneSection(p.TimeZone) })
	}
	return s.saved(c, "profile.zone_saved", "profile-time-zone")
}

func (s *Server) saveInvoiceAddress(c echo.Context) error {
	err := s.svc.SaveInvoiceAddress(c.Request().Context(), account(c), billing.InvoiceAddress{
		Name: c.FormValue("name"), Company: c.FormValue("company"), Address: c.FormValue("address"), TaxID: c.FormValue("tax_id"),
	})
	if err != nil {
		return s.mendProfile(c, err, func(p *views.ProfileProps, f *billing.Fault) {
			a := &p.InvoiceAddress
			a.Name, a.Company = field(c, a.Lang, "name", f), field(c, a.Lang, "company", f)
			a.Address, a.TaxID = field(c, a.Lang, "address", f), field(c, a.Lang, "tax_id", f)
		}, func(p views.ProfileProps) component { return views.InvoiceAddressSection(p.InvoiceAddress) })
	}
	return s.saved(c, "profile.address_saved", "profile-invoice-address")
}

func (s *Server) changePassword(c echo.Context) error {
	err := s.svc.ChangePassword(c.Request().Context(), s.token(c), c.FormValue("current_password"), c.FormValue("new_password"))
	if err != nil {
		return s.mendProfile(c, err, func(p *views.ProfileProps, f *billing.Fault) {
			p.Password.Current, p.Password.New = field(c, p.Password.Lang, "current_password", f), field(c, p.Password.Lang, "new_password", f)
			p.Password.Current.Value, p.Password.New.Value = "", "" // passwords are not sent back
			p.Password.Problem = formProblem(p.Password.Lang, f, p.Password.Current, p.Password.New)
		}, func(p views.ProfileProps) component { return views.PasswordSection(p.Password) })
	}
	return s.saved(c, "profile.password_saved", "profile-password")
}

// changeEmail mails a link to the new address; the old one stays until it is followed.
func (s *Server) changeEmail(c echo.Context) error {
	typed := c.FormValue("email")
	if err := s.svc.AskEmailChange(c.Request().Context(), account(c), typed); err != nil {
		return s.mendProfile(c, err, func(p *views.ProfileProps, f *billing.Fault) {
			p.Email.Email = field(c, p.Email.Lang, "email", f)
			p.Email.Problem = formProblem(p.Email.Lang, f, p.Email.Email)
		}, func(p views.ProfileProps) component { return views.EmailSection(p.Email) })
	}
	p, err := s.profileProps(c)
	if err != nil {
		return err
	}
	p.Email.SentTo = typed
	if isHTMX(c) {
		return s.show(c, views.WithTitle(p.Titled(), views.EmailSection(p.Email)))
	}
	return s.show(c, views.ProfilePage(p))
}

// endSession signs another browser out.
func (s *Server) endSession(c echo.Context) error {
	if err := s.svc.EndSession(c.Request().Context(), account(c), c.FormValue("session")); err != nil {
		return err
	}
	p, err := s.profileProps(c)
	if err != nil {
		return err
	}
	p.Sessions.Ended = true
	if isHTMX(c) {
		return s.show(c, views.WithTitle(p.Titled(), views.SessionsSection(p.Sessions)))
	}
	return s.show(c, views.ProfilePage(p))
}

// closeAccount ends the account for good, after its e-mail was typed.
func (s *Server) closeAccount(c echo.Context) error {
	if err := s.svc.CloseAccount(c.Request().Context(), account(c), c.FormValue("confirm")); err != nil {
		return s.mendProfile(c, err, func(p *views.ProfileProps, f *billing.Fault) { p.Close.Confirm = field(c, p.Close.Lang, "confirm", f) },
			func(p views.ProfileProps) component { return views.CloseSection(p.Close) })
	}
	return s.signedOut(c, notice{Kind: string(views.KindSuccess), ID: "profile.closed"})
}
