package models

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"extrausage/money"
)

// Invoice is a row of invoices. An issued invoice as it was issued: Facts is all that it says, as JSON. Append-only.
type Invoice struct {
	AccountID     string       `gorm:"column:account_id;primaryKey"`
	MonthStartsAt Instant      `gorm:"column:month_starts_at;primaryKey;autoCreateTime:false;autoIncrement:false"`
	Number        int64        `gorm:"column:number;autoCreateTime:false;autoIncrement:false"`
	Month         string       `gorm:"column:month"` // the calendar month it is, 2006-01
	IssuedAt      Instant      `gorm:"column:issued_at;autoCreateTime:false;autoIncrement:false"`
	Opening       money.Amount `gorm:"column:opening_nanos"`
	Purchased     money.Amount `gorm:"column:purchased_nanos"`
	Returned      money.Amount `gorm:"column:returned_nanos"` // refunds and disputes; below zero where more came back
	Corrections   money.Amount `gorm:"column:corrections_nanos"`
	Extra         money.Amount `gorm:"column:extra_nanos"`
	Closing       money.Amount `gorm:"column:closing_nanos"`
	Facts         string       `gorm:"column:facts"`
	Hash          string       `gorm:"column:hash"`
}

// TableName is the table's name.
func (Invoice) TableName() string { return "invoices" }

// ComputeHash is the SHA-256 over everything else in the row. Texts are quoted, so that no two rows read the same.
func (i *Invoice) ComputeHash() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q|%d|%d|%q|%d|%d|%d|%d|%d|%d|%d|%q", i.AccountID, i.MonthStartsAt, i.Number, i.Month,
		i.IssuedAt, int64(i.Opening), int64(i.Purchased), int64(i.Returned), int64(i.Corrections), int64(i.Extra), int64(i.Closing), i.Facts))
	return hex.EncodeToString(sum[:])
}

// AddInvoice adds an issued invoice and fills in its hash. The account is locked.
func (tx *Tx) AddInvoice(i *Invoice) error {
	i.Hash = i.ComputeHash()
	return tx.create(i)
}

// Invoice is the invoice of a billing month of an account, or ErrNotFound.
func (tx *Tx) Invoice(accountID string, month Instant) (*Invoice, error) {
	i := &Invoice{}
	return i, first(tx.db.Where("account_id = ? AND month_starts_at = ?", accountID, month), i)
}

// Invoices are the issued invoices of an account, in time.
func (tx *Tx) Invoices(accountID string) ([]Invoice, error) {
	return allOf[Invoice](tx, accountID, "month_starts_at")
}

// InvoiceNumbers are the numbers of an account's issued invoices, by the start of their months.
func (tx *Tx) InvoiceNumbers(accountID string) (map[Instant]int64, error) {
	var found []Invoice
	err := tx.db.Select("month_starts_at", "number").Where("account_id = ?", accountID).Find(&found).Error
	numbers := make(map[Instant]int64, len(found))
	for _, i := range found {
		numbers[i.MonthStartsAt] = i.Number
	}
	return numbers, err
}

// InvoicesAfter are issued invoices of all accounts by number, from the one after the number on.
func (tx *Tx) InvoicesAfter(number int64, limit int) ([]Invoice, error) {
	var found []Invoice
	err := tx.db.Where("number > ?", number).Order("number").Limit(limit).Find(&found).Error
	return found, err
}

// DocumentNumber is a row of document_numbers. The last number of a series of documents.
type DocumentNumber struct {
	Series string `gorm:"column:series;primaryKey"`
	Last   int64  `gorm:"column:last;autoCreateTime:false;autoIncrement:false"`
}

// TableName is the table's name.
func (DocumentNumber) TableName() string { return "document_numbers" }

// NextInvoiceNumber takes the next number. It waits for whoever took the one before to commit or to fail: a number is given
// back with the transaction that took it, so none is ever missing. Lock the account first.
func (tx *Tx) NextInvoiceNumber() (number int64, err error) {
	err = tx.db.Raw("UPDATE document_numbers SET last = last + 1 WHERE series = 'invoice' RETURNING last").Scan(&number).Error
	if err == nil && number == 0 {
		err = fmt.Errorf("document_numbers has no row for invoices")
	}
	return number, err
}

// MonthClosing is a row of month_closings. The oldest billing month of an account that is not closed yet, and when it is time to try.
type MonthClosing struct {
	AccountID     string  `gorm:"column:account_id;primaryKey"`
	MonthStartsAt Instant `gorm:"column:month_starts_at;autoCreateTime:false;autoIncrement:false"`
	DueAt         Instant `gorm:"column:due_at;autoCreateTime:false;autoIncrement:false"`
}

// TableName is the table's name.
func (MonthClosing) TableName() string { return "month_closings" }

// MonthClosing is the month of an account that is closed next.
func (tx *Tx) MonthClosing(accountID string) (*MonthClosing, error) {
	c := &MonthClosing{}
	return c, first(tx.db.Where("account_id = ?", accountID), c)
}

// DueClosings are the months of all accounts that it is time to close, the longest due first.
func (tx *Tx) DueClosings(limit int) ([]MonthClosing, error) {
	var found []MonthClosing
	err := tx.db.Where("due_at <= ?", tx.Now).Order("due_at, account_id").Limit(limit).Find(&found).Error
	return found, err
}

// SaveMonthClosing writes which month of an account is closed next, and when. The account is locked.
func (tx *Tx) SaveMonthClosing(c *MonthClosing) error {
	return changed(tx.db.Model(&MonthClosing{}).Where("account_id = ?", c.AccountID).Select("month_starts_at", "due_at").Updates(c))
}

// PutOffClosing tries a month later, if nobody closed it meanwhile.
func (tx *Tx) PutOffClosing(c MonthClosing, due Instant) error {
	return tx.db.Model(&MonthClosing{}).
		Where("account_id = ? AND month_starts_at = ? AND due_at = ?", c.AccountID, c.MonthStartsAt, c.DueAt).Update("due_at", due).Error
}
