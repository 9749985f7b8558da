package views

import (
	"time"

	"extrausage/money"
)

// SpendingProps is a billing month's extra usage, by day and model and against its limit.
type SpendingProps struct {
	// Month is an instant within the month that names it.
	Month time.Time
	// From and To are the first and the last day shown: the month's own, and those before it whose usage counts in it.
	From, To time.Time
	// Starts and Ends bound the month, half-open; At is when the figures were so.
	Starts, Ends, At time.Time
	// Days has a day for each that had charges, ascending.
	Days []SpendingDay
	// Models names the models in the order of their colours, the costliest first.
	Models []string
	Total  money.Amount
	// Limit is in force now, or was when the month ended.
	Limit Limit
	Pace  SpendingPace
	// CSVURL leads to the same figures as a file; empty offers none.
	CSVURL string
	// PreviousURL and NextURL lead to the pages of the neighbouring months, empty where there is none.
	PreviousURL, NextURL string
}

// SpendingDay is what one day cost.
type SpendingDay struct {
	Day   time.Time
	Total money.Amount
	// Parts are by model; a model without charges may be absent.
	Parts map[string]money.Amount
	// URL leads to the day's requests.
	URL string
}

// PaceKind is what can be said of how a running month will end.
type PaceKind string

// What can be said. The zero PaceKind is for months that are over.
const (
	PaceOff    PaceKind = "off"    // extra usage is off: nothing comes in addition
	PaceFull   PaceKind = "full"   // the limit is reached already
	PaceEarly  PaceKind = "early"  // too little of the month is over to tell
	PaceSteady PaceKind = "steady" // the month's average so far, carried on
)

// SpendingPace is where a month leads if its average so far goes on.
type SpendingPace struct {
	Kind PaceKind
	// From is from when on there is an estimate; of PaceEarly.
	From time.Time
	// PerDay is the average of 24 hours, AtEnd what it comes to at the month's end, were there no limit.
	PerDay, AtEnd money.Amount
	// FullAt is when the limit is reached at this pace; zero where that is not before the month's end.
	FullAt time.Time
}

// SpendingPageProps are the values of /settings/usage/spending.
type SpendingPageProps struct {
	Frame    Frame
	Spending SpendingProps
}

// HistoryProps are the plan's last sessions.
type HistoryProps struct {
	// Sessions, the newest first.
	Sessions []HistorySession
	// CSVURL leads to the same figures as a file.
	CSVURL string
}

// HistorySession is a session that began.
type HistorySession struct {
	Starts, Ends time.Time
	// Running says that it has not ended yet.
	Running  bool
	Requests int
	// PlanPercent is how much of the included usage was used; ExtraPercent what was charged in addition, as a share of the same.
	PlanPercent, ExtraPercent int
	// Extra was charged; Absorbed is what the operator bore.
	Extra, Absorbed money.Amount
}
