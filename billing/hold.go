package billing

import (
	"context"
	"errors"
	"time"

	"extrausage/models"
	"extrausage/money"
	"extrausage/pricing"
)

// HoldRequest asks to run a request. Worst is its worst case: the prompt tokens as the client states them, with max_tokens as
// Output. Key is the caller's idempotency key, Fingerprint a digest of the request as sent.
type HoldRequest struct {
	Caller      string
	Key         string
	Fingerprint string
	Account     string // id or e-mail
	Model       string
	Worst       pricing.Usage
}

// Hold is a reservation for one request.
type Hold struct {
	ID        string
	AccountID string
	WorstCase money.Amount
	CoveredBy string // "plan", "extra" or "plan_and_extra", at the worst case
	CreatedAt time.Time
	ExpiresAt time.Time
}

// Hold reserves the worst case of a request, or refuses it with one reason. Exactly one of the results is not nil.
// A key binds once a hold was accepted: then the same request gets the same hold, another one a Conflict.
func (s *Service) Hold(ctx context.Context, r HoldRequest) (*Hold, *Refusal, error) {
	account, err := s.accountID(ctx, r.Account)
	if err != nil {
		return nil, nil, err
	}
	if err := checkHold(r); err != nil {
		return nil, nil, err
	}
	id, refusalID := s.newID("hold"), s.newID("refusal")
	var hold *Hold
	var refusal *Refusal
	err = s.store.Meter(ctx, &models.Case{
		Needs: models.Needs{AccountID: account, Caller: r.Caller, Key: r.Key},
		Decide: func(m *models.MeterState) (err error) { // an err of its own: who gave up waiting reads the other one
			hold, refusal = nil, nil
			if known := m.HoldByKey(r.Caller, r.Key); known != nil {
				if known.Fingerprint != r.Fingerprint {
					return fault(Conflict, "idempotency_key_reused")
				}
				hold = holdOf(known)
				return nil
			}
			hold, refusal, err = s.hold(m, r, id)
			if refusal != nil {
				m.AddRefusal(refusalRow(m, refusal, refusalID))
			}
			return err
		},
	})
	if err != nil {
		return nil, nil, err
	}
	models.Failpoint("cp2")
	if refusal != nil && refusal.Reason == ReloadPending {
		s.nudgeReload()
	}
	return hold, refusal, nil
}

// checkHold refuses what is no request at all.
func checkHold(r HoldRequest) error {
	if r.Key == "" {
		return invalid("Idempotency-Key", "idempotency_key_missing")
	}
	if !storable(r.Key) || !storable(r.Caller) {
		return invalid("Idempotency-Key", "idempotency_key_malformed")
	}
	if !storable(r.Model) {
		return invalid("model", "text_too_long")
	}
	if r.Worst.Validate() != nil || r.Worst.Output < 1 {
		return invalid("max_tokens", "hold_tokens")
	}
	if r.Worst.Prompt() < 1 {
		return invalid("input_tokens", "hold_tokens")
	}
	return nil
}

// hold decides a hold over the account's state.
func (s *Service) hold(m *models.MeterState, r HoldRequest, id string) (*Hold, *Refusal, error) {
	price, err := s.rates.Price(r.Model, r.Worst, m.Now.Time())
	if err != nil {
		refusal, err := priceRefusal(err, r.Model, m.Now)
		return nil, refusal, err
	}
	month := currentMonth(m)
	window := m.WindowAt(m.Now)
	session := sessionState{allowance: s.allowance(m)}
	if window != nil {
		session = sessionOf(m, window, month.StartsAt)
	}
	ask := askOf(m, month, window, 0)
	var c cover
	if ask.hasPlan && !ask.closed {
		c = decideHold(session, ask.walls, price.Total)
	}
	if !c.accepted {
		return nil, s.refuse(m, r, session, window, month, price.Total), nil
	}
	window = openWindow(m, m.Now, s.allowance(m))
	reserve(m, window, month, c)
	row := &models.Hold{
		AccountID: m.AccountID(), ID: id, State: holdOpen, Model: r.Model,
		InputTokens: r.Worst.Input, CacheWriteTokens: r.Worst.CacheWrite, CacheWrite1hTokens: r.Worst.CacheWrite1h,
		CacheReadTokens: r.Worst.CacheRead, MaxTokens: r.Worst.Output,
		WorstCase: price.Total, Covered: c.covered, Plan: c.plan, Permitted: ask.walls.permitted,
		WindowStartsAt: window.StartsAt, MonthStartsAt: month.StartsAt,
		CreatedAt: m.Now, ExpiresAt: m.Now.Add(s.conf.HoldTTL),
		Caller: r.Caller, IdempotencyKey: r.Key, Fingerprint: r.Fingerprint,
	}
	m.AddHold(row)
	return holdOf(row), nil, nil
}

