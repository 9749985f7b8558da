package stripe_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"extrausage/billing/stripe"
)

const (
	testKey       = "sk_test_51HabcdefGHIJKLmnop"
	liveKey       = "sk_live_51HabcdefGHIJKLmnop"
	webhookSecret = "whsec_0123456789abcdefghijKLMN"
	olderSecret   = "whsec_NMLKjihgfedcba9876543210"
)

// object is one of Stripe's objects, as JSON has it.
type object map[string]any

// fakeStripe plays Stripe over HTTP: as much of its API as the adapter uses, with idempotency keys, lists in pages and a search
// that lags. Each request may go wrong in the way that fault says.
type fakeStripe struct {
	t      testing.TB
	mu     sync.Mutex
	server *httptest.Server
	now    func() time.Time
	live   bool
	ids    int

	objects  []object          // in the order in which they were made
	cards    map[string]string // how the card of a payment method behaves
	searched time.Time         // what was made later is not found by the search yet
	answers  map[string]answer // by idempotency key
	requests []request
	fault    func(request) fault
}

// fault is how a request goes wrong.
type fault string

const (
	fine            fault = ""
	refusedBefore   fault = "500 before"   // nothing was done
	refusedAfter    fault = "500 after"    // done, and the key answers so from now on
	lost            fault = "answer lost"  // done, and the connection breaks
	unreachable     fault = "unreachable"  // nothing was done, the connection breaks
	tooSlow         fault = "too slow"     // done, but later than anybody waits
	rateLimited     fault = "rate limited" // 429
	keyInUse        fault = "key in use"   // 409
	badRequest      fault = "bad request"  // about an object that Stripe does not know
	invalidRequest  fault = "invalid request"
	unauthorized    fault = "unauthorized"
	garbage         fault = "garbage"         // done, and answered by something that is not Stripe
	cardWithoutBody fault = "card error"      // a card's refusal that does not carry the PaymentIntent
	otherRefusal    fault = "another refusal" // of the request, which carries a PaymentIntent that was declined
)

type request struct {
	method, path, key string
	form              url.Values
}

type answer struct {
	status      int
	body        object
	fingerprint string
	at          time.Time
}

// newFake starts a Stripe of the test mode.
func newFake(t testing.TB) *fakeStripe {
	f := &fakeStripe{t: t, now: time.Now, cards: map[string]string{}, answers: map[string]answer{}, fault: func(request) fault { return fine }}
	f.searched = time.Unix(1<<40, 0)
	f.server = httptest.NewServer(f)
	t.Cleanup(f.server.Close)
	return f
}

// client is the adapter over this Stripe. It does not wait long.
func (f *fakeStripe) client() *stripe.Service {
	f.t.Helper()
	return f.clientWith(testKey)
}

