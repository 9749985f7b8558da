package handlers_test

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"extrausage/handlers"
	"extrausage/money"
)

// The security tests walk the router's own table: a route that is not in policies fails them (docs, threat model).

// policy is who may use a route, and whether it wants the password again after ten minutes.
type policy struct {
	who   audience
	fresh bool
}

type audience string

const (
	anybody    audience = "anybody"
	subscriber audience = "subscriber"
	staff      audience = "staff"
	machine    audience = "machine"  // with an API key
	signed     audience = "signed"   // by the payment provider
	provider   audience = "provider" // the embedded provider's own pages, which play an outside service
)

var policies = map[string]policy{
	"GET /static/*": {who: anybody}, "GET /healthz": {who: anybody}, "GET /readyz": {who: anybody}, "GET /openapi.yaml": {who: anybody},
	"GET /": {who: anybody}, "POST /language": {who: anybody}, "GET /pricing": {who: anybody}, "GET /help/extra-usage": {who: anybody},
	"GET /sign-in": {who: anybody}, "POST /sign-in": {who: anybody}, "POST /sign-out": {who: anybody},
	"GET /sign-in/link": {who: anybody}, "POST /sign-in/link": {who: anybody},
	"GET /sign-in/link/:token": {who: anybody}, "POST /sign-in/link/:token": {who: anybody},
	"GET /dev/mail": {who: anybody}, "GET /dev/mail/:id": {who: anybody}, "GET /dev/gallery": {who: anybody}, "GET /dev/gallery/:name": {who: anybody},

	"POST /webhooks/:provider": {who: signed},
	"POST /v1/holds":           {who: machine}, "POST /v1/holds/:id/settle": {who: machine}, "POST /v1/holds/:id/void": {who: machine},
	"POST /v1/usage": {who: machine}, "GET /v1/accounts/:id/extra-usage": {who: machine},
	"POST /v1/accounts/:id/session/continue": {who: machine}, "PUT /v1/accounts/:id": {who: machine}, "GET /v1/rates": {who: anybody},

	"GET /settings": {who: subscriber}, "GET /settings/usage": {who: subscriber},
	"GET /settings/usage/live": {who: subscriber}, "POST /settings/usage/session": {who: subscriber}, "POST /settings/usage/continue": {who: subscriber},
	"POST /settings/usage/monthly-limit": {who: subscriber, fresh: true}, "POST /settings/usage/auto-reload": {who: subscriber, fresh: true},
	"POST /settings/usage/auto-reload/resume":           {who: subscriber, fresh: true},
	"POST /settings/billing/purchases/:id/authenticate": {who: subscriber},
	"POST /settings/usage/turn-off":                     {who: subscriber}, "POST /settings/usage/undo": {who: subscriber},
	"GET /settings/usage/spending": {who: subscriber}, "GET /settings/usage/spending.csv": {who: subscriber},
	"GET /settings/usage/sessions.csv": {who: subscriber},
	"POST /settings/usage/enable":      {who: subscriber}, "GET /settings/usage/enable": {who: subscriber},
	"POST /settings/usage/enable/cancel": {who: subscriber}, "GET /settings/usage/enable/payment-method": {who: subscriber},
	"GET /settings/usage/enable/preferences": {who: subscriber}, "POST /settings/usage/enable/preferences": {who: subscriber},
	"GET /settings/usage/enable/unlimited": {who: subscriber}, "POST /settings/usage/enable/unlimited": {who: subscriber},
	"GET /settings/usage/enable/review": {who: subscriber}, "POST /settings/usage/enable/review": {who: subscriber, fresh: true},
	"GET /settings/usage/activity": {who: subscriber}, "GET /settings/usage/activity.csv": {who: subscriber},
	"GET /settings/usage/activity/:id": {who: subscriber},

	"GET /settings/billing": {who: subscriber}, "GET /settings/billing/card/return": {who: subscriber},
	"POST /settings/billing/payment-method":        {who: subscriber, fresh: true},
	"POST /settings/billing/payment-method/remove": {who: subscriber, fresh: true},
	"POST /settings/billing/credits":               {who: subscriber, fresh: true},
	"GET /settings/billing/action/return":          {who: subscriber}, "GET /settings/billing/purchases/:id": {who: subscriber},
	"GET /settings/billing/invoices/:month": {who: subscriber}, "GET /settings/billing/invoices/:month/csv": {who: subscriber},
	"GET /settings/billing/invoices/:month/pdf": {who: subscriber}, "GET /settings/billing/purchases/:id/pdf": {who: subscriber},

	"POST /settings/usage/alerts": {who: subscriber},
	"GET /settings/notices":       {who: subscriber}, "POST /settings/notices/read": {who: subscriber},

	"GET /settings/profile": {who: subscriber}, "POST /settings/profile/language": {who: subscriber},
	"POST /settings/profile/time-zone": {who: subscriber}, "POST /settings/profile/password": {who: subscriber},
	"POST /settings/profile/email": {who: subscriber, fresh: true}, "POST /settings/profile/sessions/end": {who: subscriber},
	"POST /settings/profile/invoice-address": {who: subscriber}, "GET /settings/profile/export": {who: subscriber},
	"POST /settings/profile/close": {who: subscriber, fresh: true},

	"GET /support": {who: staff}, "GET /support/accounts/:id": {who: staff}, "POST /support/accounts/:id/look": {who: staff},
}

