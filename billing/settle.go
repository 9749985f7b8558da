package billing

import (
	"context"
	"errors"

	"extrausage/models"
	"extrausage/money"
	"extrausage/pricing"
)

// SettleRequest reports what a held request used. Fingerprint is a digest of the report as sent.
type SettleRequest struct {
	HoldID      string
	Usage       pricing.Usage
	MessageID   string // the provider's, "" when unknown
	Fingerprint string
}

// Settlement is what a usage cost, and who paid which part.
type Settlement struct {
	ID         string // of the hold or the event
	AccountID  string
	Cost       money.Amount
	Plan       money.Amount
	Extra      money.Amount
	Absorbed   money.Amount
	Balance    money.Amount // after it
	MonthSpent money.Amount // extra usage of its billing month, after it
	Duplicate  bool         // its message was recorded before: nothing was taken now
}

// Settle ends a hold with what the request really used, taking at most what it held. The same report again gets the same
// answer; a hold that ended otherwise is a Conflict (hold_settled, hold_voided). After the hold's time is over a settle counts
// once, as a usage event with the hold's window and permission. Usage without a rate is refused and kept for review; the hold
// stays as it is.
func (s *Service) Settle(ctx context.Context, r SettleRequest) (*Settlement, *Refusal, error) {
	switch err := r.Usage.Validate(); {
	case err != nil:
		return nil, nil, &Fault{Kind: Invalid, Code: "usage_tokens", Field: "usage", cause: err}
	case !storable(r.MessageID):
		return nil, nil, invalid("message_id", "text_too_long")
	case !storable(r.HoldID):
		return nil, nil, fault(NotFound, "hold_unknown")
	}
	id := s.newID("usage")
	var done *Settlement
	var refusal *Refusal
	err := s.store.Meter(ctx, &models.Case{
		Needs: models.Needs{HoldID: r.HoldID, MessageID: r.MessageID},
		Decide: func(m *models.MeterState) (err error) {
			done, refusal, err = s.settle(m, r, id)
			return err
		},
	})
	if err != nil {
		return nil, nil, holdUnknown(err)
	}
	models.Failpoint("cp3")
	return done, refusal, nil
}

func holdUnknown(err error) error {
	if errors.Is(err, models.ErrNotFound) {
		return &Fault{Kind: NotFound, Code: "hold_unknown", cause: err}
	}
	return err
}

func (s *Service) settle(m *models.MeterState, r SettleRequest, id string) (*Settlement, *Refusal, error) {
	h := m.Hold(r.HoldID)
	if done, err := settledBefore(m, h, r); done != nil || err != nil {
		return done, nil, err
	}
	price, err := s.rates.Price(h.Model, r.Usage, h.CreatedAt.Time())
	if err != nil {
		refusal, err := priceRefusal(err, h.Model, m.Now)
		if refusal != nil {
			m.AddRejected(rejectedRow(m, id, Event{Model: h.Model, Usage: r.Usage, MessageID: r.MessageID, Source: "hold", ID: h.ID}, m.Now, refusal))
		}
		return nil, refusal, err
	}
	expire(m, h)
	h.SettleFingerprint = r.Fingerprint
	if known := m.FindUsage("", "", "", r.MessageID); known != nil { // counted already, as an event or under another hold
		end(m, h, holdVoided)
		done := settlementOf(known)
		done.ID, done.Duplicate = h.ID, true
		return done, nil, nil
	}
	rec := record{
		usage: r.Usage, price: price, modelID: h.Model, occurred: h.CreatedAt, id: id, holdID: h.ID,
		messageID: r.MessageID, window: m.Window(h.WindowStartsAt), permitted: h.Permitted,
	}
	if h.State == holdExpired {
		rec.month = currentMonth(m)
		because := s.whyNotChargedExpired(m, h)
		rec.permitted = because == ""
		return settlementOf(s.recordEvent(m, rec, because)), nil, nil
	}
	rec.month = m.Month(h.MonthStartsAt)
	currentMonth(m)
	return settlementOf(s.settleOpen(m, h, rec)), nil, nil
}

