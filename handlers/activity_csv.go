package handlers

import (
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"extrausage/billing"
	"extrausage/views"
)

// activityColumns name figures as the API does; amounts are US dollars, times are UTC.
var activityColumns = []string{
	"id", "at", "reported_at", "model", "model_id", "message_id", "hold_id", "tier", "rates_version", "input_tokens", "output_tokens",
	"cache_write_tokens", "cache_write_1h_tokens", "cache_read_tokens", "cost", "plan_part", "extra_part", "absorbed",
}

// activityCSV is the list that the activity page shows under the same address, whole.
func (s *Server) activityCSV(c echo.Context) error {
	switch views.ActivityTab(c.QueryParam("show")) {
	case views.ActivityChanges:
		return s.changesCSV(c)
	case views.ActivityStaff:
		return s.staffViewsCSV(c)
	case "", views.ActivityCharges:
		return s.requestsCSV(c)
	}
	return echo.NewHTTPError(http.StatusNotFound)
}

// requestsCSV is every request that the filter chooses, the newest first.
func (s *Server) requestsCSV(c echo.Context) error {
	filter, err := parseActivityFilter(s.lang(c), c)
	if err != nil {
		return err
	}
	f := &csvFile{c: c, name: "extra-usage-activity.csv", header: activityColumns}
	return f.end(s.svc.EachUsage(c.Request().Context(), account(c), filter, func(u billing.ExportUsage) error {
		return f.row(activityRow(u)...)
	}))
}

// changesCSV is every change of a setting, the newest first, with values as they are stored.
func (s *Server) changesCSV(c echo.Context) error {
	f := &csvFile{c: c, name: "settings-changes.csv", header: []string{"id", "at", "setting", "old", "new", "by"}}
	return f.end(s.svc.EachSettingChange(c.Request().Context(), account(c), func(v billing.SettingChange) error {
		return f.row(cell(v.ID), v.At.Format(time.RFC3339Nano), cell(v.Setting), cell(v.Old), cell(v.New), cell(string(v.Actor)))
	}))
}

// staffViewsCSV is every page that staff saw, the newest first.
func (s *Server) staffViewsCSV(c echo.Context) error {
	f := &csvFile{c: c, name: "staff-views.csv", header: []string{"at", "staff", "reason", "ticket"}}
	return f.end(s.svc.EachStaffView(c.Request().Context(), account(c), func(v billing.StaffView) error {
		return f.row(v.At.Format(time.RFC3339Nano), cell(v.StaffName), cell(v.Reason), cell(v.Ticket))
	}))
}

func activityRow(u billing.ExportUsage) []string {
	count := func(n int64) string { return strconv.FormatInt(n, 10) }
	return []string{
		cell(u.ID), u.OccurredAt.Format(time.RFC3339Nano), u.ArrivedAt.Format(time.RFC3339Nano), cell(u.Model), cell(u.ModelID),
		cell(u.MessageID), cell(u.HoldID), u.Tier, u.RatesVersion, count(u.InputTokens), count(u.OutputTokens), count(u.CacheWriteTokens),
		count(u.CacheWrite1hTokens), count(u.CacheReadTokens), u.Cost.Decimal(), u.PlanPart.Decimal(), u.ExtraPart.Decimal(), u.Absorbed.Decimal(),
	}
}
