package models

import "extrausage/money"

// Months are the billing months of an account that were written, in time. The running one may be missing: reading does not
// roll months.
func (tx *Tx) Months(accountID string) ([]BillingMonth, error) {
	return allOf[BillingMonth](tx, accountID, "starts_at")
}

// HasOpenHolds tells whether holds of an account can still charge a billing month.
func (tx *Tx) HasOpenHolds(accountID string, month Instant) (bool, error) {
	var ids []string
	err := tx.db.Model(&Hold{}).Where("account_id = ? AND month_starts_at = ? AND state = 'open'", accountID, month).Limit(1).Pluck("id", &ids).Error
	return len(ids) > 0, err
}

// PurchaseEntry is the entry that credited a purchase, or ErrNotFound.
func (tx *Tx) PurchaseEntry(accountID, purchaseID string) (*Entry, error) {
	e := &Entry{}
	return e, first(tx.db.Where("account_id = ? AND purchase_id = ? AND kind = 'purchase'", accountID, purchaseID), e)
}

// MonthLedger reads the ledger of one billing month. What it costs does not grow with what came before the month.
type MonthLedger struct {
	tx      *Tx
	account string
	month   Instant
	from    int64 // no entry of the month has a lower seq
}

// MonthLedger is the ledger of the billing month that starts at month.
func (tx *Tx) MonthLedger(accountID string, month Instant) (*MonthLedger, error) {
	from, err := tx.firstSeqSince(accountID, month)
	return &MonthLedger{tx, accountID, month, from}, err
}

// firstSeqSince is the seq of the first entry at or after t, or the one after the last. The time of an account never goes back,
// and entries are numbered without gap, so that halving finds it in a few look-ups by key.
func (tx *Tx) firstSeqSince(accountID string, t Instant) (int64, error) {
	var last int64
	if err := tx.db.Model(&Entry{}).Where("account_id = ?", accountID).Select("COALESCE(MAX(seq), 0)").Scan(&last).Error; err != nil {
		return 0, err
	}
	low, high := int64(1), last+1
	for low < high {
		middle := low + (high-low)/2
		e := &Entry{}
		if err := first(tx.db.Select("seq", "at").Where("account_id = ? AND seq >= ?", accountID, middle).Order("seq"), e); err != nil {
			return 0, err
		}
		if e.At < t {
			low = e.Seq + 1
		} else {
			high = middle
		}
	}
	return low, nil
}

// EntrySum is what entries of one kind come to.
type EntrySum struct {
	Kind   string
	Amount money.Amount `gorm:"column:amount_nanos"`
}

// Sums are the entries of the month by kind.
func (l *MonthLedger) Sums() ([]EntrySum, error) {
	var sums []EntrySum
	err := l.tx.db.Model(&Entry{}).Select("kind, CAST(SUM(amount_nanos) AS BIGINT) AS amount_nanos").
		Where("account_id = ? AND seq >= ? AND month_starts_at = ?", l.account, l.from, l.month).Group("kind").Order("kind").Find(&sums).Error
	return sums, err
}

// Movement is an entry that is no charge, with the purchase that it is about, if any.
type Movement struct {
	Entry
	ReceiptNumber int64  `gorm:"column:receipt_number"`
	PurchaseKind  string `gorm:"column:purchase_kind"`
	CardBrand     string `gorm:"column:card_brand"`
	CardLast4     string `gorm:"column:card_last4"`
}

// Movements are the entries of the month that are no charges, in order.
func (l *MonthLedger) Movements() ([]Movement, error) {
	var found []Movement
	err := l.tx.db.Table("entries e").
		Select("e.*, COALESCE(p.receipt_number, 0) AS receipt_number, COALESCE(p.kind, '') AS purchase_kind, COALESCE(c.brand, '') AS card_brand, COALESCE(c.last4, '') AS card_last4").
		Joins("LEFT JOIN purchases p ON p.account_id = e.account_id AND p.id = e.purchase_id").
		Joins("LEFT JOIN payment_methods c ON c.account_id = p.account_id AND c.id = p.payment_method_id").
		Where("e.account_id = ? AND e.seq >= ? AND e.month_starts_at = ? AND e.kind <> 'charge'", l.account, l.from, l.month).
		Order("e.seq").Find(&found).Error
	return found, err
}

// ChargedUsages sums usages that were charged at least in part, by model and rates.
type ChargedUsages struct {
	Model              string
	Tier               string
	InputRate          money.Amount `gorm:"column:input_rate_nanos"`
	OutputRate         money.Amount `gorm:"column:output_rate_nanos"`
	CacheWriteRate     money.Amount `gorm:"column:cache_write_rate_nanos"`
	CacheWrite1hRate   money.Amount `gorm:"column:cache_write_1h_rate_nanos"`
	CacheReadRate      money.Amount `gorm:"column:cache_read_rate_nanos"`
	InputTokens        int64
	OutputTokens       int64
	CacheWriteTokens   int64
	CacheWrite1hTokens int64 `gorm:"column:cache_write_1h_tokens"`
	CacheReadTokens    int64
	UsageSums          `gorm:"embedded"`
}

const (
	chargedBy = `model, tier, input_rate_nanos, output_rate_nanos, cache_write_rate_nanos, cache_write_1h_rate_nanos, cache_read_rate_nanos`
	// SQLite and PostgreSQL both sum BIGINT exactly; the cast is PostgreSQL's way back from NUMERIC.
	chargedSums = chargedBy + `, CAST(SUM(input_tokens) AS BIGINT) AS input_tokens, CAST(SUM(output_tokens) AS BIGINT) AS output_tokens,
		CAST(SUM(cache_write_tokens) AS BIGINT) AS cache_write_tokens, CAST(SUM(cache_write_1h_tokens) AS BIGINT) AS cache_write_1h_tokens,
		CAST(SUM(cache_read_tokens) AS BIGINT) AS cache_read_tokens, ` + sumUsages
)

// Charged sums the usages that the month's charges are for.
func (l *MonthLedger) Charged() ([]ChargedUsages, error) {
	var found []ChargedUsages
	err := l.tx.db.Table("entries e").Select(chargedSums).Joins("JOIN usages u ON u.account_id = e.account_id AND u.id = e.usage_id").
		Where("e.account_id = ? AND e.seq >= ? AND e.month_starts_at = ? AND e.kind = 'charge'", l.account, l.from, l.month).
		Group(chargedBy).Order("model, tier").Find(&found).Error
	return found, err
}
