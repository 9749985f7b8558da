package models

// AllUsages is everything an account used, in time.
func (tx *Tx) AllUsages(accountID string) ([]Usage, error) {
	return allOf[Usage](tx, accountID, "occurred_at, id")
}

// AllEntries is the ledger of an account.
func (tx *Tx) AllEntries(accountID string) ([]Entry, error) {
	return allOf[Entry](tx, accountID, "seq")
}

// AllPurchases are the purchases of an account, in time.
func (tx *Tx) AllPurchases(accountID string) ([]Purchase, error) {
	return allOf[Purchase](tx, accountID, "planned_at, id")
}

// AllCards are the cards an account has or had, in time.
func (tx *Tx) AllCards(accountID string) ([]PaymentMethod, error) {
	return allOf[PaymentMethod](tx, accountID, "added_at, id")
}

// AllConsents are the consents of an account, in time.
func (tx *Tx) AllConsents(accountID string) ([]Consent, error) {
	return allOf[Consent](tx, accountID, "at, id")
}

// AllSettingChanges is the history of an account's settings, in time.
func (tx *Tx) AllSettingChanges(accountID string) ([]SettingChange, error) {
	return allOf[SettingChange](tx, accountID, "at, id")
}

// allOf reads every row an account has in a table; order is a constant of this file.
func allOf[T any](tx *Tx, accountID, order string) ([]T, error) {
	var rows []T
	err := tx.db.Where("account_id = ?", accountID).Order(order).Find(&rows).Error
	return rows, err
}
