package pricing

import (
	"time"

	"extrausage/money"
)

// FitOutput returns the largest output, at most [MaxTokens], with which the usage
// costs no more than what is available; the output in u is ignored. It is -1 where
// the prompt alone costs more. It is exact because output never changes the tier.
// Errors are those of [Table.Price], [*UnpricedError] also for a model without a
// rate for output.
func (t *Table) FitOutput(id string, u Usage, available money.Amount, at time.Time) (maxOutput int64, err error) {
	u.Output = 0
	prompt, err := t.Price(id, u, at)
	if err != nil {
		return 0, err
	}
	rate, ok := t.byID[id].rate(Output, prompt.Tier, at)
	if !ok {
		return 0, &UnpricedError{id, string(Output)}
	}
	if prompt.Total > available {
		return -1, nil
	}
	return min(tokensFor(available.Sub(prompt.Total), rate), MaxTokens), nil
}

// tokensFor returns how many whole tokens an amount of zero or more pays for.
func tokensFor(amount, perToken money.Amount) int64 {
	return int64(amount / perToken) // a rate is above zero: Load sees to it
}
