package models

import "gorm.io/gorm"

// NewAccount adds an account with its meter and its first billing month, which is closed when it is over; ErrTaken when id or
// e-mail is.
func (tx *Tx) NewAccount(a *Account, m *Meter, b *BillingMonth) error {
	for _, row := range []any{a, m, b, &MonthClosing{AccountID: a.ID, MonthStartsAt: b.StartsAt, DueAt: b.EndsAt}} {
		if err := tx.create(row); err != nil {
			return err
		}
	}
	return nil
}

// Account is the account with this id, or ErrNotFound.
func (tx *Tx) Account(id string) (*Account, error) {
	a := new(Account)
	return a, first(tx.db.Where("id = ?", id), a)
}

// AccountByEmail is the account that signs in with this normalised e-mail, or ErrNotFound.
func (tx *Tx) AccountByEmail(email string) (*Account, error) {
	a := new(Account)
	return a, first(tx.db.Where("email = ?", email), a)
}

// MeterRow is the meter of an account as it stands, without a lock: for pages, never for decisions about money.
func (tx *Tx) MeterRow(accountID string) (*Meter, error) {
	m := new(Meter)
	return m, first(tx.db.Where("account_id = ?", accountID), m)
}

// MonthRow is the billing month of an account that starts at start, or ErrNotFound.
func (tx *Tx) MonthRow(accountID string, start Instant) (*BillingMonth, error) {
	b := new(BillingMonth)
	return b, first(tx.db.Where("account_id = ? AND starts_at = ?", accountID, start), b)
}

// SaveIdentity writes e-mail, name and locale of an account; ErrTaken when the e-mail is.
func (tx *Tx) SaveIdentity(a *Account) error { return tx.saveAccount(a, "email", "name", "locale") }

// SaveLocale writes the language of an account.
func (tx *Tx) SaveLocale(a *Account) error { return tx.saveAccount(a, "locale") }

// SaveInvoiceAddress writes who an account's invoices are made out to.
func (tx *Tx) SaveInvoiceAddress(a *Account) error {
	return tx.saveAccount(a, "name", "company", "address", "tax_id")
}

// SaveAccountPassword writes the password hash of an account.
func (tx *Tx) SaveAccountPassword(id, hash string) error {
	return tx.saveAccount(&Account{ID: id, PasswordHash: hash}, "password_hash")
}

// SavePersonalData writes everything that tells who an account is.
func (tx *Tx) SavePersonalData(a *Account) error {
	return tx.saveAccount(a, "email", "name", "company", "address", "tax_id", "password_hash")
}

func (tx *Tx) saveAccount(a *Account, columns ...string) error {
	return changed(tx.db.Model(&Account{}).Where("id = ?", a.ID).Select(columns).Updates(a))
}

// AccountFound is an account with what a search shows of its meter.
type AccountFound struct {
	Account
	Plan   string `gorm:"column:plan"`
	Closed bool   `gorm:"column:closed"`
}

// FindAccounts are the accounts with this id, or with an e-mail that begins so; at most limit, by e-mail.
func (tx *Tx) FindAccounts(id, email string, limit int) ([]AccountFound, error) {
	var found []AccountFound
	err := tx.db.Table("accounts").Select("accounts.*, meters.plan, meters.closed").
		Joins("JOIN meters ON meters.account_id = accounts.id").
		Where(`accounts.id = ? OR accounts.email LIKE ? ESCAPE '\'`, id, likePrefix(email)).
		Order("accounts.email").Limit(limit).Find(&found).Error
	return found, err
}

// changed is the error of an UPDATE that has to meet exactly the rows it names: ErrNotFound when it met none.
func changed(db *gorm.DB) error {
	switch {
	case db.Error != nil:
		return taken(db.Error)
	case db.RowsAffected == 0:
		return ErrNotFound
	}
	return nil
}
