package pricing

import "fmt"

// LongPrompt is the number of prompt tokens up to which, itself included, a
// request is at the lower of a model's two tiers.
const LongPrompt = 200_000

// MaxTokens bounds each class of one request. No model comes near; it keeps a
// mistyped or hostile figure far from overflow.
const MaxTokens = 1_000_000_000

// Class is a kind of token with a rate of its own, named as in rates.csv.
type Class string

// The classes of tokens.
const (
	Input        Class = "input" // without cache tokens, as the Messages API counts
	Output       Class = "output"
	CacheWrite   Class = "cache_write"    // kept five minutes
	CacheWrite1h Class = "cache_write_1h" // kept one hour
	CacheRead    Class = "cache_read"
)

// Classes are all classes in the order of the pricing page. Not to be changed.
var Classes = []Class{Input, Output, CacheWrite, CacheWrite1h, CacheRead}

// Tier is the range of prompt lengths that a rate is for, named as in rates.csv.
type Tier string

// The tiers: one for every prompt, or two.
const (
	TierAny      Tier = "any"
	TierUpTo200K Tier = "<=200K"
	TierOver200K Tier = ">200K"
)

// Usage is what one request used, or may use at most. Fields are in tokens, and
// mean what they mean in the Messages API's usage object.
type Usage struct {
	Input        int64
	Output       int64
	CacheWrite   int64
	CacheWrite1h int64
	CacheRead    int64
	// WebSearchRequests counts searches, which no rate covers: any is refused.
	WebSearchRequests int64
	// ServiceTier as reported; "" and "standard" are priced, others are refused.
	ServiceTier string
	// Unpriced names a paid thing that was used and that no rate is known for; "" where there is none.
	Unpriced string
}

// Prompt returns the tokens that decide the tier: all but the output. The usage
// must be valid.
func (u Usage) Prompt() int64 {
	return u.Input + u.CacheWrite + u.CacheWrite1h + u.CacheRead
}

// Tokens returns the tokens of one class, zero for a class that is none.
func (u Usage) Tokens(class Class) int64 {
	switch class {
	case Input:
		return u.Input
	case Output:
		return u.Output
	case CacheWrite:
		return u.CacheWrite
	case CacheWrite1h:
		return u.CacheWrite1h
	case CacheRead:
		return u.CacheRead
	default:
		return 0
	}
}

// InvalidUsageError says that a figure cannot be a count of one request.
type InvalidUsageError struct {
	Field string // a [Class], or "web_search_requests"
	Value int64
}

func (e *InvalidUsageError) Error() string {
	return fmt.Sprintf("pricing: %s is %d, want 0 to %d", e.Field, e.Value, int64(MaxTokens))
}

// Validate returns an [*InvalidUsageError] unless every figure is from 0 to [MaxTokens].
func (u Usage) Validate() error {
	for _, class := range Classes {
		if err := validCount(string(class), u.Tokens(class)); err != nil {
			return err
		}
	}
	return validCount(webSearchRequests, u.WebSearchRequests)
}

func validCount(field string, value int64) error {
	if value < 0 || value > MaxTokens {
		return &InvalidUsageError{field, value}
	}
	return nil
}

// What an [UnpricedError] or [InvalidUsageError] names beside the classes, spelt as in the API.
const (
	webSearchRequests = "web_search_requests"
	serviceTier       = "service_tier"
)

// unpriced names the first thing of a valid usage that no table has a rate for, or "".
func (u Usage) unpriced() string {
	switch {
	case u.WebSearchRequests > 0:
		return webSearchRequests
	case u.ServiceTier != "" && u.ServiceTier != "standard":
		return serviceTier
	case u.Unpriced != "":
		return u.Unpriced
	default:
		return ""
	}
}
