package models

import (
	"errors"

	"gorm.io/gorm/clause"
)

// AddNotice keeps what a subscriber is told, once for its key: false where they were told before.
func (tx *Tx) AddNotice(n *Notice) (added bool, err error) {
	done := tx.db.Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "account_id"}, {Name: "key"}}, DoNothing: true,
	}).Create(n)
	return done.RowsAffected > 0, done.Error
}

// KnownNotices are those of the keys under which an account was told something.
func (tx *Tx) KnownNotices(accountID string, keys []string) (known []string, err error) {
	if len(keys) == 0 {
		return nil, nil
	}
	err = tx.db.Model(&Notice{}).Where("account_id = ? AND key IN ?", accountID, keys).Pluck("key", &known).Error
	return known, err
}

// Notices are the newest notices of an account with an id before the given one ("" for all), newest first, at most limit.
func (tx *Tx) Notices(accountID, before string, limit int) ([]Notice, error) {
	q := tx.db.Where("account_id = ?", accountID)
	if before != "" {
		q = q.Where("id < ?", before)
	}
	var notices []Notice
	err := q.Order("id DESC").Limit(limit).Find(&notices).Error
	return notices, err
}

// AllNotices is everything an account was told, in time.
func (tx *Tx) AllNotices(accountID string) ([]Notice, error) {
	return allOf[Notice](tx, accountID, "id")
}

// UnreadNotices counts the notices of an account that were not read, up to most.
func (tx *Tx) UnreadNotices(accountID string, most int) (int, error) {
	var ids []string
	err := tx.db.Model(&Notice{}).Where("account_id = ? AND read_at = 0", accountID).Limit(most).Pluck("id", &ids).Error
	return len(ids), err
}

// ReadNotices marks the notices of an account as read, up to the one with the id last.
func (tx *Tx) ReadNotices(accountID, last string) error {
	tx.Tell(accountID) // the bell of other pages
	return tx.db.Model(&Notice{}).Where("account_id = ? AND read_at = 0 AND id <= ?", accountID, last).Update("read_at", tx.Now).Error
}

// ForgetNotices deletes what an account was told.
func (tx *Tx) ForgetNotices(accountID string) error {
	return tx.db.Where("account_id = ? AND account_id <> ''", accountID).Delete(&Notice{}).Error
}

// AlertSettings is what an account wants to be told, or ErrNotFound where it never said so.
func (tx *Tx) AlertSettings(accountID string) (*AlertSettings, error) {
	a := &AlertSettings{}
	return a, first(tx.db.Where("account_id = ?", accountID), a)
}

// SaveAlertSettings writes what an account wants to be told.
func (tx *Tx) SaveAlertSettings(a *AlertSettings) error {
	return tx.db.Clauses(clause.OnConflict{UpdateAll: true}).Create(a).Error
}

// AlertsDue are accounts that may have to be told something, the longest due first.
func (tx *Tx) AlertsDue(limit int) (ids []string, err error) {
	err = tx.db.Model(&Meter{}).Where("alerts_due_at > 0 AND alerts_due_at <= ?", tx.Now).
		Order("alerts_due_at, account_id").Limit(limit).Pluck("account_id", &ids).Error
	return ids, err
}

// MonthBefore is the start of the billing month before an account's newest; 0 where there is none.
func (tx *Tx) MonthBefore(accountID string) (Instant, error) {
	b := &BillingMonth{}
	err := first(tx.db.Where("account_id = ?", accountID).Order("starts_at DESC").Offset(1), b)
	if errors.Is(err, ErrNotFound) {
		return 0, nil
	}
	return b.StartsAt, err
}

// RecentWindows are the sessions of an account that began after t, by their start.
func (tx *Tx) RecentWindows(accountID string, t Instant) ([]UsageWindow, error) {
	var windows []UsageWindow
	err := tx.db.Where("account_id = ? AND starts_at > ?", accountID, t).Order("starts_at").Find(&windows).Error
	return windows, err
}

// CardsExpiring are current cards whose last month is at or before this one, and of which no notice under prefix and their id
// was given. A month may be 13: January of the next year.
func (tx *Tx) CardsExpiring(year, month int, prefix string, limit int) ([]*PaymentMethod, error) {
	var cards []*PaymentMethod
	err := tx.db.Where("removed_at = 0 AND exp_year * 12 + exp_month <= ?", year*12+month).
		Where("NOT EXISTS (SELECT 1 FROM notices n WHERE n.account_id = payment_methods.account_id AND n.key = ? || payment_methods.id)", prefix).
		Order("account_id").Limit(limit).Find(&cards).Error
	return cards, err
}
