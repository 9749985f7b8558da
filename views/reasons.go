package views

import (
	"time"

	"extrausage/money"
)

// ReasonCode is why a request was refused, or what stops extra usage, named as in the API.
type ReasonCode string

// The reasons, in the order in which the subscriber has to act.
const (
	ReasonNoPlan                ReasonCode = "no_plan"
	ReasonAccountClosed         ReasonCode = "account_closed"
	ReasonExtraUsageOff         ReasonCode = "extra_usage_off"
	ReasonBalanceNegative       ReasonCode = "balance_negative"
	ReasonMonthlyLimitReached   ReasonCode = "monthly_limit_reached"
	ReasonSessionLimitReached   ReasonCode = "session_limit_reached"
	ReasonReloadPending         ReasonCode = "reload_pending"
	ReasonPaymentActionRequired ReasonCode = "payment_action_required"
	ReasonReloadPaused          ReasonCode = "reload_paused"
	ReasonPurchaseLimitReached  ReasonCode = "purchase_limit_reached"
	ReasonInsufficientBalance   ReasonCode = "insufficient_balance"
	ReasonUnknownModel          ReasonCode = "unknown_model"
	ReasonUnpricedUsage         ReasonCode = "unpriced_usage"
)

// ReasonCodes are all reasons.
var ReasonCodes = []ReasonCode{
	ReasonNoPlan, ReasonAccountClosed, ReasonExtraUsageOff, ReasonBalanceNegative, ReasonMonthlyLimitReached,
	ReasonSessionLimitReached, ReasonReloadPending, ReasonPaymentActionRequired, ReasonReloadPaused,
	ReasonPurchaseLimitReached, ReasonInsufficientBalance, ReasonUnknownModel, ReasonUnpricedUsage,
}

// Reason is a reason in words.
type Reason struct {
	Code ReasonCode
	// Title names it, Detail says what is the case, Next what to do about it.
	Title, Detail, Next string
	// URL is the path of the page where Next is done, Link the words of a link there.
	URL, Link string
}

// ReasonValues are what a reason's sentences name. What is zero is not mentioned.
type ReasonValues struct {
	// Needed is the extra money the request lacks, Available what could be reserved now.
	Needed, Available money.Amount
	// Balance may be negative.
	Balance money.Amount
	Limit   Limit
	Spent   money.Amount
	// Held is reserved for requests in progress.
	Held money.Amount
	// ResetsAt is when time alone helps.
	ResetsAt time.Time
	// SessionResetsAt and MonthResetsAt end the session and the billing month.
	SessionResetsAt, MonthResetsAt time.Time
	// RetryAt is when auto-reload tries again.
	RetryAt time.Time
	// Model is the model asked for, What the token class or service without a rate.
	Model, What string
	// FundsMissing says with session_limit_reached that continuing alone would not be enough.
	FundsMissing bool
	// Stopped says with session_limit_reached that the subscriber chose to stop.
	Stopped bool
}

// reasonURLs are the pages where each reason is mended.
var reasonURLs = map[ReasonCode]string{
	ReasonNoPlan:                "/help/extra-usage",
	ReasonAccountClosed:         "/help/extra-usage",
	ReasonExtraUsageOff:         "/settings/usage#extra-usage",
	ReasonBalanceNegative:       "/settings/billing#credits",
	ReasonMonthlyLimitReached:   "/settings/usage#monthly-limit",
	ReasonSessionLimitReached:   "/settings/usage#session",
	ReasonReloadPending:         "/settings/usage#auto-reload",
	ReasonPaymentActionRequired: "/settings/billing#purchases",
	ReasonReloadPaused:          "/settings/usage#auto-reload",
	ReasonPurchaseLimitReached:  "/settings/usage#monthly-limit",
	ReasonInsufficientBalance:   "/settings/billing#credits",
	ReasonUnknownModel:          "/pricing",
	ReasonUnpricedUsage:         "/pricing",
}