// whyNotChargedExpired is why the usage of a hold whose time was over may not be charged: like any event it comes too late one
// day, and it has the permission of its hold.
func (s *Service) whyNotChargedExpired(m *models.MeterState, h *models.Hold) string {
	switch {
	case !h.Permitted:
		return "not_permitted"
	case m.Now.Sub(h.CreatedAt) > s.conf.EventLateness:
		return "late"
	}
	return ""
}

// settledBefore answers for a hold that has ended: the same answer for the same report, a Conflict for another.
func settledBefore(m *models.MeterState, h *models.Hold, r SettleRequest) (*Settlement, error) {
	if h.SettleFingerprint != "" && h.SettleFingerprint == r.Fingerprint {
		u := m.FindUsage(h.ID, "", "", r.MessageID)
		done := settlementOf(u)
		done.ID, done.Duplicate = h.ID, u.HoldID != h.ID
		return done, nil
	}
	switch {
	case h.State == holdVoided:
		return nil, fault(Conflict, "hold_voided")
	case h.State == holdSettled, m.FindUsage(h.ID, "", "", "") != nil:
		return nil, fault(Conflict, "hold_settled")
	}
	return nil, nil
}

// settleOpen takes the cost from the hold's reserve and ends the hold.
func (s *Service) settleOpen(m *models.MeterState, h *models.Hold, rec record) *models.Usage {
	before := sessionOf(m, rec.window, rec.month.StartsAt)
	p := decideSettle(before, h.Covered, h.Permitted, rec.price.Total)
	because := ""
	switch {
	case p.absorbed == 0:
	case rec.price.Total > h.Covered:
		because = "beyond_hold"
	default:
		because = "not_permitted"
	}
	release(m, rec.window, rec.month, h.Covered, p)
	h.State, h.EndedAt = holdSettled, m.Now
	return s.write(m, rec, before, p, because)
}

// Void lets go of a hold whose request consumed nothing. Voiding twice is one void.
func (s *Service) Void(ctx context.Context, holdID string) error {
	if !storable(holdID) {
		return fault(NotFound, "hold_unknown")
	}
	err := s.store.Meter(ctx, &models.Case{
		Needs: models.Needs{HoldID: holdID},
		Decide: func(m *models.MeterState) error {
			h := m.Hold(holdID)
			expire(m, h)
			switch {
			case h.State == holdSettled, m.FindUsage(holdID, "", "", "") != nil:
				return fault(Conflict, "hold_settled")
			case h.State == holdOpen:
				end(m, h, holdVoided)
			case h.State == holdExpired:
				h.State = holdVoided // its reserve is gone already; it cannot be settled any more
			}
			return nil
		},
	})
	return holdUnknown(err)
}

// ExpireHolds ends open holds whose time is over and tells how many. A worker calls it; two at once do no harm.
func (s *Service) ExpireHolds(ctx context.Context) (int, error) {
	const most = 256
	total := 0
	for {
		ids, err := s.store.DueHolds(ctx, most)
		if err != nil || len(ids) == 0 {
			return total, err
		}
		for _, id := range ids {
			err := s.store.Meter(ctx, &models.Case{
				Needs:  models.Needs{HoldID: id},
				Decide: func(m *models.MeterState) error { expire(m, m.Hold(id)); return nil },
			})
			if err != nil {
				return total, err
			}
			total++
			models.Failpoint("cp12")
		}
		if len(ids) < most {
			return total, nil
		}
	}
}

// expire ends a hold whose time is over; any other stays as it is.
func expire(m *models.MeterState, h *models.Hold) {
	if h.State == holdOpen && h.ExpiresAt <= m.Now {
		end(m, h, holdExpired)
	}
}

// end lets go of all that an open hold reserved.
func end(m *models.MeterState, h *models.Hold, state string) {
	if h.State == holdOpen {
		release(m, m.Window(h.WindowStartsAt), m.Month(h.MonthStartsAt), h.Covered, parts{})
	}
	h.State, h.EndedAt = state, m.Now
}
