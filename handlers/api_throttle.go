package handlers

import (
	"container/list"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// How often one API key may ask, where nothing else is configured, and how many keys are watched at once. The rates protect the
// others from one that runs wild; no honest caller meets them.
const (
	defaultKeyRate  = 1000 // requests a second
	defaultKeyBurst = 5000
	maxBuckets      = 10_000
)

// throttle counts requests by name, in memory: each server has its own. The name asked for longest ago makes room for a new one.
type throttle struct {
	perSecond, burst, most int

	mu     sync.Mutex
	byName map[string]*list.Element
	order  *list.List // of *bucket, the one used last in front
}

type bucket struct {
	name    string
	limiter *rate.Limiter
}

func newThrottle(perSecond, burst, most int) *throttle {
	return &throttle{perSecond: perSecond, burst: burst, most: most, byName: map[string]*list.Element{}, order: list.New()}
}

// take counts a request, or says how long to wait; what has to wait is not counted.
func (t *throttle) take(name string, now time.Time) (wait time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	at, known := t.byName[name]
	if !known {
		at = t.order.PushFront(&bucket{name: name, limiter: rate.NewLimiter(rate.Limit(t.perSecond), t.burst)})
		t.byName[name] = at
		if t.order.Len() > t.most {
			delete(t.byName, t.order.Remove(t.order.Back()).(*bucket).name)
		}
	}
	t.order.MoveToFront(at)
	r := at.Value.(*bucket).limiter.ReserveN(now, 1)
	if wait = r.DelayFrom(now); wait > 0 {
		r.CancelAt(now)
	}
	return wait
}
