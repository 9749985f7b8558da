package views

import (
	"time"

	"extrausage/money"
	"extrausage/pricing"
)

// PricingProps are the values of the public price list.
type PricingProps struct {
	Frame Frame
	// Models in the order in which the page lists them.
	Models []pricing.ModelRates
	// Version names the rate table the prices come from.
	Version string
	// EffectiveFrom is when the newest of these rates came into force; the zero time means "always".
	EffectiveFrom time.Time
	Calculator    CalculatorProps
}

// CalculatorProps are the calculator's fields as typed, and its answer. It is a GET form on /pricing:
// model, input, cache_write, cache_write_1h, cache_read, output.
type CalculatorProps struct {
	Lang Lang
	// Models are the names offered, those of the table.
	Models []string
	// Model holds the chosen name.
	Model        Field
	Input        Field
	CacheWrite   Field
	CacheWrite1h Field
	CacheRead    Field
	Output       Field
	// Result is nil until a request could be priced.
	Result *CalculatorResult
}

// CalculatorResult is the price of one request.
type CalculatorResult struct {
	Model string
	// Prompt tells which tier the request fell into, and why.
	Prompt PromptTier
	// Lines has one line for each token class that has tokens.
	Lines []PricedLine
	Total money.Amount
}

// PromptTier is the length of a prompt and the tier that follows from it.
type PromptTier struct {
	// Tokens is the prompt's length: input, all cache writes and cache reads.
	Tokens int64
	// Tier is TierAny for a model with one price.
	Tier pricing.Tier
}

// PricedLine is the tokens of one class with their rate and cost. Calculator, charge and invoice show it.
type PricedLine struct {
	Class pricing.Class
	// Tier is TierAny for a model with one price.
	Tier    pricing.Tier
	Tokens  int64
	PerMTok money.Amount
	Cost    money.Amount
}

// The ids of what can be wrong with the calculator's fields, for Lang.T.
const (
	MsgCalculatorModelMissing = "pricing.error_model"       // no model, or one not in the table
	MsgCalculatorTokens       = "pricing.error_tokens"      // not a whole number
	MsgCalculatorTooMany      = "pricing.error_tokens_many" // more than Max tokens
	MsgCalculatorNothing      = "pricing.error_nothing"     // no tokens at all
	MsgCalculatorUnpriced     = "pricing.error_unpriced"    // Model has no rate for this class
)
