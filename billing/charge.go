package billing

import (
	"context"
	"errors"
	"time"

	"extrausage/models"
	"extrausage/money"
	"extrausage/pricing"
)

// Explanation is one request explained to the last cent (P8): what was used, at which rates, who bore which part, and the
// state of the session that justified it.
type Explanation struct {
	ID           string
	At           time.Time // of the request
	Arrived      time.Time // when it was reported
	Model        string
	ModelID      string // as reported
	MessageID    string // the provider's, "" when unknown
	HoldID       string // "" for usage reported without one
	Prompt       int64  // tokens that decided the tier
	Tier         pricing.Tier
	Lines        []pricing.Line
	Cost         money.Amount
	RatesVersion string
	CostParts
	Why           Why
	SessionStarts time.Time
	SessionEnds   time.Time
	Allowance     money.Amount
	UsedBefore    money.Amount // of the allowance
	BalanceAfter  money.Amount
	SpentAfter    money.Amount // extra usage of the billing month, with this request
	Limit         Limit        // the monthly limit in force when it was charged
	Permission    Permission
}

// Permission is why extra usage might be charged when a request began: the subscriber had said so.
type Permission struct {
	By Choice    // AlwaysContinue or ContinueSession; "" where extra usage was not permitted
	At time.Time // when they did; zero where that is not known
}

// Why is why a request was charged, or why a part of it is absorbed.
type Why string

// The reasons.
const (
	WhyPlan           Why = "plan"            // all within the included usage
	WhyAllowanceUsed  Why = "allowance_used"  // nothing was left of the included usage
	WhyAllowanceEnded Why = "allowance_ended" // the request used the last of it
	WhyNotPermitted   Why = "not_permitted"   // extra usage was off or not continued
	WhyBeyondReserve  Why = "beyond_reserve"  // it cost more than was reserved
	WhyNoFunds        Why = "no_funds"        // it met the limit or an empty balance
	WhyLate           Why = "late"            // reported too late to be charged
	WhyImported       Why = "imported"        // imports never charge
)

// Charge explains a request of an account. Fault: not_found.
func (s *Service) Charge(ctx context.Context, accountID, id string) (e Explanation, err error) {
	err = s.store.View(ctx, func(tx *models.Tx) error {
		u, err := tx.Usage(accountID, id)
		if err != nil {
			return err
		}
		w, err := tx.UsageWindow(accountID, u.WindowStartsAt)
		if err != nil {
			return err
		}
		e = explain(u)
		e.SessionStarts, e.SessionEnds = w.StartsAt.Time(), w.EndsAt.Time()
		if e.Limit, err = limitAt(tx, accountID, u.ArrivedAt); err != nil {
			return err
		}
		e.Permission, err = permissionOf(tx, u)
		return err
	})
	return e, err
}

// limitAt is the monthly limit that was in force at a time, from the history of settings.
func limitAt(tx *models.Tx, accountID string, at models.Instant) (Limit, error) {
	c, err := tx.ChangeBefore(accountID, settingMonthlyLimit, at)
	if errors.Is(err, models.ErrNotFound) {
		return Limit{Kind: LimitUnset}, nil
	}
	if err != nil {
		return Limit{}, err
	}
	return limitFromText(c.NewValue)
}

// permissionOf is what permitted a request to be charged: the choice in its session, or else the preference.
func permissionOf(tx *models.Tx, u *models.Usage) (Permission, error) {
	if !u.Permitted {
		return Permission{}, nil
	}
	chosen, err := tx.ChoiceBefore(u.AccountID, u.WindowStartsAt, u.OccurredAt)
	if err == nil && chosen.Choice == string(ContinueSession) {
		return Permission{By: ContinueSession, At: chosen.At.Time()}, nil
	}
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return Permission{}, err
	}
	preferred, err := tx.ChangeBefore(u.AccountID, settingAlwaysContinue, u.OccurredAt)
	if errors.Is(err, models.ErrNotFound) {
		return Permission{By: AlwaysContinue}, nil
	}
	if err != nil {
		return Permission{}, err
	}
	return Permission{By: AlwaysContinue, At: preferred.At.Time()}, nil
}

func explain(u *models.Usage) Explanation {
	used := usageOf(u)
	return Explanation{
		ID: u.ID, At: u.OccurredAt.Time(), Arrived: u.ArrivedAt.Time(), Model: u.Model, ModelID: u.ModelID, MessageID: u.MessageID,
		HoldID: u.HoldID, Prompt: used.Prompt(), Tier: pricing.Tier(u.Tier), Lines: linesOf(used, ratesOf(u)), Cost: u.Cost, RatesVersion: u.RatesVersion,
		CostParts: CostParts{Plan: u.Plan, Extra: u.Extra, Absorbed: u.Absorbed}, Why: decideWhy(u),
		Allowance: u.Allowance, UsedBefore: u.UsedBefore, BalanceAfter: u.BalanceAfter, SpentAfter: u.SpentAfter,
	}
}

func usageOf(u *models.Usage) pricing.Usage {
	return pricing.Usage{
		Input: u.InputTokens, Output: u.OutputTokens, CacheWrite: u.CacheWriteTokens, CacheWrite1h: u.CacheWrite1hTokens,
		CacheRead: u.CacheReadTokens,
	}
}

// classRates are the rates per token that a request was priced at.
type classRates map[pricing.Class]money.Amount

func ratesOf(u *models.Usage) classRates {
	return classRates{
		pricing.Input: u.InputRate, pricing.Output: u.OutputRate, pricing.CacheWrite: u.CacheWriteRate,
		pricing.CacheWrite1h: u.CacheWrite1hRate, pricing.CacheRead: u.CacheReadRate,
	}
}

// linesOf prices each class of tokens at the rates stored with the request, not at today's.
func linesOf(used pricing.Usage, rates classRates) []pricing.Line {
	var lines []pricing.Line
	for _, c := range pricing.Classes {
		if n := used.Tokens(c); n > 0 {
			lines = append(lines, pricing.Line{Class: c, Tokens: n, Rate: rates[c], Cost: rates[c].Times(n)})
		}
	}
	return lines
}

// absorbedWhy are the stored causes of an absorbed part.
var absorbedWhy = map[string]Why{
	"import":                    WhyImported,
	"late":                      WhyLate,
	"beyond_hold":               WhyBeyondReserve,
	"not_permitted":             WhyNotPermitted,
	string(ExtraUsageOff):       WhyNotPermitted,
	string(SessionLimitReached): WhyNotPermitted,
	string(BalanceNegative):     WhyNoFunds,
	string(MonthlyLimitReached): WhyNoFunds,
	string(InsufficientBalance): WhyNoFunds,
}

func decideWhy(u *models.Usage) Why {
	switch {
	case u.Absorbed > 0:
		return absorbedWhy[u.AbsorbedBecause]
	case u.Extra == 0:
		return WhyPlan
	case u.UsedBefore < u.Allowance:
		return WhyAllowanceEnded
	}
	return WhyAllowanceUsed
}
