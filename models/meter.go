package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"sync"
	"time"

	"gorm.io/gorm"
)

// Case is one use of the meter: the rows it needs and the decision over them. Decide must be pure but for what it changes in
// the state, must leave the state alone when it returns an error, and may run more than once: only the last run counts.
type Case struct {
	Needs
	Decide func(*MeterState) error
	err    error
}

const (
	// maxBatch bounds the cases of one commit; a group of MeterAll may be larger by itself.
	maxBatch = 256
	// maxQueue bounds the groups that wait for a lane; more callers wait before it.
	maxQueue = 1024
	// commitTimeout bounds one commit, so that a stuck database fails callers instead of collecting them.
	commitTimeout = 30 * time.Second
	// postgresLanes is how many commits run at once on PostgreSQL; SQLite has one writer.
	postgresLanes = 4
)

// ErrClosed says that the store is shutting down.
var ErrClosed = errors.New("the store is closed")

// lane commits groups of cases one after the other; what arrives while one commit runs shares the next.
type lane struct {
	queue chan *group
	done  chan struct{}
	once  sync.Once
	stop  chan struct{}
}

// group is what one caller handed in: cases that are decided in this order, and committed together.
type group struct {
	cases []*Case
	err   error
	ready chan struct{}
}

// Meter decides one case and commits it. It answers after the commit; the error is the case's own, ErrNotFound for an account
// or hold that does not exist, or the database's.
func (s *Store) Meter(ctx context.Context, c *Case) error {
	if err := s.MeterAll(ctx, []*Case{c}); err != nil {
		return err
	}
	return c.err
}

// MeterAll decides cases in their order and commits them together, at most a few hundred. A case's own failure is in
// Err and leaves the others alone; the returned error is the database's.
func (s *Store) MeterAll(ctx context.Context, cases []*Case) error {
	if len(cases) == 0 {
		return nil
	}
	g := &group{cases: cases, ready: make(chan struct{})}
	l := s.laneOf(cases[0])
	select {
	case <-l.stop:
		return ErrClosed
	default:
	}
	select {
	case l.queue <- g:
	case <-ctx.Done():
		return ctx.Err()
	case <-l.stop:
		return ErrClosed
	}
	select { // what is queued is decided even if the caller leaves
	case <-g.ready:
		return g.err
	case <-ctx.Done():
		return ctx.Err()
	case <-l.done:
		select {
		case <-g.ready:
			return g.err
		default:
			return ErrClosed
		}
	}
}

// Err is the case's own failure.
func (c *Case) Err() error { return c.err }

func (s *Store) startLanes() {
	n := 1
	if s.dialect == postgresDialect {
		n = postgresLanes
	}
	for range n {
		l := &lane{queue: make(chan *group, maxQueue), stop: make(chan struct{}), done: make(chan struct{})}
		s.lanes = append(s.lanes, l)
		go s.runLane(l)
	}
}

func (s *Store) stopLanes() {
	for _, l := range s.lanes {
		l.once.Do(func() { close(l.stop) })
		<-l.done
	}
}

// laneOf keeps the cases of an account in one lane, so that lanes do not wait for each other's locks.
func (s *Store) laneOf(c *Case) *lane {
	h := fnv.New32a()
	if c.AccountID != "" {
		h.Write([]byte(c.AccountID))
	} else {
		h.Write([]byte(c.HoldID))
	}
	return s.lanes[int(h.Sum32()%uint32(len(s.lanes)))] //nolint:gosec // a handful of lanes
}

func (s *Store) runLane(l *lane) {
	defer close(l.done)
	for {
		select {
		case g := <-l.queue:
			s.commitGroups(l.gather(g))
		case <-l.stop:
			for { // what was queued before the stop still counts
				select {
				case g := <-l.queue:
					s.commitGroups(l.gather(g))
				default:
					return
				}
			}
		}
	}
}

// gather takes what is waiting, up to a batch.
func (l *lane) gather(g *group) []*group {
	groups, n := []*group{g}, len(g.cases)
	for n < maxBatch {
		select {
		case g := <-l.queue:
			groups, n = append(groups, g), n+len(g.cases)
		default:
			return groups
		}
	}
	return groups
}

