package handlers

import (
	"fmt"
	"testing"
	"time"
)

// However many names ask, so many are watched; one that asks on and on is not forgotten meanwhile.
func TestThrottleIsBounded(t *testing.T) {
	th := newThrottle(1, 1, 10)
	now := time.Date(2026, time.November, 10, 9, 0, 0, 0, time.UTC)
	if wait := th.take("busy", now); wait != 0 {
		t.Fatal(wait)
	}
	for i := range 1000 {
		th.take(fmt.Sprint("name ", i), now)
		if wait := th.take("busy", now); wait <= 0 {
			t.Fatalf("forgotten after %d others", i)
		}
		if len(th.byName) > 10 || th.order.Len() != len(th.byName) {
			t.Fatalf("%d buckets, %d in order", len(th.byName), th.order.Len())
		}
	}
	if wait := th.take("busy", now.Add(time.Second)); wait != 0 {
		t.Errorf("waits %s for nothing", wait)
	}
}
