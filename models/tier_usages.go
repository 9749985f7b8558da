package models

// TierUsage is what an account used of a model in one tier.
type TierUsage struct {
	Model              string
	Tier               string
	InputTokens        int64
	OutputTokens       int64
	CacheWriteTokens   int64
	CacheWrite1hTokens int64 `gorm:"column:cache_write_1h_tokens"`
	CacheReadTokens    int64
	UsageSums          `gorm:"embedded"`
}

const tierSums = `model, tier, CAST(SUM(input_tokens) AS BIGINT) AS input_tokens, CAST(SUM(output_tokens) AS BIGINT) AS output_tokens,
	CAST(SUM(cache_write_tokens) AS BIGINT) AS cache_write_tokens, CAST(SUM(cache_write_1h_tokens) AS BIGINT) AS cache_write_1h_tokens,
	CAST(SUM(cache_read_tokens) AS BIGINT) AS cache_read_tokens, ` + sumUsages

// TierUsages sums what a filter chooses by model and tier.
func (tx *Tx) TierUsages(accountID string, f UsageFilter) ([]TierUsage, error) {
	q, err := tx.chosen(accountID, f)
	if err != nil {
		return nil, err
	}
	var found []TierUsage
	err = q.Select(tierSums).Group("model, tier").Order("model, tier").Find(&found).Error
	return found, err
}
