package billing

import (
	"context"
	"testing"
	"time"

	"extrausage/models"
	"extrausage/models/storetest"
)

// I4: a change of the limit waits for whoever has the account, and is held against what they left: here another change, made
// in another process. A limit kept or read beside that lock would let both pass (M2).
func TestSettingsWaitForTheMeter(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		r := newMeterRig(t, open)
		id := r.account()
		r.extra(id, amountLimit(50), 0)
		seen := r.status(id).Version
		other := open(r.time)
		saved := make(chan error, 1)
		err := other.InTx(context.Background(), func(tx *models.Tx) error {
			m, err := tx.Lock(id)
			if err != nil {
				return err
			}
			go func() {
				_, err := r.svc.SaveMonthlyLimit(context.Background(), id, SaveLimit{Limit: amountLimit(80), Version: seen})
				saved <- err
			}()
			select {
			case err := <-saved:
				t.Errorf("saved beside the lock: %v", err)
			case <-time.After(100 * time.Millisecond):
			}
			r.svc.setLimit(m, currentMonth(m), amountLimit(20), BySubscriber)
			return tx.Save(m)
		})
		if err != nil {
			t.Fatal(err)
		}
		wantFault(t, <-saved, Conflict, "settings_changed")
		if got := r.status(id).Limit; got != amountLimit(20) {
			t.Errorf("the limit is %+v", got)
		}
	})
}
