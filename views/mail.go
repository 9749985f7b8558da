package views

import "strings"

// letter is the parts of a mail in order; both its forms are made from it, so that they say the same.
type letter struct {
	lang     Lang
	subject  string
	greeting string
	parts    []letterPart
	end      []string
}

// letterPart is a sentence, and where it leads.
type letterPart struct {
	text string
	// link is absolute; empty for a sentence alone. label is what the link says in HTML.
	link, label string
}

// SignInLinkMail carries a link to sign in.
func SignInLinkMail(p LinkMailProps) Mail {
	l := p.Lang
	return letter{
		lang: l, subject: l.T("mail.sign_in_subject"), greeting: greeting(l, p.Name),
		parts: []letterPart{{l.T("mail.sign_in_lead"), p.Link, l.T("mail.sign_in_button")}},
		end:   []string{l.T("mail.link_lasts", "Minutes", p.Minutes), l.T("mail.ignore")},
	}.mail()
}

// EmailChangeMail carries a link that confirms a new address. It goes to the new address.
func EmailChangeMail(p LinkMailProps) Mail {
	l := p.Lang
	return letter{
		lang: l, subject: l.T("mail.email_subject"), greeting: greeting(l, p.Name),
		parts: []letterPart{{l.T("mail.email_lead"), p.Link, l.T("mail.email_button")}},
		end:   []string{l.T("mail.link_lasts", "Minutes", p.Minutes), l.T("mail.ignore")},
	}.mail()
}

// WelcomeMail greets a new account, and says that extra usage is off.
func WelcomeMail(p WelcomeMailProps) Mail {
	l := p.Lang
	return letter{
		lang: l, subject: l.T("mail.welcome_subject"), greeting: greeting(l, p.Name),
		parts: []letterPart{
			{text: l.T("mail.welcome_lead")},
			{l.T("mail.welcome_sign_in"), p.SignInLink, l.T("mail.welcome_button")},
			{l.T("mail.welcome_usage"), p.UsageLink, p.UsageLink},
			{l.T("mail.welcome_help"), p.HelpLink, p.HelpLink},
		},
	}.mail()
}

func greeting(l Lang, name string) string {
	if name == "" {
		return l.T("mail.greeting_plain")
	}
	return l.T("mail.greeting", "Name", name)
}

func (m letter) mail() Mail {
	return Mail{Subject: m.subject, Text: m.text(), HTML: mailHTML(m)}
}

// text is the plain form: each link alone on its line, where mail programs find it whole.
func (m letter) text() string {
	blocks := []string{m.greeting}
	for _, part := range m.parts {
		block := part.text
		if part.link != "" {
			block += "\n\n" + part.link
		}
		blocks = append(blocks, block)
	}
	blocks = append(blocks, m.end...)
	blocks = append(blocks, "-- \n"+m.lang.T("mail.sign_off"))
	return strings.Join(blocks, "\n\n") + "\n"
}
