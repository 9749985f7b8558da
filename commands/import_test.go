package commands_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// importAnswer is what import --json prints.
type importAnswer struct {
	Files, Lines, Events, Recorded, Duplicates, Broken int
	Rejected                                           map[string]int
	Cost                                               string
	ByModel                                            map[string]string `json:"by_model"`
	ByCover                                            map[string]string `json:"by_cover"`
}

// logMessage is an assistant's message as the generator made it.
type logMessage struct {
	id, request, model  string
	at                  time.Time
	input, output, read int64
	write5m, write1h    int64
	split               bool // the log tells 5 minutes and 1 hour apart
}

// oracleRates are nanos per token, typed from the article: up to 200K and above. 0 stands for no rate.
var oracleRates = map[string]struct {
	name                           string
	input, output, write, read     int64
	input2, output2, write2, read2 int64
	writeHour, writeHour2          int64
}{
	"claude-haiku-4-5-20251001":  {"Haiku 4.5", 1000, 5000, 1250, 100, 1000, 5000, 1250, 100, 2000, 2000},
	"claude-sonnet-4-5-20250929": {"Sonnet 4.5", 3000, 15000, 3750, 300, 6000, 22500, 7500, 600, 6000, 12000},
	"claude-opus-4-1-20250805":   {"Opus 4.1", 15000, 75000, 18750, 1500, 15000, 75000, 18750, 1500, 30000, 30000},
	"claude-sonnet-4-20250514":   {"Sonnet 4", 3000, 15000, 3750, 300, 6000, 22500, 7500, 600, 6000, 12000},
	"claude-3-7-sonnet-20250219": {"Sonnet 3.7", 3000, 15000, 3750, 300, 3000, 15000, 3750, 300, 6000, 6000},
	"claude-3-opus-20240229":     {"Opus 3", 15000, 75000, 0, 0, 15000, 75000, 0, 0, 0, 0},
}

// oracle computes what an import must answer, in another way than the meter: plain sums over a sorted list.
type oracle struct {
	messages  []*logMessage
	lines     int
	usages    int
	broken    int
	files     int
	allowance int64
}

func (o *oracle) cost(m *logMessage) (nanos int64, reason string) {
	r, ok := oracleRates[m.model]
	if !ok {
		return 0, "unknown_model"
	}
	if r.write == 0 && m.write5m+m.write1h+m.read > 0 {
		return 0, "unpriced_usage"
	}
	if m.input+m.write5m+m.write1h+m.read > 200_000 {
		return m.input*r.input2 + m.output*r.output2 + m.write5m*r.write2 + m.write1h*r.writeHour2 + m.read*r.read2, ""
	}
	return m.input*r.input + m.output*r.output + m.write5m*r.write + m.write1h*r.writeHour + m.read*r.read, ""
}

func (o *oracle) answer() importAnswer {
	out := importAnswer{
		Files: o.files, Lines: o.lines, Events: o.usages, Broken: o.broken, Rejected: map[string]int{}, ByModel: map[string]string{},
	}
	sorted := slices.Clone(o.messages)
	slices.SortFunc(sorted, func(a, b *logMessage) int { return a.at.Compare(b.at) })
	var total, plan, absorbed, used int64
	var end time.Time
	models := map[string]int64{}
	for _, m := range sorted {
		cost, reason := o.cost(m)
		if reason != "" {
			out.Rejected[reason]++
			continue
		}
		if !m.at.Before(end) {
			used, end = 0, m.at.Add(5*time.Hour)
		}
		part := min(cost, o.allowance-used)
		used, plan, absorbed = used+part, plan+part, absorbed+cost-part
		total += cost
		models[oracleRates[m.model].name] += cost
		out.Recorded++
	}
	rejected := 0
	for _, n := range out.Rejected {
		rejected += n
	}
	out.Duplicates = o.usages - out.Recorded - rejected
	out.Cost = dollars(total)
	for name, sum := range models {
		out.ByModel[name] = dollars(sum)
	}
	out.ByCover = map[string]string{"plan": dollars(plan), "extra": "0", "absorbed": dollars(absorbed)}
	return out
}

