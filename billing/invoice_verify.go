package billing

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"extrausage/models"
)

const (
	invoiceLinesCheck = "an invoice lists what the ledger has of its month"
	// invoicesInView bounds how many invoices are read from one picture of the database.
	invoicesInView = 200
	// mostFindings bounds what the check reports: the first rows name the trouble.
	mostFindings = 100
)

// verifyInvoices holds every line of every invoice against the ledger.
func (s *Service) verifyInvoices(ctx context.Context) (found []models.Finding, err error) {
	for last, more := int64(0), true; more && len(found) < mostFindings; {
		err = s.store.View(ctx, func(tx *models.Tx) error {
			rows, err := tx.InvoicesAfter(last, invoicesInView)
			for _, row := range rows {
				last = row.Number
				says, err := contradiction(tx, &row)
				if err != nil {
					return err
				}
				if says != "" {
					found = append(found, models.Finding{Check: invoiceLinesCheck, Row: fmt.Sprintf("%s/%d", row.AccountID, row.Number), Says: says})
				}
			}
			more = len(rows) == invoicesInView
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

// contradiction is what is wrong with an invoice, or "".
func contradiction(tx *models.Tx, row *models.Invoice) (string, error) {
	i, err := issuedInvoice(row)
	if err != nil {
		return "cannot be read", nil //nolint:nilerr // that is the finding
	}
	says := i
	says.Opening, says.Purchased, says.Returned, says.Corrections, says.Extra, says.Closing = row.Opening, row.Purchased, row.Returned,
		row.Corrections, row.Extra, row.Closing
	says.Number, says.Name, says.At = InvoiceNumber(row.Number), row.Month, row.IssuedAt.Time()
	if err := i.check(); err != nil {
		return err.Error(), nil //nolint:nilerr // that is the finding
	}
	if !sameJSON(i, says) {
		return "says something else than its row", nil
	}
	ledger, err := tx.MonthLedger(row.AccountID, row.MonthStartsAt)
	if err != nil {
		return "", err
	}
	charged, err := ledger.Charged()
	if err != nil {
		return "", err
	}
	if !sameJSON(i.Models, invoiceModels(charged)) {
		return "lists other usage than the ledger", nil
	}
	moved, err := ledger.Movements()
	if err != nil {
		return "", err
	}
	if !slices.EqualFunc(i.Movements, moved, func(a InvoiceMovement, e models.Movement) bool {
		return a.Kind == MovementKind(e.Kind) && a.Amount == e.Amount && a.PurchaseID == e.PurchaseID && a.At.Equal(e.At.Time())
	}) {
		return "lists other movements than the ledger", nil
	}
	return "", nil
}

// sameJSON tells whether two values say the same where they are kept.
func sameJSON(a, b any) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}
