package models

// Reversals are the refunds and disputes of a purchase, by id.
func (tx *Tx) Reversals(accountID, purchaseID string) ([]*PurchaseReversal, error) {
	var found []*PurchaseReversal
	err := tx.db.Where("account_id = ? AND purchase_id = ?", accountID, purchaseID).Order("id").Find(&found).Error
	return found, err
}

// AddReversal adds a refund or dispute; ErrTaken for one that is there. The account is locked.
func (tx *Tx) AddReversal(r *PurchaseReversal) error { return tx.create(r) }

// SaveReversal writes what may change of a refund or dispute. The account is locked.
func (tx *Tx) SaveReversal(r *PurchaseReversal) error {
	return tx.db.Model(&PurchaseReversal{}).Where("account_id = ? AND id = ?", r.AccountID, r.ID).
		Select("state", "posted_nanos", "changed_at", "next_check_at").Updates(r).Error
}

// DueReversals are refunds and disputes of all accounts that may still change and are due to be looked up, the longest due first.
func (tx *Tx) DueReversals(provider string, live bool, limit int) ([]*PurchaseReversal, error) {
	var found []*PurchaseReversal
	err := tx.db.Where("next_check_at > 0 AND next_check_at <= ?", tx.Now).
		Where("EXISTS (SELECT 1 FROM purchases p WHERE p.account_id = purchase_reversals.account_id AND p.id = purchase_reversals.purchase_id"+
			" AND p.provider = ? AND p.live = ?)", provider, live).
		Order("next_check_at, id").Limit(limit).Find(&found).Error
	return found, err
}

// LaterReversals puts the next look at a purchase's refunds and disputes off: at those that are due.
func (tx *Tx) LaterReversals(accountID, purchaseID string, next Instant) error {
	return tx.db.Model(&PurchaseReversal{}).
		Where("account_id = ? AND purchase_id = ? AND next_check_at > 0 AND next_check_at <= ?", accountID, purchaseID, tx.Now).
		Update("next_check_at", next).Error
}

// LastReversalEntry is the newest entry that a refund or dispute made, or ErrNotFound.
func (tx *Tx) LastReversalEntry(accountID, id string) (*Entry, error) {
	e := &Entry{}
	return e, first(tx.db.Where("account_id = ? AND note = ? AND purchase_id <> ''", accountID, id).Order("seq DESC"), e)
}