// route is a row of the router's table.
type route struct {
	method, path string
	policy
}

func (r route) String() string { return r.method + " " + r.path }

func (r route) safe() bool { return r.method == http.MethodGet }

// at is the route's path with its parameters filled in: those named, else one that names nothing.
func (r route) at(params map[string]string) string {
	parts := strings.Split(r.path, "/")
	for i, p := range parts {
		switch {
		case strings.HasPrefix(p, ":") && params[r.path] != "":
			parts[i] = params[r.path]
		case p == ":month":
			parts[i] = "2026-11"
		case p == ":provider":
			parts[i] = "test"
		case strings.HasPrefix(p, ":"), p == "*":
			parts[i] = "nothing"
		}
	}
	return strings.Join(parts, "/")
}

// routes is the whole table but for the rows that the router keeps for what it does not find.
func (s *site) routes() []route {
	s.t.Helper()
	var out []route
	for _, r := range s.router.(interface{ Routes() []*echo.Route }).Routes() {
		name := r.Method + " " + r.Path
		p, known := policies[name]
		if strings.HasPrefix(r.Path, "/test-provider/") {
			p, known = policy{who: provider}, true
		}
		switch {
		case r.Method == echo.RouteNotFound:
			continue
		case !known:
			s.t.Errorf("%s has no policy: say in policies who may use it", name)
		}
		out = append(out, route{r.Method, r.Path, p})
	}
	slices.SortFunc(out, func(a, b route) int { return strings.Compare(a.path+a.method, b.path+b.method) })
	return out
}

// of are the routes of these audiences.
func (s *site) of(who ...audience) (out []route) {
	for _, r := range s.routes() {
		if slices.Contains(who, r.who) {
			out = append(out, r)
		}
	}
	return out
}

// world is a site with somebody of every kind in it, each with a history.
type world struct {
	*site
	ada, anna, sam        *browser
	adaID, annaID         string
	purchase, charge, key string
}

func newWorld(t *testing.T, edits ...func(*handlers.Config)) *world {
	t.Helper()
	s := newSite(t, onSQLite(t), edits...)
	w := &world{site: s, ada: s.subscriber(ada), anna: s.subscriber(anna), sam: s.staffMember(sam), key: s.apiKey()}
	w.adaID, w.annaID = s.idOf(ada), s.idOf(anna)
	w.ada.addCard("succeeds").want(http.StatusOK)
	w.ada.confirm(w.ada.review("25")).want(http.StatusSeeOther)
	s.extra(w.adaID, 50*money.Dollar)
	s.use(w.adaID, 39*money.Dollar)
	w.charge = s.use(w.adaID, 3*money.Dollar)
	page, _, err := s.svc.Purchases(t.Context(), w.adaID, "", 1)
	s.must(err)
	w.purchase = page[0].ID
	return w
}

// params are ids of Ada's, by the path that takes them.
func (w *world) params() map[string]string {
	return map[string]string{
		"/settings/usage/activity/:id": w.charge, "/settings/billing/purchases/:id": w.purchase, "/support/accounts/:id": w.adaID,
		"/support/accounts/:id/look": w.adaID, "/dev/gallery/:name": "usage-plan", "/v1/accounts/:id/extra-usage": w.adaID,
	}
}

// by is a browser of the kind that a route is for.
func (w *world) by(r route) *browser {
	switch r.who {
	case subscriber:
		return w.ada
	case staff:
		return w.sam
	case machine:
		return w.machine(w.key)
	}
	return w.browser()
}

// copied is a second browser with the same cookies.
func (b *browser) copied() *browser {
	return &browser{s: b.s, cookies: maps.Clone(b.cookies), header: b.header.Clone()}
}

// Every route has a policy, and every policy a route.
func TestEveryRouteHasAPolicy(t *testing.T) {
	s := newSite(t, onSQLite(t))
	seen := map[string]bool{}
	for _, r := range s.routes() {
		seen[r.String()] = true
	}
	for name := range policies {
		if !seen[name] {
			t.Errorf("%s is in policies and not in the router", name)
		}
	}
}

