package billing

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"extrausage/models/storetest"
	"extrausage/money"
	"extrausage/pricing"
)

// twin is the service of another process on the rig's database.
func (r alertRig) twin(open storetest.Open) *Service {
	r.t.Helper()
	rates, err := pricing.Default()
	if err != nil {
		r.t.Fatal(err)
	}
	return New(open(r.time), rates, nil, r.svc.newID, DefaultConfig()).WithLetters(plainLetters{})
}

// request holds and settles; what is refused is no failure.
func request(s *Service, account, key string, cost money.Amount) error {
	ctx := context.Background()
	h, refusal, err := s.Hold(ctx, HoldRequest{Caller: "key_test", Key: key, Account: account, Model: haikuModel, Worst: haiku(cost)})
	if err != nil || refusal != nil {
		return err
	}
	_, _, err = s.Settle(ctx, SettleRequest{HoldID: h.ID, Usage: haiku(cost), Fingerprint: key})
	return err
}

// 64 clients on two processes spend a whole limit while both run the alert worker and a third one is stopped and started again
// and again: each threshold is told at most once, in order, the last one is, and each notice has one mail.
func TestEachAlertOnceUnderLoad(t *testing.T) {
	const clients, requests = 64, 7
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newAlertRig(t, open)
		id := r.subscriber(amountLimit(100), 500*money.Dollar)
		services := []*Service{r.svc, r.twin(open)}
		done := make(chan struct{})
		errs := make(chan error, clients*requests+1000)
		var workers, all sync.WaitGroup
		for _, s := range services {
			workers.Go(func() { errs <- untilDone(done, func() error { return s.RunAlerts(context.Background()) }) })
		}
		workers.Go(func() {
			errs <- untilDone(done, func() error {
				store := open(r.time)
				defer store.Close()
				restarted := New(store, r.svc.rates, nil, r.svc.newID, DefaultConfig()).WithLetters(plainLetters{})
				return restarted.RunAlerts(context.Background())
			})
		})
		for client := range clients {
			all.Go(func() {
				for i := range requests {
					errs <- request(services[client%2], id, fmt.Sprintf("%d/%d", client, i), money.Dollar/4)
				}
			})
		}
		all.Wait()
		close(done)
		workers.Wait()
		close(errs)
		for err := range errs {
			if err != nil {
				t.Error(err)
			}
		}
		r.run()
		r.toldOnce(id)
		r.verify()
	})
}

func untilDone(done <-chan struct{}, do func() error) error {
	for {
		select {
		case <-done:
			return nil
		default:
			if err := do(); err != nil {
				return err
			}
		}
	}
}

// toldOnce wants percentages in their order, up to all of the limit, each kind of the rest at most once, and as many mails.
func (r alertRig) toldOnce(id string) {
	r.t.Helper()
	var percents []int
	var mails []string
	kinds := map[NoticeKind]int{}
	for _, n := range slices.Backward(r.notices(id)) {
		mails = append(mails, string(n.Kind))
		if n.Kind == NoticeLimitPercent {
			percents = append(percents, n.Percent)
		} else {
			kinds[n.Kind]++
		}
	}
	if len(percents) == 0 || percents[len(percents)-1] != 100 || !slices.IsSorted(percents) || len(slices.Compact(slices.Clone(percents))) != len(percents) {
		r.t.Errorf("percentages told: %v", percents)
	}
	if kinds[NoticeExtraStarted] != 1 || kinds[NoticeLimitReached] > 1 || len(kinds) > 2 {
		r.t.Errorf("told: %v", kinds)
	}
	sent := r.mailed()
	slices.Sort(mails)
	slices.Sort(sent)
	if !slices.Equal(mails, sent) {
		r.t.Errorf("notices %v, mails %v", mails, sent)
	}
}
