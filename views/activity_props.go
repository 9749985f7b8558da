package views

import (
	"time"

	"extrausage/money"
)

// ActivityTab is one of the lists of /settings/usage/activity, chosen by ?show=.
type ActivityTab string

// The tabs.
const (
	ActivityCharges ActivityTab = "charges"
	ActivityChanges ActivityTab = "changes"
	ActivityStaff   ActivityTab = "staff"
)

// ActivityProps are the values of /settings/usage/activity.
type ActivityProps struct {
	Frame  Frame
	Tab    ActivityTab
	Filter ActivityFilter
	// Requests, Changes and Views are the rows of the tab shown; the others may be nil.
	Requests []RequestRow
	Changes  []SettingChange
	Views    []StaffView
	// Totals sum all requests that the filter matches, not only those on this page.
	Totals RequestTotals
	// NewerURL is set on every page but the first, OlderURL on every page but the last.
	NewerURL, OlderURL string
	// CSVURL downloads all rows that the filter matches.
	CSVURL string
}

// ActivityFilter is the filter as typed. It is a GET form on the same page: from, to (days), month, model, covered, hold.
type ActivityFilter struct {
	From, To Field
	// Month holds the name of a billing month; Months are those offered.
	Month  Field
	Months []MonthOption
	// Model holds the chosen name; Models are those offered.
	Model  Field
	Models []string
	// Covered holds a CoveredBy, or nothing for all.
	Covered Field
	// Hold holds the id of a hold.
	Hold Field
	// Active says that anything is filtered.
	Active bool
}

// MonthOption is a billing month to choose. At is an instant within it that names it.
type MonthOption struct {
	Name string
	At   time.Time
}

// CoveredBy is who bears the cost of a request.
type CoveredBy string

// The bearers, as the filter names them.
const (
	CoveredByPlan     CoveredBy = "plan"
	CoveredByExtra    CoveredBy = "extra"
	CoveredByAbsorbed CoveredBy = "absorbed"
)

// RequestRow is one priced request.
type RequestRow struct {
	// URL of its explanation: /settings/usage/activity/{id}.
	URL   string
	At    time.Time
	Model string
	// Tokens is the sum over all classes.
	Tokens int64
	Cost   money.Amount
	Parts  CostParts
}

// CostParts is who bears a cost: the plan, the subscriber's credits, the operator.
type CostParts struct {
	Plan, Extra, Absorbed money.Amount
}

// RequestTotals sums requests.
type RequestTotals struct {
	Requests int
	Cost     money.Amount
	Parts    CostParts
}

// SettingChange is one change of a setting.
type SettingChange struct {
	At      time.Time
	Setting Setting
	// Old and New are worded values; empty for "not set".
	Old, New string
	Actor    Actor
}

// Setting is what was changed. One the views do not know is shown by its name.
type Setting string

// The settings that have words, named as in the database.
const (
	SettingExtraUsage     Setting = "extra_usage"
	SettingMonthlyLimit   Setting = "monthly_limit"
	SettingAutoReload     Setting = "auto_reload"
	SettingAlwaysContinue Setting = "always_continue"
	SettingContinue       Setting = "session_choice"
	SettingPaymentMethod  Setting = "payment_method"
	SettingTimeZone       Setting = "time_zone"
	SettingLanguage       Setting = "locale"
	SettingEmail          Setting = "email"
	SettingPassword       Setting = "password"
	SettingInvoiceAddress Setting = "invoice_address"
	SettingPlan           Setting = "plan"
	SettingAlerts         Setting = "alerts"
	SettingAccount        Setting = "account"
)

// Actor is who made a change.
type Actor string

// The actors, named as in the database.
const (
	ActorSubscriber Actor = "subscriber" // in the browser
	ActorClient     Actor = "client"     // in the client app, by the API
	ActorSystem     Actor = "system"     // by itself, such as auto-reload pausing
	ActorOperator   Actor = "operator"   // by a command
)

// StaffView is one look of a staff member at the account.
type StaffView struct {
	At time.Time
	// Staff is the name shown to the subscriber.
	Staff  string
	Reason string
	Ticket string
}

// ChargeProps are the values of /settings/usage/activity/{id}: one request, explained to the last cent.
type ChargeProps struct {
	Frame Frame
	ID    string
	// At is when the request took place, Arrived when it was reported.
	At, Arrived time.Time
	Model       string
	// ModelID is the API id as reported.
	ModelID string
	// MessageID is the provider's, empty when none was reported.
	MessageID string
	// HoldID is the hold that the request settled, empty when it had none.
	HoldID string
	Prompt PromptTier
	Lines  []PricedLine
	Cost   money.Amount
	// RatesVersion names the rate table used.
	RatesVersion string
	Parts        CostParts
	// Session is the plan's session the request fell into.
	Session ChargeSession
	// Why says in one word why there is an extra or absorbed part.
	Why ChargeReason
	// BalanceAfter and SpentAfter are the state right after the charge; shown when there was one.
	BalanceAfter, SpentAfter money.Amount
	// Limit was in force at the charge.
	Limit Limit
	// Permission is how the subscriber had permitted extra usage.
	Permission ChargePermission
	// BackURL leads back to the list as it was filtered.
	BackURL string
}

// ChargePermission is how extra usage had been permitted when a request began.
type ChargePermission struct {
	// By is "continue" for the session alone, "always" for the preference, "" where it was not permitted.
	By string
	// At is when the subscriber said so; zero where that is not known.
	At time.Time
}

// ChargeSession is the state of the session that justified a charge.
type ChargeSession struct {
	Starts, Ends time.Time
	Allowance    money.Amount
	// UsedBefore of the allowance was used when the request was settled.
	UsedBefore money.Amount
	// LeftBefore is the rest: Allowance − UsedBefore.
	LeftBefore money.Amount
}

// ChargeReason is why a request was charged, or why a part of it was absorbed.
type ChargeReason string

// The reasons.
const (
	WhyPlan           ChargeReason = "plan"            // all within the included usage
	WhyAllowanceUsed  ChargeReason = "allowance_used"  // nothing was left of the included usage
	WhyAllowanceEnded ChargeReason = "allowance_ended" // the request used the last of it
	WhyNotPermitted   ChargeReason = "not_permitted"   // extra usage was off or not continued: absorbed
	WhyBeyondReserve  ChargeReason = "beyond_reserve"  // it cost more than was reserved: absorbed
	WhyNoFunds        ChargeReason = "no_funds"        // an event beyond limit or balance: absorbed
	WhyLate           ChargeReason = "late"            // reported too late to be charged: absorbed
	WhyImported       ChargeReason = "imported"        // from an import, which never charges: absorbed
)

// The ids of values of settings, for SettingChange.Old and New.
const (
	MsgValueOn        = "activity.value_on"
	MsgValueOff       = "activity.value_off"
	MsgValueUnlimited = "activity.value_unlimited"
	MsgValueReload    = "activity.value_reload" // Threshold, Target
	MsgValueChanged   = "activity.value_changed"
	MsgValueStop      = "activity.value_stop"
	MsgValueContinue  = "activity.value_continue"
	MsgValueOpen      = "activity.value_open"
	MsgValueClosed    = "activity.value_closed"
)

// MsgDayMalformed is the id of what is wrong with a day of the filter, for Lang.T.
const MsgDayMalformed = "activity.error_day"
