package handlers

import (
	"bytes"
	"context"

	"extrausage/billing"
	"extrausage/views"
)

// letters words mails with views, as pages are.
type letters struct{}

// Letters words mails. Those of today carry whole links; later ones lead to pages below baseURL.
func Letters(baseURL string) billing.Letters { return letters{} }

// SignInLink is for the first sign-in and for a forgotten password.
func (letters) SignInLink(locale, name, url string) billing.Mail {
	return mailOf(views.SignInLinkMail(views.LinkMailProps{Lang: views.NewLang(locale, nil), Name: name, Link: url, Minutes: linkMinutes}))
}

// EmailLink goes to the new address of an account.
func (letters) EmailLink(locale, name, url string) billing.Mail {
	return mailOf(views.EmailChangeMail(views.LinkMailProps{Lang: views.NewLang(locale, nil), Name: name, Link: url, Minutes: linkMinutes}))
}

// Notice tells what happened.
func (letters) Notice(r billing.Reader, n billing.Notice) billing.Mail {
	return billing.Mail{Subject: string(n.Kind), Text: r.Name}
}

// mailOf renders a mail. One whose HTML cannot be made goes out as text alone.
func mailOf(m views.Mail) billing.Mail {
	var html bytes.Buffer
	if err := m.HTML.Render(context.Background(), &html); err != nil {
		html.Reset()
	}
	return billing.Mail{Subject: m.Subject, Text: m.Text, HTML: html.String()}
}
