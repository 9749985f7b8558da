package billing

import (
	"context"
	"time"

	"extrausage/models"
	"extrausage/money"
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
	Model     string    // by name
	CoveredBy CoveredBy // requests that this one bears a part of
}

func (f ActivityFilter) rows() models.UsageFilter {
	return models.UsageFilter{From: models.At(f.From), To: models.At(f.To), Model: f.Model, Cover: models.Cover(f.CoveredBy)}
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
	Requests []UsageView // by their own time, the newest first
	Next     string      // cursor of the next page; "" on the last
	Count    int64       // of all requests that the filter chooses
	Totals   CostParts   // of all requests that the filter chooses
	Models   []string    // that the account has used, to filter by
}

// Activity lists requests. cursor is "" or the Next of the page before. Fault: not_found for a cursor of somebody else's.
func (s *Service) Activity(ctx context.Context, accountID string, f ActivityFilter, cursor string, limit int) (a Activity, err error) {
	limit = pageSize(limit)
	err = s.store.View(ctx, func(tx *models.Tx) error {
		rows, err := tx.Usages(accountID, f.rows(), cursor, limit+1)
		if err != nil {
			return err
		}
		sums, err := tx.UsageSums(accountID, f.rows())
		if err != nil {
			return err
		}
		a = Activity{Count: sums.Requests, Totals: CostParts{Plan: sums.Plan, Extra: sums.Extra, Absorbed: sums.Absorbed}}
		for _, u := range rows[:min(limit, len(rows))] {
			a.Requests = append(a.Requests, usageView(u))
		}
		if len(rows) > limit {
			a.Next = rows[limit-1].ID
		}
		a.Models, err = tx.UsedModels(accountID)
		return err
	})
	return a, err
}

func usageView(u models.Usage) UsageView {
	return UsageView{
		ID: u.ID, At: u.OccurredAt.Time(), Model: u.Model, Cost: u.Cost,
		Tokens:    u.InputTokens + u.OutputTokens + u.CacheWriteTokens + u.CacheWrite1hTokens + u.CacheReadTokens,
		CostParts: CostParts{Plan: u.Plan, Extra: u.Extra, Absorbed: u.Absorbed},
	}
}

// UsageModels are the names of the models that an account has used, sorted.
func (s *Service) UsageModels(ctx context.Context, accountID string) (names []string, err error) {
	err = s.store.View(ctx, func(tx *models.Tx) error {
		names, err = tx.UsedModels(accountID)
		return err
	})
	return names, err
}

// EachUsage calls each for every request that a filter chooses, the newest first, until it returns an error. It reads in
// pieces: whoever downloads slowly holds nothing up. A request that is recorded meanwhile may be missing, none comes twice.
func (s *Service) EachUsage(ctx context.Context, accountID string, f ActivityFilter, each func(ExportUsage) error) error {
	const piece = 500
	for cursor := ""; ; {
		var rows []models.Usage
		err := s.store.View(ctx, func(tx *models.Tx) (err error) {
			rows, err = tx.Usages(accountID, f.rows(), cursor, piece)
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
		cursor = rows[piece-1].ID
	}
}
