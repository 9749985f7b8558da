package handlers

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"
)

// spendingCSV is the chart of the current billing month as a file: the same figures, by day and model.
func (s *Server) spendingCSV(c echo.Context) error {
	ctx := c.Request().Context()
	status, err := s.svc.Status(ctx, account(c))
	if err != nil {
		return err
	}
	zone := s.lang(c).Zone()
	from, to := status.MonthStart.In(zone), status.MonthEnd.Add(-time.Second).In(zone)
	rows, err := s.svc.DaySpending(ctx, status.AccountID, from.Format(time.DateOnly), to.Format(time.DateOnly))
	if err != nil {
		return err
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	records := [][]string{{"day", "model", "requests", "plan_usd", "extra_usd", "absorbed_usd"}}
	for _, r := range rows {
		records = append(records, []string{
			r.Day, r.Model, strconv.FormatInt(r.Requests, 10), r.Plan.Decimal(), r.Extra.Decimal(), r.Absorbed.Decimal(),
		})
	}
	if err := w.WriteAll(records); err != nil {
		return err
	}
	c.Response().Header().Set("Content-Disposition", `attachment; filename="spending-`+from.Format("2006-01")+`.csv"`)
	return c.Blob(http.StatusOK, "text/csv; charset=utf-8", b.Bytes())
}
