package handlers_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"extrausage/billing"
	"extrausage/models/storetest"
	"extrausage/money"
)

// An event, an array, an object of events: each is answered in the shape it was sent in.
func TestUsageShapes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s := newSite(t, open)
		m, id := s.machine(s.apiKey()), s.account(ada)
		send := func(body string) *answer { return m.json(http.MethodPost, "/v1/usage", body).want(http.StatusOK) }
		send(eventOf("a", ada, money.Dollar)).
			is("id", "a", "status", "recorded", "cost", "1", "plan_part", "1", "extra_part", "0", "absorbed", "0", "reason", "<nil>", "detail", "<none>")
		send("["+eventOf("b", id, money.Dollar)+","+eventOf("a", id, money.Dollar)+"]").is("0.status", "recorded", "1.status", "duplicate", "2", "<none>")
		send(`{"events":[`+eventOf("c", id, money.Dollar)+`]}`).is("events.0.status", "recorded", "events.0.id", "c")
		send("[]").is("0", "<none>")
		send(" [ ] ")
		send(`{"events":[]}`).is("events.0", "<none>")
		m.status(id).is("session.used_percent", "7") // 3 of 40
		s.verify()
	})
}

// CloudEvents: structured and in batches, identity by id and source, and the same usage as plain JSON.
func TestCloudEvents(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s := newSite(t, open)
		m, id := s.machine(s.apiKey()), s.account(ada)
		one := func(body string) *answer {
			return m.send(http.MethodPost, "/v1/usage", "application/cloudevents+json; charset=UTF-8", body)
		}
		one(cloudEvent("a", "/eu", ada, money.Dollar)).want(http.StatusOK).is("id", "a", "status", "recorded", "cost", "1")
		one(cloudEvent("a", "/eu", id, money.Dollar)).want(http.StatusOK).is("status", "duplicate")
		one(cloudEvent("a", "/us", id, money.Dollar)).want(http.StatusOK).is("status", "recorded")
		m.json(http.MethodPost, "/v1/usage", eventOf("a", id, money.Dollar)).want(http.StatusOK).is("status", "recorded")

		batch := "[" + strings.Join([]string{
			cloudEvent("b", "/eu", id, money.Dollar), cloudEvent("b", "/eu", id, money.Dollar),
			`{"specversion":"0.3","id":"c","source":"/eu","type":"t","subject":"` + id + `","data":{}}`, "null",
			cloudEvent("d", "/eu", "nobody", money.Dollar),
		}, ",") + "]"
		m.send(http.MethodPost, "/v1/usage", "application/cloudevents-batch+json", batch).want(http.StatusOK).is(
			"0.status", "recorded", "1.status", "duplicate", "2.status", "rejected", "2.reason", "event_version", "2.id", "c",
			"3.status", "rejected", "3.reason", "field_object", "3.id", "", "4.reason", "account_unknown", "4.field", "account", "5", "<none>")
		m.status(id).is("session.used_percent", "10") // 4 of 40
		s.verify()
	})
}

