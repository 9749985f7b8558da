package views

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// TestSupportLooksAndDoesNotTouch: the account page has nothing that changes anything.
func TestSupportLooksAndDoesNotTouch(t *testing.T) {
	for _, name := range []string{"support-account", "support-account-asking", "support-account-paused", "support-account-closed"} {
		main := byID(sample(t, NewLang("en", rome()), name), "main")
		if found := all(main, tagged("form", "button", "input")); len(found) != 0 {
			t.Errorf("%s: %d controls", name, len(found))
		}
		receipts := all(main, func(e *html.Node) bool {
			href := attr(e, "href")
			return strings.HasPrefix(href, "/settings/billing/purchases") || strings.HasPrefix(href, "/test-provider")
		})
		if len(receipts) != 0 {
			t.Errorf("%s: %d links that are the subscriber's", name, len(receipts))
		}
	}
}

// TestSupportSaysWhatTheSubscriberReads: the same words for the same figures.
func TestSupportSaysWhatTheSubscriberReads(t *testing.T) {
	l := NewLang("en", rome())
	account := gallerySupportAccount(staffFrame(l, "/support/accounts/acc_1"))
	page := parsed(t, SupportAccountPage(account))
	subscriber := account.Usage.statement(l)
	says(t, byID(page, "status"), append([]string{subscriber.title}, subscriber.lines...)...)
	says(t, byID(page, "status"), "monthly_limit_reached")
	says(t, byID(page, "gates"), "Monthly limit", account.Usage.monthLine(l), "Below $5.00, back to $20.00.")
	says(t, byID(page, "refusals"), "The monthly limit is reached monthly_limit_reached claude-sonnet-4-5 $0.42 $0.20 9,100", "something_new")
	says(t, page, "Reason: You asked why a request was refused. Ticket: 48211.", "The look ends: 24 November 2026, 15:32 CET")
}

func TestSupportStates(t *testing.T) {
	l := NewLang("en", rome())
	says(t, byID(sample(t, l, "support-account-asking"), "gates"), "The subscriber has not chosen to continue.", "Paused until the subscriber resumes it.")
	says(t, byID(sample(t, l, "support-account-paused"), "gates"), "Next try 24 November 2026, 16:02 CET.")
	closed := sample(t, l, "support-account-closed")
	says(t, closed, "State Closed", "Monthly limit not set", "No refused requests in the last 30 days.", "No purchases yet.", "Italiano", "America/New York", "no plan")
}

func TestSupportAsksWhyFirst(t *testing.T) {
	form := onlyForm(t, sample(t, NewLang("en", nil), "support-look"), "/support/accounts/acc_0199f3c2/look")
	sent := fields(form)
	if len(sent) != 2 {
		t.Errorf("the form sends %v", sent)
	}
	says(t, sample(t, NewLang("en", nil), "support-none"), "No account with this address or id")
}

func TestStaffHaveNoSettingsOfTheirOwn(t *testing.T) {
	doc := sample(t, NewLang("en", nil), "support")
	for _, a := range all(doc, tagged("a")) {
		if strings.HasPrefix(attr(a, "href"), "/settings") {
			t.Errorf("a link to %s", attr(a, "href"))
		}
	}
}
