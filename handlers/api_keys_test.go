package handlers_test

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"extrausage/billing"
	"extrausage/handlers"
	"extrausage/money"
)

// needs is which scope every path of the API asks for; "" is none. A path that is not here fails the test.
var needs = map[string]billing.Scope{
	"POST /v1/holds":                         billing.ScopeUsageWrite,
	"POST /v1/holds/:id/settle":              billing.ScopeUsageWrite,
	"POST /v1/holds/:id/void":                billing.ScopeUsageWrite,
	"POST /v1/usage":                         billing.ScopeUsageWrite,
	"GET /v1/accounts/:id/extra-usage":       billing.ScopeAccountsRead,
	"POST /v1/accounts/:id/session/continue": billing.ScopeUsageWrite,
	"PUT /v1/accounts/:id":                   billing.ScopeAccountsWrite,
	"GET /v1/rates":                          "",
}

// table is all paths as the router has them.
func (s *site) table() []*echo.Route {
	return s.router.(interface{ Routes() []*echo.Route }).Routes()
}

// apiRoutes are the paths of the API as the router has them.
func (s *site) apiRoutes() (all []string) {
	for _, r := range s.table() {
		if strings.HasPrefix(r.Path, "/v1/") && !strings.HasSuffix(r.Path, "*") {
			all = append(all, r.Method+" "+r.Path)
		}
	}
	return all
}

// Every path, with every scope alone: it answers to its own, and to no other.
func TestScopeMatrix(t *testing.T) {
	s := newSite(t, onSQLite(t))
	id := s.account(ada)
	scopes := []billing.Scope{billing.ScopeUsageWrite, billing.ScopeAccountsRead, billing.ScopeAccountsWrite}
	keys := map[billing.Scope]string{}
	for _, sc := range scopes {
		keys[sc] = s.apiKey(sc)
	}
	routes := s.apiRoutes()
	if len(routes) != len(needs) {
		t.Errorf("the router has %v, the test knows %v", routes, needs)
	}
	for _, route := range routes {
		need, known := needs[route]
		if !known {
			t.Errorf("%s: which scope does it need?", route)
		}
		method, path, _ := strings.Cut(route, " ")
		path = strings.Replace(path, ":id", id, 1)
		for _, sc := range scopes {
			a := s.machine(keys[sc]).json(method, path, "{}")
			wrong := need != "" && need != sc
			if got := a.status == http.StatusForbidden && a.string("reason") == "scope_missing"; got != wrong {
				t.Errorf("%s with %s: %d %s", route, sc, a.status, a.body)
			}
			if challenge := a.header.Get("WWW-Authenticate"); wrong && !strings.Contains(challenge, `error="insufficient_scope", scope="`+string(need)+`"`) {
				t.Errorf("%s with %s: challenge %q", route, sc, challenge)
			}
		}
	}
}

// Without a key that can be used, nothing but the rates is answered, and nothing of what there is is told.
func TestKeysThatOpenNothing(t *testing.T) {
	s := newSite(t, onSQLite(t))
	id := s.account(ada)
	ctx := context.Background()
	good := s.apiKey()
	revokedID, revoked, err := s.svc.CreateAPIKey(ctx, "revoked", []billing.Scope{billing.ScopeAccountsRead}, 0)
	s.must(err)
	s.must(s.svc.RevokeAPIKey(ctx, revokedID))
	_, short, err := s.svc.CreateAPIKey(ctx, "short", []billing.Scope{billing.ScopeAccountsRead}, time.Hour)
	s.must(err)
	s.advance(time.Hour)
	typo := []byte(good)
	typo[len(typo)-10] ^= 1
	for name, c := range map[string]struct{ header, reason string }{
		"none":           {"", "key_missing"},
		"another scheme": {"Basic " + good, "key_missing"},
		"no token":       {"Bearer ", "key_missing"},
		"the key alone":  {good, "key_missing"},
		"a typo":         {"Bearer " + string(typo), "api_key_unknown"},
		"rubbish":        {"Bearer x", "api_key_unknown"},
		"live, not test": {"Bearer " + strings.Replace(good, "xu_test_", "xu_live_", 1), "api_key_unknown"},
		"very long":      {"Bearer " + strings.Repeat("x", 10_000), "api_key_unknown"},
		"revoked":        {"Bearer " + revoked, "api_key_revoked"},
		"expired":        {"Bearer " + short, "api_key_expired"},
	} {
		t.Run(name, func(t *testing.T) {
			for route, need := range needs {
				if need == "" {
					continue
				}
				method, path, _ := strings.Cut(route, " ")
				b := s.browser()
				if c.header != "" {
					b.with("Authorization", c.header)
				}
				a := b.json(method, strings.Replace(path, ":id", id, 1), "{}").refused(http.StatusUnauthorized, c.reason)
				if !strings.HasPrefix(a.header.Get("WWW-Authenticate"), "Bearer ") {
					t.Errorf("%s: challenge %q", route, a.header.Get("WWW-Authenticate"))
				}
			}
		})
	}
	s.browser().get("/v1/rates").want(http.StatusOK)
	s.machine(good).with("Authorization", "bearer "+good).status(id)
}

// A page's cookie is no key.
func TestSessionIsNoKey(t *testing.T) {
	s := newSite(t, onSQLite(t))
	s.subscriber(ada).get("/v1/accounts/"+ada+"/extra-usage").refused(http.StatusUnauthorized, "key_missing")
}