// What a CloudEvent has to have, what it may have beside, and where its time and message go.
func TestCloudEventAttributes(t *testing.T) {
	s, m := onSite(t)
	id := s.account(ada)
	one := func(edits ...string) *answer {
		event := `{"specversion":"1.0","id":"e","source":"/eu","type":"t","subject":"` + id + `","time":"2026-11-10T08:00:00+01:00","datacontenttype":"application/json",` +
			`"traceparent":"00-x","knativearrivaltime":{"any":1},"data":{"model":"` + haiku + `","usage":` + used(money.Dollar) + `,"message_id":"msg_1"}}`
		for i := 0; i+1 < len(edits); i += 2 {
			if !strings.Contains(event, edits[i]) {
				t.Fatalf("no %s", edits[i])
			}
			event = strings.Replace(event, edits[i], edits[i+1], 1)
		}
		return m.send(http.MethodPost, "/v1/usage", "application/cloudevents+json", event)
	}
	for _, c := range []struct{ old, new, reason, field string }{
		{`"specversion":"1.0",`, ``, "field_missing", "specversion"},
		{`"1.0"`, `"1.1"`, "event_version", "specversion"},
		{`"1.0"`, `1.0`, "field_text", "specversion"},
		{`"id":"e"`, `"id":""`, "field_missing", "id"},
		{`"id":"e"`, `"id":7`, "field_text", "id"},
		{`"source":"/eu",`, ``, "field_missing", "source"},
		{`"type":"t",`, ``, "field_missing", "type"},
		{`"subject":`, `"subjekt":`, "field_missing", "subject"},
		{`"2026-11-10T08:00:00+01:00"`, `"yesterday"`, "field_time", "time"},
		{`"2026-11-10T08:00:00+01:00"`, `1700000000`, "field_text", "time"},
		{`"2026-11-10T08:00:00+01:00"`, `""`, "field_time", "time"},
		{`"2026-11-10T08:00:00+01:00"`, `"1969-12-31T00:00:00Z"`, "field_time", "time"},
		{`"data":`, `"data_base64":"e30=","datum":`, "field_missing", "data"},
		{`"data":{`, `"data":[],"datum":{`, "field_object", "data"},
		{`"model":`, `"modell":`, "field_missing", "data.model"},
		{`"message_id"`, `"messageId"`, "field_unknown", "data.messageId"},
		{`"input_tokens":`, `"input_tokens":-`, "usage_tokens", "data.usage.input_tokens"},
		{`"id":"e"`, `"id":"e","id":"f"`, "field_repeated", "id"},
	} {
		one(c.old, c.new).refused(http.StatusUnprocessableEntity, c.reason).is("field", c.field)
	}
	one().want(http.StatusOK).is("status", "recorded")
	activity, err := s.svc.Activity(context.Background(), id, billing.ActivityFilter{}, billing.Place{}, 1)
	s.must(err)
	if got, want := activity.Requests[0].At, time.Date(2026, time.November, 10, 7, 0, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("it happened at %s, want %s", got, want)
	}
	one(`"id":"e"`, `"id":"other"`).want(http.StatusOK).is("status", "duplicate") // by its message
}

// A bad event never sinks its batch: each wrong one among good ones, by itself.
func TestBadEventsSinkAlone(t *testing.T) {
	s, m := onSite(t)
	id := s.account(ada)
	good := func(n int) string { return eventOf(fmt.Sprint("good ", n), id, money.Dollar) }
	edit := func(old, replacement string) string {
		return strings.Replace(eventOf("bad", id, money.Dollar), old, replacement, 1)
	}
	all := []struct{ event, reason, field string }{
		{`null`, "field_object", ""},
		{`7`, "field_object", ""},
		{`"text"`, "field_object", ""},
		{`[]`, "field_object", ""},
		{`{}`, "field_missing", "id"},
		{edit(`"id":"bad",`, ``), "field_missing", "id"},
		{edit(`"id":"bad"`, `"id":""`), "event_id_missing", "id"},
		{edit(`"id":"bad"`, `"id":"`+strings.Repeat("x", 256)+`"`), "event_id_missing", "id"},
		{edit(`"id":"bad"`, `"id":"`+strings.Repeat("x", 2000)+`"`), "too_long", "id"},
		{edit(`"id":"bad"`, `"id":"\u0000"`), "field_text", "id"},
		{edit(id, "acc_nobody"), "account_unknown", "account"},
		{edit(`"`+id+`"`, `null`), "field_missing", "account"},
		{edit(haiku, "claude-9"), "unknown_model", "<none>"},
		{edit(`"model"`, `"Model"`), "field_missing", "model"},
		{edit(`"usage":{`, `"extra":1,"usage":{`), "field_unknown", "extra"},
		{edit(`"usage":{`, `"usage":{"service_tier":"batch",`), "unpriced_usage", "<none>"},
		{edit(`"usage":{`, `"usage":{"input_tokens":1,`), "field_repeated", "usage.input_tokens"},
		{edit(`"output_tokens":1`, `"output_tokens":1.5`), "usage_tokens", "usage.output_tokens"},
		{edit(`"output_tokens":1`, `"output_tokens":-1`), "usage_tokens", "usage.output_tokens"},
		{edit(`"output_tokens":1`, `"cache_creation":{"ephemeral_5m_input_tokens":2},"cache_creation_input_tokens":1`), "usage_split", "usage.cache_creation"},
		{edit(`"usage":{`, `"usage":{},"x":{`), "usage_empty", "usage"},
		{edit(`"id":"bad"`, `"id":"bad","occurred_at":"2026-11-10T09:06:00Z"`), "occurred_at_ahead", "<none>"},
		{edit(`"id":"bad"`, `"id":"bad","occurred_at":"2026-11-10 09:00"`), "field_time", "occurred_at"},
		{edit(`"id":"bad"`, `"id":"bad","message_id":"`+strings.Repeat("m", 300)+`"`), "text_too_long", "message_id"},
	}
	batch := []string{good(0)}
	for i, c := range all {
		batch = append(batch, c.event, good(i+1))
	}
	a := m.json(http.MethodPost, "/v1/usage", "["+strings.Join(batch, ",")+"]").want(http.StatusOK)
	for i, c := range all {
		bad, next := fmt.Sprint(2*i+1), fmt.Sprint(2*i+2)
		a.is(bad+".status", "rejected", bad+".reason", c.reason, bad+".cost", "<nil>", next+".status", "recorded", next+".cost", "1")
		if c.field != "" {
			a.is(bad+".field", c.field)
		}
		if detail := a.string(bad + ".detail"); detail == "" || strings.Contains(detail, "!") || strings.Contains(detail, "fault.") {
			t.Errorf("%s: detail %q", c.reason, detail)
		}
	}
	m.status(id).is("session.used_percent", fmt.Sprint((len(all)+1)*100/40))
	s.verify()
}