// Who is not signed in is sent to sign in, and comes back to the page; machines are told.
func TestNobodySeesNothing(t *testing.T) {
	w := newWorld(t)
	for _, r := range w.of(subscriber, staff) {
		path := r.at(w.params())
		a := w.browser().send(r.method, path, "application/x-www-form-urlencoded", "", "Sec-Fetch-Site", "same-origin").want(http.StatusSeeOther)
		want := "/sign-in?next=" + url.QueryEscape(path)
		if !r.safe() {
			want = "/sign-in?next=" + url.QueryEscape("/settings/usage")
		}
		if a.location() != want {
			t.Errorf("%s leads to %s, want %s", r, a.location(), want)
		}
		if a.body != "" {
			t.Errorf("%s says something", r)
		}
	}
	for _, r := range w.of(machine) {
		if a := w.browser().json(r.method, r.at(w.params()), "{}"); a.status != http.StatusUnauthorized {
			t.Errorf("%s without a key: %d", r, a.status)
		}
	}
	for _, r := range w.of(signed) {
		a := w.browser().json(r.method, r.at(nil), "{}").want(http.StatusForbidden)
		if !strings.Contains(a.body, `"webhook_signature"`) {
			t.Errorf("%s without a signature: %s", r, a.body)
		}
	}
}

// Staff looks and does not touch: no page of a subscriber's is theirs, and none of theirs is a subscriber's.
func TestStaffAndSubscribersAreApart(t *testing.T) {
	w := newWorld(t)
	for _, r := range w.of(subscriber) {
		a := w.sam.send(r.method, r.at(w.params()), "application/x-www-form-urlencoded", "", "Sec-Fetch-Site", "same-origin")
		switch {
		case r.safe() && (a.status != http.StatusSeeOther || a.location() != "/support"):
			t.Errorf("%s as staff: %d %s", r, a.status, a.location())
		case !r.safe() && a.status != http.StatusForbidden:
			t.Errorf("%s as staff: %d", r, a.status)
		}
	}
	for _, r := range w.of(staff) {
		a := w.ada.send(r.method, r.at(w.params()), "application/x-www-form-urlencoded", "", "Sec-Fetch-Site", "same-origin")
		if a.status != http.StatusNotFound {
			t.Errorf("%s as subscriber: %d", r, a.status)
		}
	}
}

// What is another's is not there, by any id, and is not changed.
func TestOthersIDsAreNotFound(t *testing.T) {
	w := newWorld(t)
	before := w.digest()
	for path, id := range map[string]string{
		"/settings/usage/activity/": w.charge, "/settings/billing/purchases/": w.purchase,
		"/settings/billing/action/return?purchase=": w.purchase,
	} {
		for _, id := range []string{id, "nothing", "'", strings.Repeat("a", 500), "..%2f.."} {
			w.anna.get(path + id).want(http.StatusNotFound)
		}
		w.ada.get(path + id)
	}
	sessions, err := w.svc.Sessions(t.Context(), w.adaID, "")
	w.must(err)
	w.anna.post("/settings/profile/sessions/end", "session", sessions[0].ID).want(http.StatusNotFound)
	w.ada.get("/settings/usage").want(http.StatusOK)
	w.ada.get("/support/accounts/" + w.adaID).want(http.StatusNotFound)
	w.sam.get("/support/accounts/nothing").want(http.StatusNotFound)
	if diff := w.changed(before); len(diff) > 0 {
		t.Errorf("changed: %v", diff)
	}
}

// A change of another's cannot be taken back.
func TestOthersChangesStay(t *testing.T) {
	w := newWorld(t)
	version := w.ada.get("/settings/usage").value("version")
	w.ada.post("/settings/usage/monthly-limit", "kind", "amount", "amount", "20", "version", version).want(http.StatusSeeOther)
	status, err := w.svc.Status(t.Context(), w.adaID)
	w.must(err)
	w.anna.post("/settings/usage/undo", "change", status.Undo.ID).follow().says("can no longer be taken back")
	if now, _ := w.svc.Status(t.Context(), w.adaID); now.Limit.Amount != 20*money.Dollar {
		t.Errorf("Ada's limit is %s", now.Limit.Amount.Decimal())
	}
}

// A session lives so long and no longer: fourteen days unseen, an hour for staff.
func TestSessionsEnd(t *testing.T) {
	for _, c := range []struct {
		who, page string
		idle      time.Duration
	}{{ada, "/settings/profile", 14 * 24 * time.Hour}, {sam, "/support", time.Hour}} {
		w := newWorld(t)
		for idle, want := range map[time.Duration]int{c.idle - time.Second: http.StatusOK, c.idle: http.StatusSeeOther} {
			b := w.browser().signIn(c.who)
			w.advance(idle)
			b.get(c.page).want(want)
		}
	}
}
