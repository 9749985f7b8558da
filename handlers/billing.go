package handlers

import (
	"crypto/rand"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"extrausage/billing"
	"extrausage/views"
)

const (
	billingPath     = "/settings/billing"
	purchasesOnPage = 20
)

// billing is Settings > Billing.
func (s *Server) billing(c echo.Context) error {
	p, err := s.billingProps(c)
	if err != nil {
		return err
	}
	return s.show(c, views.BillingPage(p))
}

// billingProps is the page as it stands, with a fresh form to buy credits.
func (s *Server) billingProps(c echo.Context) (p views.BillingProps, err error) {
	ctx, lang := c.Request().Context(), s.lang(c)
	status, err := s.svc.Status(ctx, account(c))
	if err != nil {
		return p, err
	}
	purchases, next, err := s.svc.Purchases(ctx, account(c), c.QueryParam("before"), purchasesOnPage)
	if err != nil {
		return p, err
	}
	months, err := s.svc.MonthSummaries(ctx, account(c))
	if err != nil {
		return p, err
	}
	card := usageStatus(status).Card
	p = views.BillingProps{
		Frame:         s.frame(c, ""),
		PaymentMethod: views.PaymentMethodProps{Lang: lang, Card: card, Reload: status.Reload.On, Balance: status.Balance},
		Credits: views.CreditsProps{
			Lang: lang, Balance: status.Balance, Held: status.Balance.Sub(status.Available), Card: card, Amount: views.Field{Name: "amount"},
			Key: newFormKey(), Min: billing.MinPurchase, Max: billing.MaxPurchase,
		},
		Purchases: views.PurchasesProps{Lang: lang, Purchases: viewPurchases(purchases)},
		Invoices:  views.InvoicesProps{Lang: lang, Months: viewMonths(months, lang.Zone())},
	}
	if next != "" {
		p.Purchases.NextURL = billingPath + "?before=" + next + "#purchases"
	}
	return p, nil
}

// newFormKey makes a form unique: however often it is sent, it does its work once.
func newFormKey() string { return "form_" + rand.Text() }

func viewPurchases(purchases []billing.PurchaseView) []views.Purchase {
	out := make([]views.Purchase, len(purchases))
	for i, p := range purchases {
		out[i] = viewPurchase(p)
	}
	return out
}

// viewPurchase is a purchase as views show it.
func viewPurchase(p billing.PurchaseView) views.Purchase {
	v := views.Purchase{
		ID: p.ID, At: p.At, Amount: p.Amount, Auto: p.Kind == billing.PurchaseAutoReload, State: views.PurchaseState(p.State),
		Failure: views.PurchaseFailure(p.Failure), Card: views.Card{Brand: p.CardBrand, Last4: p.CardLast4},
	}
	if p.State == billing.PurchaseRequiresAction {
		v.ActionURL = billingPath + "/purchases/" + p.ID + "/authenticate"
	}
	if p.State == billing.PurchaseSucceeded {
		v.ReceiptURL = billingPath + "/purchases/" + p.ID
	}
	return v
}

func viewMonths(months []billing.MonthSummary, zone *time.Location) []views.InvoiceMonth {
	out := make([]views.InvoiceMonth, len(months))
	for i, m := range months {
		out[i] = views.InvoiceMonth{URL: invoicePath(m.Name), Starts: monthNamed(m, zone), State: invoiceState(m.State), Extra: m.Extra}
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

// invoiceState words how a month stands. Invoices are not issued yet: a month that is closed waits for it.
func invoiceState(s billing.MonthState) views.InvoiceState {
	if s == billing.MonthRunning {
		return views.InvoicePreview
	}
	return views.InvoiceClosing
}

// receipt is the receipt of a purchase.
func (s *Server) receipt(c echo.Context) error {
	ctx := c.Request().Context()
	r, err := s.svc.Receipt(ctx, account(c), c.Param("id"))
	if err != nil {
		return err
	}
	buyer, _, err := s.buyer(c)
	if err != nil {
		return err
	}
	return s.show(c, views.ReceiptPage(views.ReceiptProps{
		Frame: s.frame(c, ""), Number: strconv.FormatInt(r.ReceiptNumber, 10), Seller: s.seller(), Buyer: buyer,
		Purchase: viewPurchase(r.PurchaseView), BalanceAfter: r.BalanceAfter,
	}))
}

func (s *Server) seller() views.Party {
	return views.Party{Name: s.conf.Seller.Name, Address: s.conf.Seller.Address, TaxID: s.conf.Seller.TaxID}
}

// buyer is who documents are made out to, and their plan.
func (s *Server) buyer(c echo.Context) (views.Party, billing.Plan, error) {
	p, err := s.svc.Profile(c.Request().Context(), account(c))
	party := views.Party{Name: p.Name, Company: p.Company, Address: p.Address, TaxID: p.TaxID, Email: p.Email}
	return party, billing.PlanNamed(p.Plan), err
}