// A batch has at most a thousand events; that many are recorded.
func TestBatchSize(t *testing.T) {
	s, m := onSite(t)
	id := s.account(ada)
	batch := func(n int) string {
		all := make([]string, n)
		for i := range all {
			all[i] = eventOf(fmt.Sprint("e", i), id, money.Cent)
		}
		return "[" + strings.Join(all, ",") + "]"
	}
	m.json(http.MethodPost, "/v1/usage", batch(1001)).refused(http.StatusUnprocessableEntity, "batch_size")
	m.json(http.MethodPost, "/v1/usage", `{"events":`+batch(1001)+`}`).refused(http.StatusUnprocessableEntity, "batch_size")
	m.json(http.MethodPost, "/v1/usage", batch(1000)).want(http.StatusOK).is("0.status", "recorded", "999.status", "recorded")
	m.status(id).is("session.used_percent", "25") // $10 of $40
	m.json(http.MethodPost, "/v1/usage", `{"events":[],"more":1}`).refused(http.StatusUnprocessableEntity, "field_unknown")
	m.json(http.MethodPost, "/v1/usage", `{"events":7}`).refused(http.StatusUnprocessableEntity, "field_array")
	m.send(http.MethodPost, "/v1/usage", "application/cloudevents-batch+json", "{}").refused(http.StatusUnprocessableEntity, "field_array")
	m.send(http.MethodPost, "/v1/usage", "application/cloudevents+json", "[]").refused(http.StatusUnprocessableEntity, "field_object")
}

// Late and early events: charged, shown only, refused. The order of a batch is that of its times.
func TestEventTimes(t *testing.T) {
	s, m := onSite(t)
	id := s.account(ada)
	s.fund(id, 20*money.Dollar)
	s.extra(id, 50*money.Dollar)
	s.advance(48 * time.Hour)
	at := func(name string, ago time.Duration, cost money.Amount) string {
		return strings.TrimSuffix(eventOf(name, id, cost), "}") + `,"occurred_at":"` + s.clock().Add(-ago).Format(time.RFC3339Nano) + `"}`
	}
	m.json(http.MethodPost, "/v1/usage", "["+strings.Join([]string{
		at("second", time.Minute, 3*money.Dollar), at("first", time.Hour, 40*money.Dollar), at("ahead", -4*time.Minute, money.Dollar),
		at("late", 30*time.Hour, 41*money.Dollar),
	}, ",")+"]").want(http.StatusOK).is(
		"0.plan_part", "0", "0.extra_part", "3", "1.plan_part", "40", "1.extra_part", "0", "2.extra_part", "1",
		"3.plan_part", "40", "3.extra_part", "0", "3.absorbed", "1")
	m.status(id).is("spent_this_month", "4", "balance", "16")
	s.verify()
}
