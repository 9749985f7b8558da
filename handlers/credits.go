package handlers

import (
	"github.com/labstack/echo/v4"

	"extrausage/billing"
	"extrausage/views"
)

// buyCredits shows what an order would do, and does it once the very amount shown comes back confirmed. The form's key makes
// it one purchase, however often it is sent.
func (s *Server) buyCredits(c echo.Context) error {
	ctx := c.Request().Context()
	amount, err := parseAmount(s.lang(c), "amount", c.FormValue("amount"))
	if err != nil {
		return s.mendOrder(c, err)
	}
	order := billing.Order{Amount: amount, Key: c.FormValue("key")}
	if c.FormValue("confirm") != amount.Decimal() {
		return s.reviewOrder(c, order)
	}
	p, err := s.svc.BuyCredits(ctx, account(c), order)
	if err != nil {
		return s.mendOrder(c, err)
	}
	return s.toBank(c, p)
}

// authenticatePurchase leads to the bank of a purchase that waits for the subscriber.
func (s *Server) authenticatePurchase(c echo.Context) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	p, err := s.svc.Purchase(c.Request().Context(), account(c), id)
	if err != nil {
		return err
	}
	return s.toBank(c, p)
}

// toBank leads to where a purchase is confirmed, if it waits for that, else to how it stands.
func (s *Server) toBank(c echo.Context, p billing.PurchaseView) error {
	ctx := c.Request().Context()
	if p.State == billing.PurchaseRequiresAction {
		bank, err := s.svc.AuthenticatePurchase(ctx, account(c), p.ID)
		if f := billing.AsFault(err); err != nil && (f == nil || f.Kind != billing.Unusable) {
			return err
		}
		if bank != "" {
			return s.redirect(c, bank)
		}
		if p, err = s.svc.Purchase(ctx, account(c), p.ID); err != nil {
			return err
		}
	}
	return s.afterPurchase(c, p)
}

func (s *Server) reviewOrder(c echo.Context, order billing.Order) error {
	r, err := s.svc.ReviewPurchase(c.Request().Context(), account(c), order)
	if err != nil {
		return s.mendOrder(c, err)
	}
	if r.Made != nil {
		return s.afterPurchase(c, *r.Made)
	}
	return s.show(c, views.BuyCreditsReviewPage(views.BuyCreditsReviewProps{
		Frame: s.frame(c, ""), Amount: r.Amount, Balance: r.Balance, BalanceAfter: r.BalanceAfter, Card: viewCard(r.Card, s.conf.Clock()),
		Key: r.Key,
	}))
}

// mendOrder shows the form as typed, with what is wrong, under a fresh key.
func (s *Server) mendOrder(c echo.Context, err error) error {
	f := billing.AsFault(err)
	if f == nil || f.Kind == billing.NotFound {
		return err
	}
	p, err := s.billingProps(c)
	if err != nil {
		return err
	}
	lang := s.lang(c)
	p.Credits.Amount = field(c, lang, "amount", f)
	p.Credits.Problem = formProblem(lang, f, p.Credits.Amount)
	return s.render(c, kindStatus[f.Kind], views.BillingPage(p))
}

// purchaseNotices say how a purchase stands.
var purchaseNotices = map[billing.PurchaseState]notice{
	billing.PurchaseSucceeded:      {Kind: string(views.KindSuccess), ID: views.MsgBought},
	billing.PurchaseDeclined:       {Kind: string(views.KindDanger), ID: views.MsgBuyDeclined},
	billing.PurchaseRequiresAction: {Kind: string(views.KindWarning), ID: views.MsgBuyAction},
	billing.PurchaseAbandoned:      {Kind: string(views.KindWarning), ID: views.MsgBuyAbandoned},
}

// afterPurchase leads to the list of purchases and says how this one stands.
func (s *Server) afterPurchase(c echo.Context, p billing.PurchaseView) error {
	n, known := purchaseNotices[p.State]
	if !known {
		n = notice{Kind: string(views.KindInfo), ID: views.MsgBuyPending}
	}
	n.Args = []string{"Amount", s.lang(c).Money(p.Amount), "Card", viewPurchase(p).Card.Short()}
	if err := s.flash(c, n); err != nil {
		return err
	}
	return s.redirect(c, billingPath+"#purchases")
}

// actionReturn is where the bank's page sends the subscriber back to. How the purchase stands is looked up, not believed.
func (s *Server) actionReturn(c echo.Context) error {
	ctx, id := c.Request().Context(), c.QueryParam("purchase")
	p, err := s.svc.ReturnFromAction(ctx, account(c), id)
	if f := billing.AsFault(err); f != nil && f.Kind == billing.Unusable {
		p, err = s.svc.Purchase(ctx, account(c), id)
	}
	if err != nil {
		return err
	}
	return s.afterPurchase(c, p)
}
