package testpay_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"extrausage/billing"
	"extrausage/billing/testpay"
	"extrausage/money"
)

// oldFile is a store as it was written before its schema was counted: a visit with its card, and two charges.
func oldFile(t *testing.T, at time.Time) string {
	t.Helper()
	schema, err := os.ReadFile("testdata/before_versions.sql")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "test-provider.db")
	db, err := sql.Open("sqlite3", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(strings.ReplaceAll(string(schema), ":now", at.Format("'2006-01-02T15:04:05Z'"))); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestAFileFromBeforeOpens: its cards still pay, its charges are found, and their keys are known until their day is over.
func TestAFileFromBeforeOpens(t *testing.T) {
	r := newRig(t)
	ctx := context.Background()
	r.path = oldFile(t, r.now)
	r.open("")
	request := billing.DebitRequest{
		PurchaseID: "purchase_old", AccountID: "acc_old", Customer: "test_customer_old", Method: "test_card_old", Amount: money.Dollars(10),
		OnSession: true, ReturnURL: "http://app.test/paid",
	}
	for range 2 { // and opens again
		c, err := r.Debit(ctx, request)
		if err != nil || c.ID != "test_charge_old" || c.State != billing.ChargeSucceeded || c.Amount != money.Dollars(10) {
			t.Fatalf("its key: %+v %v", c, err)
		}
		waits, err := r.find("purchase_waits")
		if err != nil || waits.State != billing.ChargeRequiresAction || !strings.HasSuffix(waits.ActionURL, "/charges/test_charge_waits") {
			t.Errorf("what waits: %+v %v", waits, err)
		}
		if found, err := r.Setup(ctx, "test_session_old"); err != nil || !found.Done || found.Card.Last4 != "4242" || found.Reference != "acc_old" {
			t.Errorf("its visit: %+v %v", found, err)
		}
		r.open("")
	}
	other := request
	other.Amount = money.Dollars(11)
	if c, err := r.Debit(ctx, other); err == nil {
		t.Errorf("another debit under an old key: %+v", c)
	}
	if _, err := r.Refund(ctx, "test_charge_old", money.Dollars(10)); err != nil {
		t.Errorf("refund: %v", err)
	}
	r.now = r.now.Add(24 * time.Hour)
	if c, err := r.Debit(ctx, request); err != nil || c.ID == "test_charge_old" || c.State != billing.ChargeSucceeded {
		t.Errorf("a day later: %+v %v", c, err)
	}
	if got := r.captured(); len(got) != 2 {
		t.Errorf("captured %v", got)
	}
}

// TestSeveralProcessesOpenAnOldFile: one of them migrates it, the others find it done.
func TestSeveralProcessesOpenAnOldFile(t *testing.T) {
	r := newRig(t)
	path := oldFile(t, r.now)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			s, err := testpay.New(testpay.Config{Path: path, BaseURL: "http://app.test/test-provider", WebhookSecrets: []string{"s"}, Clock: func() time.Time { return r.now }})
			if err != nil {
				t.Error(err)
				return
			}
			defer s.Close()
			if captured, err := s.Captured(context.Background()); err != nil || len(captured) != 1 {
				t.Errorf("%v %v", captured, err)
			}
		})
	}
	all.Wait()
}

func TestAFileOfANewerProgramIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	db, err := sql.Open("sqlite3", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("PRAGMA user_version = 99"); err != nil {
		t.Fatal(err)
	}
	db.Close()
	s, err := testpay.New(testpay.Config{Path: path, BaseURL: "http://app.test/test-provider", WebhookSecrets: []string{"s"}})
	if err == nil {
		s.Close()
		t.Fatal("opened")
	}
	if !strings.Contains(err.Error(), "newer") {
		t.Error(err)
	}
}

// TestAnyPath: a path is a path, whatever it would mean in a URI.
func TestAnyPath(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"a#b.db", "a#c.db", "a?mode=memory", "a%23d.db", "più spazio.db"} {
		path := filepath.Join(folder, name)
		s, err := testpay.New(testpay.Config{Path: path, BaseURL: "http://app.test/test-provider", WebhookSecrets: []string{"s"}})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		s.Close()
		if _, err := os.Stat(path); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestInMemory: a store that keeps nothing works like one that does, and no two of them share anything.
func TestInMemory(t *testing.T) {
	r, other := newRig(t), newRig(t)
	for _, x := range []*rig{r, other} {
		x.path = ":memory:"
		x.open("")
	}
	r.paid("purchase_1")
	r.check("purchase_1", billing.ChargeSucceeded, "")
	other.check("purchase_1", "", "")
	if _, err := os.Stat(":memory:"); err == nil {
		t.Error("a file was made")
	}
}
