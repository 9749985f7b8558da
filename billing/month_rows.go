package billing

import (
	"slices"

	"extrausage/models"
)

// monthRows are the billing months of an account in time, the running one included, with the account's state now. A month that
// nothing happened in yet has no row in the database.
func monthRows(tx *models.Tx, accountID string) ([]models.BillingMonth, *models.MeterState, error) {
	m, err := tx.Look(accountID)
	if err != nil {
		return nil, nil, err
	}
	rows, err := tx.Months(accountID)
	if err != nil {
		return nil, nil, err
	}
	currentMonth(m)
	m.EachMonthAfter(rows[len(rows)-1].StartsAt, func(b *models.BillingMonth) { rows = append(rows, *b) })
	return rows, m, nil
}

// monthAt is the place of the month with this name, -1 where there is none.
func monthAt(rows []models.BillingMonth, name string) int {
	return slices.IndexFunc(rows, func(b models.BillingMonth) bool { return monthName(b) == name })
}
