package views

import (
	"time"

	"extrausage/money"
)

// UsageProps are the values of /settings/usage.
type UsageProps struct {
	Frame   Frame
	Status  UsageStatus
	Figures UsageFigures
	// Limit, Reload, Continue and Session are the forms; LimitFormOf and its like fill them from the status.
	Limit    MonthlyLimitForm
	Reload   AutoReloadForm
	Continue ContinueForm
	Session  SessionForm
	Alerts   AlertsProps
	Spending SpendingProps
	// Live is how the page follows the meter: URL and State; the rest is the page's own.
	Live    LiveProps
	History HistoryProps
}

// UsageFigures are the bounds the usage pages name: the help page's, and a few more. They come from the constants the
// program keeps.
type UsageFigures struct {
	HelpFigures
	// ReloadGap is the least a target exceeds its threshold by.
	ReloadGap money.Amount
	// DebitMin is the least that is taken from a card.
	DebitMin money.Amount
	// PurchaseMin and PurchaseMax bound a purchase made by hand.
	PurchaseMin, PurchaseMax money.Amount
}

// UsageState is how extra usage stands, in one word.
type UsageState string

// The states, named as in the API.
const (
	StateOff     UsageState = "off"
	StatePlan    UsageState = "plan"
	StateAsking  UsageState = "asking"
	StateExtra   UsageState = "extra"
	StateStopped UsageState = "stopped"
)

// UsageStatus is the whole picture of an account, the same that the API gives.
type UsageStatus struct {
	// At is when this was so.
	At     time.Time
	State  UsageState
	Reason ReasonCode // what stops extra usage, or would; "" when nothing does
	// Needed is the extra money that the last refused request lacked; 0 when none was.
	Needed money.Amount
	// HasPlan is false once the plan ended.
	HasPlan bool
	Enabled bool
	// EnabledSince is when it was switched on or off last.
	EnabledSince time.Time
	Limit        Limit
	// Spent and Held are the month's charges, and what is reserved for requests in progress.
	Spent, Held money.Amount
	// Remaining is what is left of the limit; 0 when Unlimited.
	Remaining money.Amount
	// MonthEnd is when the billing month resets.
	MonthStart, MonthEnd time.Time
	// Balance is the credits; Available is what of them is not reserved.
	Balance, Available money.Amount
	Preference         Preference
	Reload             ReloadStatus
	Session            SessionStatus
	// Card is nil when there is none.
	Card *Card
	// Version is of the settings; forms send it, so that a change in another tab is noticed.
	Version int64
}

// LimitKind tells the kinds of a monthly limit apart.
type LimitKind string

// The kinds. LimitUnset is before the first enabling.
const (
	LimitUnset  LimitKind = "unset"
	LimitAmount LimitKind = "amount"
	Unlimited   LimitKind = "unlimited"
)

// Limit is a monthly limit.
type Limit struct {
	Kind   LimitKind
	Amount money.Amount
}

// Preference is what happens at a session's limit when nothing is chosen.
type Preference string

// The preferences.
const (
	AskFirst       Preference = "ask"
	AlwaysContinue Preference = "always"
)

// ReloadStatus is the rule of auto-reload and how it is doing.
type ReloadStatus struct {
	On                bool
	Threshold, Target money.Amount
	// Pause is why it stopped by itself and needs the subscriber; "" while it works.
	Pause ReloadPause
	// Waits is why nothing is bought at present, RetryAt when that ends by itself; zero where time alone does not help.
	Waits   ReloadWait
	RetryAt time.Time
	// Pending says that a purchase is on its way.
	Pending bool
	// Reloaded is what was bought automatically this month; Left the most that may still be, under the limit or the day's ceiling.
	Reloaded, Left money.Amount
	// Resume is the charge that resuming makes at once; 0 for none. Offered while paused: POST
	// /settings/usage/auto-reload/resume, field confirm (the amount in plain decimals) and version.
	Resume money.Amount
	// CanResume says that resuming is possible without another card.
	CanResume bool
	// Last is the latest automatic purchase, nil before the first.
	Last *Purchase
}

// ReloadPause is why auto-reload stopped by itself.
type ReloadPause string

// The pauses.
const (
	PausedByDeclines ReloadPause = "declined"
	PausedForAction  ReloadPause = "action_required"
	PausedByReversal ReloadPause = "reversal"
)

// ReloadWait is why auto-reload does not buy at present.
type ReloadWait string

// The waits.
const (
	WaitsAfterDecline ReloadWait = "declined"
	WaitsForGuard     ReloadWait = "guard"
	WaitsForCeiling   ReloadWait = "ceiling"
	WaitsForLimit     ReloadWait = "limit"
	WaitsTooLittle    ReloadWait = "too_little"
)

