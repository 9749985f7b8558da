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

// retryAfter is when asking again may help without anybody doing anything. A pending reload takes seconds; a paused one is
// tried again by itself after an hour at the earliest, and may be resumed at any time.
var retryAfter = map[billing.Reason]time.Duration{billing.ReloadPending: 5 * time.Second, billing.ReloadPaused: 10 * time.Minute}

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
		values.Stopped = now.Session.Choice == billing.StopSession
	}
	if wait := retryAfter[r.Reason]; wait > 0 {
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