// commitGroups commits groups together; where that fails, each alone, so that one bad group fails alone.
func (s *Store) commitGroups(groups []*group) {
	err := s.commit(groups)
	if err != nil && len(groups) > 1 {
		for _, g := range groups {
			s.commitGroups([]*group{g})
		}
		return
	}
	for _, g := range groups {
		g.err = err
		close(g.ready)
	}
}

func (s *Store) commit(groups []*group) error {
	ctx, cancel := context.WithTimeout(context.Background(), commitTimeout)
	defer cancel()
	err := retry(ctx, func() error {
		tx, err := s.write.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer tx.Rollback() //nolint:errcheck // after Commit it does nothing
		if err := s.decide(ctx, hotTx{tx: tx, dialect: s.dialect}, groups); err != nil {
			return err
		}
		Failpoint("cp1")
		return tx.Commit()
	})
	if err == nil {
		s.changed(changedBy(groups)...)
	}
	return err
}

// Rehearse decides cases as MeterAll would, one after the other in a transaction that is rolled back.
func (s *Store) Rehearse(ctx context.Context, cases []*Case) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // that is the point
	for chunk := range slices.Chunk(cases, maxBatch) {
		if err := s.decide(ctx, hotTx{tx: tx, dialect: s.dialect}, []*group{{cases: chunk}}); err != nil {
			return err
		}
	}
	return nil
}

// decide loads, decides and writes the cases of the groups.
func (s *Store) decide(ctx context.Context, h hotTx, groups []*group) (err error) {
	defer func() {
		if p := recover(); p != nil { // an assertion failed half-way: nothing of this commit may stay
			err = fmt.Errorf("decision failed: %v", p)
		}
	}()
	var needs []*Needs
	for _, g := range groups {
		for _, c := range g.cases {
			needs = append(needs, &c.Needs)
		}
	}
	states, err := loadStates(ctx, h, s.now, needs)
	if err != nil {
		return err
	}
	for _, g := range groups {
		for _, c := range g.cases {
			if m := states[c.AccountID]; m != nil {
				c.err = c.Decide(m)
			} else {
				c.err = ErrNotFound
			}
		}
	}
	return saveStates(ctx, h, states)
}

func (s *Store) now() Instant { return At(s.clock()) }

// Lock locks an account and loads its state as of now. Tx.Now moves to the account's time. Save writes what was changed.
func (tx *Tx) Lock(accountID string) (*MeterState, error) {
	return tx.LockFor(Needs{AccountID: accountID})
}

// LockFor is Lock with more rows.
func (tx *Tx) LockFor(n Needs) (*MeterState, error) {
	return tx.load(n, false)
}

// Look loads an account's state without locking it, for a View. What is changed in it stays in memory.
func (tx *Tx) Look(accountID string) (*MeterState, error) {
	return tx.load(Needs{AccountID: accountID}, true)
}

func (tx *Tx) load(n Needs, reading bool) (*MeterState, error) {
	h, err := tx.hot()
	if err != nil {
		return nil, err
	}
	h.reading = reading
	states, err := loadStates(tx.db.Statement.Context, h, func() Instant { return tx.Now }, []*Needs{&n})
	if err != nil {
		return nil, err
	}
	m := states[n.AccountID]
	if m == nil {
		return nil, ErrNotFound
	}
	tx.Now = m.Now
	return m, nil
}

// Save writes what was changed in, or added to, a state that Lock gave. Once per state.
func (tx *Tx) Save(m *MeterState) error {
	h, err := tx.hot()
	if err != nil {
		return err
	}
	tx.Tell(m.AccountID())
	return saveStates(tx.db.Statement.Context, h, map[string]*MeterState{m.AccountID(): m})
}

// hot is the database transaction under GORM's.
func (tx *Tx) hot() (hotTx, error) {
	switch p := tx.db.Statement.ConnPool.(type) {
	case *sql.Tx:
		return hotTx{tx: p, dialect: tx.dialect}, nil
	case *gorm.PreparedStmtTX:
		if t, ok := p.Tx.(*sql.Tx); ok {
			return hotTx{tx: t, dialect: tx.dialect}, nil
		}
	}
	return hotTx{}, errors.New("not in a transaction")
}
