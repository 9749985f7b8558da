package pricing

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
)

// UsageProblem sorts what can be wrong with a usage object.
type UsageProblem string

// The problems of a usage object.
const (
	NotObject UsageProblem = "object"   // not a JSON object
	Repeated  UsageProblem = "repeated" // the member stands there twice
	NotCount  UsageProblem = "count"    // not a whole number from 0 to MaxTokens
	NotText   UsageProblem = "text"     // not a string
	SplitSum  UsageProblem = "split"    // the cache writes do not add up to cache_creation_input_tokens
	NoTokens  UsageProblem = "missing"  // no member that counts tokens: nothing is read as nothing used
)

// UsageError says which member of a usage object cannot be read. Field is a path from the usage on, such as
// "cache_creation.ephemeral_5m_input_tokens", and "" for the usage itself.
type UsageError struct {
	Field   string
	Problem UsageProblem
}

func (e *UsageError) Error() string {
	return "pricing: usage: " + e.Field + ": " + string(e.Problem)
}

// ParseMessagesUsage reads the usage object of the Messages API. null and absent members are 0. Members that the API may add
// are passed over where they say nothing of paid things; a cache duration or a server tool that is not known, and was used, is
// not (P12: never guessed, never free). Without its split by duration a cache write counts as one of five minutes, as the API
// had it before there were others. Errors: [*UsageError].
func ParseMessagesUsage(raw []byte) (Usage, error) {
	r := usageReader{}
	top := r.object("", raw)
	u := Usage{
		Input: r.count(top, "", "input_tokens"), Output: r.count(top, "", "output_tokens"),
		CacheRead: r.count(top, "", "cache_read_input_tokens"), ServiceTier: r.text(top, "", "service_tier"),
	}
	r.cacheWrites(top, &u)
	r.serverTools(top, &u)
	if r.err == nil && !anyOf(top, "input_tokens", "output_tokens", "cache_read_input_tokens", cacheWriteTokens, cacheSplit) {
		r.fail("", NoTokens)
	}
	if r.err != nil {
		return Usage{}, r.err
	}
	return u, nil
}

const (
	cacheWriteTokens = "cache_creation_input_tokens"
	cacheSplit       = "cache_creation"
	writes5m         = "ephemeral_5m_input_tokens"
	writes1h         = "ephemeral_1h_input_tokens"
	serverToolUse    = "server_tool_use"
	webFetchRequests = "web_fetch_requests" // free
)

type members map[string]json.RawMessage

// anyOf reports whether one of the members is there, null or not.
func anyOf(m members, names ...string) bool {
	for _, n := range names {
		if _, there := m[n]; there {
			return true
		}
	}
	return false
}

// usageReader reads members until the first that cannot be read.
type usageReader struct{ err *UsageError }

func (r *usageReader) fail(field string, p UsageProblem) {
	if r.err == nil {
		r.err = &UsageError{field, p}
	}
}

// cacheWrites fills in the cache writes from their split, which has to add up, or without one from their sum.
func (r *usageReader) cacheWrites(top members, u *Usage) {
	total := r.count(top, "", cacheWriteTokens)
	split := r.inner(top, cacheSplit)
	if !known(split, writes5m) && !known(split, writes1h) {
		u.CacheWrite = total
	} else {
		u.CacheWrite, u.CacheWrite1h = r.count(split, cacheSplit, writes5m), r.count(split, cacheSplit, writes1h)
		if known(top, cacheWriteTokens) && u.CacheWrite+u.CacheWrite1h != total {
			r.fail(cacheSplit, SplitSum)
		}
	}
	if other := r.otherUsed(split, cacheSplit, writes5m, writes1h); other != "" {
		u.Unpriced = other
	}
}

func (r *usageReader) serverTools(top members, u *Usage) {
	tools := r.inner(top, serverToolUse)
	u.WebSearchRequests = r.count(tools, serverToolUse, webSearchRequests)
	r.count(tools, serverToolUse, webFetchRequests)
	if other := r.otherUsed(tools, serverToolUse, webSearchRequests, webFetchRequests); other != "" {
		u.Unpriced = other
	}
}

// otherUsed is the first member, by name, that is not one of the known ones and not zero: "" where there is none.
func (r *usageReader) otherUsed(m members, in string, knownNames ...string) string {
	first := ""
	for name, raw := range m {
		zero := len(raw) == 0 || string(raw) == "null" || string(raw) == "0"
		if !zero && !slices.Contains(knownNames, name) && (first == "" || name < first) {
			first = name
		}
	}
	if first == "" {
		return ""
	}
	return in + "." + clipped(first)
}

// inner is an object within the usage; without members where it is absent or null.
func (r *usageReader) inner(m members, name string) members {
	if !known(m, name) {
		return nil
	}
	return r.object(name, m[name])
}

// known reports whether a member is there and says something.
func known(m members, name string) bool {
	raw, there := m[name]
	return there && string(raw) != "null"
}

// count reads a whole number, written as one: 1.0 and 1e3 are refused with 1.5.
func (r *usageReader) count(m members, in, name string) int64 {
	if !known(m, name) {
		return 0
	}
	n, err := strconv.ParseInt(string(m[name]), 10, 64)
	if err != nil || n < 0 || n > MaxTokens || m[name][0] == '-' {
		r.fail(join(in, name), NotCount)
		return 0
	}
	return n
}

func (r *usageReader) text(m members, in, name string) (s string) {
	if known(m, name) && json.Unmarshal(m[name], &s) != nil {
		r.fail(join(in, name), NotText)
	}
	return clipped(s)
}

// object reads the members of a JSON object. One that stands there twice is refused: two readers could each see another one.
func (r *usageReader) object(path string, raw []byte) members {
	d := json.NewDecoder(bytes.NewReader(raw))
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		r.fail(path, NotObject)
		return nil
	}
	m := members{}
	for d.More() {
		name, err := d.Token()
		var value json.RawMessage
		if err != nil || d.Decode(&value) != nil {
			r.fail(path, NotObject)
			return nil
		}
		key, _ := name.(string)
		if _, twice := m[key]; twice {
			r.fail(join(path, clipped(key)), Repeated)
			return nil
		}
		m[key] = value
	}
	_, err := d.Token() // the closing brace
	if _, after := d.Token(); err != nil || !errors.Is(after, io.EOF) {
		r.fail(path, NotObject)
		return nil
	}
	return m
}

func join(in, name string) string {
	if in == "" {
		return name
	}
	return in + "." + name
}

// clipped is a name from outside as it may be told again and kept: short, and of characters that every database takes.
func clipped(name string) string {
	const most = 64
	visible := func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}
	name = strings.Map(visible, name)
	return name[:min(len(name), most)]
}
