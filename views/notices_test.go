package views

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// Every kind, in each of its cases, has words of its own in both languages, leads somewhere, and says the same by mail: once as
// text, once as HTML, with how the month stands, one link, and how to stop.
func TestNoticesInWords(t *testing.T) {
	for _, tag := range Languages {
		l := NewLang(tag, rome())
		seen := map[string]ToldNotice{}
		for _, n := range galleryTold() {
			w := n.words(l)
			for name, text := range map[string]string{"title": w.title, "text": w.text, "next": w.next, "label": w.label} {
				if strings.TrimSpace(text) == "" || text == string(n.Kind) {
					t.Errorf("%s %+v: %s is %q", tag, n, name, text)
				}
			}
			if !strings.HasPrefix(w.href, "/settings/") || strings.HasSuffix(w.href, "/") {
				t.Errorf("%s %s leads to %q", tag, n.Kind, w.href)
			}
			said := w.title + w.text + w.next
			if other, twice := seen[said]; twice {
				t.Errorf("%s: %+v and %+v read alike", tag, n, other)
			}
			seen[said] = n
			mail := NoticeMail(NoticeMailProps{Lang: l, Name: "Ada", Notice: n, BaseURL: "https://extra.example"})
			page := text(parsed(t, mail.HTML))
			for _, words := range []string{w.text, w.next, l.Money(n.Spent), l.Money(n.Balance), l.DateTime(n.Until), l.DateTime(n.At), l.T("mail.notice_spending")} {
				if !strings.Contains(mail.Text, words) || !strings.Contains(page, words) {
					t.Errorf("%s %s: the mail does not say %q:\n%s\n%s", tag, n.Kind, words, mail.Text, page)
				}
			}
			if mail.Subject != w.title || strings.Count(mail.Text, "https://extra.example"+w.href) != 1 || strings.Count(mail.Text, "https://") != 1 {
				t.Errorf("%s %s: subject %q\n%s", tag, n.Kind, mail.Subject, mail.Text)
			}
			stops := strings.Contains(mail.Text, l.T("mail.notice_stop"))
			if always := strings.Contains(mail.Text, l.T("mail.notice_always")); stops == always {
				t.Errorf("%s %s: how to stop is not said once:\n%s", tag, n.Kind, mail.Text)
			}
		}
	}
}

// The list names the zone, marks what is new and offers one way on; there is a next action where there is nothing.
func TestNoticesPage(t *testing.T) {
	l := NewLang("en", rome())
	page := sample(t, l, "notices")
	if n := len(all(page, func(n *html.Node) bool { return n.Data == "li" })); n < len(galleryTold()) {
		t.Errorf("%d items", n)
	}
	said := text(page)
	for _, words := range []string{"24 November 2026, 15:02 CET", "New", "Mark all as read", "Older notices", "Change the limit"} {
		if !strings.Contains(said, words) {
			t.Errorf("the list does not say %q", words)
		}
	}
	none := text(sample(t, l, "notices-none"))
	if !strings.Contains(none, "See what you are told") || strings.Contains(none, "Mark all as read") {
		t.Errorf("without notices: %s", none)
	}
}

// What is not mailed says so; what is not told is not listed.
func TestAlertLines(t *testing.T) {
	l := NewLang("en", nil)
	lines := func(a AlertSettings, s UsageStatus) string {
		var out []string
		for _, line := range a.lines(l, s) {
			suffix := ""
			if line.appOnly {
				suffix = "*"
			}
			out = append(out, line.text+suffix)
		}
		return strings.Join(out, "; ")
	}
	status := galleryWith(func(s *UsageStatus) { s.Reload = ReloadStatus{} })
	got := lines(AlertSettings{Percents: []int{90}, LowBalance: usd(700), MailBalance: true}, status)
	if !strings.Contains(got, "90% of your $50.00 monthly limit is used*") || !strings.Contains(got, "falls below $7.00;") {
		t.Error(got)
	}
	if got := lines(AlertSettings{Spent: usd(9900)}, status); strings.Contains(got, "%") || strings.Contains(got, "$99.00") || strings.Contains(got, "falls below") {
		t.Error(got)
	}
	status.Limit, status.Reload = Limit{Kind: Unlimited}, ReloadStatus{On: true, Threshold: usd(600)}
	got = lines(AlertSettings{Percents: []int{90}, Spent: usd(9900), LowBalance: usd(700)}, status)
	if !strings.Contains(got, "$99.00 is spent in a month*") || strings.Contains(got, "90%") || !strings.Contains(got, "falls below $6.00, auto-reload's threshold*") || strings.Contains(got, "$7.00") {
		t.Error(got)
	}
}
