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
	// LastMonth is what the reader used last month, for subscribers; nil for anybody else.
	LastMonth *LastMonthProps
}

// LastMonthProps is the reader's usage of the month before, at the rates of the page.
type LastMonthProps struct {
	// Month is an instant within the month that names it; zero where there was none before this one.
	Month time.Time
	// Models has the models used, the costliest first; empty where nothing was used.
	Models []ModelMonth
	// Total is the price at the page's rates.
	Total money.Amount
	// Parts is who bore it then. They sum to Total unless rates have changed since.
	Parts CostParts
	// DetailsURL leads to the month's requests.
	DetailsURL string
}

// ModelMonth is a model's usage of a month.
type ModelMonth struct {
	Model    string
	Requests int64
	// Tokens has the classes that have any, in the order of the price list.
	Tokens []ClassTokens
	Total  money.Amount
	Parts  CostParts
}

// ClassTokens is a number of tokens of one class.
type ClassTokens struct {
	Class  pricing.Class
	Tokens int64
}

// CalculatorProps are the calculator's fields as typed, and its answer. It is a GET form on /pricing:
// model, input, cache_write, cache_write_1h, cache_read, output. What is wrong with it is answered with 422.
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
