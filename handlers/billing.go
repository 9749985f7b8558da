package handlers

import (
	"crypto/rand"

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