// askOf is what a refusal of a hold that needs this much extra money would be decided on. window is nil where a hold would open
// one.
func askOf(m *models.MeterState, month *models.BillingMonth, window *models.UsageWindow, need money.Amount) askState {
	if window == nil {
		window = &models.UsageWindow{}
	}
	a := askState{
		hasPlan: m.Meter.Plan != "", closed: m.Meter.Closed, on: m.Meter.ExtraUsage,
		continued: continuedIn(m, window), reload: reloadStateOf(m, month, need),
	}
	a.walls = wallsOf(m, month, permittedNow(m, window))
	return a
}

// refuse says why a hold of worst case w may not run, and remembers it for the status.
func (s *Service) refuse(m *models.MeterState, r HoldRequest, session sessionState, window *models.UsageWindow,
	month *models.BillingMonth, w money.Amount,
) *Refusal {
	need := session.need(w)
	ask := askOf(m, month, window, need)
	out := &Refusal{
		Reason: decideReason(ask, need), At: m.Now.Time(), Model: r.Model, Needed: need,
		FundsMissing: need > ask.walls.available(),
	}
	if ask.on && ask.hasPlan && !ask.closed {
		out.Available = ask.walls.room()
	}
	if ask.walls.permitted {
		// what the request may cost in all, if its extra part is to fit; the rates are known, the request was priced above
		fits, err := s.rates.FitOutput(r.Model, r.Worst, out.Available.Sub(session.need(0)), m.Now.Time())
		if err == nil && fits > 0 {
			out.FitsMaxTokens = fits
		}
	}
	var windowStart, windowEnd models.Instant
	if window != nil {
		windowStart, windowEnd = window.StartsAt, window.EndsAt
	}
	out.ResetsAt = resetsAt(out.Reason, windowEnd, month.EndsAt).Time()
	m.Meter.RefusalReason, m.Meter.RefusalNeeded = string(out.Reason), need
	m.Meter.RefusalWindowStartsAt, m.Meter.RefusedAt = windowStart, m.Now
	watchRefusal(m, window, month, out.Reason)
	if forFunds(out.Reason) {
		wantReload(m, month, need)
		out.RetryAt = retryAt(m, out.Reason)
	}
	return out
}

// priceRefusal is the refusal of a request that has no price; any other error stays one.
func priceRefusal(err error, model string, now models.Instant) (*Refusal, error) {
	var unknown *pricing.UnknownModelError
	var unpriced *pricing.UnpricedError
	switch {
	case errors.As(err, &unknown):
		return &Refusal{Reason: UnknownModel, At: now.Time(), Model: model}, nil
	case errors.As(err, &unpriced):
		return &Refusal{Reason: UnpricedUsage, At: now.Time(), Model: model, What: unpriced.What}, nil
	}
	return nil, &Fault{Kind: Invalid, Code: "usage_tokens", Field: "usage", cause: err}
}

func refusalRow(m *models.MeterState, r *Refusal, id string) *models.Refusal {
	return &models.Refusal{
		AccountID: m.AccountID(), ID: id, At: m.Now, Reason: string(r.Reason), Model: r.Model,
		Needed: r.Needed, Available: r.Available, FitsMaxTokens: r.FitsMaxTokens,
	}
}

// The states of a hold.
const (
	holdOpen    = "open"
	holdSettled = "settled"
	holdVoided  = "voided"
	holdExpired = "expired"
)

func holdOf(h *models.Hold) *Hold {
	by := "plan_and_extra"
	switch h.Plan {
	case h.Covered:
		by = "plan"
	case 0:
		by = "extra"
	}
	return &Hold{
		ID: h.ID, AccountID: h.AccountID, WorstCase: h.WorstCase, CoveredBy: by,
		CreatedAt: h.CreatedAt.Time(), ExpiresAt: h.ExpiresAt.Time(),
	}
}
