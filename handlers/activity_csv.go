package handlers

import (
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"extrausage/billing"
)

// activityColumns name figures as the API does; amounts are US dollars, times are UTC.
var activityColumns = []string{
	"id", "at", "reported_at", "model", "model_id", "message_id", "tier", "rates_version", "input_tokens", "output_tokens",
	"cache_write_tokens", "cache_write_1h_tokens", "cache_read_tokens", "cost", "plan_part", "extra_part", "absorbed",
}

// activityCSV is every request that the filter chooses, the newest first.
func (s *Server) activityCSV(c echo.Context) error {
	filter, err := parseActivityFilter(s.lang(c), c)
	if err != nil {
		return err
	}
	f := &csvFile{c: c, name: "extra-usage-activity.csv", header: activityColumns}
	return f.end(s.svc.EachUsage(c.Request().Context(), account(c), filter, func(u billing.ExportUsage) error {
		return f.row(activityRow(u)...)
	}))
}

func activityRow(u billing.ExportUsage) []string {
	count := func(n int64) string { return strconv.FormatInt(n, 10) }
	return []string{
		cell(u.ID), u.OccurredAt.Format(time.RFC3339Nano), u.ArrivedAt.Format(time.RFC3339Nano), cell(u.Model), cell(u.ModelID),
		cell(u.MessageID), u.Tier, u.RatesVersion, count(u.InputTokens), count(u.OutputTokens), count(u.CacheWriteTokens),
		count(u.CacheWrite1hTokens), count(u.CacheReadTokens), u.Cost.Decimal(), u.PlanPart.Decimal(), u.ExtraPart.Decimal(), u.Absorbed.Decimal(),
	}
}
