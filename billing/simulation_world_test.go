package billing_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"extrausage/billing"
	"extrausage/billing/testpay"
	"extrausage/models"
	"extrausage/money"
)

// world is one seed's: the account, the app, the provider, and the way between the two.
type world struct {
	t            *testing.T
	ctx          context.Context
	origin       *origin
	seed         uint64
	dice         *rand.Rand
	counts       tally
	at           int     // the step
	cast         []actor // and how busy they are
	weights      int
	spender      bool // without a limit, and never little
	stubbornness int  // of a subscriber with declining cards, in a thousand
	ids          atomic.Int64
	clock        atomic.Int64 // microseconds
	latest       int64        // the latest that clock showed
	store        *models.Store
	raw          *sql.DB
	prepared     map[string]*sql.Stmt
	svc          *billing.Service
	pay          *testpay.Service
	net          *network
	m            *refModel
	seen         *picture               // of the rows, after the last step
	walls        map[int64]money.Amount // the highest limit of each month
	lastLimit    money.Amount
	trace        []string
	broken       string // why the seed failed
	account      string
	other        string // somebody else's account, which nothing may touch
	dieAt        int    // the process dies when it begins that many transactions from now; 0: it does not
	died         bool
	ends         []func()

	forms    []billing.Order      // of the buy page, for double clicks
	visits   []string             // visits to the provider not come back from
	replays  []func()             // what the API client did, to be done again
	changes  []settingMade        // that may be undone
	enabling *billing.Preferences // under way: who dies may have switched on
	others   string               // the other account, as it was
}

var simStart = time.Date(2026, time.January, 29, 9, 0, 0, 0, time.UTC)

func newWorld(t *testing.T, o *origin, seed uint64, counts tally) *world {
	t.Helper()
	slog.SetDefault(slog.New(slog.DiscardHandler)) // what goes wrong here goes wrong on purpose
	w := &world{t: t, ctx: context.Background(), origin: o, seed: seed, dice: newDice(seed), counts: counts}
	start := simStart.Add(time.Duration(w.dice.Int64N(int64(10 * 31 * 24 * time.Hour))))
	w.clock.Store(start.UnixMicro())
	w.latest = start.UnixMicro()
	address, drop := o.copy(t, fmt.Sprintf("s%x", seed))
	w.ends = append(w.ends, drop)
	w.openProvider()
	var err error
	if w.store, err = models.Open(address, w.storeClock); err != nil {
		t.Fatal(err)
	}
	w.ends = append(w.ends, func() { w.store.Close() })
	w.openRaw(address)
	w.net = newNetwork(w)
	w.restart()
	w.walls = map[int64]money.Amount{}
	return w
}

func (w *world) openProvider() {
	file := filepath.Join(w.origin.dir, fmt.Sprintf("pay-%s-%x.db", w.origin.db, w.seed))
	pay, err := testpay.New(testpay.Config{
		Path: file, BaseURL: billing.DefaultConfig().BaseURL + "/test-provider",
		WebhookURL: "http://app.test/webhooks/test", WebhookSecrets: []string{webhookSecret}, NewID: w.newID, Clock: w.now,
		HTTPClient: &http.Client{Transport: roundTrip(w.webhook)},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.pay = pay
	w.ends = append(w.ends, func() {
		pay.Close()
		for _, end := range []string{"", "-wal", "-shm"} {
			os.Remove(file + end)
		}
	})
}

// openRaw is a way to the rows past the app.
func (w *world) openRaw(address string) {
	driver, source := "pgx", address
	if file, ok := strings.CutPrefix(address, "sqlite:"); ok {
		driver, source = "sqlite3", "file:"+file+"?_busy_timeout=10000&_query_only=1"
	}
	raw, err := sql.Open(driver, source)
	if err != nil {
		w.t.Fatal(err)
	}
	raw.SetMaxOpenConns(1)
	w.raw, w.prepared = raw, map[string]*sql.Stmt{}
	w.ends = append(w.ends, func() { raw.Close() })
}

func (w *world) close() {
	for _, end := range slices.Backward(w.ends) {
		end()
	}
}

func (w *world) newID(prefix string) string { return fmt.Sprintf("%s_%06d", prefix, w.ids.Add(1)) }

func (w *world) now() time.Time { return time.UnixMicro(w.clock.Load()).UTC() }

// storeClock is asked once in each transaction: where the process is to die between two of them, it does here.
func (w *world) storeClock() time.Time {
	if w.dieAt > 0 {
		if w.dieAt--; w.dieAt == 0 {
			w.die()
		}
	}
	return w.now()
}

// die ends the goroutine of the use case, as the death of the process would: what is not committed is lost.
func (w *world) die() {
	w.died = true
	w.counts["deaths"]++
	runtime.Goexit()
}

// conf is the operator's settings: a small allowance and ceiling, so that little time leads past them.
func (w *world) conf() billing.Config {
	c := billing.DefaultConfig()
	c.PlanAllowance = 2 * money.Dollar
	c.ReloadCeiling = 40 * money.Dollar
	return c
}

// restart is a new process over the same store.
func (w *world) restart() {
	w.svc = billing.New(w.store, w.origin.rates, w.net, w.newID, w.conf())
}

// play runs one actor's move in a goroutine of its own, so that it can die. Nothing else runs meanwhile.
func (w *world) play(name string, move func()) {
	over := make(chan any)
	w.died, w.dieAt = false, 0
	go func() {
		var why any
		defer func() { over <- why }()
		defer func() {
			if p := recover(); p != nil {
				why = fmt.Sprintf("%v\n%s", p, debug.Stack())
			}
		}()
		move()
	}()
	if why := <-over; why != nil {
		w.fail("%s panicked: %v", name, why)
	}
	w.dieAt = 0
	if w.died {
		w.note("  the process died and started again")
		w.restart()
	}
}

// fail keeps the first thing that went wrong; the seed ends after the step.
func (w *world) fail(format string, args ...any) {
	if w.broken == "" {
		w.broken = fmt.Sprintf(format, args...)
	}
}

// note adds a line to the trace, which keeps the last steps.
func (w *world) note(format string, args ...any) {
	const keep = 80
	w.trace = append(w.trace, fmt.Sprintf("%4d %s "+format, append([]any{w.at, w.now().Format("01-02T15:04:05.000000")}, args...)...))
	if len(w.trace) > keep {
		w.trace = w.trace[len(w.trace)-keep:]
	}
}

// odds is true so many times in a thousand.
func (w *world) odds(permille int) bool { return w.dice.IntN(1000) < permille }

// forward moves the clock on. Requests that are on their way arrive when their time comes.
func (w *world) forward(d time.Duration) {
	end := w.clock.Load() + d.Microseconds()
	w.net.arrivals(end)
	w.clock.Store(end)
	w.latest = max(w.latest, end)
}

// webhook is the app's end of the provider's network.
func (w *world) webhook(q *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(q.Body)
	if err != nil {
		return nil, err
	}
	status := w.net.event(q.Header, body)
	return &http.Response{StatusCode: status, Body: http.NoBody, Request: q}, nil
}

// form sends a form to a page of the provider and gives the address it leads back to, or nil where the page refuses.
func (w *world) form(address string, form url.Values) *url.URL {
	q := httptest.NewRequest(http.MethodPost, address, bytes.NewBufferString(form.Encode()))
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	rec := httptest.NewRecorder()
	w.pay.ServeHTTP(rec, q)
	if rec.Code != http.StatusSeeOther {
		return nil
	}
	back, err := url.Parse(rec.Header().Get("Location"))
	if err != nil {
		w.fail("%s leads to %v", address, err)
		return nil
	}
	return back
}
