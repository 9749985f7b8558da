package views

import (
	"time"

	"extrausage/money"
)

// SupportProps are the values of /support: a GET form with the field q, and what it found.
type SupportProps struct {
	Frame Frame
	// Query is an e-mail address or an account id, whole.
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
	// Email, Name and Company are masked.
	Email, Name string
	Locale      string
	TimeZone    string
	Plan        string
	Closed      bool
	Look        SupportLook
	// Status is the first sentence of the subscriber's usage page, in the language of the staff member.
	Status string
	// Reason is what stops extra usage now; empty when nothing does. The gate it belongs to is marked.
	Reason string
	// On says that extra usage is on, Since when.
	On    bool
	Since time.Time
	Limit SupportLimit
	// Balance and Held: what is there, and what of it is reserved.
	Balance, Held money.Amount
	// Card is nil when there is none.
	Card    *Card
	Reload  SupportReload
	Session SupportSession
	// Recent lists, newest first, each bounded by the handler.
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

// SupportLimit is the monthly limit and what stands against it.
type SupportLimit struct {
	Unlimited bool
	// Amount is zero when Unlimited, or when none was ever set.
	Amount      money.Amount
	Spent, Held money.Amount
	Resets      time.Time
}

// SupportReload is the rule of auto-reload and its state.
type SupportReload struct {
	On                bool
	Threshold, Target money.Amount
	// Paused is worded, empty when it is not.
	Paused string
	// RetryAt is when a back-off ends.
	RetryAt time.Time
}

// SupportSession is the plan's session now.
type SupportSession struct {
	// Running is false between sessions; then the rest is empty.
	Running      bool
	Starts, Ends time.Time
	UsedPercent  int
	Reached      bool
	Continued    bool
	// Always is the preference "always continue".
	Always bool
}

// SupportRefusal is a request that was refused.
type SupportRefusal struct {
	At time.Time
	// Reason is the code, named as in the API.
	Reason            string
	Model             string
	Needed, Available money.Amount
	FitsMaxTokens     int64
}

// The ids of what can be wrong with the fields of the support pages, for Lang.T.
const (
	MsgSupportQueryMissing  = "support.error_query"
	MsgSupportReasonMissing = "support.error_reason"
	MsgSupportTicketMissing = "support.error_ticket"
)