// A key may ask so often; what has to wait is told for how long, and other keys are not held up.
func TestKeyRate(t *testing.T) {
	s := newSite(t, onSQLite(t), func(c *handlers.Config) { c.KeyRate, c.KeyBurst = 2, 3 })
	id := s.account(ada)
	one, other := s.machine(s.apiKey()), s.machine(s.apiKey())
	for range 3 {
		one.status(id)
	}
	for range 5 { // asking in vain costs nothing more
		a := one.get("/v1/accounts/"+id+"/extra-usage").refused(http.StatusTooManyRequests, "throttled")
		if wait := a.header.Get("Retry-After"); wait != "1" {
			t.Errorf("Retry-After is %q", wait)
		}
	}
	other.with("X-Forwarded-For", "192.0.2.1").status(id)
	one.with("X-Forwarded-For", "192.0.2.1").get("/v1/accounts/"+id+"/extra-usage").refused(http.StatusTooManyRequests, "throttled")
	s.advance(500 * time.Millisecond)
	one.status(id)
	one.get("/v1/accounts/"+id+"/extra-usage").refused(http.StatusTooManyRequests, "throttled")
}

// The document describes every path that machines have, and no other.
func TestOpenAPIDescribesTheRouter(t *testing.T) {
	s := newSite(t, onSQLite(t))
	k := theContract(t)
	var routed, described []string
	for _, r := range s.table() {
		path := strings.ReplaceAll(r.Path, ":id", "{id}")
		path = strings.ReplaceAll(path, ":provider", "{provider}")
		if isMachinePath(path) && !strings.HasSuffix(path, "*") {
			routed = append(routed, r.Method+" "+path)
		}
	}
	operations := map[string]bool{}
	for path, item := range k.get("#/paths").(map[string]any) {
		for method, operation := range item.(map[string]any) {
			if method == "parameters" {
				continue
			}
			described = append(described, strings.ToUpper(method)+" "+path)
			name := fmt.Sprint(operation.(map[string]any)["operationId"])
			if operations[name] {
				t.Errorf("two operations are called %s", name)
			}
			operations[name] = true
			security := fmt.Sprint(operation.(map[string]any)["security"])
			if need := needs[strings.ToUpper(method)+" "+strings.ReplaceAll(path, "{id}", ":id")]; (need == "") != (security == "[]") || !strings.Contains(security, string(need)) {
				t.Errorf("%s %s: security is %s, want %s", method, path, security, need)
			}
		}
	}
	slices.Sort(routed)
	slices.Sort(described)
	if !slices.Equal(routed, described) {
		t.Errorf("routed    %v\ndescribed %v", routed, described)
	}
	a := s.browser().get("/openapi.yaml").want(http.StatusOK)
	if a.header.Get("Content-Type") != "application/yaml" || !strings.HasPrefix(a.body, "openapi: 3.1") {
		t.Errorf("%v %.100s", a.header, a.body)
	}
}

// A path that is none, and a method that a path does not take, are problems too; HEAD is GET.
func TestNoSuchPath(t *testing.T) {
	s := newSite(t, onSQLite(t))
	m := s.machine(s.apiKey())
	m.get("/v1/nothing").refused(http.StatusNotFound, "not_found")
	m.get("/v1/").want(http.StatusNotFound)
	for request, allow := range map[string]string{
		"GET /v1/holds": "POST", "DELETE /v1/usage": "POST", "POST /v1/rates": "GET, HEAD", "GET /v1/holds/x/settle": "POST",
		"PATCH /v1/accounts/a": "PUT", "POST /v1/accounts/a/extra-usage": "GET, HEAD", "TRACE /v1/rates": "GET, HEAD",
	} {
		method, path, _ := strings.Cut(request, " ")
		a := m.json(method, path, "{}").refused(http.StatusMethodNotAllowed, "method")
		if got := a.header.Get("Allow"); got != allow {
			t.Errorf("%s: Allow is %q, want %q", request, got, allow)
		}
	}
	m.send(http.MethodHead, "/v1/rates", "", "").want(http.StatusOK)
}

// The rates that machines read are those of the table: exact, with every id.
func TestRates(t *testing.T) {
	s := newSite(t, onSQLite(t))
	a := s.browser().get("/v1/rates").want(http.StatusOK).is("currency", "USD", "at", "2026-11-10T09:00:00Z", "version", s.svc.Rates().Version())
	models := s.svc.Rates().Models(s.clock())
	for i, m := range models {
		at := "models." + strconv.Itoa(i)
		a.is(at+".name", m.Name, at+".ids", fmt.Sprint(m.IDs))
		for j, r := range m.Rates {
			rate := at + ".rates." + strconv.Itoa(j)
			a.is(rate+".class", string(r.Class), rate+".tier", string(r.Tier), rate+".per_mtok", r.PerMTok.Decimal())
		}
		a.is(at+".rates."+strconv.Itoa(len(m.Rates)), "<none>")
	}
	a.is("models."+strconv.Itoa(len(models)), "<none>")
	if !strings.Contains(a.body, "claude-sonnet-4-5-20250929") {
		t.Error("an id is missing")
	}
}

// The key of a request, and the reason it was refused for, say nothing of what is inside.
func TestRequestsAreNamed(t *testing.T) {
	s, m := onSite(t)
	a := m.get("/v1/nothing").want(http.StatusNotFound)
	if id := a.string("request_id"); id != a.header.Get("X-Request-Id") || !regexp.MustCompile(`^[0-9a-f]{16}$`).MatchString(id) {
		t.Errorf("%q, %v", id, a.header)
	}
	key := s.apiKey()
	s.machine(key).hold("k", worst(s.account(ada), money.Dollar)).want(http.StatusCreated)
	if strings.Contains(s.log.String(), key) {
		t.Error("a key is in the log")
	}
}
