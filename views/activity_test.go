package views

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func TestActivityListsEachRequest(t *testing.T) {
	doc := sample(t, NewLang("en", rome()), "activity")
	says(t, byID(doc, "requests"),
		"1,204 requests: $41.220888 at API rates. $11.22 charged, $30.00 covered by your plan, $0.000888 absorbed by us.",
		"24 Nov 2026 15:02:11 CET : explain this request Sonnet 4.5 202,461 tokens Extra usage $0.495558 $0.495558",
		"Opus 4.1 18,204 tokens Plan Extra usage $0.42045 $0.30015", "Haiku 4.5 880 tokens Absorbed $0.00088 $0.00",
		"Times and days are in Europe/Rome.")
	form := all(byID(doc, "requests"), tagged("form"))[0]
	if attr(form, "method") != "get" || attr(form, "action") != "/settings/usage/activity" {
		t.Errorf("the filter is %v", form.Attr)
	}
	for _, name := range []string{"from", "to", "model", "covered"} {
		if _, ok := fields(form)[name]; !ok {
			t.Errorf("no filter by %s", name)
		}
	}
	for _, link := range []string{"/settings/usage/activity?before=0199f3c2", "/settings/usage/activity.csv"} {
		if len(all(doc, func(e *html.Node) bool { return attr(e, "href") == link })) != 1 {
			t.Errorf("no link to %s", link)
		}
	}
}

func TestEveryEmptyListHasAWayOn(t *testing.T) {
	for _, name := range []string{"activity-empty", "activity-filtered", "activity-changes-empty", "activity-staff-empty", "billing-fresh", "mailbox-empty"} {
		doc := sample(t, NewLang("en", nil), name)
		for _, empty := range all(doc, func(e *html.Node) bool { return attr(e, "class") == "empty" }) {
			if name == "billing-fresh" && strings.HasPrefix(text(empty), "No invoices yet") {
				continue // an invoice comes by itself
			}
			if len(all(empty, tagged("a", "button"))) == 0 {
				t.Errorf("%s: %q leads nowhere", name, text(empty))
			}
		}
	}
}

func TestChangesAndViewsAreReadable(t *testing.T) {
	l := NewLang("en", rome())
	says(t, byID(sample(t, l, "activity-changes"), "changes"),
		"24 Nov 2026 14:02:11 CET Monthly limit $50.00 $80.00 You", "Choice for a session not set Continue this session You, in the app",
		"Auto-reload $5.00 not set Automatic", "Plan not set Max 20x Operator", "something_new a b You")
	says(t, byID(sample(t, l, "activity-staff"), "staff-views"), "Grace H. You asked why a request was refused 48211")
	says(t, byID(sample(t, l, "support-account"), "changes"), "Monthly limit $50.00 $80.00 Subscriber", "Subscriber, in the app")
}

// TestEveryChargeIsExplained: promise P8, word by word.
func TestEveryChargeIsExplained(t *testing.T) {
	l := NewLang("en", rome())
	charge := sample(t, l, "charge-extra")
	says(t, charge,
		"Sonnet 4.5, 24 November 2026, 15:01 CET", "This request cost $0.495558. All of it was charged.",
		"200,413 prompt tokens: over 200K, so the whole request is at the higher rates, its output included: $6 / $22.50 / $7.50 / $0.60 per MTok (input / output / cache writes / cache reads).",
		"Output 2,048 $22.50 / MTok (Prompt > 200K tokens) $0.04608", "Total $0.495558", "Rate table 3f9ac01b77de, in force at the time of the request.",
		"$0.00 of your session's included usage of $40.00 was left at 15:02:11 CET, and extra usage was on. You had chosen “Continue this session” on 24 November 2026 at 14:59 CET.",
		"24 November 2026, 11:02 – 16:02 CET", "Used before this request $40.00", "Charged to your balance $0.495558",
		"Balance $11.91", "Extra usage this month $31.69 of your limit of $50.00", "claude-sonnet-4-5-20250929", "msg_01XFDUDYJgAACzvnptvVoYEL")
	for name, want := range map[string]string{
		"plan":           "Your plan covered all of it; nothing was charged. ",
		"ended":          "Your plan covered $0.03; $0.465558 was charged.",
		"not-permitted":  "Extra usage was off or not continued when the request started",
		"beyond-reserve": "$0.465558 was charged; $0.03 is absorbed by us.",
		"no-funds":       "your monthly limit or balance had no room for all of it",
		"late":           "The request was reported on 24 November 2026 at 15:02 CET: too late.",
		"imported":       "Imports are priced and shown, never charged.",
	} {
		says(t, sample(t, l, "charge-"+name), want)
	}
	saysNot(t, sample(t, l, "charge-plan"), "Afterwards", "Absorbed by us")
	saysNot(t, sample(t, l, "charge-unknown"), "something_new")
}
