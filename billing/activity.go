package billing

import (
	"context"
	"slices"
	"time"

	"extrausage/models"
	"extrausage/money"
	"extrausage/pricing"
)

// CoveredBy is who bears a part of a request's cost.
type CoveredBy string

// The bearers: the plan, the subscriber's credits, the operator.
const (
	CoveredByPlan     CoveredBy = "plan"
	CoveredByExtra    CoveredBy = "extra"
	CoveredByAbsorbed CoveredBy = "absorbed"
)

// ActivityFilter chooses requests. What is zero chooses all.
type ActivityFilter struct {
	From, To  time.Time // of the request's own time, half-open
	Month     string    // billing month by its name, 2006-01
	Model     string    // by name
	CoveredBy CoveredBy // requests that this one bears a part of
	HoldID    string    // the hold that the request settled
}

// rows is the filter as the store takes it. Faults at the fields they are about: month_unknown, model_unknown.
func (s *Service) rows(tx *models.Tx, accountID string, f ActivityFilter) (models.UsageFilter, error) {
	out := models.UsageFilter{
		From: models.At(f.From), To: models.At(f.To), Model: f.Model, Cover: models.Cover(f.CoveredBy), HoldID: f.HoldID,
	}
	if f.Month != "" {
		months, _, err := monthRows(tx, accountID)
		if err != nil {
			return out, err
		}
		at := monthAt(months, f.Month)
		if at < 0 {
			return out, invalid("month", "month_unknown")
		}
		out.Month = months[at].StartsAt
	}
	if f.Model == "" || slices.ContainsFunc(s.rates.Models(tx.Now.Time()), func(m pricing.ModelRates) bool { return m.Name == f.Model }) {
		return out, nil
	}
	used, err := tx.UsedModels(accountID)
	if err == nil && !slices.Contains(used, f.Model) {
		err = invalid("model", "model_unknown")
	}
	return out, err
}

// UsageView is a priced request, in short.
type UsageView struct {
	ID     string
	At     time.Time
	Model  string
	Tokens int64 // of all classes
	Cost   money.Amount
	CostParts
}

// CostParts is who bears which part of a cost.
type CostParts struct {
	Plan     money.Amount
	Extra    money.Amount
	Absorbed money.Amount
}

// Sum is the cost.
func (p CostParts) Sum() money.Amount { return money.Sum(p.Plan, p.Extra, p.Absorbed) }

// Activity is a page of an account's requests.
type Activity struct {
	Requests     []UsageView // by their own time, the newest first
	Older, Newer string      // ids beside which the neighbouring pages begin; "" where there is none
	Count        int64       // of all requests that the filter chooses
	Totals       CostParts   // of all requests that the filter chooses
}

// Activity lists requests. Faults: not_found for a place beside somebody else's; month_unknown, model_unknown.
func (s *Service) Activity(ctx context.Context, accountID string, f ActivityFilter, at Place, limit int) (a Activity, err error) {
	err = s.store.View(ctx, func(tx *models.Tx) error {
		filter, err := s.rows(tx, accountID, f)
		if err != nil {
			return err
		}
		p, err := readPage(at, pageSize(limit), func(u models.Usage) string { return u.ID },
			func(at Place, limit int) ([]models.Usage, error) {
				if at.After != "" {
					return tx.UsagesAfter(accountID, filter, at.After, limit)
				}
				return tx.Usages(accountID, filter, at.Before, limit)
			})
		if err != nil {
			return err
		}
		sums, err := tx.UsageSums(accountID, filter)
		a = Activity{
			Older: p.older, Newer: p.newer, Count: sums.Requests,
			Totals: CostParts{Plan: sums.Plan, Extra: sums.Extra, Absorbed: sums.Absorbed},
		}
		for _, u := range p.rows {
			a.Requests = append(a.Requests, usageView(u))
		}
		return err
	})
	return a, err
}

// ActivityChoices is what an account's requests can be filtered by.
type ActivityChoices struct {
	Months []string // names of its billing months, the newest first
	Models []string // that it has used, sorted
}

// ActivityChoices tells what an account's requests can be filtered by.
func (s *Service) ActivityChoices(ctx context.Context, accountID string) (out ActivityChoices, err error) {
	err = s.store.View(ctx, func(tx *models.Tx) error {
		months, _, err := monthRows(tx, accountID)
		if err != nil {
			return err
		}
		for _, m := range slices.Backward(months) {
			out.Months = append(out.Months, monthName(m))
		}
		out.Models, err = tx.UsedModels(accountID)
		return err
	})
	return out, err
}

func usageView(u models.Usage) UsageView {
	return UsageView{
		ID: u.ID, At: u.OccurredAt.Time(), Model: u.Model, Cost: u.Cost,
		Tokens:    u.InputTokens + u.OutputTokens + u.CacheWriteTokens + u.CacheWrite1hTokens + u.CacheReadTokens,
		CostParts: CostParts{Plan: u.Plan, Extra: u.Extra, Absorbed: u.Absorbed},
	}
}

// EachUsage calls each for every request that a filter chooses, the newest first, until it returns an error. It reads in
// pieces: whoever downloads slowly holds nothing up. A request that is recorded meanwhile may be missing, none comes twice.
// Faults: those of Activity.
func (s *Service) EachUsage(ctx context.Context, accountID string, f ActivityFilter, each func(ExportUsage) error) error {
	const piece = 500
	for before := ""; ; {
		var rows []models.Usage
		err := s.store.View(ctx, func(tx *models.Tx) error {
			filter, err := s.rows(tx, accountID, f)
			if err != nil {
				return err
			}
			rows, err = tx.Usages(accountID, filter, before, piece)
			return err
		})
		if err != nil {
			return err
		}
		for _, u := range rows {
			if err := each(exportUsage(u)); err != nil {
				return err
			}
		}
		if len(rows) < piece {
			return nil
		}
		before = rows[piece-1].ID
	}
}
