package handlers

import (
	"bytes"
	"context"
	"time"

	"extrausage/billing"
	"extrausage/views"
)

// letters words mails with views, as pages are.
type letters struct{ baseURL string }

// Letters words mails. They lead to pages below baseURL, which has no slash at the end.
func Letters(baseURL string) billing.Letters { return letters{baseURL} }

// SignInLink is for the first sign-in and for a forgotten password.
func (letters) SignInLink(locale, name, url string) billing.Mail {
	return mailOf(views.SignInLinkMail(views.LinkMailProps{Lang: views.NewLang(locale, nil), Name: name, Link: url, Minutes: linkMinutes}))
}

// EmailLink goes to the new address of an account.
func (letters) EmailLink(locale, name, url string) billing.Mail {
	return mailOf(views.EmailChangeMail(views.LinkMailProps{Lang: views.NewLang(locale, nil), Name: name, Link: url, Minutes: linkMinutes}))
}

// Notice tells what happened, in the reader's language and zone.
func (l letters) Notice(r billing.Reader, n billing.Notice) billing.Mail {
	zone, err := time.LoadLocation(r.TimeZone)
	if err != nil {
		zone = time.UTC
	}
	return mailOf(views.NoticeMail(views.NoticeMailProps{
		Lang: views.NewLang(r.Locale, zone), Name: r.Name, Notice: toldNotice(n), BaseURL: l.baseURL,
	}))
}

// mailOf renders a mail. One whose HTML cannot be made goes out as text alone.
func mailOf(m views.Mail) billing.Mail {
	var html bytes.Buffer
	if err := m.HTML.Render(context.Background(), &html); err != nil {
		html.Reset()
	}
	return billing.Mail{Subject: m.Subject, Text: m.Text, HTML: html.String()}
}
