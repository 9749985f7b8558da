package handlers

import (
	"github.com/labstack/echo/v4"

	"extrausage/billing"
	"extrausage/views"
)

// charge explains one request to the last cent.
func (s *Server) charge(c echo.Context) error {
	e, err := s.svc.Charge(c.Request().Context(), account(c), c.Param("id"))
	if err != nil {
		return err
	}
	p := chargeProps(e)
	p.Frame, p.BackURL = s.frame(c, ""), withQuery(activityPath, chargeQuery(c))
	return s.show(c, views.ChargePage(p))
}

func chargeProps(e billing.Explanation) views.ChargeProps {
	p := views.ChargeProps{
		ID: e.ID, At: e.At, Arrived: e.Arrived, Model: e.Model, ModelID: e.ModelID, MessageID: e.MessageID,
		Prompt: views.PromptTier{Tokens: e.Prompt, Tier: e.Tier}, Cost: e.Cost, RatesVersion: e.RatesVersion, Parts: viewParts(e.CostParts),
		Session: views.ChargeSession{
			Starts: e.SessionStarts, Ends: e.SessionEnds, Allowance: e.Allowance, UsedBefore: e.UsedBefore,
			LeftBefore: e.Allowance.Sub(e.UsedBefore),
		},
		Why: views.ChargeReason(e.Why), BalanceAfter: e.BalanceAfter, SpentAfter: e.SpentAfter, HoldID: e.HoldID, Limit: viewLimit(e.Limit),
		Permission: views.ChargePermission{By: string(e.Permission.By), At: e.Permission.At},
	}
	for _, l := range e.Lines {
		p.Lines = append(p.Lines, viewLine(l, e.Tier))
	}
	return p
}
