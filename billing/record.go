package billing

import (
	"extrausage/models"
	"extrausage/money"
	"extrausage/pricing"
)

// record is a usage about to be written.
type record struct {
	usage     pricing.Usage
	price     pricing.Price
	modelID   string
	occurred  models.Instant
	id        string
	holdID    string
	source    string
	eventID   string
	messageID string
	window    *models.UsageWindow
	month     *models.BillingMonth
	permitted bool
}

// write adds a usage that was just taken from the window, and its charge to the ledger. Each charge stores the state that
// justified it (P2, P8): before is the window as it was.
func (s *Service) write(m *models.MeterState, r record, before sessionState, p parts, because string) *models.Usage {
	rate := func(c pricing.Class) money.Amount {
		for _, l := range r.price.Lines {
			if l.Class == c {
				return l.Rate
			}
		}
		return 0
	}
	if p.extra > 0 {
		post(m, r.month, &models.Entry{Kind: "charge", Contra: "revenue", Amount: p.extra.Neg(), UsageID: r.id})
		wantReload(m, currentMonth(m), 0)
	}
	watchCharge(m, r.window, r.month, p.extra)
	u := &models.Usage{
		AccountID: m.AccountID(), ID: r.id, HoldID: r.holdID, Source: r.source, EventID: r.eventID, MessageID: r.messageID,
		ModelID: r.modelID, Model: r.price.Model, Tier: string(r.price.Tier), RatesVersion: r.price.Version,
		OccurredAt: r.occurred, ArrivedAt: m.Now,
		InputTokens: r.usage.Input, OutputTokens: r.usage.Output, CacheWriteTokens: r.usage.CacheWrite,
		CacheWrite1hTokens: r.usage.CacheWrite1h, CacheReadTokens: r.usage.CacheRead,
		InputRate: rate(pricing.Input), OutputRate: rate(pricing.Output), CacheWriteRate: rate(pricing.CacheWrite),
		CacheWrite1hRate: rate(pricing.CacheWrite1h), CacheReadRate: rate(pricing.CacheRead),
		Cost: r.price.Total, Plan: p.plan, Extra: p.extra, Absorbed: p.absorbed, AbsorbedBecause: because,
		Permitted: r.permitted, WindowStartsAt: r.window.StartsAt, MonthStartsAt: r.month.StartsAt,
		Allowance: before.allowance, UsedBefore: before.used, OpenBefore: before.open, PoolBefore: before.pool,
		BalanceAfter: m.Meter.Balance, SpentAfter: r.month.Spent,
	}
	m.AddUsage(u, calendarDay(r.occurred, m.Meter.TimeZone))
	return u
}

func settlementOf(u *models.Usage) *Settlement {
	id := u.HoldID
	if id == "" {
		id = u.EventID
	}
	return &Settlement{
		ID: id, AccountID: u.AccountID, Cost: u.Cost, Plan: u.Plan, Extra: u.Extra, Absorbed: u.Absorbed,
		Balance: u.BalanceAfter, MonthSpent: u.SpentAfter,
	}
}
