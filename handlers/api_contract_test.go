package handlers_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

// contract is openapi.yaml as a judge of exchanges. Its schemas are JSON Schema, as OpenAPI 3.1 has it, and are taken as such.
type contract struct {
	doc      map[string]any
	compiler *jsonschema.Compiler

	mu      sync.Mutex
	schemas map[string]*jsonschema.Schema
	seen    map[string]bool // "POST /v1/holds 201"
}

const contractURL = "file:///openapi.json"

var loadContract = sync.OnceValues(func() (*contract, error) {
	text, err := os.ReadFile("openapi.yaml")
	if err != nil {
		return nil, err
	}
	var doc any
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, err
	}
	plain, err := json.Marshal(doc)
	if err != nil {
		return nil, err
	}
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(plain))
	if err != nil {
		return nil, err
	}
	k := &contract{
		doc: parsed.(map[string]any), compiler: jsonschema.NewCompiler(),
		schemas: map[string]*jsonschema.Schema{}, seen: map[string]bool{},
	}
	k.compiler.DefaultDraft(jsonschema.Draft2020)
	k.compiler.AssertFormat()
	return k, k.compiler.AddResource(contractURL, parsed)
})

func theContract(t testing.TB) *contract {
	t.Helper()
	k, err := loadContract()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// recorded judges every exchange that machines have with the site.
func recorded(t testing.TB, door http.Handler) http.Handler {
	k := theContract(t)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead || !isMachinePath(r.URL.Path) { // HEAD is GET without its body
			door.ServeHTTP(w, r)
			return
		}
		sent, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		r.Body = io.NopCloser(bytes.NewReader(sent))
		got := httptest.NewRecorder()
		door.ServeHTTP(got, r)
		for _, broken := range k.judge(r, sent, got.Result(), got.Body.Bytes()) {
			t.Errorf("%s %s → %d breaks openapi.yaml: %s\nsent %.500s\ngot  %.1000s", r.Method, r.URL.Path, got.Code, broken, sent, got.Body)
		}
		for name, values := range got.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(got.Code)
		w.Write(got.Body.Bytes()) //nolint:errcheck // a test's
	})
}

func isMachinePath(path string) bool {
	return strings.HasPrefix(path, "/v1/") || strings.HasPrefix(path, "/webhooks/") || path == "/healthz" || path == "/readyz" || path == "/openapi.yaml"
}

// judge says how an exchange breaks the contract.
func (k *contract) judge(r *http.Request, sent []byte, got *http.Response, body []byte) (broken []string) {
	route, item := k.path(r.URL.Path)
	operation, known := k.at(item, strings.ToLower(r.Method))
	if !known {
		if got.StatusCode != http.StatusNotFound && got.StatusCode != http.StatusMethodNotAllowed {
			return []string{"not a documented path and method"}
		}
		return k.valid("#/components/schemas/Problem", body)
	}
	k.note(r.Method + " " + route + " " + strconv.Itoa(got.StatusCode))
	if got.StatusCode < 300 {
		broken = k.judgeRequest(operation, item, r, sent)
	}
	response, known := k.at(operation, "responses", strconv.Itoa(got.StatusCode))
	if !known {
		return append(broken, "not a documented status")
	}
	broken = append(broken, k.judgeHeaders(response, got.Header)...)
	content, hasContent := k.at(response, "content")
	if !hasContent {
		if len(body) > 0 {
			broken = append(broken, "a body where none is documented")
		}
		return broken
	}
	media, _, err := mime.ParseMediaType(got.Header.Get("Content-Type"))
	schema, known := k.at(content, media, "schema")
	if err != nil || !known {
		return append(broken, "not a documented media type: "+got.Header.Get("Content-Type"))
	}
	if strings.HasSuffix(media, "json") {
		broken = append(broken, k.valid(schema, body)...)
	}
	return broken
}

