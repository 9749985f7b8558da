package models

// UsageWindow is the window of an account that starts at start, or ErrNotFound.
func (tx *Tx) UsageWindow(accountID string, start Instant) (*UsageWindow, error) {
	w := &UsageWindow{}
	return w, first(tx.db.Where("account_id = ? AND starts_at = ?", accountID, start), w)
}

// UsageWindows are the newest windows of an account, newest first, at most limit.
func (tx *Tx) UsageWindows(accountID string, limit int) ([]UsageWindow, error) {
	var windows []UsageWindow
	err := tx.db.Where("account_id = ?", accountID).Order("starts_at DESC").Limit(limit).Find(&windows).Error
	return windows, err
}

// ChoiceBefore is the latest continue choice of a window at or before a time, or ErrNotFound.
func (tx *Tx) ChoiceBefore(accountID string, window, at Instant) (*SessionChoice, error) {
	c := &SessionChoice{}
	return c, first(tx.db.Where("account_id = ? AND window_starts_at = ? AND at <= ?", accountID, window, at).Order("at DESC").Limit(1), c)
}
