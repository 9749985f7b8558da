package billing

import (
	"context"
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

// Notices lists what a subscriber was told, the newest first. before is "" or the next of the page before; next is "" on the
// last page.
func (s *Service) Notices(ctx context.Context, accountID, before string, limit int) (page []Notice, next string, err error) {
	limit = pageSize(limit)
	err = s.store.View(ctx, func(tx *models.Tx) error {
		rows, err := tx.Notices(accountID, before, limit+1)
		if err != nil {
			return err
		}
		page, next = make([]Notice, min(limit, len(rows))), ""
		for i := range page {
			if page[i], err = noticeOf(rows[i]); err != nil {
				return err
			}
		}
		if len(rows) > limit {
			next = rows[limit-1].ID
		}
		return nil
	})
	return page, next, err
}

// MostUnread is as far as unread notices are counted.
const MostUnread = 100

// UnreadNotices counts what a subscriber was told and has not read, up to MostUnread.
func (s *Service) UnreadNotices(ctx context.Context, accountID string) (n int, err error) {
	err = s.store.View(ctx, func(tx *models.Tx) (err error) {
		n, err = tx.UnreadNotices(accountID, MostUnread)
		return err
	})
	return n, err
}

// ReadNotices marks notices as read, up to the one with the id last, which is the newest that the subscriber saw.
func (s *Service) ReadNotices(ctx context.Context, accountID, last string) error {
	if !storable(last) {
		return nil // names none
	}
	return s.store.InTx(ctx, func(tx *models.Tx) error { return tx.ReadNotices(accountID, last) })
}
