package models

import (
	"slices"
	"time"

	"gorm.io/gorm"

	"extrausage/money"
)

// UsageFilter chooses usages of an account. What is zero chooses all.
type UsageFilter struct {
	From, To Instant // of the usage's own time, half-open
	Month    Instant // billing month, by its start
	Model    string  // by name
	Cover    Cover
	HoldID   string // that the usage settled
}

// Cover is who bears a part of a cost.
type Cover string

// The bearers, each with a column of its own.
const (
	CoverPlan     Cover = "plan"
	CoverExtra    Cover = "extra"
	CoverAbsorbed Cover = "absorbed"
)

// coverWhere are constants: no word of a request becomes SQL.
var coverWhere = map[Cover]string{
	CoverPlan: "plan_nanos > 0", CoverExtra: "extra_nanos > 0", CoverAbsorbed: "absorbed_nanos > 0",
}

// whole tells whether the roll-up can answer for the filter: it knows months and models, but neither hours nor bearers.
func (f UsageFilter) whole() bool { return f.From == 0 && f.To == 0 && f.Cover == "" && f.HoldID == "" }

func (f UsageFilter) on(q *gorm.DB, accountID string) *gorm.DB {
	q = q.Where("account_id = ?", accountID)
	if f.From != 0 {
		q = q.Where("occurred_at >= ?", f.From)
	}
	if f.To != 0 {
		q = q.Where("occurred_at < ?", f.To)
	}
	if f.Month != 0 {
		q = q.Where("month_starts_at = ?", f.Month)
	}
	if f.Model != "" {
		q = q.Where("model = ?", f.Model)
	}
	if where := coverWhere[f.Cover]; where != "" {
		q = q.Where(where)
	}
	if f.HoldID != "" {
		q = q.Where("hold_id = ?", f.HoldID)
	}
	return q
}

// chosen are the usages that a filter chooses. Usages are kept by their own time: a month is looked for only among the days
// that the roll-up has of it, so that it costs nothing how many other months there are.
func (tx *Tx) chosen(accountID string, f UsageFilter) (*gorm.DB, error) {
	q := f.on(tx.db.Model(&Usage{}), accountID)
	if f.Month == 0 {
		return q, nil
	}
	first, last, err := tx.usedDays(accountID, f.Month)
	if err != nil || first == "" {
		return q, err
	}
	from, err := time.Parse(time.DateOnly, first)
	if err != nil {
		return q, err
	}
	to, err := time.Parse(time.DateOnly, last)
	if err != nil {
		return q, err
	}
	// a calendar day begins up to 14 hours before UTC's, and ends up to 12 hours after it
	return q.Where("occurred_at >= ? AND occurred_at < ?", At(from.AddDate(0, 0, -1)), At(to.AddDate(0, 0, 2))), nil
}

// Usage is one usage of an account, or ErrNotFound.
func (tx *Tx) Usage(accountID, id string) (*Usage, error) {
	u := &Usage{}
	return u, first(tx.db.Where("account_id = ? AND id = ?", accountID, id), u)
}

// Usages are an account's usages by their own time, the newest first; those older than the usage before where it is given.
// ErrNotFound when there is no such usage.
func (tx *Tx) Usages(accountID string, f UsageFilter, before string, limit int) ([]Usage, error) {
	return tx.usagesBeside(accountID, f, before, "(occurred_at, id) < (?, ?)", "occurred_at DESC, id DESC", limit)
}

// UsagesAfter are those that come right before the usage after in the order of Usages, the newest first.
// ErrNotFound when there is no such usage.
func (tx *Tx) UsagesAfter(accountID string, f UsageFilter, after string, limit int) ([]Usage, error) {
	found, err := tx.usagesBeside(accountID, f, after, "(occurred_at, id) > (?, ?)", "occurred_at, id", limit)
	slices.Reverse(found)
	return found, err
}

// usagesBeside reads on from a usage; side and order are constants of this file.
func (tx *Tx) usagesBeside(accountID string, f UsageFilter, id, side, order string, limit int) ([]Usage, error) {
	q, err := tx.chosen(accountID, f)
	if err != nil {
		return nil, err
	}
	if id != "" {
		beside, err := tx.Usage(accountID, id)
		if err != nil {
			return nil, err
		}
		q = q.Where(side, beside.OccurredAt, beside.ID)
	}
	var found []Usage
	err = q.Order(order).Limit(limit).Find(&found).Error
	return found, err
}

// UsageSums sums usages.
type UsageSums struct {
	Requests int64
	Plan     money.Amount `gorm:"column:plan_nanos"`
	Extra    money.Amount `gorm:"column:extra_nanos"`
	Absorbed money.Amount `gorm:"column:absorbed_nanos"`
}

// Sums are cast back to what the columns are: PostgreSQL sums BIGINT to NUMERIC.
const (
	sumParts = `CAST(COALESCE(SUM(plan_nanos), 0) AS BIGINT) AS plan_nanos, CAST(COALESCE(SUM(extra_nanos), 0) AS BIGINT) AS extra_nanos,
		CAST(COALESCE(SUM(absorbed_nanos), 0) AS BIGINT) AS absorbed_nanos`
	sumDays   = "CAST(COALESCE(SUM(requests), 0) AS BIGINT) AS requests, " + sumParts
	sumUsages = "COUNT(*) AS requests, " + sumParts
)

// UsageSums sums all usages that a filter chooses. The roll-up answers where it can, so that a long history costs nothing.
func (tx *Tx) UsageSums(accountID string, f UsageFilter) (s UsageSums, err error) {
	if f.whole() {
		err = f.on(tx.db.Model(&UsageDay{}), accountID).Select(sumDays).Scan(&s).Error
		return s, err
	}
	q, err := tx.chosen(accountID, f)
	if err != nil {
		return s, err
	}
	err = q.Select(sumUsages).Scan(&s).Error
	return s, err
}

// UsedModels are the names of the models that an account has used, sorted.
func (tx *Tx) UsedModels(accountID string) ([]string, error) {
	var names []string
	err := tx.db.Model(&UsageDay{}).Where("account_id = ?", accountID).Distinct("model").Order("model").Pluck("model", &names).Error
	return names, err
}

// Refusals are the requests of an account that were refused, the newest first.
func (tx *Tx) Refusals(accountID string, limit int) ([]Refusal, error) {
	var found []Refusal
	err := tx.db.Where("account_id = ?", accountID).Order("id DESC").Limit(limit).Find(&found).Error
	return found, err
}
