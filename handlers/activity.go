package handlers

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"extrausage/billing"
	"extrausage/views"
)

const (
	activityPath   = "/settings/usage/activity"
	rowsOnPage     = 50
	rowsForSupport = 20
)

// activity is one of three lists: requests, changes of settings, views by staff.
func (s *Server) activity(c echo.Context) error {
	p := views.ActivityProps{Frame: s.frame(c, ""), Tab: views.ActivityTab(c.QueryParam("show"))}
	switch p.Tab {
	case views.ActivityChanges:
		return s.activityChanges(c, p)
	case views.ActivityStaff:
		return s.activityStaff(c, p)
	case "", views.ActivityCharges:
		return s.activityRequests(c, p)
	}
	return echo.NewHTTPError(http.StatusNotFound)
}

func (s *Server) activityRequests(c echo.Context, p views.ActivityProps) error {
	ctx, lang := c.Request().Context(), s.lang(c)
	p.Tab = views.ActivityCharges
	filter, err := parseActivityFilter(lang, c)
	f := billing.AsFault(err)
	p.Filter = activityFilter(c, lang, f)
	if err != nil {
		if p.Filter.Models, err = s.svc.UsageModels(ctx, account(c)); err != nil {
			return err
		}
		return s.render(c, http.StatusUnprocessableEntity, views.ActivityPage(p))
	}
	a, err := s.svc.Activity(ctx, account(c), filter, c.QueryParam("before"), rowsOnPage)
	if err != nil {
		return err
	}
	query := filterQuery(c)
	p.Filter.Models, p.Filter.Active = a.Models, len(query) > 0
	p.Requests = viewRequests(a.Requests, func(id string) string { return withQuery(activityPath+"/"+id, chargeQuery(c)) })
	p.Totals = views.RequestTotals{Requests: int(a.Count), Cost: a.Totals.Sum(), Parts: viewParts(a.Totals)}
	p.CSVURL = withQuery(activityPath+".csv", query)
	if c.QueryParam("before") != "" {
		p.FirstURL = withQuery(activityPath, query)
	}
	if a.Next != "" {
		query.Set("before", a.Next)
		p.NextURL = withQuery(activityPath, query)
	}
	return s.show(c, views.ActivityPage(p))
}

// activityFilter is the filter as typed.
func activityFilter(c echo.Context, lang views.Lang, f *billing.Fault) views.ActivityFilter {
	return views.ActivityFilter{
		From: field(c, lang, "from", f), To: field(c, lang, "to", f), Model: field(c, lang, "model", f), Covered: field(c, lang, "covered", f),
	}
}

// filterQuery is the filter as an address carries it, and nothing else of the address.
func filterQuery(c echo.Context) url.Values { return keptQuery(c, "from", "to", "model", "covered") }

// chargeQuery is what leads back from a charge to where it stood in the list.
func chargeQuery(c echo.Context) url.Values {
	return keptQuery(c, "from", "to", "model", "covered", "before")
}

func keptQuery(c echo.Context, names ...string) url.Values {
	out := url.Values{}
	for _, name := range names {
		if v := c.QueryParam(name); v != "" {
			out.Set(name, v)
		}
	}
	return out
}

func withQuery(path string, query url.Values) string {
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}

// viewRequests are rows of requests. address leads to a request's explanation; where it is nil, rows lead nowhere.
func viewRequests(requests []billing.UsageView, address func(id string) string) []views.RequestRow {
	rows := make([]views.RequestRow, len(requests))
	for i, r := range requests {
		rows[i] = views.RequestRow{At: r.At, Model: r.Model, Tokens: r.Tokens, Cost: r.Cost, Parts: viewParts(r.CostParts)}
		if address != nil {
			rows[i].URL = address(r.ID)
		}
	}
	return rows
}

func viewParts(p billing.CostParts) views.CostParts {
	return views.CostParts{Plan: p.Plan, Extra: p.Extra, Absorbed: p.Absorbed}
}

func (s *Server) activityChanges(c echo.Context, p views.ActivityProps) error {
	before := c.QueryParam("before")
	changes, next, err := s.svc.SettingChanges(c.Request().Context(), account(c), before, rowsOnPage)
	if err != nil {
		return err
	}
	p.Changes = viewChanges(s.lang(c), changes)
	here := url.Values{"show": {string(views.ActivityChanges)}}
	if before != "" {
		p.FirstURL = withQuery(activityPath, here)
	}
	if next != "" {
		here.Set("before", next)
		p.NextURL = withQuery(activityPath, here)
	}
	return s.show(c, views.ActivityPage(p))
}

func (s *Server) activityStaff(c echo.Context, p views.ActivityProps) error {
	seen, err := s.svc.StaffViews(c.Request().Context(), account(c))
	if err != nil {
		return err
	}
	p.Views = viewStaffViews(seen)
	return s.show(c, views.ActivityPage(p))
}

func viewStaffViews(seen []billing.StaffView) []views.StaffView {
	rows := make([]views.StaffView, len(seen))
	for i, v := range seen {
		rows[i] = views.StaffView{At: v.At, Staff: v.StaffName, Reason: v.Reason, Ticket: v.Ticket}
	}
	return rows
}