// judgeRequest holds a request that succeeded against what is documented of requests: what we take, we say.
func (k *contract) judgeRequest(operation, item string, r *http.Request, sent []byte) (broken []string) {
	for _, list := range []string{operation, item} {
		parameters, _ := k.get(list, "parameters").([]any)
		for i := range parameters {
			at, _ := k.at(list, "parameters", strconv.Itoa(i))
			name, _ := k.get(at, "name").(string)
			given := r.Header.Get(name)
			if k.get(at, "in") != "header" || given == "" && k.get(at, "required") != true {
				continue
			}
			quoted, _ := json.Marshal(given)
			schema, _ := k.at(at, "schema")
			broken = append(broken, k.valid(schema, quoted)...)
		}
	}
	content, takesBody := k.at(operation, "requestBody", "content")
	if !takesBody {
		return broken
	}
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	schema, known := k.at(content, media, "schema")
	if err != nil || !known {
		return append(broken, "a request of an undocumented media type succeeded: "+r.Header.Get("Content-Type"))
	}
	for _, b := range k.valid(schema, sent) {
		broken = append(broken, "a request succeeded: "+b)
	}
	return broken
}

func (k *contract) judgeHeaders(response string, got http.Header) (broken []string) {
	headers, _ := k.get(response, "headers").(map[string]any)
	for name := range headers {
		at, _ := k.at(response, "headers", name)
		given := got.Get(name)
		switch {
		case given == "" && k.get(at, "required") == true:
			broken = append(broken, "the header "+name+" is missing")
		case given != "":
			value, _ := json.Marshal(given)
			if _, err := strconv.Atoi(given); err == nil {
				value = []byte(given)
			}
			schema, _ := k.at(at, "schema")
			broken = append(broken, k.valid(schema, value)...)
		}
	}
	return broken
}

// path is the documented path that an address is at, and where it stands in the document.
func (k *contract) path(address string) (route, at string) {
	paths, _ := k.doc["paths"].(map[string]any)
	var all []string
	for p := range paths {
		all = append(all, p)
	}
	slices.Sort(all) // those without parameters come first
	parts := strings.Split(address, "/")
	for _, p := range all {
		pattern := strings.Split(p, "/")
		if len(pattern) == len(parts) && fitsPath(pattern, parts) {
			at, _ = k.at("#/paths", p)
			return p, at
		}
	}
	return "", "#/none"
}

func fitsPath(pattern, parts []string) bool {
	for i, want := range pattern {
		if !strings.HasPrefix(want, "{") && want != parts[i] {
			return false
		}
	}
	return true
}

