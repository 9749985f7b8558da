package handlers

import (
	"maps"
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
	choices, err := s.svc.ActivityChoices(ctx, account(c))
	if err != nil {
		return err
	}
	a, err := s.requests(c, lang)
	f := billing.AsFault(err)
	p.Filter = activityFilter(c, lang, f)
	p.Filter.Models, p.Filter.Active = choices.Models, len(filterQuery(c)) > 0
	for _, name := range choices.Months {
		p.Filter.Months = append(p.Filter.Months, views.MonthOption{Name: name, At: inMonth(name, lang.Zone())})
	}
	switch {
	case f != nil && f.Kind == billing.Invalid:
		return s.render(c, http.StatusUnprocessableEntity, views.ActivityPage(p))
	case err != nil:
		return err
	}
	p.Requests = viewRequests(a.Requests, func(id string) string { return withQuery(activityPath+"/"+id, chargeQuery(c)) })
	p.Totals = views.RequestTotals{Requests: int(a.Count), Cost: a.Totals.Sum(), Parts: viewParts(a.Totals)}
	p.CSVURL = withQuery(activityPath+".csv", filterQuery(c))
	p.NewerURL, p.OlderURL = neighbours(a.Newer, a.Older, filterQuery(c))
	return s.show(c, views.ActivityPage(p))
}

// requests are those that the filter in the address chooses, from the place in it on.
func (s *Server) requests(c echo.Context, lang views.Lang) (billing.Activity, error) {
	filter, err := parseActivityFilter(lang, c)
	if err != nil {
		return billing.Activity{}, err
	}
	return s.svc.Activity(c.Request().Context(), account(c), filter, placeIn(c), rowsOnPage)
}

// placeIn is where in a list a page begins. An address that names both places has the page after the newer one.
func placeIn(c echo.Context) billing.Place {
	if before := c.QueryParam("before"); before != "" {
		return billing.Place{Before: before}
	}
	return billing.Place{After: c.QueryParam("after")}
}

// neighbours are the addresses of the pages beside one, "" where there is none.
func neighbours(newer, older string, query url.Values) (newerURL, olderURL string) {
	if newer != "" {
		newerURL = withQuery(activityPath, with(query, "after", newer))
	}
	if older != "" {
		olderURL = withQuery(activityPath, with(query, "before", older))
	}
	return newerURL, olderURL
}

// with is a query and one value more.
func with(query url.Values, name, value string) url.Values {
	out := maps.Clone(query)
	out.Set(name, value)
	return out
}

// filterNames are the fields of the filter, as the form and addresses name them.
var filterNames = []string{"from", "to", "month", "model", "covered", "hold"}

// activityFilter is the filter as typed.
func activityFilter(c echo.Context, lang views.Lang, f *billing.Fault) views.ActivityFilter {
	return views.ActivityFilter{
		From: field(c, lang, "from", f), To: field(c, lang, "to", f), Month: field(c, lang, "month", f), Model: field(c, lang, "model", f),
		Covered: field(c, lang, "covered", f), Hold: field(c, lang, "hold", f),
	}
}

// filterQuery is the filter as an address carries it, and nothing else of the address.
func filterQuery(c echo.Context) url.Values { return keptQuery(c, filterNames...) }

// chargeQuery is what leads back from a charge to where it stood in the list.
func chargeQuery(c echo.Context) url.Values {
	return keptQuery(c, append([]string{"before", "after"}, filterNames...)...)
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
	page, err := s.svc.SettingChanges(c.Request().Context(), account(c), placeIn(c), rowsOnPage)
	if err != nil {
		return err
	}
	p.Changes = viewChanges(s.lang(c), page.Changes)
	here := url.Values{"show": {string(views.ActivityChanges)}}
	p.NewerURL, p.OlderURL = neighbours(page.Newer, page.Older, here)
	p.CSVURL = withQuery(activityPath+".csv", here)
	return s.show(c, views.ActivityPage(p))
}

func (s *Server) activityStaff(c echo.Context, p views.ActivityProps) error {
	page, err := s.svc.StaffViews(c.Request().Context(), account(c), placeIn(c), rowsOnPage)
	if err != nil {
		return err
	}
	p.Views = viewStaffViews(page.Views)
	here := url.Values{"show": {string(views.ActivityStaff)}}
	p.NewerURL, p.OlderURL = neighbours(page.Newer, page.Older, here)
	p.CSVURL = withQuery(activityPath+".csv", here)
	return s.show(c, views.ActivityPage(p))
}

func viewStaffViews(seen []billing.StaffView) []views.StaffView {
	rows := make([]views.StaffView, len(seen))
	for i, v := range seen {
		rows[i] = views.StaffView{At: v.At, Staff: v.StaffName, Reason: v.Reason, Ticket: v.Ticket}
	}
	return rows
}
