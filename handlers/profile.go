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

// profile is Settings > Profile.
func (s *Server) profile(c echo.Context) error {
	props, err := s.profileProps(c)
	if err != nil {
		return err
	}
	return s.show(c, views.ProfilePage(props))
}

// profileProps is the page as it stands, with the forms as they are in force.
func (s *Server) profileProps(c echo.Context) (views.ProfileProps, error) {
	ctx, lang := c.Request().Context(), s.lang(c)
	p, err := s.svc.Profile(ctx, account(c))
	if err != nil {
		return views.ProfileProps{}, err
	}
	status, err := s.svc.Status(ctx, account(c))
	if err != nil {
		return views.ProfileProps{}, err
	}
	sessions, err := s.sessionsProps(c)
	if err != nil {
		return views.ProfileProps{}, err
	}
	return views.ProfileProps{
		Frame:    s.frame(c, ""),
		Language: views.LanguageProps{Lang: lang, Locale: views.Field{Name: "locale", Value: p.Locale}},
		TimeZone: zoneProps(lang, p),
		Password: views.PasswordProps{
			Lang: lang, Email: p.Email, Exists: p.HasPassword, Current: views.Field{Name: "current_password"},
			New: views.Field{Name: "new_password"}, MinLength: billing.MinPasswordLength, AdvisedLength: billing.AdvisedPasswordLength,
		},
		Email:    views.EmailProps{Lang: lang, Current: p.Email, Email: views.Field{Name: "email"}, Minutes: linkMinutes},
		Sessions: sessions,
		InvoiceAddress: views.InvoiceAddressProps{
			Lang: lang, Name: views.Field{Name: "name", Value: p.Name}, Company: views.Field{Name: "company", Value: p.Company},
			Address: views.Field{Name: "address", Value: p.Address}, TaxID: views.Field{Name: "tax_id", Value: p.TaxID},
		},
		Close: views.CloseProps{Lang: lang, Email: p.Email, Confirm: views.Field{Name: "confirm"}, Balance: status.Balance},
	}, nil
}

func zoneProps(lang views.Lang, p billing.Profile) views.TimeZoneProps {
	z := views.TimeZoneProps{
		Lang: lang, Zone: views.Field{Name: "time_zone", Value: p.TimeZone}, Zones: zonesWith(p.TimeZone), Current: p.ZoneInForce,
		ActsFrom: p.TimeZoneFrom,
	}
	if p.TimeZone != p.ZoneInForce {
		z.Pending = p.TimeZone
	}
	return z
}

//go:embed zones.txt
var zonesText string

// zones are the time zones offered: those of zone.tab, one for each part of a country, and UTC.
var zones = strings.Fields(zonesText)

// zonesWith are the zones offered, with one that an account has by another of its names.
func zonesWith(name string) []string {
	if slices.Contains(zones, name) {
		return zones
	}
	return append([]string{name}, zones...)
}

func (s *Server) sessionsProps(c echo.Context) (views.SessionsProps, error) {
	lang := s.lang(c)
	p := views.SessionsProps{Lang: lang}
	open, err := s.svc.Sessions(c.Request().Context(), account(c), session(c).ID)
	for _, o := range open {
		p.Sessions = append(p.Sessions, views.WebSession{
			ID: o.ID, Device: deviceName(lang, o.UserAgent), Address: o.Address, SignedIn: o.CreatedAt, LastSeen: o.SeenAt, Current: o.Current,
		})
	}
	return p, err
}
