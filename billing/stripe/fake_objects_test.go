package stripe_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// How the cards of this Stripe behave.
const (
	succeeds          = "succeeds"
	declined          = "generic_decline" // the other refusals are named by their decline codes
	needsSubscriber   = "authentication_required"
	needsAction       = "action" // always asks, and succeeds once it was answered
	failsAction       = "failed action"
	stillProcessing   = "processing"
	neverConfirmed    = "half-way" // Stripe failed after it made the PaymentIntent
	neverDeclaredCode = "code only"
)

func (f *fakeStripe) add(kind, prefix string, o object) object {
	f.ids++
	o["id"], o["object"], o["livemode"] = fmt.Sprintf("%s_%d", prefix, f.ids), kind, f.live
	if o["created"] == nil {
		o["created"] = f.now().Unix()
	}
	f.objects = append(f.objects, o)
	return o
}

func (f *fakeStripe) find(kind, id string) object {
	for _, o := range f.objects {
		if o["object"] == kind && o["id"] == id {
			return o
		}
	}
	return nil
}

func (f *fakeStripe) show(kind, id string) (int, object) {
	if o := f.find(kind, id); o != nil {
		return http.StatusOK, o
	}
	return notFound("intent")
}

func metadata(form url.Values) object {
	m := object{}
	for k := range form {
		if name, ok := strings.CutPrefix(k, "metadata["); ok {
			m[strings.TrimSuffix(name, "]")] = form.Get(k)
		}
	}
	return m
}

func (f *fakeStripe) openSession(q request) (int, object) {
	if f.find("customer", q.form.Get("customer")) == nil {
		return http.StatusBadRequest, apiError("invalid_request_error", "resource_missing", "customer")
	}
	s := f.add("checkout.session", "cs_test", object{
		"mode": q.form.Get("mode"), "status": "open", "client_reference_id": q.form.Get("client_reference_id"), "customer": q.form.Get("customer"),
		"success_url": q.form.Get("success_url"),
	})
	s["url"] = "https://checkout.stripe.com/c/pay/" + s["id"].(string) + "#secret"
	return http.StatusOK, s
}

func (f *fakeStripe) showSession(id string) (int, object) {
	s := f.find("checkout.session", id)
	if s == nil {
		return notFound("session")
	}
	return http.StatusOK, s
}

// method makes a card of a customer that behaves in a way.
func (f *fakeStripe) method(customer, card string) object {
	m := f.add("payment_method", "pm", object{
		"type": "card", "customer": customer,
		"card": object{"brand": "visa", "last4": "4242", "exp_month": 12, "exp_year": 2030, "fingerprint": "print_" + card},
	})
	f.cards[m["id"].(string)] = card
	return m
}

// customer is a customer with a card, made by nobody's request.
func (f *fakeStripe) customer(card string) (customer, method string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := f.add("customer", "cus", object{})
	return c["id"].(string), f.method(c["id"].(string), card)["id"].(string)
}

// complete plays the subscriber who adds a card in a session, and gives the address that they come back to.
func (f *fakeStripe) complete(session, card string) *url.URL {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.find("checkout.session", session)
	s["status"] = "complete"
	s["setup_intent"] = f.add("setup_intent", "seti", object{
		"status": "succeeded", "usage": "off_session", "payment_method": f.method(s["customer"].(string), card),
	})
	back, err := url.Parse(strings.ReplaceAll(s["success_url"].(string), "{CHECKOUT_SESSION_ID}", session))
	if err != nil {
		f.t.Fatal(err)
	}
	return back
}

func (f *fakeStripe) detach(id string) (int, object) {
	m := f.find("payment_method", id)
	switch {
	case m == nil:
		return notFound("payment_method")
	case m["customer"] == nil:
		return http.StatusBadRequest, apiError("invalid_request_error", "", "")
	}
	m["customer"] = nil
	return http.StatusOK, m
}

func (f *fakeStripe) makeIntent(q request) (int, object) {
	amount := int64(0)
	_, _ = fmt.Sscan(q.form.Get("amount"), &amount)
	m := f.find("payment_method", q.form.Get("payment_method"))
	if m == nil || m["customer"] != q.form.Get("customer") {
		return http.StatusBadRequest, apiError("invalid_request_error", "resource_missing", "payment_method")
	}
	pi := f.add("payment_intent", "pi", object{
		"amount": amount, "amount_received": int64(0), "currency": q.form.Get("currency"), "customer": q.form.Get("customer"),
		"status": "requires_confirmation", "payment_method": q.form.Get("payment_method"), "metadata": metadata(q.form),
	})
	pi["client_secret"] = pi["id"].(string) + "_secret_x"
	if q.form.Get("confirm") != "true" {
		return http.StatusOK, pi
	}
	return f.confirm(pi, q.form)
}

