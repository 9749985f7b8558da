package views

import (
	"time"

	"github.com/a-h/templ"
)

// Mail is a message ready to be sent: the same words twice, plain and as simple HTML.
type Mail struct {
	Subject string
	Text    string
	HTML    templ.Component
}

// LinkMailProps are the values of a mail whose point is one link.
type LinkMailProps struct {
	Lang Lang
	// Name of the recipient; may be empty.
	Name string
	// Link is absolute.
	Link string
	// Minutes is how long it lasts.
	Minutes int
}

// WelcomeMailProps are the values of the first mail to a new account.
type WelcomeMailProps struct {
	Lang Lang
	Name string
	// SignInLink, UsageLink and HelpLink are absolute. SignInLink is a mailed one-use link, or /sign-in/link.
	SignInLink, UsageLink, HelpLink string
}

// DevMailboxProps are the values of /dev/mail.
type DevMailboxProps struct {
	Frame Frame
	Mails []DevMail
}

// DevMail is a mail kept as a file in development.
type DevMail struct {
	// URL of the mail: /dev/mail/{id}.
	URL     string
	At      time.Time
	To      string
	Subject string
}

// DevMailProps are the values of /dev/mail/{id}.
type DevMailProps struct {
	Frame Frame
	Mail  DevMail
	Text  string
	// Links are the addresses found in Text, so that they can be followed.
	Links []string
	// HTMLURL shows the HTML part on its own; empty when there is none.
	HTMLURL string
}
