package billing

import (
	"context"
	"fmt"
	"testing"

	"extrausage/models/storetest"
	"extrausage/money"
)

// BenchmarkHoldAndSettle measures what the inference service asks of us for one request: a hold before, a settle after. One
// client waits for each commit; 64 share them. Beyond the plan's allowance: the dearer path, with an entry for each charge.
func BenchmarkHoldAndSettle(b *testing.B) {
	for database, address := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		for _, clients := range []int{1, 64} {
			for _, accounts := range []int{1, 64} {
				b.Run(fmt.Sprintf("%s/clients=%d/accounts=%d", database, clients, accounts), func(b *testing.B) {
					benchHoldAndSettle(b, storetest.OpenOn(b, address(b)), clients, accounts)
				})
			}
		}
	}
}

func benchHoldAndSettle(b *testing.B, open storetest.Open, clients, accounts int) {
	r := newMeterRig(b, open)
	ids := make([]string, accounts)
	for i := range ids {
		ids[i] = r.account()
		r.extra(ids[i], Limit{Kind: Unlimited}, 1_000_000*money.Dollar)
		r.usePlan(ids[i])
	}
	work := make(chan int)
	done := make(chan error, clients)
	for range clients {
		go func() {
			var failed error
			for i := range work {
				if err := r.holdAndSettle(ids[i%accounts], i); err != nil {
					failed = err
				}
			}
			done <- failed
		}()
	}
	for i := 0; b.Loop(); i++ {
		work <- i
	}
	close(work)
	for range clients {
		if err := <-done; err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
	r.verify()
}

func (r *meterRig) holdAndSettle(account string, i int) error {
	ctx := context.Background()
	h, refusal, err := r.svc.Hold(ctx, HoldRequest{
		Caller: "bench", Key: fmt.Sprint(i), Account: account, Model: haikuModel, Worst: haiku(2 * money.Cent),
	})
	if err != nil || refusal != nil {
		return fmt.Errorf("hold: %w, %+v", err, refusal)
	}
	_, refusal, err = r.svc.Settle(ctx, SettleRequest{HoldID: h.ID, Usage: haiku(money.Cent), MessageID: fmt.Sprint("msg_", i), Fingerprint: "f"})
	if err != nil || refusal != nil {
		return fmt.Errorf("settle: %w, %+v", err, refusal)
	}
	return nil
}
