package billing

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"testing"
	"time"

	"extrausage/models/storetest"
	"extrausage/money"
)

// crashAddress tells a copy of the test program which database to close months of, until it is killed.
const crashAddress = "INVOICE_CRASH_TEST_DATABASE"

// I15, CP13: killed again and again in the middle of it, the workers still issue one invoice for each month, without a gap.
func TestInvoicesSurviveKills(t *testing.T) {
	if address := os.Getenv(crashAddress); address != "" {
		r := newMeterRig(t, storetest.OpenOn(t, address))
		r.at(january.AddDate(0, 3, 0))
		r.issue()
		return
	}
	storetest.EachAddress(t, func(t *testing.T, address string, open storetest.Open) {
		r := newMeterRig(t, open)
		const accounts, months = 60, 4
		var ids []string
		for range accounts {
			ids = append(ids, r.account())
		}
		for range months {
			for _, id := range ids {
				r.post(id, money.Dollar)
			}
			r.at(r.time().AddDate(0, 1, 0))
		}
		killed := 0
		for try := 0; ; try++ {
			ctx, cancel := context.WithTimeout(context.Background(), time.Duration(60+try*7)*time.Millisecond)
			worker := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestInvoicesSurviveKills$") // killed when its time is over
			worker.Env = append(os.Environ(), crashAddress+"="+address)
			out, err := worker.CombinedOutput()
			cancel()
			if err == nil {
				break
			}
			if errors.Is(err, context.DeadlineExceeded) {
				continue // it was ready, and the kill came late
			}
			if exit := (&exec.ExitError{}); !errors.As(err, &exit) || exit.ExitCode() != -1 {
				t.Fatalf("worker: %v\n%s", err, out)
			}
			killed++
		}
		if n := r.issue(); n != 0 {
			t.Errorf("%d were left", n)
		}
		n := 0
		for _, id := range ids {
			list, err := r.svc.MonthSummaries(context.Background(), id)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range list {
				if m.State == MonthIssued {
					n++
				}
			}
		}
		if n != accounts*months {
			t.Errorf("%d invoices of %d", n, accounts*months)
		}
		if killed < 3 {
			t.Errorf("killed %d times only: this proves little", killed)
		}
		r.verify()
		t.Logf("killed %d times", killed)
	})
}
