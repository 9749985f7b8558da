package billing

import (
	"context"
	"errors"
	"fmt"
	"time"

	"extrausage/models"
	"extrausage/money"
	"extrausage/pricing"
)

// MonthState is how a billing month stands.
type MonthState string

// The states of a billing month: it runs; it is over, and requests that began in it may still be charged to it; nothing of it
// changes any more, and its invoice is issued, or nothing was there to invoice.
const (
	MonthRunning MonthState = "running"
	MonthClosing MonthState = "closing"
	MonthIssued  MonthState = "issued"
	MonthEmpty   MonthState = "empty"
)

// MonthSummary is a billing month in short.
type MonthSummary struct {
	Name   string       `json:"month"` // the calendar month it is, 2006-01; no two of an account are the same
	Starts time.Time    `json:"starts"`
	Ends   time.Time    `json:"ends"`
	State  MonthState   `json:"-"`
	Number string       `json:"number"` // of its invoice; "" until there is one
	Extra  money.Amount `json:"extra"`  // charged in it
}

// Invoice is a billing month in full. Its figures are sums of entries: Opening + Purchased − Returned + Corrections − Extra =
// Closing. An issued one says what it said when it was issued, whatever changed since: it is kept as the JSON of this very type,
// so that a member may be added, and none may be renamed.
type Invoice struct {
	MonthSummary
	At          time.Time         `json:"at"`        // when it was issued; before: when this was so
	TimeZone    string            `json:"time_zone"` // that the month was kept in
	Seller      Party             `json:"seller"`
	Buyer       Party             `json:"buyer"`
	Plan        Plan              `json:"plan"` // for information
	Models      []InvoiceModel    `json:"models"`
	Movements   []InvoiceMovement `json:"movements"` // of the balance, but for charges; in time
	Purchased   money.Amount      `json:"purchased"`
	Returned    money.Amount      `json:"returned"` // refunds and disputes; below zero where more came back
	Corrections money.Amount      `json:"corrections"`
	Opening     money.Amount      `json:"opening"`
	Closing     money.Amount      `json:"closing"` // of a running month: the balance now
}

// Party is a seller or a buyer.
type Party struct {
	Name    string `json:"name,omitempty"`
	Company string `json:"company,omitempty"`
	Address string `json:"address,omitempty"` // may have several lines
	TaxID   string `json:"tax_id,omitempty"`
	Email   string `json:"email,omitempty"`
	Account string `json:"account,omitempty"` // id of a buyer's
}

// InvoiceModel is the extra usage of one model: Charge = cost of the lines − Plan − Absorbed.
type InvoiceModel struct {
	Model    string        `json:"model"`
	Requests int64         `json:"requests"`
	Lines    []InvoiceLine `json:"lines"`
	Plan     money.Amount  `json:"covered_by_plan"`
	Absorbed money.Amount  `json:"absorbed"`
	Charge   money.Amount  `json:"charge"`
}

// InvoiceLine is what the tokens of one class cost at one rate, of all requests that were charged at least in part.
type InvoiceLine struct {
	Class  pricing.Class `json:"class"`
	Tier   pricing.Tier  `json:"tier"`
	Tokens int64         `json:"tokens"`
	Rate   money.Amount  `json:"rate"` // of one token
	Cost   money.Amount  `json:"cost"`
}

// MovementKind is why a balance moved other than by a charge.
type MovementKind string

// The kinds of movements, named as in the ledger.
const (
	MovedByPurchase   MovementKind = "purchase"
	MovedByRefund     MovementKind = "refund"
	MovedByDispute    MovementKind = "dispute"
	MovedByDisputeWon MovementKind = "dispute_won"
	MovedByCorrection MovementKind = "correction"
)

// InvoiceMovement is an entry of the ledger that is no charge.
type InvoiceMovement struct {
	Kind       MovementKind `json:"kind"`
	At         time.Time    `json:"at"`
	Amount     money.Amount `json:"amount"` // signed, as it moved the balance
	PurchaseID string       `json:"purchase,omitempty"`
	Receipt    int64        `json:"receipt,omitempty"` // number of that purchase's receipt
	Auto       bool         `json:"auto,omitempty"`    // auto-reload made the purchase
	CardBrand  string       `json:"card_brand,omitempty"`
	CardLast4  string       `json:"card_last4,omitempty"`
}

