package billing

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"extrausage/models"
	"extrausage/money"
	"extrausage/pricing"
)

// MonthState is how a billing month stands.
type MonthState string

// The states of a billing month: it runs; it is over, and requests that began in it may still be charged to it; nothing of it
// changes any more.
const (
	MonthRunning MonthState = "running"
	MonthClosing MonthState = "closing"
	MonthClosed  MonthState = "closed"
)

// MonthSummary is a billing month in short.
type MonthSummary struct {
	Name   string // the calendar month it is, 2006-01; no two of an account are the same
	Starts time.Time
	Ends   time.Time
	State  MonthState
	Extra  money.Amount // charged in it
}

// Invoice is a billing month in full. Its figures are sums of entries: Opening + Purchased − Returned + Corrections − Extra =
// Closing.
type Invoice struct {
	MonthSummary
	At          time.Time // when this was so
	Models      []InvoiceModel
	Purchases   []PurchaseView // credited in the month, in time
	Purchased   money.Amount
	Returned    money.Amount // refunds and disputes
	Corrections money.Amount
	Opening     money.Amount
	Closing     money.Amount // of a running month: the balance now
}

// InvoiceModel is the extra usage of one model: Charge = cost of the lines − Plan − Absorbed.
type InvoiceModel struct {
	Model    string
	Requests int64
	Lines    []InvoiceLine
	Plan     money.Amount
	Absorbed money.Amount
	Charge   money.Amount
}

// InvoiceLine is what the tokens of one class cost at one rate, of all requests that were charged at least in part.
type InvoiceLine struct {
	pricing.Line
	Tier pricing.Tier
}

// MonthSummaries are the billing months of an account, the newest first: the running one, and those before it.
func (s *Service) MonthSummaries(ctx context.Context, accountID string) (out []MonthSummary, err error) {
	err = s.store.View(ctx, func(tx *models.Tx) error {
		months, err := readMonths(tx, accountID)
		out = make([]MonthSummary, 0, len(months))
		for _, m := range slices.Backward(months) {
			out = append(out, m.MonthSummary)
		}
		return err
	})
	return out, err
}

// Invoice is the billing month of an account with this name. Fault: not_found.
func (s *Service) Invoice(ctx context.Context, accountID, name string) (out Invoice, err error) {
	err = s.store.View(ctx, func(tx *models.Tx) error {
		months, err := readMonths(tx, accountID)
		if err != nil {
			return err
		}
		for _, m := range months {
			if m.Name == name {
				out, err = readInvoice(tx, accountID, m)
				return err
			}
		}
		return fault(NotFound, "not_found")
	})
	return out, err
}

// month is a billing month and its row; one that nothing happened in yet has no row in the database.
type month struct {
	MonthSummary
	row models.BillingMonth
	now models.Instant
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
	currentMonth(m)
	m.EachMonthAfter(rows[len(rows)-1].StartsAt, func(b *models.BillingMonth) { rows = append(rows, *b) })
	open, err := tx.MonthsWithOpenHolds(accountID)
	out := make([]month, len(rows))
	for i, b := range rows {
		out[i] = month{row: b, now: m.Now, MonthSummary: MonthSummary{
			Name: monthName(b), Starts: b.StartsAt.Time(), Ends: b.EndsAt.Time(), Extra: b.Spent,
			State: decideMonthState(b, m.Now, slices.Contains(open, b.StartsAt)),
		}}
	}
	return out, err
}

// monthName is the calendar month that a billing month is; its middle tells, whatever zone it was kept in.
func monthName(b models.BillingMonth) string {
	return (b.StartsAt + (b.EndsAt-b.StartsAt)/2).Time().Format("2006-01")
}

func decideMonthState(b models.BillingMonth, now models.Instant, openHolds bool) MonthState {
	switch {
	case now < b.EndsAt:
		return MonthRunning
	case openHolds:
		return MonthClosing
	}
	return MonthClosed
}

