package handlers

import (
	"slices"
	"sync"
)

// seats are for the pages of this process that follow the meter: so many in all, and so many for each web session, whose newest
// pages have them.
type seats struct {
	most, perSession int

	mu        sync.Mutex
	open      int
	bySession map[string][]*seat // the oldest first
}

// seat is one page's. taken is closed when a newer page of the session takes it.
type seat struct {
	session string
	taken   chan struct{}
}

func newSeats(most, perSession int) *seats {
	return &seats{most: most, perSession: perSession, bySession: map[string][]*seat{}}
}

// take gives a seat, or nil when all are taken. Give it back with leave.
func (s *seats) take(session string) *seat {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open >= s.most {
		return nil
	}
	s.open++
	own := s.bySession[session]
	if len(own) >= s.perSession {
		close(own[0].taken)
		own = own[1:]
	}
	newest := &seat{session: session, taken: make(chan struct{})}
	s.bySession[session] = append(slices.Clone(own), newest)
	return newest
}

func (s *seats) leave(left *seat) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open--
	own := slices.DeleteFunc(slices.Clone(s.bySession[left.session]), func(other *seat) bool { return other == left })
	if s.bySession[left.session] = own; len(own) == 0 {
		delete(s.bySession, left.session)
	}
}
