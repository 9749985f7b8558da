package models

// SettingChange is one change of an account's settings.
func (tx *Tx) SettingChange(accountID, id string) (*SettingChange, error) {
	c := &SettingChange{}
	return c, first(tx.db.Where("account_id = ? AND id = ?", accountID, id), c)
}

// LastSettingChange is the newest change of an account's settings, or ErrNotFound.
func (tx *Tx) LastSettingChange(accountID string) (*SettingChange, error) {
	c := &SettingChange{}
	return c, first(tx.db.Where("account_id = ?", accountID).Order("version DESC").Limit(1), c)
}