func (f *fakeStripe) clientWith(key string) *stripe.Service {
	f.t.Helper()
	s, err := stripe.NewAtOnce(stripe.Config{
		Key: key, WebhookSecrets: []string{webhookSecret, olderSecret}, APIBase: f.server.URL + "/", HTTPClient: &http.Client{Timeout: time.Second},
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return s
}

// ServeHTTP answers a request, or makes it go wrong.
func (f *fakeStripe) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil || r.Header.Get("Authorization") != "Bearer "+testKey && r.Header.Get("Authorization") != "Bearer "+liveKey {
		f.t.Errorf("%s %s: %v, authorization %q", r.Method, r.URL, err, r.Header.Get("Authorization"))
	}
	q := request{method: r.Method, path: r.URL.Path, key: r.Header.Get("Idempotency-Key"), form: r.Form}
	f.mu.Lock()
	wrong := f.fault(q)
	f.requests = append(f.requests, q)
	status, body := 0, object(nil)
	switch wrong {
	case fine, lost, tooSlow, refusedAfter, garbage:
		status, body = f.answer(q, wrong)
	case refusedBefore:
		status, body = http.StatusInternalServerError, apiError("api_error", "", "")
	case rateLimited:
		status, body = http.StatusTooManyRequests, apiError("invalid_request_error", "rate_limit", "")
	case keyInUse:
		status, body = http.StatusConflict, apiError("idempotency_error", "idempotency_key_in_use", "")
	case badRequest:
		status, body = http.StatusBadRequest, apiError("invalid_request_error", "resource_missing", "payment_method")
	case invalidRequest:
		status, body = http.StatusBadRequest, apiError("invalid_request_error", "", "")
	case unauthorized:
		status, body = http.StatusUnauthorized, apiError("invalid_request_error", "api_key_expired", "")
	case otherRefusal:
		status, body = http.StatusBadRequest, apiError("invalid_request_error", "payment_intent_unexpected_state", "")
		body["error"].(object)["payment_intent"] = object{
			"id": "pi_0", "object": "payment_intent", "currency": "usd", "status": "requires_payment_method", "metadata": object{"purchase_id": "purchase_1"},
			"last_payment_error": object{"type": "card_error", "code": "card_declined"},
		}
	case cardWithoutBody:
		status, body = http.StatusPaymentRequired, apiError("card_error", "card_declined", "")
	case unreachable:
	}
	raw, err := json.Marshal(body)
	f.mu.Unlock()
	if err != nil {
		f.t.Error(err)
	}
	switch wrong {
	case lost, unreachable:
		panic(http.ErrAbortHandler)
	case tooSlow:
		<-r.Context().Done()
		return
	case garbage:
		status, raw = http.StatusOK, []byte("<h1>Proxy error</h1> pi_1_secret_x")
	}
	w.Header().Set("Request-Id", "req_1")
	w.WriteHeader(status)
	_, _ = w.Write(raw)
}

// keysLast is how long Stripe remembers an idempotency key.
const keysLast = 24 * time.Hour

// answer does what a request asks for, once per idempotency key.
func (f *fakeStripe) answer(q request, wrong fault) (status int, body object) {
	fingerprint := q.path + "?" + q.form.Encode()
	if q.method == http.MethodPost {
		if q.key == "" {
			f.t.Errorf("%s %s without an idempotency key", q.method, q.path)
		}
		if known, ok := f.answers[q.key]; ok && f.now().Sub(known.at) < keysLast {
			if known.fingerprint != fingerprint {
				return http.StatusBadRequest, apiError("idempotency_error", "", "")
			}
			return known.status, known.body
		}
	}
	status, body = f.do(q)
	if wrong == refusedAfter {
		status, body = http.StatusInternalServerError, apiError("api_error", "", "")
	}
	if q.method == http.MethodPost {
		f.answers[q.key] = answer{status: status, body: f.asItIs(body), fingerprint: fingerprint, at: f.now()}
	}
	return status, body
}

// asItIs is a copy that does not change with the object: a key is answered as it was the first time.
func (f *fakeStripe) asItIs(o object) object {
	raw, err := json.Marshal(o)
	copied := object{}
	if err == nil {
		err = json.Unmarshal(raw, &copied)
	}
	if err != nil {
		f.t.Error(err)
	}
	return copied
}

// apiError is the body of a refusal. What it says in words is a secret that must go nowhere.
func apiError(kind, code, parameter string) object {
	return object{"error": object{"type": kind, "code": code, "param": parameter, "message": "about ada@example.com and pi_1_secret_x"}}
}

func notFound(parameter string) (int, object) {
	return http.StatusNotFound, apiError("invalid_request_error", "resource_missing", parameter)
}

func (f *fakeStripe) do(q request) (int, object) {
	parts := strings.Split(strings.TrimPrefix(q.path, "/v1/"), "/")
	switch route := q.method + " " + strings.Join(parts[:min(2, len(parts))], "/"); {
	case route == "POST customers":
		return http.StatusOK, f.add("customer", "cus", object{"metadata": metadata(q.form)})
	case route == "POST checkout/sessions":
		return f.openSession(q)
	case strings.HasPrefix(route, "GET checkout/sessions"):
		return f.showSession(parts[2])
	case route == "POST payment_intents":
		return f.makeIntent(q)
	case route == "GET payment_intents":
		return f.list(q, "payment_intent", "customer")
	case route == "GET payment_intents/search":
		return f.search(q)
	case strings.HasPrefix(route, "GET payment_intents/"):
		return f.show("payment_intent", parts[1])
	case strings.HasPrefix(route, "POST payment_intents/"):
		return f.moveIntent(q, parts[1], parts[2])
	case route == "GET refunds":
		return f.list(q, "refund", "payment_intent")
	case route == "GET disputes":
		return f.list(q, "dispute", "payment_intent")
	case strings.HasPrefix(route, "GET payment_methods/"):
		return f.show("payment_method", parts[1])
	case strings.HasPrefix(route, "POST payment_methods/"):
		return f.detach(parts[1])
	}
	f.t.Errorf("%s %s is not in this Stripe", q.method, q.path)
	return notFound("")
}

// list gives a page of the objects of a kind, the newest first, expanded as asked for.
func (f *fakeStripe) list(q request, kind, filter string) (int, object) {
	if id := q.form.Get("customer"); id != "" && f.find("customer", id) == nil {
		return http.StatusBadRequest, apiError("invalid_request_error", "resource_missing", "customer")
	}
	var found []object
	for _, o := range slices.Backward(f.objects) {
		since := int64(0)
		_, _ = fmt.Sscan(q.form.Get("created[gte]"), &since)
		if o["object"] == kind && o["created"].(int64) >= since && (q.form.Get(filter) == "" || o[filter] == q.form.Get(filter)) {
			found = append(found, f.expanded(q, o))
		}
	}
	return page(q, found)
}

// page cuts a list to Stripe's pages.
func page(q request, found []object) (int, object) {
	if after := q.form.Get("starting_after"); after != "" {
		at := slices.IndexFunc(found, func(o object) bool { return o["id"] == after })
		found = found[at+1:]
	}
	limit := 10
	_, _ = fmt.Sscan(q.form.Get("limit"), &limit)
	more := len(found) > limit
	if more {
		found = found[:limit]
	}
	if found == nil {
		found = []object{}
	}
	return http.StatusOK, object{"object": "list", "data": found, "has_more": more}
}

func (f *fakeStripe) expanded(q request, o object) object {
	id, ok := o["payment_intent"].(string)
	if !ok || q.form.Get("expand[0]") != "data.payment_intent" {
		return o
	}
	copied := object{}
	for k, v := range o {
		copied[k] = v
	}
	copied["payment_intent"] = f.find("payment_intent", id)
	return copied
}

// sent are the requests to a path so far.
func (f *fakeStripe) sent(method, path string) []request {
	f.mu.Lock()
	defer f.mu.Unlock()
	var found []request
	for _, q := range f.requests {
		if q.method == method && q.path == path {
			found = append(found, q)
		}
	}
	return found
}
