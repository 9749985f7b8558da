package models

import (
	"context"
	"crypto/rand"
	"sync"
	"time"
)

// Pages that are open follow their account: they are told after the commit that changed it. Nothing is decided by what is told
// here; a word that gets lost only makes a page wait until it looks again by itself.

// watchers are the channels of those who wait for a change of an account, in this process.
type watchers struct {
	mu   sync.Mutex
	of   map[string][]chan struct{}
	hear sync.Once      // starts listening to other processes, with the first who wants to know
	ears sync.WaitGroup // what listens, and what tells other processes
	stop context.CancelFunc
	over context.Context //nolint:containedctx // ends what runs behind the store
	news *outbox         // what other processes have to hear; nil on SQLite
}

// outbox collects changed accounts until they are told to other processes together.
type outbox struct {
	from     string // begins what this store tells: it knows that already
	mu       sync.Mutex
	accounts map[string]struct{}
	kick     chan struct{} // holds a value while there is something to tell
}

// hearPause is how long to wait before listening again after that failed.
const hearPause = time.Second

// maxUntold bounds what waits to be told; beyond it pages learn of a change by looking themselves.
const maxUntold = 10_000

func (s *Store) startTelling() {
	w := &watchers{of: map[string][]chan struct{}{}}
	w.over, w.stop = context.WithCancel(context.Background())
	s.watchers = w
	if s.dialect == postgresDialect {
		w.news = &outbox{from: rand.Text(), accounts: map[string]struct{}{}, kick: make(chan struct{}, 1)}
		w.ears.Go(s.tellOthers)
	}
}

// stopTelling ends what runs behind the store; what is left to tell is told first.
func (s *Store) stopTelling() {
	s.watchers.stop()
	s.watchers.ears.Wait()
}

// Watch gives a channel that holds a value once the account was changed by a commit, of this process or of another on the same
// database. Changes that follow each other quickly are one value; now and then there is one without a change. stop ends it.
func (s *Store) Watch(accountID string) (changed <-chan struct{}, stop func()) {
	w, c := s.watchers, make(chan struct{}, 1)
	w.hear.Do(func() { w.ears.Go(func() { s.hearOthers(w.over) }) })
	w.mu.Lock()
	defer w.mu.Unlock()
	w.of[accountID] = append(w.of[accountID], c)
	return c, sync.OnceFunc(func() { w.leave(accountID, c) })
}

func (w *watchers) leave(accountID string, c chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var left []chan struct{}
	for _, other := range w.of[accountID] {
		if other != c {
			left = append(left, other)
		}
	}
	if w.of[accountID] = left; len(left) == 0 {
		delete(w.of, accountID)
	}
}

// changed tells of accounts that a commit of this process changed: watchers here at once, other processes soon.
func (s *Store) changed(accounts ...string) {
	if len(accounts) == 0 {
		return
	}
	s.watchers.tell(accounts)
	if s.watchers.news != nil {
		s.watchers.news.add(accounts)
	}
}

// changedBy are the accounts that a commit of the hot path changed.
func changedBy(groups []*group) []string {
	var accounts []string
	seen := map[string]struct{}{}
	for _, g := range groups {
		for _, c := range g.cases {
			if _, known := seen[c.AccountID]; !known && c.err == nil {
				seen[c.AccountID] = struct{}{}
				accounts = append(accounts, c.AccountID)
			}
		}
	}
	return accounts
}

func (w *watchers) tell(accounts []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, id := range accounts {
		wake(w.of[id])
	}
}

// tellAll is for when it is not known what was changed.
func (w *watchers) tellAll() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, waiting := range w.of {
		wake(waiting)
	}
}

// wake leaves a value in each channel that has none: nobody is waited for.
func wake(waiting []chan struct{}) {
	for _, c := range waiting {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

func (w *watchers) nobody() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.of) == 0
}

func (o *outbox) add(accounts []string) {
	o.mu.Lock()
	for _, id := range accounts {
		if len(o.accounts) < maxUntold {
			o.accounts[id] = struct{}{}
		}
	}
	o.mu.Unlock()
	wake([]chan struct{}{o.kick})
}

// take empties it.
func (o *outbox) take() map[string]struct{} {
	o.mu.Lock()
	defer o.mu.Unlock()
	taken := o.accounts
	o.accounts = map[string]struct{}{}
	return taken
}

// hearOthers tells the watchers of this process what other processes changed, until the context ends.
func (s *Store) hearOthers(ctx context.Context) {
	for ctx.Err() == nil {
		if s.dialect == postgresDialect {
			_ = s.listen(ctx) // a lost connection; what was said meanwhile nobody heard
			s.watchers.tellAll()
		} else {
			s.lookForCommits(ctx)
		}
		pause(ctx, hearPause)
	}
}

// pause waits, or less where the context ends.
func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// Tell says that the transaction changes what the account's pages show. Save says it by itself.
func (tx *Tx) Tell(accountID string) {
	if accountID != "" {
		tx.told = append(tx.told, accountID)
	}
}
