package views

import (
	"time"

	"extrausage/money"
)

// ProfileProps are the values of /settings/profile. Each section has its own form and is swapped on its own.
type ProfileProps struct {
	Frame          Frame
	Language       LanguageProps
	TimeZone       TimeZoneProps
	Password       PasswordProps
	Email          EmailProps
	Sessions       SessionsProps
	InvoiceAddress InvoiceAddressProps
	Close          CloseProps
}

// LanguageProps: POST /settings/profile/language, field locale ("en" or "it").
type LanguageProps struct {
	Lang   Lang
	Locale Field
	Saved  bool
}

// TimeZoneProps: POST /settings/profile/time-zone, field time_zone.
type TimeZoneProps struct {
	Lang Lang
	// Zone holds the chosen IANA name.
	Zone Field
	// Zones are the IANA names offered.
	Zones []string
	// Current is the zone in force now.
	Current string
	// ActsFrom is when a zone chosen now comes into force: the end of the running billing month.
	ActsFrom time.Time
	// Pending is a zone already chosen that comes into force at ActsFrom; empty when there is none.
	Pending string
	Saved   bool
}

// PasswordProps: POST /settings/profile/password, fields current_password and new_password.
type PasswordProps struct {
	Lang Lang
	// Email names the account for password managers.
	Email string
	// Exists is false for an account that has signed in by mailed links only; then the current one is not asked.
	Exists                   bool
	Current                  Field
	New                      Field
	MinLength, AdvisedLength int
	// Problem is a worded error of no field; empty when there is none.
	Problem string
	Saved   bool
}

// EmailProps: POST /settings/profile/email, field email. A link goes to the new address.
type EmailProps struct {
	Lang    Lang
	Current string
	Email   Field
	// Problem is a worded error of no field; empty when there is none.
	Problem string
	// SentTo is set once a link went out.
	SentTo string
	// Minutes is how long the link lasts.
	Minutes int
}

// SessionsProps: POST /settings/profile/sessions/end, field session.
type SessionsProps struct {
	Lang     Lang
	Sessions []WebSession
	Ended    bool
}

// WebSession is a browser that is signed in; not to be confused with a session of the plan.
type WebSession struct {
	ID string
	// Device is worded from the browser's name: "Firefox, Linux".
	Device   string
	Address  string
	SignedIn time.Time
	LastSeen time.Time
	// Current marks the browser that looks at the page.
	Current bool
}

// InvoiceAddressProps: POST /settings/profile/invoice-address, fields name, company, address, tax_id.
type InvoiceAddressProps struct {
	Lang    Lang
	Name    Field
	Company Field
	// Address has several lines.
	Address Field
	TaxID   Field
	Saved   bool
}

// CloseProps: POST /settings/profile/close, field confirm: the account's e-mail, typed.
type CloseProps struct {
	Lang    Lang
	Email   string
	Confirm Field
	Balance money.Amount
}
