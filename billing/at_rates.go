package billing

import (
	"cmp"
	"context"
	"slices"

	"extrausage/models"
	"extrausage/money"
	"extrausage/pricing"
)

// MonthAtRates is what an account used in a billing month, at the rates that are in force now.
type MonthAtRates struct {
	Name   string // of the month, 2006-01
	Models []ModelAtRates
	Total  money.Amount
	CostParts
}

// ModelAtRates is what an account used of one model. The parts are those of the time: they sum to Total while rates are the same.
type ModelAtRates struct {
	Model    string
	Requests int64
	Usage    pricing.Usage // tokens by class
	Total    money.Amount
	CostParts
}

// LastMonthAtRates is the billing month before the running one, the costliest model first. ok is false where nothing was used
// in it.
func (s *Service) LastMonthAtRates(ctx context.Context, accountID string) (out MonthAtRates, ok bool, err error) {
	err = s.store.View(ctx, func(tx *models.Tx) error {
		months, _, err := monthRows(tx, accountID)
		if err != nil || len(months) < 2 {
			return err
		}
		last := months[len(months)-2]
		rows, err := tx.TierUsages(accountID, models.UsageFilter{Month: last.StartsAt})
		out, ok = monthAtRates(rows, s.rates.Models(tx.Now.Time())), len(rows) > 0
		out.Name = monthName(last)
		return err
	})
	return out, ok, err
}

func monthAtRates(rows []models.TierUsage, rates []pricing.ModelRates) (out MonthAtRates) {
	byName := map[string]*ModelAtRates{}
	for _, r := range rows {
		m := byName[r.Model]
		if m == nil {
			m = &ModelAtRates{Model: r.Model}
			byName[r.Model] = m
		}
		parts := CostParts{Plan: r.Plan, Extra: r.Extra, Absorbed: r.Absorbed}
		used := pricing.Usage{
			Input: r.InputTokens, Output: r.OutputTokens, CacheWrite: r.CacheWriteTokens, CacheWrite1h: r.CacheWrite1hTokens,
			CacheRead: r.CacheReadTokens,
		}
		m.Requests += r.Requests
		m.Usage = addTokens(m.Usage, used)
		m.CostParts = m.add(parts)
		m.Total = m.Total.Add(atRates(used, pricing.Tier(r.Tier), r.Model, rates, parts.Sum()))
	}
	for _, m := range byName {
		out.Models = append(out.Models, *m)
		out.Total, out.CostParts = out.Total.Add(m.Total), out.add(m.CostParts)
	}
	slices.SortFunc(out.Models, func(a, b ModelAtRates) int {
		return cmp.Or(cmp.Compare(b.Total, a.Total), cmp.Compare(a.Model, b.Model))
	})
	return out
}

// atRates prices the tokens of requests of one tier. A model or a class that has no rate any more costs what it did.
func atRates(used pricing.Usage, tier pricing.Tier, model string, rates []pricing.ModelRates, then money.Amount) money.Amount {
	at := slices.IndexFunc(rates, func(m pricing.ModelRates) bool { return m.Name == model })
	if at < 0 {
		return then
	}
	var total money.Amount
	for _, class := range pricing.Classes {
		if used.Tokens(class) == 0 {
			continue
		}
		perMTok := money.Amount(0)
		for _, r := range rates[at].For(class) {
			if r.Tier == tier || r.Tier == pricing.TierAny {
				perMTok = r.PerMTok
			}
		}
		if perMTok == 0 {
			return then
		}
		total = total.Add((perMTok / tokensPerMTok).Times(used.Tokens(class))) // exact: no rate has a fraction of a nano
	}
	return total
}

// tokensPerMTok is how many tokens a rate is quoted for.
const tokensPerMTok = 1_000_000

func addTokens(a, b pricing.Usage) pricing.Usage {
	return pricing.Usage{
		Input: a.Input + b.Input, Output: a.Output + b.Output, CacheWrite: a.CacheWrite + b.CacheWrite,
		CacheWrite1h: a.CacheWrite1h + b.CacheWrite1h, CacheRead: a.CacheRead + b.CacheRead,
	}
}

// add sums who bore what.
func (p CostParts) add(q CostParts) CostParts {
	return CostParts{Plan: p.Plan.Add(q.Plan), Extra: p.Extra.Add(q.Extra), Absorbed: p.Absorbed.Add(q.Absorbed)}
}
