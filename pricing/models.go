package pricing

import (
	"slices"
	"time"

	"extrausage/money"
)

// ModelRates is a model as the pricing page and /v1/rates show it.
type ModelRates struct {
	Name          string
	IDs           []string  // exact API ids and aliases, the dated one first
	EffectiveFrom time.Time // since when all these rates hold; zero: always
	Rates         []Rate    // in the order of [Classes], the lower tier first
}

// Rate is one cell of the pricing page, or half of one.
type Rate struct {
	Class   Class
	Tier    Tier
	PerMTok money.Amount // dollars per million tokens
}

// For returns the rates of a class: none if it is not offered, one, or two with
// that up to 200K first.
func (m ModelRates) For(class Class) []Rate {
	var rates []Rate
	for _, rate := range m.Rates {
		if rate.Class == class {
			rates = append(rates, rate)
		}
	}
	return rates
}

// Models returns the models that have rates at a time, in the order of the article.
// The result is the caller's to change.
func (t *Table) Models(at time.Time) []ModelRates {
	models := make([]ModelRates, 0, len(t.models))
	for _, m := range t.models {
		if shown := m.ratesAt(at); len(shown.Rates) > 0 {
			models = append(models, shown)
		}
	}
	return models
}

func (m *model) ratesAt(at time.Time) ModelRates {
	shown := ModelRates{Name: m.name, IDs: slices.Clone(m.ids)}
	for _, class := range Classes {
		for _, tier := range []Tier{TierAny, TierUpTo200K, TierOver200K} {
			for _, r := range m.rows {
				if r.class != class || r.tier != tier || !r.inForce(at) {
					continue
				}
				shown.Rates = append(shown.Rates, Rate{class, tier, r.perMTok})
				if r.from.After(shown.EffectiveFrom) {
					shown.EffectiveFrom = r.from
				}
			}
		}
	}
	return shown
}
