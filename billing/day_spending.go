package billing

import (
	"context"
	"time"

	"extrausage/models"
	"extrausage/money"
)

// DaySpend is what one model used on one day of the account's billing zone, by who bore the cost.
type DaySpend struct {
	Day      string // 2006-01-02
	Model    string
	Requests int64
	Plan     money.Amount
	Extra    money.Amount
	Absorbed money.Amount
}

// MonthSpending is what was used in a billing month, by day and model, and how its charges stand against its limit.
type MonthSpending struct {
	Name     string // the calendar month it is, 2006-01
	Starts   time.Time
	Ends     time.Time
	At       time.Time    // when this was so
	Running  bool         // the month is not over
	Extra    money.Amount // charged in it: the sum of the days'
	Limit    Limit        // in force now, or when the month ended
	Days     []DaySpend
	Pace     Pace   // of the running month
	Previous string // name of the month before; "" for the first
	Next     string // name of the month after; "" for the running one
}

// MonthSpending is the billing month of an account with this name, the running one for "". It reads the roll-up. Days are in
// order, those without usage missing; a day may lie before the month: usage belongs to the month in which it is reported.
// Fault: not_found.
func (s *Service) MonthSpending(ctx context.Context, accountID, name string) (out MonthSpending, err error) {
	err = s.store.View(ctx, func(tx *models.Tx) error {
		rows, m, err := monthRows(tx, accountID)
		if err != nil {
			return err
		}
		at := len(rows) - 1
		if name != "" {
			at = monthAt(rows, name)
		}
		if at < 0 {
			return fault(NotFound, "not_found")
		}
		if out, err = readMonthSpending(tx, m, rows[at]); err != nil {
			return err
		}
		if at > 0 {
			out.Previous = monthName(rows[at-1])
		}
		if at < len(rows)-1 {
			out.Next = monthName(rows[at+1])
		}
		return nil
	})
	return out, err
}

func readMonthSpending(tx *models.Tx, m *models.MeterState, b models.BillingMonth) (MonthSpending, error) {
	out := MonthSpending{
		Name: monthName(b), Starts: b.StartsAt.Time(), Ends: b.EndsAt.Time(), At: m.Now.Time(), Running: m.Now < b.EndsAt,
		Extra: b.Spent, Limit: Limit{Kind: LimitKind(b.LimitKind), Amount: b.Limit},
	}
	out.Pace = decidePace(paceFacts{
		starts: out.Starts, ends: out.Ends, now: out.At, on: m.Meter.ExtraUsage, spent: out.Extra, limit: out.Limit,
	})
	rows, err := tx.UsageDays(b.AccountID, b.StartsAt)
	out.Days = make([]DaySpend, len(rows))
	for i, r := range rows {
		out.Days[i] = DaySpend{Day: r.Day, Model: r.Model, Requests: r.Requests, Plan: r.Plan, Extra: r.Extra, Absorbed: r.Absorbed}
	}
	return out, err
}
