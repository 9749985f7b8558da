package handlers

import (
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"extrausage/billing"
	"extrausage/money"
	"extrausage/pricing"
	"extrausage/views"
)

// invoice is a billing month: a preview while it runs.
func (s *Server) invoice(c echo.Context) error {
	i, err := s.svc.Invoice(c.Request().Context(), account(c), c.Param("month"))
	if err != nil {
		return err
	}
	buyer, plan, err := s.buyer(c)
	if err != nil {
		return err
	}
	return s.show(c, views.InvoicePage(views.InvoiceProps{
		Frame: s.frame(c, ""), State: invoiceState(i.State), Starts: i.Starts, Ends: i.Ends, Seller: s.seller(), Buyer: buyer,
		PlanName: plan.Name, PlanPrice: plan.Price, Models: viewInvoiceModels(i.Models), Extra: i.Extra, Purchases: viewPurchases(i.Purchases),
		Purchased: i.Purchased, Returned: i.Returned, Corrections: i.Corrections, Opening: i.Opening, Closing: i.Closing,
		CSVURL: invoicePath(i.Name) + "/csv",
	}))
}

func viewInvoiceModels(in []billing.InvoiceModel) []views.InvoiceModel {
	out := make([]views.InvoiceModel, len(in))
	for i, m := range in {
		v := views.InvoiceModel{Model: m.Model, Requests: int(m.Requests), PlanPart: m.Plan, Absorbed: m.Absorbed, Charge: m.Charge}
		for _, l := range m.Lines {
			v.Lines = append(v.Lines, viewLine(l.Line, l.Tier))
		}
		out[i] = v
	}
	return out
}

func viewLine(l pricing.Line, tier pricing.Tier) views.PricedLine {
	return views.PricedLine{Class: l.Class, Tier: tier, Tokens: l.Tokens, PerMTok: perMTok(l.Rate), Cost: l.Cost}
}

// invoiceColumns: the column amount leads from the opening to the closing balance; cost explains what charges are made of.
var invoiceColumns = []string{"line", "at", "model", "token_class", "tier", "tokens", "usd_per_mtok", "cost", "amount"}

// invoiceCSV is the same billing month as a file.
func (s *Server) invoiceCSV(c echo.Context) error {
	i, err := s.svc.Invoice(c.Request().Context(), account(c), c.Param("month"))
	if err != nil {
		return err
	}
	f := &csvFile{c: c, name: "extra-usage-" + i.Name + ".csv", header: invoiceColumns}
	return f.end(writeInvoice(f, i))
}

func writeInvoice(f *csvFile, i billing.Invoice) error {
	rows := [][]string{invoiceRow("opening_balance", i.Starts, i.Opening)}
	for _, p := range i.Purchases {
		rows = append(rows, invoiceRow("purchase", p.EndedAt, p.Amount))
	}
	if i.Returned != 0 {
		rows = append(rows, invoiceRow("refunds_and_disputes", time.Time{}, i.Returned.Neg()))
	}
	if i.Corrections != 0 {
		rows = append(rows, invoiceRow("corrections", time.Time{}, i.Corrections))
	}
	for _, m := range i.Models {
		rows = append(rows, modelRows(m)...)
	}
	closes := i.Ends
	if i.State == billing.MonthRunning {
		closes = i.At
	}
	for _, r := range append(rows, invoiceRow("closing_balance", closes, i.Closing)) {
		if err := f.row(r...); err != nil {
			return err
		}
	}
	return nil
}

func invoiceRow(line string, at time.Time, amount money.Amount) []string {
	when := ""
	if !at.IsZero() {
		when = at.UTC().Format(time.RFC3339)
	}
	return []string{line, when, "", "", "", "", "", "", amount.Decimal()}
}

func modelRows(m billing.InvoiceModel) [][]string {
	var rows [][]string
	for _, l := range m.Lines {
		rows = append(rows, []string{
			"usage", "", cell(m.Model), string(l.Class), string(l.Tier), strconv.FormatInt(l.Tokens, 10), perMTok(l.Rate).Decimal(), l.Cost.Decimal(), "",
		})
	}
	if m.Plan != 0 {
		rows = append(rows, []string{"covered_by_plan", "", cell(m.Model), "", "", "", "", m.Plan.Neg().Decimal(), ""})
	}
	if m.Absorbed != 0 {
		rows = append(rows, []string{"absorbed", "", cell(m.Model), "", "", "", "", m.Absorbed.Neg().Decimal(), ""})
	}
	return append(rows, []string{"charge", "", cell(m.Model), "", "", "", "", "", m.Charge.Neg().Decimal()})
}