// at is the pointer that steps lead to from another one, references followed.
func (k *contract) at(from string, steps ...string) (at string, found bool) {
	at = k.follow(from)
	for _, s := range steps {
		at = k.follow(at + "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(s))
	}
	_, found = k.lookup(at)
	return at, found
}

func (k *contract) get(from string, steps ...string) any {
	at, _ := k.at(from, steps...)
	value, _ := k.lookup(at)
	return value
}

func (k *contract) follow(at string) string {
	value, _ := k.lookup(at)
	if m, ok := value.(map[string]any); ok {
		if ref, ok := m["$ref"].(string); ok && len(m) == 1 {
			return k.follow(ref)
		}
	}
	return at
}

func (k *contract) lookup(at string) (value any, found bool) {
	value = k.doc
	for _, step := range strings.Split(strings.TrimPrefix(at, "#/"), "/") {
		step = strings.NewReplacer("~1", "/", "~0", "~").Replace(step)
		switch v := value.(type) {
		case map[string]any:
			if value, found = v[step]; !found {
				return nil, false
			}
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(v) {
				return nil, false
			}
			value = v[i]
		default:
			return nil, false
		}
	}
	return value, true
}

// valid holds a document against the schema that stands at a pointer.
func (k *contract) valid(schemaAt string, document []byte) []string {
	schema, err := k.schema(schemaAt)
	if err != nil {
		return []string{err.Error()}
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
	if err == nil {
		err = schema.Validate(value)
	}
	if err != nil {
		return []string{fmt.Sprintf("%s: %v", schemaAt, err)}
	}
	return nil
}

func (k *contract) schema(at string) (*jsonschema.Schema, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if s := k.schemas[at]; s != nil {
		return s, nil
	}
	s, err := k.compiler.Compile(contractURL + strings.NewReplacer("{", "%7B", "}", "%7D", ">", "%3E").Replace(at))
	k.schemas[at] = s
	return s, err
}

func (k *contract) note(what string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.seen[what] = true
}

// Every schema compiles, every reference leads somewhere, and every example is one.
func TestOpenAPIExamples(t *testing.T) {
	k := theContract(t)
	for name := range k.get("#/components/schemas").(map[string]any) {
		if _, err := k.schema("#/components/schemas/" + name); err != nil {
			t.Error(err)
		}
	}
	found := 0
	var walk func(at string, value any)
	walk = func(at string, value any) {
		switch v := value.(type) {
		case map[string]any:
			if ref, ok := v["$ref"].(string); ok {
				if _, found := k.lookup(ref); !found {
					t.Errorf("%s leads to %s, which is not there", at, ref)
				}
			}
			for name, inner := range v {
				walk(at+"/"+strings.NewReplacer("~", "~0", "/", "~1").Replace(name), inner)
			}
			if _, hasSchema := v["schema"]; !hasSchema {
				return
			}
			examples := map[string]any{"example": v["example"]}
			if several, ok := v["examples"].(map[string]any); ok {
				for name, e := range several {
					examples[name] = e.(map[string]any)["value"]
				}
			}
			for name, e := range examples {
				if e == nil {
					continue
				}
				found++
				text, _ := json.Marshal(e)
				schema, _ := k.at(at, "schema")
				for _, broken := range k.valid(schema, text) {
					t.Errorf("%s, example %s: %s", at, name, broken)
				}
			}
		case []any:
			for i, inner := range v {
				walk(at+"/"+strconv.Itoa(i), inner)
			}
		}
	}
	walk("#", k.doc)
	if found < 15 {
		t.Errorf("only %d examples were looked at", found)
	}
}

// The judge is no rubber stamp: exchanges that break the contract are told.
func TestContractBites(t *testing.T) {
	k := theContract(t)
	const problem = `{"type":"about:blank","title":"T","status":404,"reason":"not_found","detail":"D","request_id":"1"}`
	for name, c := range map[string]struct {
		method, path, sent string
		status             int
		media, body        string
		header             string
	}{
		"another status":       {"GET", "/v1/rates", "", 204, "", "", ""},
		"another media type":   {"GET", "/v1/accounts/a/extra-usage", "", 404, "application/json", problem, ""},
		"another path":         {"GET", "/v1/other", "", 200, "application/json", "{}", ""},
		"not a problem":        {"GET", "/v1/other", "", 404, "application/problem+json", `{"reason":"x"}`, ""},
		"one member more":      {"GET", "/v1/accounts/a/extra-usage", "", 404, "application/problem+json", strings.Replace(problem, "{", `{"secret":1,`, 1), ""},
		"an amount as number":  {"POST", "/v1/holds", `{"account":"a","model":"m","max_tokens":1}`, 201, "application/json", `{"id":"h","account":"a","covered_by":"plan","worst_case":0.5,"expires_at":"2026-11-10T09:30:00Z"}`, "Idempotency-Key"},
		"a local time":         {"POST", "/v1/holds", `{"account":"a","model":"m","max_tokens":1}`, 201, "application/json", `{"id":"h","account":"a","covered_by":"plan","worst_case":"0.5","expires_at":"2026-11-10T09:30:00+01:00"}`, "Idempotency-Key"},
		"a hold without key":   {"POST", "/v1/holds", `{"account":"a","model":"m","max_tokens":1}`, 201, "application/json", `{"id":"h","account":"a","covered_by":"plan","worst_case":"0.5","expires_at":"2026-11-10T09:30:00Z"}`, ""},
		"an unheard-of member": {"POST", "/v1/holds", `{"account":"a","model":"m","max_tokens":1,"more":1}`, 201, "application/json", `{"id":"h","account":"a","covered_by":"plan","worst_case":"0.5","expires_at":"2026-11-10T09:30:00Z"}`, "Idempotency-Key"},
		"no challenge":         {"GET", "/v1/accounts/a/extra-usage", "", 401, "application/problem+json", problem, ""},
		"a refusal bare":       {"POST", "/v1/holds", "", 402, "application/problem+json", problem, ""},
		"a body for nothing":   {"POST", "/webhooks/test", "{}", 204, "application/json", "{}", ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest(c.method, c.path, strings.NewReader(c.sent))
			if c.sent != "" {
				r.Header.Set("Content-Type", "application/json")
			}
			if c.header != "" {
				r.Header.Set(c.header, "k")
			}
			got := &http.Response{StatusCode: c.status, Header: http.Header{"Content-Type": {c.media}}}
			if broken := k.judge(r, []byte(c.sent), got, []byte(c.body)); len(broken) == 0 {
				t.Error("passes")
			}
		})
	}
}