// reasonLinks name what the link of each reason says.
var reasonLinks = map[ReasonCode]string{
	ReasonNoPlan:                "help",
	ReasonAccountClosed:         "help",
	ReasonExtraUsageOff:         "enable",
	ReasonBalanceNegative:       "buy",
	ReasonMonthlyLimitReached:   "limit",
	ReasonSessionLimitReached:   "choose",
	ReasonReloadPending:         "reload",
	ReasonPaymentActionRequired: "confirm",
	ReasonReloadPaused:          "reload",
	ReasonPurchaseLimitReached:  "limit",
	ReasonInsufficientBalance:   "buy",
	ReasonUnknownModel:          "rates",
	ReasonUnpricedUsage:         "rates",
}

// Reason words a reason. The code is one of ReasonCodes.
func (l Lang) Reason(code ReasonCode, v ReasonValues) Reason {
	return Reason{
		Code:   code,
		Title:  l.T("reason." + string(code) + "_title"),
		Detail: l.reasonDetail(code, v),
		Next:   l.reasonNext(code, v),
		URL:    reasonURLs[code],
		Link:   l.T("reason.link_" + reasonLinks[code]),
	}
}

// reasonDetail adds the figures, where they are known.
func (l Lang) reasonDetail(code ReasonCode, v ReasonValues) string {
	id := "reason." + string(code) + "_detail"
	switch code {
	case ReasonMonthlyLimitReached:
		return l.limitDetail(id, v)
	case ReasonBalanceNegative:
		return l.T(id, "Balance", v.Balance)
	case ReasonInsufficientBalance:
		text := l.T(id, "Available", max(0, v.Available))
		if v.Needed > 0 {
			text += " " + l.T("reason.needed", "Needed", l.MoneyRound(v.Needed))
		}
		return text
	case ReasonSessionLimitReached:
		if v.Stopped {
			return l.T("reason.session_stopped_detail")
		}
	case ReasonUnknownModel:
		return l.T(id, "Model", v.Model)
	case ReasonUnpricedUsage:
		return l.T(id, "What", or(v.What, v.Model))
	}
	return l.T(id)
}

func (l Lang) limitDetail(id string, v ReasonValues) string {
	switch {
	case v.Spent.Add(v.Held) > v.Limit.Amount:
		return l.T("reason.limit_below_detail", "Spent", l.MoneyRound(v.Spent), "Limit", v.Limit.Amount)
	case v.Held > 0:
		return l.T("reason.limit_held_detail", "Spent", l.MoneyRound(v.Spent), "Held", l.MoneyRound(v.Held), "Limit", v.Limit.Amount)
	}
	return l.T(id, "Spent", l.MoneyRound(v.Spent), "Limit", v.Limit.Amount)
}

// reasonNext says what to do, and when waiting helps.
func (l Lang) reasonNext(code ReasonCode, v ReasonValues) string {
	text := l.T("reason." + string(code) + "_next")
	switch {
	case code == ReasonSessionLimitReached && v.FundsMissing:
		text += " " + l.T("reason.funds_missing")
	case code == ReasonMonthlyLimitReached && !v.MonthResetsAt.IsZero():
		text += " " + l.T("reason.month_resets", "When", l.On(v.MonthResetsAt))
	case code == ReasonReloadPaused && !v.RetryAt.IsZero():
		text = l.T("reason.reload_retries", "When", l.On(v.RetryAt))
	}
	if at := v.waitsFor(code); !at.IsZero() {
		text += " " + l.T("reason.session_resets", "When", l.On(at))
	}
	return text
}

// waitsFor is the session's end, where included usage comes back and a refused request may run again.
func (v ReasonValues) waitsFor(code ReasonCode) time.Time {
	switch code {
	case ReasonNoPlan, ReasonAccountClosed, ReasonUnknownModel, ReasonUnpricedUsage:
		return time.Time{}
	}
	return v.SessionResetsAt
}
