package handlers

import (
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"extrausage/billing"
	"extrausage/money"
)

// invoiceColumns: the column amount leads from the opening to the closing balance; cost explains what charges are made of;
// reference is the number of the invoice or of a purchase's receipt.
var invoiceColumns = []string{"line", "at", "reference", "model", "token_class", "tier", "tokens", "usd_per_mtok", "cost", "amount"}

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
	rows := [][]string{invoiceRow("opening_balance", i.Starts, i.Number, i.Opening)}
	for _, m := range i.Movements {
		reference := ""
		if m.Receipt != 0 {
			reference = strconv.FormatInt(m.Receipt, 10)
		}
		rows = append(rows, invoiceRow(string(m.Kind), m.At, reference, m.Amount))
	}
	for _, m := range i.Models {
		rows = append(rows, modelRows(m)...)
	}
	closes := i.Ends
	if i.State == billing.MonthRunning {
		closes = i.At
	}
	for _, r := range append(rows, invoiceRow("closing_balance", closes, i.Number, i.Closing)) {
		if err := f.row(r...); err != nil {
			return err
		}
	}
	return nil
}

func invoiceRow(line string, at time.Time, reference string, amount money.Amount) []string {
	return []string{line, at.UTC().Format(time.RFC3339), reference, "", "", "", "", "", "", amount.Decimal()}
}

func modelRows(m billing.InvoiceModel) [][]string {
	var rows [][]string
	for _, l := range m.Lines {
		rows = append(rows, []string{
			"usage", "", "", cell(m.Model), string(l.Class), string(l.Tier), strconv.FormatInt(l.Tokens, 10), perMTok(l.Rate).Decimal(), l.Cost.Decimal(), "",
		})
	}
	if m.Plan != 0 {
		rows = append(rows, []string{"covered_by_plan", "", "", cell(m.Model), "", "", "", "", m.Plan.Neg().Decimal(), ""})
	}
	if m.Absorbed != 0 {
		rows = append(rows, []string{"absorbed", "", "", cell(m.Model), "", "", "", "", m.Absorbed.Neg().Decimal(), ""})
	}
	return append(rows, []string{"charge", "", "", cell(m.Model), "", "", "", "", "", m.Charge.Neg().Decimal()})
}
