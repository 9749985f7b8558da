package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"extrausage/billing"
	"extrausage/views"
)

// support finds an account.
func (s *Server) support(c echo.Context) error {
	p := views.SupportProps{Frame: s.frame(c, ""), Query: views.Field{Name: "q", Value: c.QueryParam("q")}}
	if !c.QueryParams().Has("q") {
		return s.show(c, views.SupportPage(p))
	}
	hits, err := s.svc.FindAccounts(c.Request().Context(), p.Query.Value)
	if f := billing.AsFault(err); f != nil && f.Kind == billing.Invalid {
		p.Query = field(c, s.lang(c), "q", f)
		return s.render(c, http.StatusUnprocessableEntity, views.SupportPage(p))
	}
	if err != nil {
		return err
	}
	p.Searched = true
	for _, h := range hits {
		p.Results = append(p.Results, views.SupportResult{
			URL: supportAccountPath(h.ID), ID: h.ID, Email: h.MaskedEmail, Name: h.MaskedName, Plan: billing.PlanNamed(h.Plan).Name, Closed: h.Closed,
		})
	}
	return s.show(c, views.SupportPage(p))
}

func supportAccountPath(id string) string { return supportPath + "/accounts/" + id }

// startLook takes the reason for a look.
func (s *Server) startLook(c echo.Context) error {
	id := c.Param("id")
	_, err := s.svc.StartLook(c.Request().Context(), session(c).StaffID, id, c.FormValue("reason"), c.FormValue("ticket"))
	if f := billing.AsFault(err); f != nil && f.Kind == billing.Invalid {
		return s.askReason(c, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	return s.redirect(c, supportAccountPath(id))
}

// askReason asks why, before anything is shown.
func (s *Server) askReason(c echo.Context, status int, f *billing.Fault) error {
	a, err := s.svc.MaskedAccount(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	lang := s.lang(c)
	return s.render(c, status, views.SupportLookPage(views.SupportLookProps{
		Frame: s.frame(c, ""), Action: supportAccountPath(a.ID) + "/look", ID: a.ID, Email: a.MaskedEmail,
		Reason: field(c, lang, "reason", f), Ticket: field(c, lang, "ticket", f), Minutes: int(billing.LookFor.Minutes()),
	}))
}

// supportAccount shows what the subscriber sees. The look is in the subscriber's activity before anything is read.
func (s *Server) supportAccount(c echo.Context) error {
	look, err := s.svc.Look(c.Request().Context(), session(c).StaffID, c.Param("id"))
	if f := billing.AsFault(err); f != nil && f.Kind == billing.Forbidden {
		return s.askReason(c, http.StatusOK, nil)
	}
	if err != nil {
		return err
	}
	p, err := s.supportProps(c, look.AccountID)
	if err != nil {
		return err
	}
	p.Look = views.SupportLook{Reason: look.Reason, Ticket: look.Ticket, Until: look.EndsAt}
	return s.show(c, views.SupportAccountPage(p))
}

// supportProps is an account as staff may see it: the same status that its subscriber sees, and what led to it.
func (s *Server) supportProps(c echo.Context, id string) (p views.SupportAccountProps, err error) {
	ctx, lang := c.Request().Context(), s.lang(c)
	a, err := s.svc.MaskedAccount(ctx, id)
	if err != nil {
		return p, err
	}
	status, err := s.svc.Status(ctx, id)
	if err != nil {
		return p, err
	}
	p = views.SupportAccountProps{
		Frame: s.frame(c, ""), ID: a.ID, Email: a.MaskedEmail, Name: a.MaskedName, Locale: a.Locale, TimeZone: a.TimeZone,
		Plan: billing.PlanNamed(a.Plan).Name, Closed: a.Closed, Usage: usageStatus(status), Figures: s.figures(),
	}
	refusals, err := s.svc.Refusals(ctx, id, rowsOnPage)
	if err != nil {
		return p, err
	}
	p.Refusals = viewRefusals(refusals)
	activity, err := s.svc.Activity(ctx, id, billing.ActivityFilter{}, billing.Place{}, rowsForSupport)
	if err != nil {
		return p, err
	}
	p.Requests = viewRequests(activity.Requests, nil)
	purchases, _, err := s.svc.Purchases(ctx, id, "", rowsForSupport)
	if err != nil {
		return p, err
	}
	p.Purchases = viewPurchases(purchases)
	changes, err := s.svc.SettingChanges(ctx, id, billing.Place{}, rowsForSupport)
	if err != nil {
		return p, err
	}
	p.Changes = viewChanges(lang, changes.Changes)
	seen, err := s.svc.StaffViews(ctx, id, billing.Place{}, rowsForSupport)
	p.Views = viewStaffViews(seen.Views)
	return p, err
}

func viewRefusals(refusals []billing.RefusalView) []views.SupportRefusal {
	rows := make([]views.SupportRefusal, len(refusals))
	for i, r := range refusals {
		rows[i] = views.SupportRefusal{
			At: r.At, Reason: views.ReasonCode(r.Reason), Model: r.Model, Needed: r.Needed, Available: r.Available, FitsMaxTokens: r.FitsMaxTokens,
		}
	}
	return rows
}
