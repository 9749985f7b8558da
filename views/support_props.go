package views

import (
	"time"

	"extrausage/money"
)

// SupportProps are the values of /support: a GET form with the field q, and what it found.
type SupportProps struct {
	Frame Frame
	// Query is an e-mail address, or the beginning of one, or a whole account id.
	Query    Field
	Searched bool
	Results  []SupportResult
}

// SupportResult is an account that was found.
type SupportResult struct {
	// URL of the account: /support/accounts/{id}.
	URL string
	ID  string
	// Email and Name are masked: "a•••@example.com".
	Email, Name string
	Plan        string
	Closed      bool
}

// SupportLookProps are the values of the page that asks for a reason. It posts reason and ticket to
// /support/accounts/{id}/look.
type SupportLookProps struct {
	Frame Frame
	// Action is the address to post to.
	Action string
	ID     string
	// Email is masked.
	Email  string
	Reason Field
	Ticket Field
	// Minutes is how long the look lasts.
	Minutes int
}

// SupportAccountProps are the values of /support/accounts/{id}: what the subscriber sees, masked, to be looked
// at and not to be changed.
type SupportAccountProps struct {
	Frame Frame
	ID    string
	// Email and Name are masked.
	Email, Name string
	// Locale is a language tag, TimeZone an IANA name, Plan empty where there is none.
	Locale   string
	TimeZone string
	Plan     string
	Closed   bool
	Look     SupportLook
	// Usage is the picture the subscriber's usage page shows; the same words are made from it.
	Usage   UsageStatus
	Figures UsageFigures
	// Recent lists, newest first, each bounded by the handler. Rows of requests need no URL here.
	Refusals  []SupportRefusal
	Requests  []RequestRow
	Purchases []Purchase
	Changes   []SettingChange
	Views     []StaffView
}

// SupportLook is the permission to look: why, and until when.
type SupportLook struct {
	Reason string
	Ticket string
	Until  time.Time
}

// SupportRefusal is a request that was refused.
type SupportRefusal struct {
	At                time.Time
	Reason            ReasonCode
	Model             string
	Needed, Available money.Amount
	// FitsMaxTokens is the longest answer that would have fitted; 0 when none would.
	FitsMaxTokens int64
}
