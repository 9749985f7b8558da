package models

import "extrausage/money"

// Months are the billing months of an account that were written, in time. The running one may be missing: reading does not
// roll months.
func (tx *Tx) Months(accountID string) ([]BillingMonth, error) {
	return allOf[BillingMonth](tx, accountID, "starts_at")
}

// MonthsWithOpenHolds are the starts of the billing months that holds of an account can still charge.
func (tx *Tx) MonthsWithOpenHolds(accountID string) ([]Instant, error) {
	var starts []Instant
	err := tx.db.Model(&Hold{}).Where("account_id = ? AND state = 'open'", accountID).Distinct("month_starts_at").
		Pluck("month_starts_at", &starts).Error
	return starts, err
}

// EntrySum is what entries of one kind come to.
type EntrySum struct {
	Kind   string
	Amount money.Amount `gorm:"column:amount_nanos"`
}

// EntrySums sums the entries of a billing month by kind.
func (tx *Tx) EntrySums(accountID string, month Instant) ([]EntrySum, error) {
	var sums []EntrySum
	err := tx.db.Model(&Entry{}).Select("kind, CAST(SUM(amount_nanos) AS BIGINT) AS amount_nanos").
		Where("account_id = ? AND month_starts_at = ?", accountID, month).Group("kind").Order("kind").Find(&sums).Error
	return sums, err
}

// PurchaseEntry is the entry that credited a purchase, or ErrNotFound.
func (tx *Tx) PurchaseEntry(accountID, purchaseID string) (*Entry, error) {
	e := &Entry{}
	return e, first(tx.db.Where("account_id = ? AND purchase_id = ? AND kind = 'purchase'", accountID, purchaseID), e)
}

// PurchasesOfMonth are the purchases that were credited in a billing month, in time.
func (tx *Tx) PurchasesOfMonth(accountID string, month Instant) ([]*PurchaseWithCard, error) {
	var found []*PurchaseWithCard
	err := tx.db.Table("purchases p").Select("p.*, c.brand AS card_brand, c.last4 AS card_last4").
		Joins("JOIN payment_methods c ON c.account_id = p.account_id AND c.id = p.payment_method_id").
		Joins("JOIN entries e ON e.account_id = p.account_id AND e.purchase_id = p.id AND e.kind = 'purchase'").
		Where("p.account_id = ? AND e.month_starts_at = ?", accountID, month).Order("e.seq").Find(&found).Error
	return found, err
}
