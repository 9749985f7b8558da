package handlers

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"extrausage/billing"
	"extrausage/money"
	"extrausage/pricing"
)

type holdJSON struct {
	ID        string       `json:"id"`
	Account   string       `json:"account"`
	CoveredBy string       `json:"covered_by"`
	WorstCase money.Amount `json:"worst_case"`
	ExpiresAt time.Time    `json:"expires_at"`
}

// createHold asks whether a request may run, and reserves its worst case. Its idempotency key stands in the hold itself: the
// same request gets the same hold, whenever it asks.
func (s *Server) createHold(c echo.Context) error {
	key, err := idempotencyKey(c)
	if err == nil && key == "" {
		err = &billing.Fault{Kind: billing.Invalid, Code: "idempotency_key_missing", Field: "Idempotency-Key"}
	}
	if err != nil {
		return err
	}
	raw, _, err := readDocument(c, maxDocument, mediaJSON)
	if err != nil {
		return err
	}
	r, err := parseHold(raw)
	if err != nil {
		return err
	}
	r.Caller, r.Key, r.Fingerprint = caller(c).ID, key, fingerprint(c, raw)
	hold, refusal, err := s.svc.Hold(c.Request().Context(), r)
	switch {
	case err != nil:
		return accountUnknown(err)
	case refusal != nil:
		return s.refuse(c, r.Account, refusal)
	}
	return answerJSON(c, http.StatusCreated, holdJSON{
		ID: hold.ID, Account: hold.AccountID, CoveredBy: hold.CoveredBy, WorstCase: hold.WorstCase, ExpiresAt: hold.ExpiresAt.UTC(),
	})
}

// parseHold reads what is asked: the request's worst case.
func parseHold(raw []byte) (billing.HoldRequest, error) {
	o := readObject("", raw)
	o.want("account", "model", "max_tokens")
	r := billing.HoldRequest{
		Account: o.text("account"), Model: o.text("model"),
		Worst: pricing.Usage{
			Input: o.tokens("input_tokens"), CacheWrite: o.tokens("cache_write_tokens"), CacheWrite1h: o.tokens("cache_write_1h_tokens"),
			CacheRead: o.tokens("cache_read_tokens"), Output: o.tokens("max_tokens"),
		},
	}
	return r, o.closed()
}

type settlementJSON struct {
	ID        string       `json:"id"`
	Cost      money.Amount `json:"cost"`
	PlanPart  money.Amount `json:"plan_part"`
	ExtraPart money.Amount `json:"extra_part"`
	Absorbed  money.Amount `json:"absorbed"`
	Balance   money.Amount `json:"balance"`
	Spent     money.Amount `json:"spent_this_month"`
	Duplicate bool         `json:"duplicate,omitempty"`
}

// settleHold ends a hold with what its request used.
func (s *Server) settleHold(c echo.Context) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	raw, _, err := readDocument(c, maxDocument, mediaJSON)
	if err != nil {
		return err
	}
	r, err := parseSettle(id, raw)
	if err != nil {
		return err
	}
	return s.once(c, raw, func(ctx context.Context) (reply, error) {
		done, refusal, err := s.svc.Settle(ctx, r)
		switch {
		case err != nil:
			return reply{}, err
		case refusal != nil:
			return reply{}, s.refuse(c, "", refusal)
		}
		return reply{body: settlementJSON{
			ID: done.ID, Cost: done.Cost, PlanPart: done.Plan, ExtraPart: done.Extra, Absorbed: done.Absorbed,
			Balance: done.Balance, Spent: done.MonthSpent, Duplicate: done.Duplicate,
		}}, nil
	})
}

// parseSettle reads a report. The same figures are the same report, however they are written.
func parseSettle(holdID string, raw []byte) (billing.SettleRequest, error) {
	o := readObject("", raw)
	r := billing.SettleRequest{HoldID: holdID, Usage: o.usage("usage"), MessageID: o.text("message_id")}
	r.Fingerprint = fmt.Sprintf("%+v %q", r.Usage, r.MessageID)
	return r, o.closed()
}

type voidJSON struct {
	ID     string `json:"id"`
	Status string `json:"status"`
}

// voidHold lets a hold go whose request consumed nothing. It needs no body.
func (s *Server) voidHold(c echo.Context) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	raw, err := readBody(c, maxDocument)
	if err != nil {
		return err
	}
	return s.once(c, raw, func(ctx context.Context) (reply, error) {
		return reply{body: voidJSON{ID: id, Status: "voided"}}, s.svc.Void(ctx, id)
	})
}
