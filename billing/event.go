package billing

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"extrausage/models"
	"extrausage/pricing"
)

// Event is usage reported after the fact, without a hold. ID and Source are its identity for its account.
type Event struct {
	ID         string
	Source     string
	Account    string // id or e-mail
	Model      string
	OccurredAt time.Time // zero: when it arrives
	Usage      pricing.Usage
	MessageID  string
}

// EventStatus is what became of an event.
type EventStatus string

// What becomes of events.
const (
	EventRecorded  EventStatus = "recorded"
	EventDuplicate EventStatus = "duplicate"
	EventRejected  EventStatus = "rejected"
)

// EventResult answers one event. Reason is set where it was rejected: a Reason, or a fault's code.
type EventResult struct {
	ID     string
	Status EventStatus
	Settlement
	Model  string
	Reason string
	Detail string // what the reason is about: a token class, a field
}

// Charging tells whether events of a batch may be charged.
type Charging string

// An import of old logs never charges (design, "Usage event").
const (
	ChargeAsUsual Charging = "as_usual"
	NeverCharge   Charging = "never"
)

// maxAhead is how far an event's time may be ahead of ours and still count as now.
const maxAhead = 5 * time.Minute

// RecordEvents records events in the order of their own times and answers in the order given. Each is one decision; what one
// of them lacks never sinks the others. The error is the database's.
func (s *Service) RecordEvents(ctx context.Context, events []Event, charging Charging) ([]EventResult, error) {
	const most = 256
	return s.eventsBy(ctx, events, charging, func(cases []*models.Case) error {
		for chunk := range slices.Chunk(cases, most) {
			if err := s.store.MeterAll(ctx, chunk); err != nil {
				return err
			}
		}
		return nil
	})
}

// RehearseEvents answers as RecordEvents would, and leaves everything as it was.
func (s *Service) RehearseEvents(ctx context.Context, events []Event, charging Charging) ([]EventResult, error) {
	return s.eventsBy(ctx, events, charging, func(cases []*models.Case) error { return s.store.Rehearse(ctx, cases) })
}

// eventsBy makes a case of each event and hands them, in the order of their times, to the meter.
func (s *Service) eventsBy(ctx context.Context, events []Event, charging Charging, meter func([]*models.Case) error) ([]EventResult, error) {
	results := make([]EventResult, len(events))
	order := make([]int, len(events))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return timeOf(events[a]).Compare(timeOf(events[b])) })
	byAccount, err := s.resolveAccounts(ctx, events)
	if err != nil {
		return nil, err
	}
	var cases []*models.Case
	var owners []*EventResult // of the cases
	for _, i := range order {
		e, r := events[i], &results[i]
		account := byAccount[e.Account]
		if f := checkEvent(e, account); f != nil {
			*r = EventResult{ID: e.ID, Status: EventRejected, Reason: f.Code, Detail: f.Field}
			continue
		}
		id := s.newID("usage")
		owners = append(owners, r)
		cases = append(cases, &models.Case{
			Needs: models.Needs{
				AccountID: account, At: models.At(e.OccurredAt), Source: e.Source, EventID: e.ID, MessageID: e.MessageID, History: true,
			},
			Decide: func(m *models.MeterState) error { *r = s.event(m, e, id, charging); return nil },
		})
	}
	if err := meter(cases); err != nil {
		return nil, err
	}
	for i, c := range cases {
		if c.Err() != nil { // the account went, or never was
			*owners[i] = EventResult{ID: c.EventID, Status: EventRejected, Reason: "account_unknown", Detail: "account"}
		}
	}
	return results, nil
}

// timeOf sorts events without a time last: they happen on arrival.
func timeOf(e Event) time.Time {
	if e.OccurredAt.IsZero() {
		return time.Unix(1<<40, 0)
	}
	return e.OccurredAt
}

// resolveAccounts finds the account ids behind what events name, "" for unknown ones.
func (s *Service) resolveAccounts(ctx context.Context, events []Event) (map[string]string, error) {
	ids := map[string]string{}
	for _, e := range events {
		if _, known := ids[e.Account]; known {
			continue
		}
		id, err := s.accountID(ctx, e.Account)
		if f := AsFault(err); err != nil && (f == nil || f.Kind != NotFound) {
			return nil, err
		}
		ids[e.Account] = id
	}
	return ids, nil
}

