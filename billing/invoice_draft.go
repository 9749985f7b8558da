package billing

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"extrausage/models"
	"extrausage/money"
	"extrausage/pricing"
)

// draftInvoice is what the ledger says of a billing month, as of now.
func (s *Service) draftInvoice(tx *models.Tx, m month) (out Invoice, err error) {
	out = Invoice{MonthSummary: m.MonthSummary, At: m.now.Time(), Seller: s.conf.Seller, Plan: PlanNamed(m.meter.Plan), Opening: m.row.OpeningBalance}
	if out.Buyer, err = buyer(tx, m.row.AccountID); err != nil {
		return out, err
	}
	if out.TimeZone, err = monthZone(tx, m); err != nil {
		return out, err
	}
	ledger, err := tx.MonthLedger(m.row.AccountID, m.row.StartsAt)
	if err != nil {
		return out, err
	}
	sums, err := ledger.Sums()
	if err != nil {
		return out, err
	}
	out.add(sums)
	charged, err := ledger.Charged()
	if err != nil {
		return out, err
	}
	out.Models = invoiceModels(charged)
	moved, err := ledger.Movements()
	for _, e := range moved {
		out.Movements = append(out.Movements, movement(e))
	}
	if err == nil && m.row.Spent != out.Extra {
		err = fmt.Errorf("invoice %s: month %s, entries %s", out.Name, m.row.Spent.Decimal(), out.Extra.Decimal())
	}
	return out, errors.Join(err, out.check())
}

// buyer is whom an account's invoices are made out to.
func buyer(tx *models.Tx, accountID string) (Party, error) {
	a, err := tx.Account(accountID)
	if err != nil {
		return Party{}, err
	}
	return Party{Name: a.Name, Company: a.Company, Address: a.Address, TaxID: a.TaxID, Email: a.Email, Account: a.ID}, nil
}

// monthZone is the zone that a billing month was kept in: a change acts from the next month.
func monthZone(tx *models.Tx, m month) (string, error) {
	c, err := tx.FirstChangeSince(m.row.AccountID, settingTimeZone, m.row.StartsAt)
	switch {
	case errors.Is(err, models.ErrNotFound):
		return m.meter.TimeZone, nil
	case err != nil:
		return "", err
	}
	return c.OldValue, nil
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

// check is why the parts of an invoice are not what its sums say (P9), or nil.
func (i *Invoice) check() error {
	var charges, purchased, returned, corrections money.Amount
	for _, m := range i.Models {
		cost := m.Charge.Add(m.Plan).Add(m.Absorbed)
		for _, l := range m.Lines {
			cost = cost.Sub(l.Cost)
			if l.Cost != l.Rate.Times(l.Tokens) {
				return fmt.Errorf("invoice %s: %s, %s: %d tokens cost %s", i.Name, m.Model, l.Class, l.Tokens, l.Cost.Decimal())
			}
		}
		if cost != 0 {
			return fmt.Errorf("invoice %s: %s: its lines are %s off", i.Name, m.Model, cost.Decimal())
		}
		charges = charges.Add(m.Charge)
	}
	for _, m := range i.Movements {
		switch m.Kind {
		case MovedByPurchase:
			purchased = purchased.Add(m.Amount)
		case MovedByCorrection:
			corrections = corrections.Add(m.Amount)
		case MovedByRefund, MovedByDispute, MovedByDisputeWon:
			returned = returned.Sub(m.Amount)
		}
	}
	closing := money.Sum(i.Opening, purchased, returned.Neg(), corrections, charges.Neg())
	if charges != i.Extra || purchased != i.Purchased || returned != i.Returned || corrections != i.Corrections || closing != i.Closing {
		return fmt.Errorf("invoice %s: extra %s of %s, purchased %s of %s, returned %s of %s, corrections %s of %s, closing %s of %s", i.Name,
			charges.Decimal(), i.Extra.Decimal(), purchased.Decimal(), i.Purchased.Decimal(), returned.Decimal(), i.Returned.Decimal(),
			corrections.Decimal(), i.Corrections.Decimal(), closing.Decimal(), i.Closing.Decimal())
	}
	return nil
}

func movement(e models.Movement) InvoiceMovement {
	return InvoiceMovement{
		Kind: MovementKind(e.Kind), At: e.At.Time(), Amount: e.Amount, PurchaseID: e.PurchaseID, Receipt: e.ReceiptNumber,
		Auto: PurchaseKind(e.PurchaseKind) == PurchaseAutoReload, CardBrand: e.CardBrand, CardLast4: e.CardLast4,
	}
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
			m.addLine(InvoiceLine{Class: l.Class, Tier: pricing.Tier(c.Tier), Tokens: l.Tokens, Rate: l.Rate, Cost: l.Cost})
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
