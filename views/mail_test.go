package views

import (
	"strconv"
	"strings"
	"testing"
)

func TestMailsSayTheSameTwice(t *testing.T) {
	for _, tag := range Languages {
		l := NewLang(tag, rome())
		link := "https://extra.example/sign-in/link/t0k3n?a=1&b=2"
		for name, mail := range map[string]Mail{
			"sign in": SignInLinkMail(LinkMailProps{Lang: l, Name: "D'Ada", Link: link, Minutes: 30}),
			"e-mail":  EmailChangeMail(LinkMailProps{Lang: l, Link: link, Minutes: 30}),
			"welcome": WelcomeMail(WelcomeMailProps{Lang: l, Name: "D'Ada", SignInLink: link, UsageLink: "https://extra.example/settings/usage", HelpLink: "https://extra.example/help/extra-usage"}),
		} {
			if mail.Subject == "" || strings.Contains(mail.Subject, "\n") {
				t.Errorf("%s: subject %q", name, mail.Subject)
			}
			if !strings.Contains(mail.Text, "\n"+link+"\n") {
				t.Errorf("%s: the link is not alone on its line:\n%s", name, mail.Text)
			}
			if strings.Contains(mail.Text, "&#") || strings.Contains(mail.Text, "<") {
				t.Errorf("%s: markup in the plain text:\n%s", name, mail.Text)
			}
			doc := parsed(t, mail.HTML)
			said := text(doc)
			for _, line := range strings.Split(mail.Text, "\n") {
				line = strings.TrimSpace(line)
				if line == "" || line == "--" || strings.HasPrefix(line, "https://") {
					continue
				}
				if !strings.Contains(said, line) {
					t.Errorf("%s: the HTML does not say %q", name, line)
				}
			}
			found := false
			for _, a := range all(doc, tagged("a")) {
				found = found || attr(a, "href") == link
			}
			if !found {
				t.Errorf("%s: the HTML has no link", name)
			}
		}
	}
}

func TestWelcomeSaysThatExtraUsageIsOff(t *testing.T) {
	mail := WelcomeMail(WelcomeMailProps{Lang: NewLang("en", nil)})
	for _, want := range []string{"Hello,", "Extra usage is off and stays off until you turn it on yourself"} {
		if !strings.Contains(mail.Text, want) {
			t.Errorf("it does not say %q:\n%s", want, mail.Text)
		}
	}
}

func TestErrorPages(t *testing.T) {
	for _, tag := range Languages {
		l := NewLang(tag, rome())
		seen := map[string]bool{}
		for _, status := range []int{400, 403, 404, 405, 429, 500} {
			doc := sample(t, l, "error-"+strconv.Itoa(status))
			says(t, doc, strconv.Itoa(status), "0199f3c2-8a7b")
			seen[text(all(doc, tagged("h1"))[0])] = true
			if len(all(byID(doc, "main"), tagged("a"))) < 2 {
				t.Errorf("%d has no way on", status)
			}
		}
		if len(seen) != 6 {
			t.Errorf("%d different headings, want 6", len(seen))
		}
	}
	says(t, sample(t, NewLang("en", rome()), "error-429-until"), "24 November 2026, 15:03 CET")
	says(t, parsed(t, ErrorPage(ErrorProps{Frame: publicFrame(NewLang("en", nil), "/x"), Status: 418})), "Something failed on our side")
	says(t, parsed(t, ErrorPage(ErrorProps{Frame: publicFrame(NewLang("en", nil), "/x"), Status: 409, Problem: "Look again."})), "That was not done", "Look again.")
}
