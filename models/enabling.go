package models

import "gorm.io/gorm/clause"

// EnableDraft is the enabling an account has under way, or ErrNotFound.
func (tx *Tx) EnableDraft(accountID string) (*EnableDraft, error) {
	d := &EnableDraft{}
	return d, first(tx.db.Where("account_id = ?", accountID), d)
}

// SaveEnableDraft writes a draft whole.
func (tx *Tx) SaveEnableDraft(d *EnableDraft) error {
	return tx.db.Clauses(clause.OnConflict{UpdateAll: true}).Create(d).Error
}

// DropEnableDraft forgets a draft; one that is not there is no error.
func (tx *Tx) DropEnableDraft(accountID string) error {
	return tx.db.Where("account_id = ?", accountID).Delete(&EnableDraft{}).Error
}

// AddConsent keeps a consent for ever.
func (tx *Tx) AddConsent(c *Consent) error { return tx.create(c) }

// Consents are an account's consents, the newest first.
func (tx *Tx) Consents(accountID string) ([]*Consent, error) {
	var out []*Consent
	return out, tx.db.Where("account_id = ?", accountID).Order("id DESC").Find(&out).Error
}
