package billing

import (
	"encoding/json"
	"fmt"
	"time"

	"extrausage/models"
	"extrausage/money"
)

// Notice is something a subscriber was told. What its kind does not use is zero (see the kinds).
type Notice struct {
	ID       string
	Kind     NoticeKind
	At       time.Time
	Read     bool
	Percent  int
	Amount   money.Amount
	Card     string // "visa 4242"
	Failure  string
	Why      string
	Old      string
	Purchase string
	Staff    string
	Reason   string
	Ticket   string
	RetryAt  time.Time
	ResetsAt time.Time
	Expires  time.Time
	Limit    Limit // and how the month stood
	Spent    money.Amount
	Balance  money.Amount
	Until    time.Time
}

// Reader is whom a mail is worded for. TimeZone is the billing zone.
type Reader struct {
	Name     string
	Locale   string
	TimeZone string
}

func noticeOf(r models.Notice) (Notice, error) {
	var a noticeArgs
	if err := json.Unmarshal([]byte(r.Args), &a); err != nil {
		return Notice{}, fmt.Errorf("notice %s: %w", r.ID, err)
	}
	limit, err := limitFromText(a.Limit)
	if err != nil {
		return Notice{}, fmt.Errorf("notice %s: %w", r.ID, err)
	}
	return Notice{
		ID: r.ID, Kind: NoticeKind(r.Kind), At: r.At.Time(), Read: r.ReadAt != 0, Percent: a.Percent, Amount: a.Amount, Card: a.Card,
		Failure: a.Failure, Why: a.Why, Old: a.Old, Purchase: a.Purchase, Staff: a.Staff, Reason: a.Reason, Ticket: a.Ticket,
		RetryAt: a.RetryAt.Time(), ResetsAt: a.ResetsAt.Time(), Expires: a.Expires.Time(), Limit: limit, Spent: a.Spent, Balance: a.Balance, Until: a.Until.Time(),
	}, nil
}
