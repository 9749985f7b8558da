package handlers

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"extrausage/billing"
	"extrausage/money"
)

// statusJSON is how extra usage stands for an account: the figures of the subscriber's page.
type statusJSON struct {
	Enabled    bool           `json:"enabled"`
	State      billing.State  `json:"state"`
	Reason     *string        `json:"reason"`
	Limit      limitJSON      `json:"monthly_limit"`
	Spent      money.Amount   `json:"spent_this_month"`
	Held       money.Amount   `json:"held"`
	Remaining  *money.Amount  `json:"remaining"` // of the limit; null without one
	ResetsAt   time.Time      `json:"resets_at"`
	Balance    money.Amount   `json:"balance"`
	AutoReload autoReloadJSON `json:"auto_reload"`
	Session    sessionJSON    `json:"session"`
}

type limitJSON struct {
	Kind   billing.LimitKind `json:"kind"`
	Amount *money.Amount     `json:"amount"` // null but for kind "amount"
}

type autoReloadJSON struct {
	Enabled   bool          `json:"enabled"`
	Threshold *money.Amount `json:"threshold"`
	Target    *money.Amount `json:"target"`
	State     string        `json:"state"`    // off, on, pending, waiting or paused
	Because   *string       `json:"because"`  // why it is waiting or paused
	RetryAt   *time.Time    `json:"retry_at"` // when it goes on by itself
	Purchased money.Amount  `json:"purchased_this_month"`
}

// reloadJSON is auto-reload in one word, and why.
func reloadJSON(r billing.ReloadStatus) autoReloadJSON {
	out := autoReloadJSON{Enabled: r.On, State: "off", Purchased: r.Reloaded}
	if !r.On {
		return out
	}
	out.Threshold, out.Target, out.State = &r.Threshold, &r.Target, "on"
	because := ""
	switch {
	case r.Pause != "":
		out.State, because = "paused", string(r.Pause)
	case r.Pending:
		out.State = "pending"
	case r.Waits != "":
		out.State, because, out.RetryAt = "waiting", string(r.Waits), timeOrNull(r.RetryAt)
	}
	if because != "" {
		out.Because = &because
	}
	return out
}

type sessionJSON struct {
	UsedPercent  int        `json:"used_percent"`
	LimitReached bool       `json:"limit_reached"`
	Continued    bool       `json:"continued"`
	ResetsAt     *time.Time `json:"resets_at"` // null while no session runs
}

func statusOfAccount(st billing.Status) statusJSON {
	out := statusJSON{
		Enabled: st.Enabled, State: st.State, Limit: limitJSON{Kind: st.Limit.Kind}, Spent: st.Spent, Held: st.Held,
		ResetsAt: st.MonthEnd.UTC(), Balance: st.Balance, AutoReload: reloadJSON(st.Reload),
		Session: sessionJSON{
			UsedPercent: st.Session.UsedPercent, LimitReached: st.Session.LimitReached, Continued: st.Session.Continued,
			ResetsAt: timeOrNull(st.Session.ResetsAt),
		},
	}
	if st.Reason != "" {
		reason := string(st.Reason)
		out.Reason = &reason
	}
	if st.Limit.Kind == billing.LimitAmount {
		out.Limit.Amount, out.Remaining = &st.Limit.Amount, &st.Remaining
	}
	return out
}

// extraUsageStatus is how extra usage stands for an account.
func (s *Server) extraUsageStatus(c echo.Context) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	status, err := s.svc.Status(c.Request().Context(), id)
	if err != nil {
		return accountUnknown(err)
	}
	return answerJSON(c, http.StatusOK, statusOfAccount(status))
}

// continueSession takes the subscriber's choice, made in the client app, and answers how things stand with it.
func (s *Server) continueSession(c echo.Context) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	raw, _, err := readDocument(c, maxDocument, mediaJSON)
	if err != nil {
		return err
	}
	o := readObject("", raw)
	o.want("choice")
	choice := billing.Choice(o.text("choice"))
	if err := o.closed(); err != nil {
		return err
	}
	return s.once(c, raw, func(ctx context.Context) (reply, error) {
		status, err := s.svc.Status(ctx, id) // knows the account by its e-mail too
		if err == nil {
			err = s.svc.ChooseContinue(ctx, status.AccountID, choice, billing.ByClient)
		}
		if err == nil {
			status, err = s.svc.Status(ctx, status.AccountID)
		}
		return reply{body: statusOfAccount(status)}, accountUnknown(err)
	})
}

type accountJSON struct {
	ID        string    `json:"id"`
	Email     string    `json:"email"`
	Name      string    `json:"name"`
	Plan      *string   `json:"plan"`
	Locale    string    `json:"locale"`
	TimeZone  string    `json:"time_zone"`
	CreatedAt time.Time `json:"created_at"`
}

// provisionAccount makes an account under the caller's id, or brings it up to date. It never touches extra usage, but that an
// account without a plan has none.
func (s *Server) provisionAccount(c echo.Context) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	raw, _, err := readDocument(c, maxDocument, mediaJSON)
	if err != nil {
		return err
	}
	account, err := parseAccount(id, raw)
	if err != nil {
		return err
	}
	view, created, err := s.svc.ProvisionAccount(c.Request().Context(), account)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if created {
		status = http.StatusCreated
	}
	out := accountJSON{
		ID: view.ID, Email: view.Email, Name: view.Name, Locale: view.Locale, TimeZone: view.TimeZone, CreatedAt: view.CreatedAt.UTC(),
	}
	if view.Plan != "" {
		out.Plan = &view.Plan
	}
	return answerJSON(c, status, out)
}

// parseAccount reads an account. Its plan has to be said, if only as null: leaving it out must not take it away.
func parseAccount(id string, raw []byte) (billing.NewAccount, error) {
	o := readObject("", raw)
	o.want("email")
	if !o.has("plan") {
		o.fail("plan", "field_missing")
	}
	if o.member("plan") != nil && o.text("plan") == "" {
		o.fail("plan", "plan_unknown")
	}
	return billing.NewAccount{
		ID: id, Email: o.text("email"), Name: o.text("name"), Plan: o.text("plan"), Locale: o.text("locale"), TimeZone: o.text("time_zone"),
	}, o.closed()
}