// dollars writes nanos as a plain decimal.
func dollars(nanos int64) string {
	text := fmt.Sprintf("%d.%09d", nanos/1e9, nanos%1e9)
	return strings.TrimRight(strings.TrimRight(text, "0"), ".")
}

// generate writes logs of n messages into dir, as the tool does: streamed lines that repeat a message with growing output, copies
// in other files where a session was resumed, subagents' files, user lines between, and now and then a broken line.
func generate(t testing.TB, dir string, n int, seed uint64) *oracle {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 7))
	o := &oracle{allowance: 40_000_000_000}
	names := slices.Sorted(maps.Keys(oracleRates))
	at := time.Date(2025, 8, 1, 8, 0, 0, 0, time.UTC)
	const perFile = 400
	for first := 0; first < n; first += perFile {
		path := filepath.Join(dir, fmt.Sprintf("project-%d", first/perFile%7), fmt.Sprintf("session-%d.jsonl", first/perFile))
		if first/perFile%5 == 4 {
			path = filepath.Join(filepath.Dir(path), "subagents", fmt.Sprintf("agent-%d.jsonl", first/perFile))
		}
		w := newLogFile(t, path)
		o.files++
		for i := first; i < min(n, first+perFile); i++ {
			at = at.Add(time.Duration(1+rng.IntN(60_000)) * time.Millisecond)
			if rng.IntN(700) == 0 {
				at = at.Add(time.Duration(rng.IntN(9)) * time.Hour)
			}
			m := randomMessage(rng, names, i, at)
			o.messages = append(o.messages, m)
			o.write(w, rng, m)
		}
		w.close()
	}
	// a resumed session repeats what came before it
	w := newLogFile(t, filepath.Join(dir, "resumed.jsonl"))
	o.files++
	for i := 0; i < n; i += 50 {
		w.line(o.messages[i].json(o.messages[i].output))
		o.lines++
		o.usages++
	}
	w.close()
	return o
}

func randomMessage(rng *rand.Rand, names []string, i int, at time.Time) *logMessage {
	m := &logMessage{
		id: fmt.Sprintf("msg_%08d", i), request: fmt.Sprintf("req_%08d", i), at: at, model: names[rng.IntN(len(names))],
		input: rng.Int64N(4000), output: 1 + rng.Int64N(2500), read: rng.Int64N(90_000), split: rng.IntN(2) == 0,
	}
	switch rng.IntN(40) {
	case 0:
		m.model = "claude-next-9"
	case 1:
		m.model, m.input, m.output, m.read = "<synthetic>", 0, 0, 0
		return m
	case 2, 3, 4:
		m.read += 150_000 + rng.Int64N(100_000) // around and beyond 200K
	}
	if strings.Contains(m.model, "3-opus") && rng.IntN(3) > 0 {
		m.read = 0
		return m
	}
	m.write5m = rng.Int64N(12_000)
	if m.split {
		m.write1h = rng.Int64N(6000)
	}
	return m
}

func (m *logMessage) json(output int64) map[string]any {
	usage := map[string]any{
		"input_tokens": m.input, "output_tokens": output, "cache_read_input_tokens": m.read,
		"cache_creation_input_tokens": m.write5m + m.write1h, "service_tier": "standard",
		"server_tool_use": map[string]any{"web_search_requests": 0, "web_fetch_requests": 2},
	}
	if m.split {
		usage["cache_creation"] = map[string]any{"ephemeral_5m_input_tokens": m.write5m, "ephemeral_1h_input_tokens": m.write1h}
	}
	return map[string]any{
		"type": "assistant", "timestamp": m.at.Format(time.RFC3339Nano), "requestId": m.request, "uuid": m.id + "-line", "isSidechain": false,
		"message": map[string]any{"id": m.id, "role": "assistant", "model": m.model, "usage": usage, "content": []any{map[string]any{"type": "text", "text": "…"}}},
	}
}

