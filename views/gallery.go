package views

import (
	"time"

	"extrausage/money"
)

// gallerySampleReasons words every reason with sample values.
func gallerySampleReasons(l Lang) []Reason {
	v := ReasonValues{
		Needed: money.Cents(42), Available: money.Cents(12), Balance: money.Cents(-300), Limit: Limit{Kind: LimitAmount, Amount: money.Dollars(50)},
		Spent: money.Cents(4990), SessionResetsAt: galleryNow.Add(3 * time.Hour), MonthResetsAt: galleryNow.AddDate(0, 0, 7),
		Model: "claude-x", What: "web_search_requests",
	}
	var out []Reason
	for _, code := range ReasonCodes {
		out = append(out, l.Reason(code, v))
	}
	return out
}
