package views

import (
	"time"

	"extrausage/money"
)

func profileSamples(f Frame) []GallerySample {
	f.Path = "/settings/profile"
	p := galleryProfile(f)
	fresh := galleryProfile(f)
	fresh.Password.Exists = false
	fresh.Email.SentTo = "ada@example.org"
	fresh.TimeZone.Pending = ""
	fresh.Close.Balance = 0
	fresh.Sessions.Sessions, fresh.Sessions.Ended = fresh.Sessions.Sessions[:1], true
	wrong := galleryProfile(f)
	wrong.InvoiceAddress.Saved = false
	wrong.Password.Current.Error = f.Lang.Fault("password_wrong", nil)
	wrong.Email.Email = Field{Name: "email", Value: "ada", Error: f.Lang.Fault("email_invalid", nil)}
	wrong.Close.Confirm = Field{Name: "confirm", Value: "ada", Error: f.Lang.Fault("confirm_mismatch", nil)}
	wrong.Close.Balance = money.Cents(-250)
	return []GallerySample{{"profile", ProfilePage(p)}, {"profile-fresh", ProfilePage(fresh)}, {"profile-errors", ProfilePage(wrong)}}
}

func galleryProfile(f Frame) ProfileProps {
	l := f.Lang
	return ProfileProps{
		Frame:    f,
		Language: LanguageProps{Lang: l, Locale: Field{Name: "locale", Value: l.Tag()}},
		TimeZone: TimeZoneProps{
			Lang: l, Zone: Field{Name: "time_zone", Value: "America/New_York"}, Zones: []string{"America/New_York", "Europe/Rome", "UTC"},
			Current: "Europe/Rome", ActsFrom: time.Date(2026, 11, 30, 23, 0, 0, 0, time.UTC), Pending: "America/New_York",
		},
		Password: PasswordProps{
			Lang: l, Email: "ada@example.com", Exists: true, Current: Field{Name: "current_password"}, New: Field{Name: "new_password"},
			MinLength: 8, AdvisedLength: 15,
		},
		Email: EmailProps{Lang: l, Current: "ada@example.com", Email: Field{Name: "email"}, Minutes: 30},
		Sessions: SessionsProps{Lang: l, Sessions: []WebSession{
			{ID: "1", Device: "Firefox, Linux", Address: "203.0.113.7", SignedIn: galleryNow.Add(-time.Hour), LastSeen: galleryNow, Current: true},
			{ID: "2", Device: "Safari, iPhone", Address: "2001:db8::17", SignedIn: galleryNow.Add(-72 * time.Hour), LastSeen: galleryNow.Add(-5 * time.Hour)},
		}},
		InvoiceAddress: InvoiceAddressProps{
			Lang: l, Name: Field{Name: "name", Value: "Ada Lovelace"}, Company: Field{Name: "company", Value: "Analytical Engines Ltd"},
			Address: Field{Name: "address", Value: "12 St James's Square\nLondon SW1Y 4JH"}, TaxID: Field{Name: "tax_id", Value: "GB123456789"}, Saved: true,
		},
		Close: CloseProps{Lang: l, Email: "ada@example.com", Confirm: Field{Name: "confirm"}, Balance: money.Cents(1240)},
	}
}