func (f *fakeStripe) moveIntent(q request, id, verb string) (int, object) {
	pi := f.find("payment_intent", id)
	if pi == nil {
		return notFound("intent")
	}
	ended := slices.Contains([]any{"succeeded", "canceled", "processing"}, pi["status"])
	if ended {
		return http.StatusBadRequest, apiError("invalid_request_error", "payment_intent_unexpected_state", "")
	}
	if verb == "cancel" {
		pi["status"] = "canceled"
		return http.StatusOK, pi
	}
	if m := q.form.Get("payment_method"); m != "" {
		pi["payment_method"] = m
	}
	return f.confirm(pi, q.form)
}

// confirm lets the card decide.
func (f *fakeStripe) confirm(pi object, form url.Values) (int, object) {
	method, _ := pi["payment_method"].(string)
	card, offSession := f.cards[method], form.Get("off_session") == "true"
	switch {
	case method == "":
		return http.StatusBadRequest, apiError("invalid_request_error", "payment_intent_unexpected_state", "")
	case card == succeeds:
		f.capture(pi)
		return http.StatusOK, pi
	case card == stillProcessing:
		pi["status"] = "processing"
		return http.StatusOK, pi
	case card == neverConfirmed:
		return http.StatusInternalServerError, apiError("api_error", "", "")
	case card == needsAction, card == failsAction, card == needsSubscriber && !offSession:
		pi["status"] = "requires_action"
		pi["next_action"] = object{"type": "use_stripe_sdk"}
		if back := form.Get("return_url"); back != "" {
			pi["next_action"] = object{"type": "redirect_to_url", "redirect_to_url": object{
				"url": "https://hooks.stripe.com/authenticate/" + pi["id"].(string), "return_url": back,
			}}
		}
		return http.StatusOK, pi
	}
	why := object{"type": "card_error", "code": "card_declined", "decline_code": card}
	switch card {
	case needsSubscriber, neverDeclaredCode:
		why["code"], why["decline_code"] = card, card
		if card == neverDeclaredCode {
			why["code"], why["decline_code"] = "processing_error", nil
		}
	}
	return http.StatusPaymentRequired, object{"error": f.decline(pi, why)}
}

// decline leaves a PaymentIntent without a method, as Stripe does: the last error has it.
func (f *fakeStripe) decline(pi, why object) object {
	why["payment_method"] = object{"id": pi["payment_method"], "object": "payment_method"}
	pi["status"], pi["payment_method"], pi["next_action"], pi["last_payment_error"] = "requires_payment_method", nil, nil, why
	refusal := object{"message": "about ada@example.com and pi_1_secret_x", "payment_intent": pi}
	for k, v := range why {
		refusal[k] = v
	}
	return refusal
}

func (f *fakeStripe) capture(pi object) {
	pi["status"], pi["amount_received"], pi["next_action"], pi["last_payment_error"] = "succeeded", pi["amount"], nil, nil
}

// act plays the subscriber on the page of their bank.
func (f *fakeStripe) act(intent string, agrees func(card string) bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	pi := f.find("payment_intent", intent)
	if pi == nil || pi["status"] != "requires_action" {
		f.t.Fatalf("%s does not wait: %v", intent, pi)
	}
	if agrees(f.cards[pi["payment_method"].(string)]) {
		f.capture(pi)
		return
	}
	f.decline(pi, object{"type": "invalid_request_error", "code": "payment_intent_authentication_failure"})
}

// search finds what was made before the search caught up.
func (f *fakeStripe) search(q request) (int, object) {
	var found []object
	for _, o := range slices.Backward(f.objects) {
		if o["object"] != "payment_intent" || !time.Unix(o["created"].(int64), 0).Before(f.searched) {
			continue
		}
		for k, v := range o["metadata"].(object) {
			if q.form.Get("query") == fmt.Sprintf("metadata[%q]:%q", k, v) {
				found = append(found, o)
			}
		}
	}
	return page(q, found)
}

// with edits an object, or makes one, as somebody in the dashboard would.
func (f *fakeStripe) with(do func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	do()
}

// captured are the charges that took money, by the purchase in their metadata.
func (f *fakeStripe) captured() map[string]int {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := map[string]int{}
	for _, o := range f.objects {
		if o["object"] == "payment_intent" && o["status"] == "succeeded" {
			id, _ := o["metadata"].(object)["purchase_id"].(string)
			all[id]++
		}
	}
	return all
}