func (o *oracle) write(w *logFile, rng *rand.Rand, m *logMessage) {
	w.line(map[string]any{"type": "user", "timestamp": m.at.Format(time.RFC3339Nano), "message": map[string]any{"role": "user", "content": "?"}})
	o.lines++
	for range rng.IntN(3) { // what was streamed before the final line
		w.line(m.json(rng.Int64N(m.output + 1)))
		o.lines, o.usages = o.lines+1, o.usages+1
	}
	w.line(m.json(m.output))
	o.lines, o.usages = o.lines+1, o.usages+1
	if rng.IntN(500) == 0 {
		w.raw(`{"type":"assistant","message":{"id":"msg_bro`)
		o.lines, o.broken = o.lines+1, o.broken+1
	}
}

type logFile struct {
	t testing.TB
	f *os.File
	w *bufio.Writer
}

func newLogFile(t testing.TB, path string) *logFile {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	return &logFile{t, f, bufio.NewWriter(f)}
}

func (l *logFile) line(v any) {
	raw, err := json.Marshal(v)
	if err != nil {
		l.t.Fatal(err)
	}
	l.raw(string(raw))
}

func (l *logFile) raw(text string) {
	if _, err := fmt.Fprintln(l.w, text); err != nil {
		l.t.Fatal(err)
	}
}

func (l *logFile) close() {
	if err := l.w.Flush(); err != nil {
		l.t.Fatal(err)
	}
	if err := l.f.Close(); err != nil {
		l.t.Fatal(err)
	}
}

func TestImportAgreesWithAnIndependentCalculation(t *testing.T) {
	messages := 100_000
	if testing.Short() {
		messages = 2_000
	}
	logs := t.TempDir()
	want := generate(t, logs, messages, 1).answer()
	p := newProgram(t)
	account := p.account()

	var dry importAnswer
	p.answer(&dry, "", "import", "--account", account, "--dry-run", logs)
	if diff := cmp.Diff(want, dry); diff != "" {
		t.Errorf("dry run (-want +got):\n%s", diff)
	}
	var got importAnswer
	p.answer(&got, "", "import", "--account", "ada@example.com", logs)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("import (-want +got):\n%s", diff)
	}
	if got.Recorded < messages*8/10 || got.Rejected["unpriced_usage"] == 0 || got.Rejected["unknown_model"] == 0 || got.Broken == 0 {
		t.Errorf("the generated log is not what it should be: %+v", got)
	}

	var again importAnswer
	p.answer(&again, "", "import", "--account", account, logs)
	if again.Recorded != 0 || again.Cost != "0" || again.Duplicates != want.Duplicates+want.Recorded {
		t.Errorf("a second import recorded again: %+v", again)
	}
	var books struct{ OK bool }
	p.answer(&books, "", "ledger", "verify")
	if !books.OK {
		t.Error("the books do not balance")
	}
}

func TestImportNamesBrokenLines(t *testing.T) {
	dir := t.TempDir()
	w := newLogFile(t, filepath.Join(dir, "a.jsonl"))
	m := &logMessage{id: "msg_1", request: "req_1", model: "claude-haiku-4-5-20251001", at: time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC), input: 1000, output: 10}
	w.line(m.json(10))
	w.raw("")
	w.raw("{")
	w.raw(`{"type":"assistant","timestamp":"2026-10-01T00:00:00Z","requestId":"r","message":{"id":"m","model":"x","usage":{"input_tokens":-1}}}`)
	w.close()
	p := newProgram(t)
	p.account()
	code, out, errOut := p.run("", "import", "--account", "ada@example.com", filepath.Join(dir, "a.jsonl"))
	if code != 0 || !strings.Contains(out, "$0.00105") {
		t.Errorf("exit %d: %s %s", code, out, errOut)
	}
	for _, line := range []string{"a.jsonl:3: skipped", "a.jsonl:4: skipped"} {
		if !strings.Contains(errOut, line) {
			t.Errorf("%q is not named: %s", line, errOut)
		}
	}
}

func TestImportWantsAnAccountThatExists(t *testing.T) {
	p := newProgram(t)
	code, out, errOut := p.run("", "import", "--account", "nobody@example.com", t.TempDir(), "--json")
	if code != 1 || out != "" || !strings.Contains(errOut, "no such account") {
		t.Errorf("exit %d, %q, %q", code, out, errOut)
	}
}