func readInvoice(tx *models.Tx, accountID string, m month) (Invoice, error) {
	out := Invoice{MonthSummary: m.MonthSummary, At: m.now.Time(), Opening: m.row.OpeningBalance}
	sums, err := tx.EntrySums(accountID, m.row.StartsAt)
	if err != nil {
		return out, err
	}
	out.add(sums)
	charged, err := tx.ChargedUsages(accountID, m.row.StartsAt)
	if err != nil {
		return out, err
	}
	out.Models = invoiceModels(charged)
	bought, err := tx.PurchasesOfMonth(accountID, m.row.StartsAt)
	for _, p := range bought {
		out.Purchases = append(out.Purchases, purchaseView(p))
	}
	if err != nil {
		return out, err
	}
	return out, out.check(m.row.Spent)
}

// add takes over what the ledger says.
func (i *Invoice) add(sums []models.EntrySum) {
	i.Extra = 0
	i.Closing = i.Opening
	for _, s := range sums {
		i.Closing = i.Closing.Add(s.Amount)
		switch s.Kind {
		case "charge":
			i.Extra = s.Amount.Neg()
		case "purchase":
			i.Purchased = s.Amount
		case "correction":
			i.Corrections = s.Amount
		default:
			i.Returned = i.Returned.Sub(s.Amount)
		}
	}
}

// check refuses to show an invoice whose parts are not what the ledger says (P9).
func (i *Invoice) check(spent money.Amount) error {
	var charges, purchases money.Amount
	for _, m := range i.Models {
		charges = charges.Add(m.Charge)
	}
	for _, p := range i.Purchases {
		purchases = purchases.Add(p.Amount)
	}
	if charges != i.Extra || spent != i.Extra || purchases != i.Purchased {
		return fmt.Errorf("invoice %s: entries %s and %s, usages %s, month %s, purchases %s",
			i.Name, i.Extra.Decimal(), i.Purchased.Decimal(), charges.Decimal(), spent.Decimal(), purchases.Decimal())
	}
	return nil
}

// invoiceModels puts sums by model and rates together: the model that was charged most comes first.
func invoiceModels(charged []models.ChargedUsages) []InvoiceModel {
	byName := map[string]*InvoiceModel{}
	for _, c := range charged {
		m := byName[c.Model]
		if m == nil {
			m = &InvoiceModel{Model: c.Model}
			byName[c.Model] = m
		}
		m.Requests += c.Requests
		m.Plan, m.Absorbed, m.Charge = m.Plan.Add(c.Plan), m.Absorbed.Add(c.Absorbed), m.Charge.Add(c.Extra)
		for _, l := range chargedLines(c) {
			m.addLine(InvoiceLine{Line: l, Tier: pricing.Tier(c.Tier)})
		}
	}
	out := make([]InvoiceModel, 0, len(byName))
	for _, m := range byName {
		slices.SortFunc(m.Lines, compareLines)
		out = append(out, *m)
	}
	slices.SortFunc(out, func(a, b InvoiceModel) int {
		return cmp.Or(cmp.Compare(b.Charge, a.Charge), cmp.Compare(a.Model, b.Model))
	})
	return out
}

func chargedLines(c models.ChargedUsages) []pricing.Line {
	used := pricing.Usage{
		Input: c.InputTokens, Output: c.OutputTokens, CacheWrite: c.CacheWriteTokens, CacheWrite1h: c.CacheWrite1hTokens,
		CacheRead: c.CacheReadTokens,
	}
	return linesOf(used, classRates{
		pricing.Input: c.InputRate, pricing.Output: c.OutputRate, pricing.CacheWrite: c.CacheWriteRate,
		pricing.CacheWrite1h: c.CacheWrite1hRate, pricing.CacheRead: c.CacheReadRate,
	})
}

// addLine joins lines of one class, tier and rate: sums that differ in the rate of another class are one line here.
func (m *InvoiceModel) addLine(l InvoiceLine) {
	for i := range m.Lines {
		known := &m.Lines[i]
		if known.Class == l.Class && known.Tier == l.Tier && known.Rate == l.Rate {
			known.Tokens, known.Cost = known.Tokens+l.Tokens, known.Cost.Add(l.Cost)
			return
		}
	}
	m.Lines = append(m.Lines, l)
}

func compareLines(a, b InvoiceLine) int {
	return cmp.Or(
		cmp.Compare(slices.Index(pricing.Classes, a.Class), slices.Index(pricing.Classes, b.Class)),
		cmp.Compare(a.Tier, b.Tier), // "<=200K" comes before ">200K"
		cmp.Compare(a.Rate, b.Rate),
	)
}
