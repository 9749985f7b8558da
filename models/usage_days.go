package models

// UsageDays are what an account used in a billing month by day and model, sorted so. A day may lie before the month: usage
// belongs to the month of its arrival.
func (tx *Tx) UsageDays(accountID string, month Instant) ([]UsageDay, error) {
	var days []UsageDay
	err := tx.db.Where("account_id = ? AND month_starts_at = ?", accountID, month).Order("day, model").Find(&days).Error
	return days, err
}

// usedDays are the first and the last day on which an account used what belongs to a billing month; "" where it used nothing.
func (tx *Tx) usedDays(accountID string, month Instant) (first, last string, err error) {
	var found struct{ First, Last string }
	err = tx.db.Model(&UsageDay{}).Select("COALESCE(MIN(day), '') AS first, COALESCE(MAX(day), '') AS last").
		Where("account_id = ? AND month_starts_at = ?", accountID, month).Scan(&found).Error
	return found.First, found.Last, err
}
