package handlers

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/labstack/echo/v4"

	"extrausage/billing"
	"extrausage/money"
	"extrausage/views"
)

const (
	maxEvents     = 1000
	maxEventsBody = maxBody
)

// eventJSON says what became of an event. Amounts are null where it was rejected.
type eventJSON struct {
	ID        string        `json:"id"`
	Status    string        `json:"status"`
	Cost      *money.Amount `json:"cost"`
	PlanPart  *money.Amount `json:"plan_part"`
	ExtraPart *money.Amount `json:"extra_part"`
	Absorbed  *money.Amount `json:"absorbed"`
	Reason    *string       `json:"reason"`
	Field     string        `json:"field,omitempty"`
	Detail    string        `json:"detail,omitempty"`
}

type eventsJSON struct {
	Events []eventJSON `json:"events"`
}

// shape is how events were sent, and how they are answered.
type shape int

const (
	oneEvent shape = iota
	arrayOfEvents
	objectOfEvents
)

// recordUsage records usage after the fact. A batch is answered event by event; an event alone that cannot even be read is
// refused like any other request.
func (s *Server) recordUsage(c echo.Context) error {
	raw, media, err := readDocument(c, maxEventsBody, mediaJSON, mediaCloudEvent, mediaCloudEvents)
	if err != nil {
		return err
	}
	all, shape, err := splitEvents(raw, media)
	if err != nil {
		return err
	}
	events, unread := parseEvents(all, media)
	if shape == oneEvent && unread[0] != nil {
		return unread[0]
	}
	return s.once(c, raw, func(ctx context.Context) (reply, error) {
		recorded, err := s.svc.RecordEvents(ctx, legible(events, unread), billing.ChargeAsUsual)
		if err != nil {
			return reply{}, err
		}
		return answerEvents(shape, events, unread, recorded), nil
	})
}

// splitEvents takes a document apart into its events.
func splitEvents(raw []byte, media string) (all []json.RawMessage, as shape, err error) {
	isArray := bytes.HasPrefix(bytes.TrimSpace(raw), []byte("["))
	switch {
	case media == mediaCloudEvents, media == mediaJSON && isArray:
		all, err = elements(raw, maxEvents)
		return all, arrayOfEvents, err
	case media == mediaJSON:
		if o := readObject("", raw); o.has("events") {
			list := o.member("events")
			if err := o.closed(); err != nil {
				return nil, objectOfEvents, err
			}
			all, err = elements(list, maxEvents)
			return all, objectOfEvents, err
		}
	}
	return []json.RawMessage{raw}, oneEvent, nil
}

// parseEvents reads each event by itself: unread has the fault of those that cannot be.
func parseEvents(all []json.RawMessage, media string) (events []billing.Event, unread []error) {
	parse := parseEvent
	if media != mediaJSON {
		parse = parseCloudEvent
	}
	for _, raw := range all {
		e, err := parse(raw)
		events, unread = append(events, e), append(unread, err)
	}
	return events, unread
}

func parseEvent(raw []byte) (billing.Event, error) {
	o := readObject("", raw)
	o.want("id", "account", "model", "usage")
	e := billing.Event{
		ID: o.text("id"), Account: o.text("account"), Model: o.text("model"), OccurredAt: o.time("occurred_at"),
		Usage: o.usage("usage"), MessageID: o.text("message_id"),
	}
	return e, o.closed()
}

// parseCloudEvent reads an event in the JSON format of CloudEvents 1.0. Attributes that we do not know are extensions.
func parseCloudEvent(raw []byte) (billing.Event, error) {
	o := readObject("", raw)
	o.want("specversion", "id", "source", "type", "subject", "data")
	if o.text("specversion") != "1.0" {
		o.fail("specversion", "event_version")
	}
	for _, name := range []string{"id", "source", "type", "subject"} {
		if o.text(name) == "" {
			o.fail(name, "field_missing")
		}
	}
	e := billing.Event{ID: o.text("id"), Source: o.text("source"), Account: o.text("subject"), OccurredAt: o.time("time")}
	if err := o.fault(); err != nil {
		return e, err
	}
	data := readObject("data", o.member("data"))
	data.want("model", "usage")
	e.Model, e.Usage, e.MessageID = data.text("model"), data.usage("usage"), data.text("message_id")
	return e, data.closed()
}

func legible(events []billing.Event, unread []error) []billing.Event {
	var good []billing.Event
	for i, e := range events {
		if unread[i] == nil {
			good = append(good, e)
		}
	}
	return good
}

// answerEvents puts the results into the order and shape in which the events came. recorded are those of the readable ones.
func answerEvents(as shape, events []billing.Event, unread []error, recorded []billing.EventResult) reply {
	out := make([]eventJSON, 0, len(events))
	accepted := len(events) == 0
	for i, e := range events {
		if f := billing.AsFault(unread[i]); f != nil {
			out = append(out, rejected(e.ID, f.Code, f.Field, english.Fault(f.Code, f.Args)))
			continue
		}
		out = append(out, eventResult(recorded[0]))
		accepted = accepted || recorded[0].Status != billing.EventRejected
		recorded = recorded[1:]
	}
	r := reply{refused: !accepted}
	switch as {
	case oneEvent:
		r.body = out[0]
	case arrayOfEvents:
		r.body = out
	case objectOfEvents:
		r.body = eventsJSON{out}
	}
	return r
}

func rejected(id, reason, field, detail string) eventJSON {
	return eventJSON{ID: id, Status: string(billing.EventRejected), Reason: &reason, Field: field, Detail: detail}
}

func eventResult(r billing.EventResult) eventJSON {
	switch {
	case r.Status != billing.EventRejected:
		return eventJSON{ID: r.ID, Status: string(r.Status), Cost: &r.Cost, PlanPart: &r.Plan, ExtraPart: &r.Extra, Absorbed: &r.Absorbed}
	case isPrice(r.Reason):
		words := english.Reason(views.ReasonCode(r.Reason), views.ReasonValues{Model: clip(r.Model), What: r.Detail})
		return rejected(r.ID, r.Reason, "", words.Detail+" "+words.Next)
	}
	return rejected(r.ID, r.Reason, r.Detail, english.Fault(r.Reason, nil))
}

// clip is the beginning of a name that a caller sent, long enough to know it again.
func clip(name string) string {
	const most = 100
	if r := []rune(name); len(r) > most {
		return string(r[:most]) + "…"
	}
	return name
}
