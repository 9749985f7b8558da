package billing

import (
	"context"
	"errors"
	"time"

	"extrausage/models"
	"extrausage/money"
)

// State is how extra usage stands, in one word.
type State string

// The states: switched off; within the plan; the session's limit is reached and the subscriber is asked; on extra usage; stopped
// by a Reason.
const (
	StateOff     State = "off"
	StatePlan    State = "plan"
	StateAsking  State = "asking"
	StateExtra   State = "extra"
	StateStopped State = "stopped"
)

// Status is the whole picture of an account: the page, the API and the support view show it, none computes its own.
type Status struct {
	AccountID    string
	At           time.Time
	HasPlan      bool
	Closed       bool
	Enabled      bool
	EnabledSince time.Time
	State        State
	Reason       Reason // why extra usage is stopped, or would be; "" when nothing stops it
	Limit        Limit
	Spent        money.Amount
	Held         money.Amount
	Remaining    money.Amount // of the limit; 0 when Unlimited, never negative
	MonthStart   time.Time
	MonthEnd     time.Time
	TimeZone     string
	Balance      money.Amount
	Available    money.Amount // balance − all pools
	Preference   Preference
	Reload       ReloadStatus
	Session      SessionStatus
	Card         *PaymentMethodView
	Needed       money.Amount // extra money that the last refused request lacks still; 0 when none
	Version      int64
	Undo         *Change // the last change, while it can be taken back
}

// SessionStatus is the five-hour session that runs now. Without one, Active is false: the next request starts it.
type SessionStatus struct {
	Active       bool
	StartsAt     time.Time
	ResetsAt     time.Time
	Allowance    money.Amount
	Used         money.Amount
	Open         money.Amount
	UsedPercent  int // of the allowance, rounded down; 100 only when all of it is used
	HeldPercent  int // of the allowance, reserved for requests in progress
	LimitReached bool
	Choice       Choice // "" while none was made
	Continued    bool
}

// Status gives the picture of an account as of now.
func (s *Service) Status(ctx context.Context, account string) (out Status, err error) {
	id, err := s.accountID(ctx, account)
	if err != nil {
		return Status{}, err
	}
	err = s.store.View(ctx, func(tx *models.Tx) error {
		m, err := tx.Look(id)
		if err != nil {
			return err
		}
		card, err := tx.CurrentCard(id)
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return err
		}
		out = s.statusOf(m)
		if err == nil {
			v := cardView(card, tx.Now)
			out.Card = &v
		}
		if err := lastReload(tx, id, &out.Reload); err != nil {
			return err
		}
		return lastChange(tx, m, &out)
	})
	return out, err
}

// lastReload fills in the latest automatic purchase.
func lastReload(tx *models.Tx, accountID string, out *ReloadStatus) error {
	p, err := tx.LastReload(accountID)
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	v := purchaseView(p)
	out.Last = &v
	return nil
}

// lastChange fills in the change that can be taken back.
func lastChange(tx *models.Tx, m *models.MeterState, out *Status) error {
	c, err := tx.LastSettingChange(m.AccountID())
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if decideUndo(m, currentMonth(m), c) == nil {
		out.Undo = &Change{ID: c.ID, Setting: c.Setting, Old: c.OldValue, New: c.NewValue, Undo: true}
	}
	return nil
}

func (s *Service) statusOf(m *models.MeterState) Status {
	month := currentMonth(m)
	w := m.WindowAt(m.Now)
	need := money.Nano
	if w != nil && m.Meter.RefusalWindowStartsAt == w.StartsAt {
		need = max(need, m.Meter.RefusalNeeded)
	}
	ask := askOf(m, month, w, need)
	out := Status{
		AccountID: m.AccountID(), At: m.Now.Time(), HasPlan: ask.hasPlan, Closed: ask.closed, Enabled: ask.on,
		EnabledSince: m.Meter.ExtraUsageSinceAt.Time(), Limit: ask.walls.limit, Spent: month.Spent, Held: month.Held,
		MonthStart: month.StartsAt.Time(), MonthEnd: month.EndsAt.Time(), TimeZone: m.Meter.TimeZone,
		Balance: m.Meter.Balance, Available: ask.walls.available(), Preference: AskFirst, Reload: reloadStatusOf(m, month), Version: m.Meter.Version,
	}
	if m.Meter.AlwaysContinue {
		out.Preference = Always
	}
	if out.Limit.Kind == LimitAmount {
		out.Remaining = ask.walls.limitLeft()
	}
	out.Session = s.sessionStatus(m, w)
	out.State, out.Reason = decideState(ask, out.Session, need)
	if out.Reason != "" && need > money.Nano {
		out.Needed = need
	}
	return out
}

func (s *Service) sessionStatus(m *models.MeterState, w *models.UsageWindow) SessionStatus {
	if w == nil {
		return SessionStatus{Allowance: s.allowance(m), Continued: m.Meter.AlwaysContinue}
	}
	out := SessionStatus{
		Active: true, StartsAt: w.StartsAt.Time(), ResetsAt: w.EndsAt.Time(), Allowance: w.Allowance, Used: w.Used, Open: w.Open,
		Choice: Choice(w.Choice), Continued: continuedIn(m, w), UsedPercent: 100,
	}
	if w.Allowance > 0 {
		out.UsedPercent = percent(w.Used, w.Allowance)
		out.HeldPercent = percent(min(w.Open, w.Allowance.Sub(w.Used)), w.Allowance)
	}
	out.LimitReached = w.Used >= w.Allowance || (m.Meter.RefusalWindowStartsAt == w.StartsAt && w.Used.Add(w.Open) >= w.Allowance)
	return out
}

// percent is part of whole in percent, rounded down: 100 only when it is all. No part is above its whole.
func percent(part, whole money.Amount) int { return int(part.Times(100) / whole) }

// decideState is the state in one word and what stops extra usage for a request that needs this much of it. The last refusal
// is repeated until its cause is gone: need is what it lacked.
func decideState(a askState, s SessionStatus, need money.Amount) (State, Reason) {
	reason := Reason("")
	if s.LimitReached || !a.hasPlan || a.closed {
		reason = decideReason(a, need)
	}
	switch {
	case !a.on:
		return StateOff, reason
	case !s.LimitReached:
		return StatePlan, ""
	case reason == SessionLimitReached && s.Choice != StopSession:
		return StateAsking, reason
	case reason == "":
		return StateExtra, ""
	}
	return StateStopped, reason
}
