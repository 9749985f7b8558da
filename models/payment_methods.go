package models

import "gorm.io/gorm"

// CurrentCard is the card that purchases are made with, or ErrNotFound.
func (tx *Tx) CurrentCard(accountID string) (*PaymentMethod, error) {
	p := &PaymentMethod{}
	return p, first(tx.db.Where("account_id = ? AND removed_at = 0", accountID), p)
}

// Card is one card of an account, whether current or archived; or ErrNotFound.
func (tx *Tx) Card(accountID, id string) (*PaymentMethod, error) {
	p := &PaymentMethod{}
	return p, first(tx.db.Where("account_id = ? AND id = ?", accountID, id), p)
}

// CardChangedSince tells whether a card of the account was added or archived after t.
func (tx *Tx) CardChangedSince(accountID string, t Instant) (bool, error) {
	var n int64
	err := tx.db.Model(&PaymentMethod{}).Where("account_id = ? AND (added_at > ? OR removed_at > ?)", accountID, t, t).Count(&n).Error
	return n > 0, err
}

// LastCustomer is the provider's id of the account, as the newest of its cards names it; "" where it never had one there.
func (tx *Tx) LastCustomer(accountID, provider string, live bool) (string, error) {
	var customers []string
	err := tx.db.Model(&PaymentMethod{}).Where("account_id = ? AND provider = ? AND live = ?", accountID, provider, live).
		Order("added_at DESC, id DESC").Limit(1).Pluck("customer", &customers).Error
	if err != nil || len(customers) == 0 {
		return "", err
	}
	return customers[0], nil
}

// AddCard adds the current card; ErrTaken where there is one that was not archived.
func (tx *Tx) AddCard(p *PaymentMethod) error { return tx.create(p) }

// ArchiveCard ends the use of a card. The row stays: purchases refer to it.
func (tx *Tx) ArchiveCard(accountID, id string) error {
	return tx.card(accountID, id).Where("removed_at = 0").Update("removed_at", tx.Now).Error
}

// MarkDetached notes that the provider has forgotten a card.
func (tx *Tx) MarkDetached(accountID, id string) error {
	return tx.card(accountID, id).Update("detached_at", tx.Now).Error
}

func (tx *Tx) card(accountID, id string) *gorm.DB {
	return tx.db.Model(&PaymentMethod{}).Where("account_id = ? AND id = ?", accountID, id)
}

// CardsToDetach are archived cards of all accounts that a provider still knows, the oldest first. A card that a pending
// purchase was planned with waits for its end.
func (tx *Tx) CardsToDetach(provider string, live bool, limit int) ([]*PaymentMethod, error) {
	var cards []*PaymentMethod
	err := tx.db.Where("provider = ? AND live = ? AND removed_at > 0 AND detached_at = 0", provider, live).
		Where("NOT EXISTS (SELECT 1 FROM purchases p WHERE p.account_id = payment_methods.account_id" +
			" AND p.payment_method_id = payment_methods.id AND p.state IN ('planned', 'submitted', 'unknown', 'requires_action'))").
		Order("removed_at").Limit(limit).Find(&cards).Error
	return cards, err
}