// SessionStatus is the plan's five-hour session.
type SessionStatus struct {
	// Active is false between sessions: the next request starts one, and the rest is empty.
	Active             bool
	StartsAt, ResetsAt time.Time
	// UsedPercent is of what the plan includes, HeldPercent is reserved for requests in progress.
	UsedPercent, HeldPercent int
	LimitReached             bool
	// Choice is what was chosen for this session: "stop", "continue", or "" for nothing.
	Choice    string
	Continued bool
}

// SessionForm is the choice at the session's limit: POST /settings/usage/session, fields choice and session.
type SessionForm struct {
	// Session identifies the session the choice is for.
	Session string
	// Problem is a worded error of no field; empty when there is none.
	Problem string
}

// MonthlyLimitForm: POST /settings/usage/monthly-limit, fields kind, amount, version, and confirm ("unlimited").
type MonthlyLimitForm struct {
	Kind, Amount Field
	// Confirm shows the step that asks to confirm Unlimited.
	Confirm bool
	Problem string
}

// AutoReloadForm: POST /settings/usage/auto-reload, fields enabled, threshold, target, version, and confirm.
type AutoReloadForm struct {
	Enabled, Threshold, Target Field
	// Charge shows the step that asks to confirm that up to this is charged at once; 0 does not.
	Charge  money.Amount
	Problem string
}

// ContinueForm: POST /settings/usage/continue, field preference.
type ContinueForm struct {
	Preference Field
	Problem    string
}

// The ids of what a change did, for Flash.MessageID, with their values.
const (
	MsgEnabled          = "usage.flash_enabled"           // Limit
	MsgEnabledUnlimited = "usage.flash_enabled_unlimited" //
	MsgTurnedOff        = "usage.flash_turned_off"        //
	MsgLimitSaved       = "usage.flash_limit"             // Limit
	MsgLimitUnlimited   = "usage.flash_limit_unlimited"   //
	MsgLimitBelowSpent  = "usage.flash_limit_below"       // Limit, Spent, When: the month's end
	MsgReloadSaved      = "usage.flash_reload"            // Threshold, Target
	MsgReloadOff        = "usage.flash_reload_off"        //
	MsgContinueAsk      = "usage.flash_continue_ask"      //
	MsgContinueAlways   = "usage.flash_continue_always"   //
	MsgSessionStopped   = "usage.flash_session_stop"      // When: the session's end
	MsgSessionContinued = "usage.flash_session_continue"  // When
	MsgNothingChanged   = "usage.flash_nothing"           //
	MsgUndone           = "usage.flash_undone"            //
	MsgReloadResumed    = "usage.flash_reload_resumed"    //
)

// The ids of what an undo button says, for Undo.LabelID.
const (
	MsgUndoLimit     = "usage.undo_limit"      // Limit: "Change back to $50.00"
	MsgUndoReload    = "usage.undo_reload"     // Threshold, Target
	MsgUndoReloadOff = "usage.undo_reload_off" //
	MsgUndoAsk       = "usage.undo_ask"        //
	MsgUndoAlways    = "usage.undo_always"     //
)

// SessionFormOf is the choice for the session of a status. The session is named by its start.
func SessionFormOf(s UsageStatus) SessionForm {
	return SessionForm{Session: s.Session.StartsAt.UTC().Format(time.RFC3339Nano)}
}

// LimitFormOf is the form of a monthly limit as it is in force.
func LimitFormOf(l Lang, limit Limit) MonthlyLimitForm {
	f := MonthlyLimitForm{Kind: Field{Name: "kind"}, Amount: Field{Name: "amount"}}
	if limit.Kind != LimitUnset {
		f.Kind.Value = string(limit.Kind)
	}
	if limit.Kind == LimitAmount {
		f.Amount.Value = l.AmountField(limit.Amount)
	}
	return f
}

// ReloadFormOf is the form of auto-reload as it is in force.
func ReloadFormOf(l Lang, r ReloadStatus) AutoReloadForm {
	f := AutoReloadForm{
		Enabled:   Field{Name: "enabled", Value: onOff(r.On)},
		Threshold: Field{Name: "threshold"},
		Target:    Field{Name: "target"},
	}
	if r.Target > 0 {
		f.Threshold.Value, f.Target.Value = l.AmountField(r.Threshold), l.AmountField(r.Target)
	}
	return f
}

// ContinueFormOf is the form of the preference in force.
func ContinueFormOf(p Preference) ContinueForm {
	return ContinueForm{Preference: Field{Name: "preference", Value: string(p)}}
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}