// InvoiceNumber is how the number of an invoice is written: one count of all invoices of the operator, from 1, without gap.
func InvoiceNumber(n int64) string { return fmt.Sprintf("INV-%06d", n) }

// MonthSummaries are the billing months of an account, the newest first: the running one, and those before it.
func (s *Service) MonthSummaries(ctx context.Context, accountID string) (out []MonthSummary, err error) {
	err = s.store.View(ctx, func(tx *models.Tx) error {
		out, err = readMonthSummaries(tx, accountID)
		return err
	})
	return out, err
}

// Invoice is the billing month of an account with this name: as it was issued, or as it stands until then. Fault: not_found.
func (s *Service) Invoice(ctx context.Context, accountID, name string) (out Invoice, err error) {
	err = s.store.View(ctx, func(tx *models.Tx) error {
		months, err := readMonths(tx, accountID)
		if err != nil {
			return err
		}
		for _, m := range months {
			if m.Name == name {
				out, err = s.readInvoice(tx, m)
				return err
			}
		}
		return fault(NotFound, "not_found")
	})
	return out, err
}

func (s *Service) readInvoice(tx *models.Tx, m month) (Invoice, error) {
	if m.State != MonthIssued {
		return s.draftInvoice(tx, m)
	}
	row, err := tx.Invoice(m.row.AccountID, m.row.StartsAt)
	if err != nil {
		return Invoice{}, err
	}
	return issuedInvoice(row)
}

func readMonthSummaries(tx *models.Tx, accountID string) ([]MonthSummary, error) {
	months, err := readMonths(tx, accountID)
	out := make([]MonthSummary, len(months))
	for i, m := range months {
		out[len(months)-1-i] = m.MonthSummary
	}
	return out, err
}

// month is a billing month and its row; one that nothing happened in yet has no row in the database.
type month struct {
	MonthSummary
	row   models.BillingMonth
	meter *models.Meter
	now   models.Instant
}

// readMonths are the billing months of an account in time, the running one included.
func readMonths(tx *models.Tx, accountID string) ([]month, error) {
	m, err := tx.Look(accountID)
	if err != nil {
		return nil, err
	}
	rows, err := tx.Months(accountID)
	if err != nil {
		return nil, err
	}
	closing, err := tx.MonthClosing(accountID)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return nil, err
	}
	invoices, err := tx.InvoiceNumbers(accountID)
	if err != nil {
		return nil, err
	}
	currentMonth(m)
	m.EachMonthAfter(rows[len(rows)-1].StartsAt, func(b *models.BillingMonth) { rows = append(rows, *b) })
	out := make([]month, len(rows))
	for i, b := range rows {
		out[i] = monthOf(m, b)
		out[i].State = decideMonthState(b, m.Now, closing.MonthStartsAt, invoices[b.StartsAt])
		if n := invoices[b.StartsAt]; n != 0 {
			out[i].Number = InvoiceNumber(n)
		}
	}
	return out, nil
}

func monthOf(m *models.MeterState, b models.BillingMonth) month {
	return month{row: b, meter: m.Meter, now: m.Now, MonthSummary: MonthSummary{
		Name: monthName(b), Starts: b.StartsAt.Time(), Ends: b.EndsAt.Time(), Extra: b.Spent,
	}}
}

// monthName is the calendar month that a billing month is; its middle tells, whatever zone it was kept in.
func monthName(b models.BillingMonth) string {
	return (b.StartsAt + (b.EndsAt-b.StartsAt)/2).Time().Format("2006-01")
}

// decideMonthState tells how a month stands; closing is the start of the oldest month that is not closed, number its invoice's.
func decideMonthState(b models.BillingMonth, now, closing models.Instant, number int64) MonthState {
	switch {
	case number != 0:
		return MonthIssued
	case now < b.EndsAt:
		return MonthRunning
	case b.StartsAt >= closing:
		return MonthClosing
	}
	return MonthEmpty
}