// checkEvent refuses what is no event at all.
func checkEvent(e Event, account string) *Fault {
	switch {
	case account == "":
		return invalid("account", "account_unknown")
	case e.ID == "" || !storable(e.ID):
		return invalid("id", "event_id_missing")
	case !storable(e.Source):
		return invalid("source", "text_too_long")
	case !storable(e.MessageID):
		return invalid("message_id", "text_too_long")
	case !storable(e.Model):
		return invalid("model", "text_too_long")
	case e.Usage.Validate() != nil:
		return invalid("usage", "usage_tokens")
	}
	return nil
}

func (s *Service) event(m *models.MeterState, e Event, id string, charging Charging) EventResult {
	out := EventResult{ID: e.ID, Model: e.Model, Status: EventRecorded}
	if known := m.FindUsage("", e.Source, e.ID, e.MessageID); known != nil {
		out.Status, out.Settlement, out.Model = EventDuplicate, *settlementOf(known), known.Model
		return out
	}
	at := models.At(e.OccurredAt)
	if at > m.Now.Add(maxAhead) {
		out.Status, out.Reason = EventRejected, "occurred_at_ahead"
		return out
	}
	if at == 0 || at > m.Now {
		at = m.Now
	}
	price, err := s.rates.Price(e.Model, e.Usage, at.Time())
	if err != nil {
		return rejectEvent(m, e, id, at, err, out)
	}
	month := currentMonth(m)
	window := openWindow(m, at, s.allowance(m))
	because := s.whyNotPermitted(m, window, at, charging)
	u := s.recordEvent(m, record{
		usage: e.Usage, price: price, modelID: e.Model, occurred: at, id: id, source: e.Source, eventID: e.ID,
		messageID: e.MessageID, window: window, month: month, permitted: because == "",
	}, because)
	out.Settlement, out.Model = *settlementOf(u), u.Model
	return out
}

// whyNotPermitted is why an event may not be charged, "" when it may: charging needs permission at its own time and now.
func (s *Service) whyNotPermitted(m *models.MeterState, w *models.UsageWindow, at models.Instant, charging Charging) string {
	switch {
	case charging == NeverCharge:
		return "import"
	case m.Now.Sub(at) > s.conf.EventLateness:
		return "late"
	case !m.Meter.ExtraUsage || !switchedOnAt(m, settingExtraUsage, true, m.Meter.ExtraUsageSinceAt, at):
		return string(ExtraUsageOff)
	case !permittedNow(m, w) || !permittedAt(m, w, at):
		return string(SessionLimitReached)
	}
	return ""
}

// recordEvent holds and settles in one step: charged up to the walls, the rest absorbed.
func (s *Service) recordEvent(m *models.MeterState, r record, because string) *models.Usage {
	before := sessionOf(m, r.window, r.month.StartsAt)
	walls := wallsOf(m, r.month, r.permitted)
	c := decideEvent(before, walls, r.price.Total)
	reserve(m, r.window, r.month, c)
	p := decideSettle(sessionOf(m, r.window, r.month.StartsAt), c.covered, r.permitted, r.price.Total)
	release(m, r.window, r.month, c.covered, p)
	if p.absorbed > 0 && because == "" {
		because = string(wallReason(walls, r.permitted))
	}
	if p.absorbed == 0 {
		because = ""
	}
	return s.write(m, r, before, p, because)
}

// wallReason is which wall an event ran into.
func wallReason(w wallState, permitted bool) Reason {
	switch {
	case !permitted:
		return SessionLimitReached
	case w.balance < 0:
		return BalanceNegative
	case w.limitLeft() <= w.available():
		return MonthlyLimitReached
	}
	return InsufficientBalance
}

// rejectEvent answers for usage without a price, and keeps it for review (P12).
func rejectEvent(m *models.MeterState, e Event, id string, at models.Instant, err error, out EventResult) EventResult {
	refusal, err := priceRefusal(err, e.Model, m.Now)
	out.Status = EventRejected
	if refusal == nil {
		var f *Fault
		if errors.As(err, &f) {
			out.Reason = f.Code
		}
		return out
	}
	out.Reason, out.Detail = string(refusal.Reason), refusal.What
	m.AddRejected(rejectedRow(m, id, e, at, refusal))
	return out
}

func rejectedRow(m *models.MeterState, id string, e Event, at models.Instant, r *Refusal) *models.RejectedUsage {
	payload, err := json.Marshal(e.Usage)
	if err != nil { // plain numbers and one string
		payload = []byte(err.Error())
	}
	return &models.RejectedUsage{
		AccountID: m.AccountID(), ID: id, Source: e.Source, EventID: e.ID, MessageID: e.MessageID, ModelID: e.Model,
		Reason: string(r.Reason), Detail: r.What, Payload: string(payload), OccurredAt: at, ArrivedAt: m.Now,
	}
}
