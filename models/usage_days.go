package models

// UsageDays sums what an account used by day and model, from one day to another, both included, as 2006-01-02. A day that two
// billing months share is one.
func (tx *Tx) UsageDays(accountID, from, to string) ([]UsageDay, error) {
	var days []UsageDay
	err := tx.db.Model(&UsageDay{}).Select(usageDaySums).Where("account_id = ? AND day >= ? AND day <= ?", accountID, from, to).
		Group("account_id, day, model").Order("day, model").Find(&days).Error
	return days, err
}

// usageDaySums are cast back to what the columns are: PostgreSQL sums BIGINT to NUMERIC.
const usageDaySums = `account_id, day, model, CAST(SUM(requests) AS BIGINT) AS requests,
	CAST(SUM(input_tokens) AS BIGINT) AS input_tokens, CAST(SUM(output_tokens) AS BIGINT) AS output_tokens,
	CAST(SUM(cache_write_tokens) AS BIGINT) AS cache_write_tokens, CAST(SUM(cache_write_1h_tokens) AS BIGINT) AS cache_write_1h_tokens,
	CAST(SUM(cache_read_tokens) AS BIGINT) AS cache_read_tokens, CAST(SUM(plan_nanos) AS BIGINT) AS plan_nanos,
	CAST(SUM(extra_nanos) AS BIGINT) AS extra_nanos, CAST(SUM(absorbed_nanos) AS BIGINT) AS absorbed_nanos`
