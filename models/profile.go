package models

import "slices"

// SettingChanges are the newest changes of an account's settings with an id before the given one ("" for all), newest
// first, at most limit.
func (tx *Tx) SettingChanges(accountID, before string, limit int) ([]SettingChange, error) {
	q := tx.db.Where("account_id = ?", accountID)
	if before != "" {
		q = q.Where("id < ?", before)
	}
	var changes []SettingChange
	err := q.Order("id DESC").Limit(limit).Find(&changes).Error
	return changes, err
}

// SettingChangesAfter are those that come right before the change after in the order of SettingChanges, newest first.
func (tx *Tx) SettingChangesAfter(accountID, after string, limit int) ([]SettingChange, error) {
	var changes []SettingChange
	err := tx.db.Where("account_id = ? AND id > ?", accountID, after).Order("id").Limit(limit).Find(&changes).Error
	slices.Reverse(changes)
	return changes, err
}

// ChangeBefore is the latest change of one setting of an account at or before a time, or ErrNotFound.
func (tx *Tx) ChangeBefore(accountID, setting string, at Instant) (*SettingChange, error) {
	c := new(SettingChange)
	return c, first(tx.db.Where("account_id = ? AND setting = ? AND at <= ?", accountID, setting, at).
		Order("at DESC, id DESC").Limit(1), c)
}

// FirstChangeSince is the earliest change of one setting of an account from start on, or ErrNotFound.
func (tx *Tx) FirstChangeSince(accountID, setting string, start Instant) (*SettingChange, error) {
	c := new(SettingChange)
	return c, first(tx.db.Where("account_id = ? AND setting = ? AND at >= ?", accountID, setting, start).
		Order("at, id").Limit(1), c)
}
