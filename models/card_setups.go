package models

// AddCardSetup adds a visit to the provider's page.
func (tx *Tx) AddCardSetup(c *CardSetup) error { return tx.create(c) }

// OpenCardSetup notes the provider's session of a visit.
func (tx *Tx) OpenCardSetup(accountID, id, session string) error {
	return tx.db.Model(&CardSetup{}).Where("account_id = ? AND id = ?", accountID, id).Update("session", session).Error
}

// FinishCardSetup notes that the card of a visit was taken over.
func (tx *Tx) FinishCardSetup(accountID, id string) error {
	return tx.db.Model(&CardSetup{}).Where("account_id = ? AND id = ?", accountID, id).Update("finished_at", tx.Now).Error
}

// CardSetup is the visit of an account with this session, or ErrNotFound.
func (tx *Tx) CardSetup(accountID, provider, session string) (*CardSetup, error) {
	c := &CardSetup{}
	return c, first(tx.db.Where("account_id = ? AND provider = ? AND session = ? AND session <> ''", accountID, provider, session), c)
}

// AccountOfCardSetup is whose visit a session is, or ErrNotFound: a provider's event names no account.
func (tx *Tx) AccountOfCardSetup(provider, session string) (string, error) {
	c := &CardSetup{}
	err := first(tx.db.Where("provider = ? AND session = ? AND session <> ''", provider, session), c)
	return c.AccountID, err
}
