package commands

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"extrausage/billing"
	"extrausage/pricing"
)

// sessionLogs are the usages found in Claude Code session logs: JSON lines, of which the assistant's carry the usage of one
// API message each. A message is written several times while it streams, and again where a session was resumed or branched;
// it counts once, as it was last.
type sessionLogs struct {
	Files  int
	Lines  int
	Usages int // lines with a usage, repeats included
	Broken int
	warn   func(file string, line int, problem string)
	events map[string]billing.Event
}

// logSource names the events of these logs.
const logSource = "claude-code"

// logLine is what we read of a line.
type logLine struct {
	Type      string    `json:"type"`
	Timestamp time.Time `json:"timestamp"`
	RequestID string    `json:"requestId"`
	Message   struct {
		ID    string          `json:"id"`
		Model string          `json:"model"`
		Usage json.RawMessage `json:"usage"`
	} `json:"message"`
}

func newSessionLogs(warn func(file string, line int, problem string)) *sessionLogs {
	return &sessionLogs{warn: warn, events: map[string]billing.Event{}}
}

// read reads a file, or every .jsonl file below a folder.
func (l *sessionLogs) read(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return l.readFile(path)
	}
	return filepath.WalkDir(path, func(p string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(p, ".jsonl") {
			return err
		}
		return l.readFile(p)
	})
}

// maxLine bounds a line: tool results make them long, but not longer than this.
const maxLine = 256 << 20

func (l *sessionLogs) readFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	l.Files++
	r := bufio.NewReaderSize(f, 1<<20)
	for number := 1; ; number++ {
		line, err := readLine(r)
		if len(line) > 0 {
			l.Lines++
			if problem := l.take(line); problem != "" {
				l.Broken++
				l.warn(path, number, problem)
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s:%d: %w", path, number, err)
		}
	}
}

// readLine is the next line without its end and surrounding blanks.
func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, more, err := r.ReadLine()
		line = append(line, part...)
		if len(line) > maxLine {
			return nil, errors.New("a line is too long")
		}
		if err != nil || !more {
			return []byte(strings.TrimSpace(string(line))), err
		}
	}
}

// take keeps the usage of a line, if it has one, and says what is wrong with a line that cannot be read.
func (l *sessionLogs) take(line []byte) (problem string) {
	var kind struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(line, &kind); err != nil {
		return "not a JSON object"
	}
	if kind.Type != "assistant" {
		return ""
	}
	var v logLine
	if err := json.Unmarshal(line, &v); err != nil {
		return "not an assistant's line: " + err.Error()
	}
	if len(v.Message.Usage) == 0 || string(v.Message.Usage) == "null" {
		return ""
	}
	usage, err := pricing.ParseMessagesUsage(v.Message.Usage)
	switch {
	case err != nil:
		return "usage: " + err.Error()
	case v.Message.ID == "":
		return "an assistant's line without message.id"
	case v.Timestamp.IsZero():
		return "an assistant's line without timestamp"
	}
	l.Usages++
	key := v.Message.ID + "/" + v.RequestID
	if known, ok := l.events[key]; ok && known.OccurredAt.After(v.Timestamp) {
		return ""
	}
	l.events[key] = billing.Event{
		ID: key, Source: logSource, Model: v.Message.Model, OccurredAt: v.Timestamp, Usage: usage, MessageID: v.Message.ID,
	}
	return ""
}

// inOrder are the usages found, one per message, in the order of their times.
func (l *sessionLogs) inOrder(account string) []billing.Event {
	out := make([]billing.Event, 0, len(l.events))
	for _, e := range l.events {
		e.Account = account
		out = append(out, e)
	}
	slices.SortFunc(out, func(a, b billing.Event) int {
		return cmp.Or(a.OccurredAt.Compare(b.OccurredAt), cmp.Compare(a.ID, b.ID))
	})
	return out
}
