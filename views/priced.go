package views

import (
	"strconv"
	"strings"
	"time"

	"extrausage/money"
	"extrausage/pricing"
)

// rateText is a rate as the price list shows it: whole dollars without decimals, "$3", "$22.50".
func rateText(l Lang, a money.Amount) string {
	text := l.Money(a)
	if a%money.Dollar == 0 {
		return text[:len(text)-len(".00")]
	}
	return text
}

// perMTok is a rate with its unit: "$3 / MTok".
func perMTok(l Lang, a money.Amount) string { return rateText(l, a) + " / MTok" }

// classNames are the ids of the kinds of tokens.
var classNames = map[pricing.Class]string{
	pricing.Input:        "pricing.class_input",
	pricing.Output:       "pricing.class_output",
	pricing.CacheWrite:   "pricing.class_cache_write",
	pricing.CacheWrite1h: "pricing.class_cache_write_1h",
	pricing.CacheRead:    "pricing.class_cache_read",
}

// tierText is a tier in words; empty for a rate that holds for prompts of any length.
func tierText(l Lang, t pricing.Tier) string {
	switch t {
	case pricing.TierUpTo200K:
		return l.T("pricing.tier_up_to")
	case pricing.TierOver200K:
		return l.T("pricing.tier_over")
	}
	return ""
}

// whyTier says which tier a request fell into, why, and at which rates that put it.
func whyTier(l Lang, model string, p PromptTier, lines []PricedLine) string {
	var rates, kinds []string
	for _, line := range lines {
		rates, kinds = append(rates, rateText(l, line.PerMTok)), append(kinds, l.T(kindNames[line.Class]))
	}
	values := []any{"Tokens", p.Tokens, "Model", model, "Rates", strings.Join(rates, " / "), "Kinds", strings.Join(kinds, " / ")}
	switch p.Tier {
	case pricing.TierUpTo200K:
		return l.T("pricing.why_up_to", values...)
	case pricing.TierOver200K:
		return l.T("pricing.why_over", values...)
	}
	return l.T("pricing.why_any", values...)
}

// kindNames are the ids of the kinds of tokens within a sentence.
var kindNames = map[pricing.Class]string{
	pricing.Input:        "pricing.kind_input",
	pricing.Output:       "pricing.kind_output",
	pricing.CacheWrite:   "pricing.kind_cache_write",
	pricing.CacheWrite1h: "pricing.kind_cache_write_1h",
	pricing.CacheRead:    "pricing.kind_cache_read",
}

// tieredNames are the models with two prices, joined.
func tieredNames(l Lang, models []pricing.ModelRates) string {
	var names []string
	for _, m := range models {
		if len(m.For(pricing.Input)) > 1 {
			names = append(names, m.Name)
		}
	}
	return l.And(names...)
}

// lacksRates says that a model has a class without a rate, which the page then explains.
func lacksRates(models []pricing.ModelRates) bool {
	for _, m := range models {
		for _, class := range pricing.Classes {
			if len(m.For(class)) == 0 {
				return true
			}
		}
	}
	return false
}

// modelOptions are the models of a select, the first of them chosen where nothing else is.
func modelOptions(names []string) []Option {
	options := make([]Option, 0, len(names))
	for _, name := range names {
		options = append(options, Option{Value: name, Label: name})
	}
	return options
}

// linesTotal is the sum of priced lines.
func linesTotal(lines []PricedLine) money.Amount {
	var total money.Amount
	for _, line := range lines {
		total = total.Add(line.Cost)
	}
	return total
}

// anchor makes a name fit for an id: "Sonnet 4.5" is "sonnet-4-5".
func anchor(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(name))
}

// shortDate is a day for tables: "24 Nov 2026".
func shortDate(l Lang, t time.Time) string {
	return l.ShortDay(t) + " " + strconv.Itoa(t.In(l.Zone()).Year())
}
