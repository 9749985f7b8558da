package models

// PurchaseWithCard is a purchase and the card it was made with.
type PurchaseWithCard struct {
	Purchase  `gorm:"embedded"`
	CardBrand string `gorm:"column:card_brand"`
	CardLast4 string `gorm:"column:card_last4"`
}

// AddPurchase adds a purchase; ErrTaken for a form's key that has one, or for a second pending reload.
func (tx *Tx) AddPurchase(p *Purchase) error { return tx.create(p) }

// SavePurchase writes what may change of a purchase. The account is locked.
func (tx *Tx) SavePurchase(p *Purchase) error {
	return tx.db.Model(&Purchase{}).Where("account_id = ? AND id = ?", p.AccountID, p.ID).
		Select("state", "charge", "failure", "action_url", "receipt_number", "submitted_at", "sends", "next_check_at", "ended_at").
		Updates(p).Error
}

// Purchase is one purchase of an account, or ErrNotFound.
func (tx *Tx) Purchase(accountID, id string) (*Purchase, error) {
	p := &Purchase{}
	return p, first(tx.db.Where("account_id = ? AND id = ?", accountID, id), p)
}

// PurchaseByForm is the purchase that was made with a form's key, or ErrNotFound.
func (tx *Tx) PurchaseByForm(accountID, key string) (*Purchase, error) {
	p := &Purchase{}
	return p, first(tx.db.Where("account_id = ? AND form_key = ? AND form_key <> ''", accountID, key), p)
}

// AccountOfPurchase is whose purchase an id is, or ErrNotFound: a provider's event is not believed to tell.
func (tx *Tx) AccountOfPurchase(id string) (string, error) {
	p := &Purchase{}
	err := first(tx.db.Where("id = ?", id), p)
	return p.AccountID, err
}

// PurchaseWithCard is one purchase of an account with its card, or ErrNotFound.
func (tx *Tx) PurchaseWithCard(accountID, id string) (*PurchaseWithCard, error) {
	found, err := tx.purchasesWithCards("p.account_id = ? AND p.id = ?", 1, accountID, id)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, ErrNotFound
	}
	return found[0], nil
}

// Purchases are an account's purchases, the newest first, those older than the id before where it is given.
func (tx *Tx) Purchases(accountID, before string, limit int) ([]*PurchaseWithCard, error) {
	if before == "" {
		return tx.purchasesWithCards("p.account_id = ?", limit, accountID)
	}
	return tx.purchasesWithCards("p.account_id = ? AND p.id < ?", limit, accountID, before)
}

func (tx *Tx) purchasesWithCards(where string, limit int, args ...any) ([]*PurchaseWithCard, error) {
	var found []*PurchaseWithCard
	err := tx.db.Table("purchases p").Select("p.*, c.brand AS card_brand, c.last4 AS card_last4").
		Joins("JOIN payment_methods c ON c.account_id = p.account_id AND c.id = p.payment_method_id").
		Where(where, args...).Order("p.id DESC").Limit(limit).Find(&found).Error
	return found, err
}

// DuePurchases are pending purchases of all accounts at a provider that are due to be looked up, the longest due first.
func (tx *Tx) DuePurchases(provider string, live bool, limit int) ([]*Purchase, error) {
	var found []*Purchase
	err := tx.db.Where("state IN ('planned', 'submitted', 'unknown', 'requires_action')").
		Where("next_check_at <= ? AND provider = ? AND live = ?", tx.Now, provider, live).
		Order("next_check_at, id").Limit(limit).Find(&found).Error
	return found, err
}

// PendingPurchases are pending purchases of all accounts at a provider, by id, those after the id where it is given.
func (tx *Tx) PendingPurchases(provider string, live bool, after string, limit int) ([]*Purchase, error) {
	var found []*Purchase
	err := tx.db.Where("state IN ('planned', 'submitted', 'unknown', 'requires_action')").
		Where("provider = ? AND live = ? AND id > ?", provider, live, after).Order("id").Limit(limit).Find(&found).Error
	return found, err
}

// LastReceiptNumber is the highest number of a receipt of an account; 0 before the first. The account is locked.
func (tx *Tx) LastReceiptNumber(accountID string) (int64, error) {
	var last int64
	err := tx.db.Model(&Purchase{}).Where("account_id = ?", accountID).Select("COALESCE(MAX(receipt_number), 0)").Scan(&last).Error
	return last, err
}

// ReloadsSince are the automatic purchases of an account planned after t, the newest first.
func (tx *Tx) ReloadsSince(accountID string, t Instant) ([]*Purchase, error) {
	var found []*Purchase
	err := tx.db.Where("account_id = ? AND kind = 'auto_reload' AND planned_at > ?", accountID, t).Order("planned_at DESC, id DESC").Find(&found).Error
	return found, err
}

// LastReload is the newest automatic purchase of an account with its card, or ErrNotFound.
func (tx *Tx) LastReload(accountID string) (*PurchaseWithCard, error) {
	newest := &Purchase{}
	if err := first(tx.db.Where("account_id = ? AND kind = 'auto_reload'", accountID).Order("planned_at DESC, id DESC"), newest); err != nil {
		return nil, err
	}
	return tx.PurchaseWithCard(accountID, newest.ID)
}

// ReloadsWanted are accounts for which an automatic purchase may be due, the longest due first.
func (tx *Tx) ReloadsWanted(limit int) ([]string, error) {
	var ids []string
	err := tx.db.Model(&Meter{}).Where("reload_wanted_at > 0 AND reload_wanted_at <= ?", tx.Now).
		Order("reload_wanted_at, account_id").Limit(limit).Pluck("account_id", &ids).Error
	return ids, err
}

// CreditsWithoutMoney tells whether credits were bought in a mode that moves no money.
func (tx *Tx) CreditsWithoutMoney() (bool, error) {
	var found []string
	err := tx.db.Model(&Purchase{}).Where("state = 'succeeded' AND live = ?", false).Limit(1).Pluck("id", &found).Error
	return len(found) > 0, err
}
