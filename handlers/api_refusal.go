package handlers

import (
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"extrausage/billing"
	"extrausage/money"
	"extrausage/views"
)

// refusalProblem is a refused request: the one reason, what to do about it and where, and what would help.
type refusalProblem struct {
	problem
	URL           string        `json:"url"`
	Needed        *money.Amount `json:"needed,omitempty"`
	Available     *money.Amount `json:"available,omitempty"`
	FitsMaxTokens *int64        `json:"fits_max_tokens,omitempty"`
	ResetsAt      *time.Time    `json:"resets_at,omitempty"`
	Model         string        `json:"model,omitempty"`
	What          string        `json:"what,omitempty"`
}

// resumedWithin is when a request that waits for the subscriber to resume auto-reload is worth another try: they may at any time.
const resumedWithin = 10 * time.Minute

// retryAfter is when asking again may help, 0 where nothing can have changed by itself. At most what a client should sleep.
func retryAfter(r *billing.Refusal) time.Duration {
	switch {
	case !r.RetryAt.IsZero():
		return min(max(time.Second, r.RetryAt.Sub(r.At)), resumedWithin)
	case r.Reason == billing.ReloadPaused:
		return resumedWithin
	}
	return 0
}

// refuse answers a refused request. Its sentence is the one on the subscriber's page, with the figures as they stand. account
// is not needed for a refused price, which no figure of the account is to blame for.
func (s *Server) refuse(c echo.Context, account string, r *billing.Refusal) error {
	values := views.ReasonValues{Needed: r.Needed, Available: r.Available, Model: r.Model, What: r.What, FundsMissing: r.FundsMissing}
	status := http.StatusUnprocessableEntity
	if !isPrice(string(r.Reason)) {
		now, err := s.svc.Status(c.Request().Context(), account)
		if err != nil {
			return err
		}
		status = http.StatusPaymentRequired
		values.Balance, values.Limit, values.Spent, values.Held = now.Balance, viewLimit(now.Limit), now.Spent, now.Held
		values.SessionResetsAt, values.MonthResetsAt = now.Session.ResetsAt, now.MonthEnd
		values.RetryAt = r.RetryAt
		values.Stopped = now.Session.Choice == billing.StopSession
	}
	if wait := retryAfter(r); wait > 0 {
		c.Response().Header().Set("Retry-After", strconv.Itoa(int(wait.Seconds())))
	}
	return writeProblem(c, s.refusalProblem(c, status, r, english.Reason(views.ReasonCode(r.Reason), values)))
}

func (s *Server) refusalProblem(c echo.Context, status int, r *billing.Refusal, words views.Reason) refusalProblem {
	p := refusalProblem{
		problem: problem{
			Type: "about:blank", Title: http.StatusText(status), Status: status, Reason: string(r.Reason),
			Detail: words.Detail + " " + words.Next, RequestID: requestID(c),
		},
		URL: s.conf.BaseURL + words.URL, ResetsAt: timeOrNull(r.ResetsAt), Model: clip(r.Model), What: r.What,
	}
	if status == http.StatusPaymentRequired {
		p.Needed, p.Available, p.FitsMaxTokens = &r.Needed, &r.Available, &r.FitsMaxTokens
	}
	return p
}

// isPrice tells the reasons that are about a price from those that are about money.
func isPrice(reason string) bool {
	return reason == string(billing.UnknownModel) || reason == string(billing.UnpricedUsage)
}
