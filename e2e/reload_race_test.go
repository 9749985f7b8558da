package e2e

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"extrausage/billing/testpay"
)

// TestOneReloadAcrossServers settles 200 requests at once that take the balance below the threshold, on one server over SQLite and
// over three servers on one PostgreSQL and one provider, each with its worker: one automatic purchase, one charge.
func TestOneReloadAcrossServers(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) {
		raceTheThreshold(t, []*server{startServer(t, "PLAN_ALLOWANCE=0")})
	})
	t.Run("three servers on PostgreSQL", func(t *testing.T) {
		env := []string{"PLAN_ALLOWANCE=0", "DATABASE_URL=" + newPostgres(t)}
		servers := []*server{startServer(t, env...)}
		for range 2 {
			servers = append(servers, startBeside(t, servers[0], env...))
		}
		raceTheThreshold(t, servers)
	})
}

// startBeside starts another process of the product in the folder of one that runs: they share the test provider.
func startBeside(t *testing.T, first *server, env ...string) *server {
	t.Helper()
	addr, metrics := freeAddr(t), freeAddr(t)
	s := &server{t: t, url: "http://" + addr, metrics: metrics, dir: first.dir, path: first.path, logs: new(logBook)}
	s.env = append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + s.dir, "TMPDIR=" + os.TempDir(), "ADDR=" + addr, "METRICS_ADDR=" + metrics, "BASE_URL=" + s.url,
	}, env...)
	t.Cleanup(func() {
		s.stop()
		if t.Failed() {
			t.Logf("what it said:\n%s", s.logs)
		}
	})
	s.start()
	return s
}

func raceTheThreshold(t *testing.T, servers []*server) {
	const requests = 200
	account := created(t, servers[0], storyPassword, "account", "create", "--email", storyEmail, "--password-stdin")
	newSubscriber(t, servers[0]).enableReload("500", "24", "5", "20")
	m := newMachine(t, servers[0])
	holds := make([]string, requests)
	for i := range holds {
		code, hold := m.hold(account, 100)
		if code != http.StatusCreated {
			t.Fatalf("hold %d: %d %v", i, code, hold)
		}
		holds[i] = fmt.Sprint(hold["id"])
	}
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i, id := range holds {
		wg.Go(func() {
			<-start
			if err := settleOnce(servers[i%len(servers)], m.key, id); err != nil {
				t.Error(err)
			}
		})
	}
	close(start)
	wg.Wait()
	reloaded := func() string {
		reload, _ := m.status(account)["auto_reload"].(map[string]any)
		return fmt.Sprint(reload["purchased_this_month"], " ", m.status(account)["balance"])
	}
	done, _ := within(time.Minute, func() (bool, string) { got := reloaded(); return got == "16 20", got })
	if !done {
		t.Errorf("automatic purchases and balance: %s, want 16 20", reloaded())
	}
	time.Sleep(3 * time.Second) // rounds of every worker in which nothing more may happen
	equal(t, "automatic purchases and balance, later", reloaded(), "16 20")
	equal(t, "debits of $16 and in all", debitsOf(t, servers[0], account), "1 of 2")
	if out, err := servers[0].command("", "ledger", "verify"); err != nil {
		t.Errorf("ledger verify: %v %s", err, out)
	}
}

// settleOnce settles a hold at its worst case.
func settleOnce(s *server, key, id string) error {
	body := []byte(`{"usage":{"input_tokens":95000,"output_tokens":1000}}`)
	r, err := http.NewRequest(http.MethodPost, s.url+"/v1/holds/"+id+"/settle", bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+key)
	r.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("settle: %s %s", res.Status, answer)
	}
	return err
}

// enableReload turns extra usage on, always continued, with a limit, a first purchase and auto-reload, in dollars.
func (u *subscriber) enableReload(limit, purchase, threshold, target string) {
	u.t.Helper()
	u.send("/settings/usage/enable", url.Values{})
	u.send("/settings/billing/payment-method", url.Values{"next": {"/settings/usage/enable/payment-method"}})
	u.send(u.at.String(), url.Values{"card": {"succeeds"}})
	page := u.send("/settings/usage/enable/preferences", nil)
	page = u.send("/settings/usage/enable/preferences", url.Values{
		"version": {u.hidden(page, "version")}, "limit_kind": {"amount"}, "limit_amount": {limit}, "first_purchase": {purchase},
		"auto_reload": {"on"}, "threshold": {threshold}, "target": {target}, "continue_preference": {"always"},
	})
	u.send("/settings/usage/enable/review", url.Values{"version": {u.hidden(page, "version")}, "terms": {u.hidden(page, "terms")}})
}

// debitsOf is how many of the provider's charges of an account are of the automatic purchase's amount, and how many there are.
func debitsOf(t *testing.T, s *server, account string) string {
	t.Helper()
	provider, err := testpay.New(testpay.Config{
		Path: filepath.Join(s.dir, "data", "test-provider.db"), BaseURL: s.url + "/test-provider", WebhookSecrets: []string{"none"}, Clock: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer provider.Close()
	charges, err := provider.Captured(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	all, automatic := 0, 0
	for _, c := range charges {
		if c.AccountID != account {
			continue // the demo's
		}
		all++
		if c.Amount.Decimal() == "16" {
			automatic++
		}
	}
	return fmt.Sprintf("%d of %d", automatic, all)
}
