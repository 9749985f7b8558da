package views

import (
	"time"

	"extrausage/money"
)

// NoticesProps are the values of /settings/notices.
type NoticesProps struct {
	Frame   Frame
	Notices []ToldNotice
	// Last is the id of the newest notice there is, which "mark all as read" reaches up to; empty where all are read.
	Last string
	// FirstURL is set on every page but the first, NextURL on every page but the last.
	FirstURL, NextURL string
}

// NoticeKind says what a notice tells.
type NoticeKind string

// The kinds, named as the program keeps them.
const (
	ToldLimitPercent  NoticeKind = "limit_percent"
	ToldLimitReached  NoticeKind = "limit_reached"
	ToldSpentAmount   NoticeKind = "spent_amount"
	ToldLowBalance    NoticeKind = "low_balance"
	ToldSessionNearly NoticeKind = "session_nearly"
	ToldSessionLimit  NoticeKind = "session_limit"
	ToldExtraStarted  NoticeKind = "extra_started"
	ToldReloadDone    NoticeKind = "reload_done"
	ToldReloadFailed  NoticeKind = "reload_failed"
	ToldReloadPaused  NoticeKind = "reload_paused"
	ToldReloadLimit   NoticeKind = "reload_limit"
	ToldReloadAction  NoticeKind = "reload_action"
	ToldPayAction     NoticeKind = "pay_action"
	ToldReversal      NoticeKind = "reversal"
	ToldEnabled       NoticeKind = "enabled"
	ToldTurnedOff     NoticeKind = "turned_off"
	ToldLimitChanged  NoticeKind = "limit_changed"
	ToldCardChanged   NoticeKind = "card_changed"
	ToldCardExpires   NoticeKind = "card_expires"
	ToldSupportView   NoticeKind = "support_view"
)

// ToldNotice is something the subscriber was told. What its kind does not use is zero.
type ToldNotice struct {
	Kind    NoticeKind
	At      time.Time
	Read    bool
	Percent int
	Amount  money.Amount
	// Card and OldCard are the payment cards it is about, nil for none.
	Card, OldCard *Card
	// OldLimit is the monthly limit before a change.
	OldLimit Limit
	Failure  PurchaseFailure
	// Why tells the cases of a kind apart: "guard", "refund".
	Why string
	// PurchaseURL is the receipt.
	PurchaseURL           string
	Staff, Reason, Ticket string
	// RetryAt is when auto-reload tries again, ResetsAt when the session ends, Expires when the card has ended.
	RetryAt, ResetsAt, Expires time.Time
	// Limit, Spent, Balance and Until are how the billing month, which ends at Until, stood.
	Limit          Limit
	Spent, Balance money.Amount
	Until          time.Time
}

// NoticeMailProps are the values of a mail that tells what happened.
type NoticeMailProps struct {
	Lang   Lang
	Name   string // of the recipient; may be empty
	Notice ToldNotice
	// BaseURL is the site's address without a slash at the end.
	BaseURL string
}
