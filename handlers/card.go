package handlers

import (
	"github.com/labstack/echo/v4"

	"extrausage/billing"
	"extrausage/views"
)

// addCard leads to the payment provider's page. The form says which page to come back to.
func (s *Server) addCard(c echo.Context) error {
	to := billing.ReturnToBilling
	if next := c.FormValue("next"); next == "enable" || next == enableCardPath {
		to = billing.ReturnToEnable
	}
	address, err := s.svc.StartCardSetup(c.Request().Context(), account(c), to)
	if f := billing.AsFault(err); f != nil && f.Kind == billing.Unusable {
		return s.afterCard(c, to, views.PaymentMethodUnavailable)
	}
	if err != nil {
		return err
	}
	return s.redirect(c, address)
}

// cardReturn is where the provider sends the subscriber back to. What was added there is looked up, not believed.
func (s *Server) cardReturn(c echo.Context) error {
	ctx := c.Request().Context()
	to, err := s.svc.FinishCardSetup(ctx, account(c), c.QueryParam("session"))
	switch f := billing.AsFault(err); {
	case err == nil:
	case f != nil && f.Code == "setup_not_finished":
		return s.afterCard(c, billing.ReturnToBilling, views.PaymentMethodCancelled)
	case f != nil && f.Kind == billing.Unusable: // its webhook brings the card
		return s.afterCard(c, billing.ReturnToBilling, views.PaymentMethodPending)
	default:
		return err
	}
	last, err := s.svc.SettingChanges(ctx, account(c), billing.Place{}, 1)
	if err != nil {
		return err
	}
	result := views.PaymentMethodAdded
	if len(last.Changes) == 1 && last.Changes[0].Setting == cardSetting && last.Changes[0].Old != "" {
		result = views.PaymentMethodReplaced
	}
	return s.afterCard(c, to, result)
}

// afterCard leads to the page that a card was added from, and says there what came of it.
func (s *Server) afterCard(c echo.Context, to billing.ReturnTo, result views.PaymentMethodResult) error {
	if to == billing.ReturnToEnable {
		if result == views.PaymentMethodAdded || result == views.PaymentMethodReplaced {
			return s.redirect(c, enablePath)
		}
		return s.redirect(c, enableCardPath+"?result="+string(result))
	}
	kind := views.KindInfo
	switch result {
	case views.PaymentMethodAdded, views.PaymentMethodReplaced, views.PaymentMethodRemoved:
		kind = views.KindSuccess
	case views.PaymentMethodUnavailable:
		kind = views.KindWarning
	}
	if err := s.flash(c, notice{Kind: string(kind), ID: "billing.method_" + string(result)}); err != nil {
		return err
	}
	return s.redirect(c, billingPath)
}

// removeCard is one step; the page has said what it stops.
func (s *Server) removeCard(c echo.Context) error {
	if err := s.svc.RemoveCard(c.Request().Context(), account(c)); err != nil {
		return err
	}
	return s.afterCard(c, billing.ReturnToBilling, views.PaymentMethodRemoved)
}
