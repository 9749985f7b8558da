package handlers

import (
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"extrausage/billing"
	"extrausage/pricing"
	"extrausage/views"
)

// invoice is a billing month: its invoice as it was issued, or a preview while there is none.
func (s *Server) invoice(c echo.Context) error {
	p, _, err := s.invoiceProps(c)
	if err != nil {
		return err
	}
	return s.show(c, views.InvoicePage(p))
}

// invoicePDF is an issued invoice as a file: the same bytes each time, in the reader's language.
func (s *Server) invoicePDF(c echo.Context) error {
	p, i, err := s.invoiceProps(c)
	if err != nil {
		return err
	}
	if i.State != billing.MonthIssued {
		return &billing.Fault{Kind: billing.NotFound, Code: "not_found"}
	}
	return sendPDF(c, i.Number+".pdf", p.Document(), i.At)
}

func (s *Server) invoiceProps(c echo.Context) (p views.InvoiceProps, i billing.Invoice, err error) {
	if i, err = s.svc.Invoice(c.Request().Context(), account(c), c.Param("month")); err != nil {
		return p, i, err
	}
	path := invoicePath(i.Name)
	p = views.InvoiceProps{
		Frame: s.frame(c, ""), State: invoiceState(i.State), Number: i.Number, At: i.At, Starts: i.Starts, Ends: i.Ends, TimeZone: i.TimeZone,
		Seller: viewParty(i.Seller), Buyer: viewParty(i.Buyer), Account: i.Buyer.Account, PlanName: i.Plan.Name, PlanPrice: i.Plan.Price,
		Models: viewInvoiceModels(i.Models), Extra: i.Extra, Purchased: i.Purchased, Returned: i.Returned, Corrections: i.Corrections,
		Opening: i.Opening, Closing: i.Closing, CSVURL: path + "/csv", Address: s.conf.BaseURL + path,
	}
	if i.State == billing.MonthIssued {
		p.PDFURL = path + "/pdf"
	}
	p.Purchases, p.Others = viewMovements(i.Movements)
	if zone, err := time.LoadLocation(i.TimeZone); err == nil {
		p.Frame.Lang = views.NewLang(p.Frame.Lang.Tag(), zone) // the month begins and ends at midnight of its own zone
	}
	return p, i, nil
}

func viewInvoiceModels(in []billing.InvoiceModel) []views.InvoiceModel {
	out := make([]views.InvoiceModel, len(in))
	for i, m := range in {
		v := views.InvoiceModel{Model: m.Model, Requests: int(m.Requests), PlanPart: m.Plan, Absorbed: m.Absorbed, Charge: m.Charge}
		for _, l := range m.Lines {
			v.Lines = append(v.Lines, views.PricedLine{Class: l.Class, Tier: l.Tier, Tokens: l.Tokens, PerMTok: perMTok(l.Rate), Cost: l.Cost})
		}
		out[i] = v
	}
	return out
}

func viewLine(l pricing.Line, tier pricing.Tier) views.PricedLine {
	return views.PricedLine{Class: l.Class, Tier: tier, Tokens: l.Tokens, PerMTok: perMTok(l.Rate), Cost: l.Cost}
}

// viewMovements are the purchases among movements, and the others.
func viewMovements(movements []billing.InvoiceMovement) (purchases, others []views.InvoiceMovement) {
	for _, m := range movements {
		v := views.InvoiceMovement{
			Kind: views.InvoiceMovementKind(m.Kind), At: m.At, Amount: m.Amount, Card: views.Card{Brand: m.CardBrand, Last4: m.CardLast4},
		}
		if m.Receipt != 0 {
			v.Receipt, v.ReceiptURL = strconv.FormatInt(m.Receipt, 10), receiptPath(m.PurchaseID)
		}
		if m.Kind != billing.MovedByPurchase {
			others = append(others, v)
			continue
		}
		if m.Auto {
			v.Kind = views.MovementAutoReload
		}
		purchases = append(purchases, v)
	}
	return purchases, others
}

func viewMonths(months []billing.MonthSummary, zone *time.Location) []views.InvoiceMonth {
	out := make([]views.InvoiceMonth, len(months))
	for i, m := range months {
		path := invoicePath(m.Name)
		out[i] = views.InvoiceMonth{
			URL: path, Starts: monthNamed(m, zone), Number: m.Number, State: invoiceState(m.State), Extra: m.Extra, CSVURL: path + "/csv",
		}
		if m.State == billing.MonthIssued {
			out[i].PDFURL = path + "/pdf"
		}
	}
	return out
}

func invoicePath(month string) string { return billingPath + "/invoices/" + month }

// monthNamed is the first instant of the calendar month that a billing month is named after: after a change of zone the
// billing month itself begins hours earlier or later.
func monthNamed(m billing.MonthSummary, zone *time.Location) time.Time {
	t, err := time.ParseInLocation("2006-01", m.Name, zone)
	if err != nil {
		return m.Starts
	}
	return t
}

func invoiceState(s billing.MonthState) views.InvoiceState {
	switch s {
	case billing.MonthRunning:
		return views.InvoicePreview
	case billing.MonthIssued:
		return views.InvoiceIssued
	case billing.MonthEmpty:
		return views.InvoiceEmpty
	case billing.MonthClosing:
	}
	return views.InvoiceClosing
}
