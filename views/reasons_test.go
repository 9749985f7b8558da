package views

import (
	"strings"
	"testing"
	"time"

	"extrausage/money"
)

func TestEveryReasonHasWords(t *testing.T) {
	for _, tag := range Languages {
		l := NewLang(tag, nil)
		seen := map[string]ReasonCode{}
		for _, code := range ReasonCodes {
			r := l.Reason(code, ReasonValues{})
			for name, part := range map[string]string{"title": r.Title, "detail": r.Detail, "next": r.Next, "url": r.URL, "link": r.Link} {
				if part == "" {
					t.Errorf("%s: %s has no %s", tag, code, name)
				}
			}
			if other, double := seen[r.Title]; double {
				t.Errorf("%s: %s and %s have the title %q", tag, code, other, r.Title)
			}
			seen[r.Title] = code
		}
	}
}

func TestReasonsNameTheirFigures(t *testing.T) {
	at := time.Date(2026, 11, 30, 23, 0, 0, 0, time.UTC)
	limit := Limit{Kind: LimitAmount, Amount: money.Dollars(50)}
	for name, c := range map[string]struct {
		code ReasonCode
		v    ReasonValues
		want []string
	}{
		"limit":          {ReasonMonthlyLimitReached, ReasonValues{Limit: limit, Spent: money.Cents(4993), MonthResetsAt: at}, []string{"$49.93 of your $50.00", "resets on 30 November 2026 at 23:00 UTC"}},
		"limit held":     {ReasonMonthlyLimitReached, ReasonValues{Limit: limit, Spent: money.Dollars(40), Held: money.Dollars(9)}, []string{"$9.00 is reserved"}},
		"limit lowered":  {ReasonMonthlyLimitReached, ReasonValues{Limit: limit, Spent: money.Dollars(60)}, []string{"already used $60.00"}},
		"balance":        {ReasonInsufficientBalance, ReasonValues{Needed: money.Cents(42), Available: money.Cents(12)}, []string{"$0.12", "needed $0.42"}},
		"balance only":   {ReasonInsufficientBalance, ReasonValues{Available: -1}, []string{"$0.00"}},
		"session":        {ReasonSessionLimitReached, ReasonValues{FundsMissing: true, SessionResetsAt: at}, []string{"also needs credits", "back on 30 November"}},
		"stopped":        {ReasonSessionLimitReached, ReasonValues{Stopped: true}, []string{"you chose to stop"}},
		"retry":          {ReasonReloadPaused, ReasonValues{RetryAt: at}, []string{"tries again on 30 November 2026 at 23:00 UTC"}},
		"model":          {ReasonUnknownModel, ReasonValues{Model: "claude-x", SessionResetsAt: at}, []string{"claude-x"}},
		"unpriced":       {ReasonUnpricedUsage, ReasonValues{What: "web_search_requests"}, []string{"web_search_requests"}},
		"unpriced model": {ReasonUnpricedUsage, ReasonValues{Model: "Opus 3"}, []string{"Opus 3"}},
	} {
		r := NewLang("en", nil).Reason(c.code, c.v)
		said := r.Detail + " " + r.Next
		for _, want := range c.want {
			if !strings.Contains(said, want) {
				t.Errorf("%s: want %q in %q", name, want, said)
			}
		}
		if name == "model" && strings.Contains(said, "back on") {
			t.Errorf("waiting does not give %s a price: %q", c.v.Model, said)
		}
	}
}
