package models

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	channel = "account_changed" // of LISTEN and NOTIFY
	// tellPause is between two notifications of a process. A commit with a NOTIFY in it holds a lock of the whole server
	// (PostgreSQL keeps their order), so the meter's commits carry none: one statement of its own tells of many of them.
	tellPause = 100 * time.Millisecond
	// maxNotification is in bytes; PostgreSQL takes 8,000.
	maxNotification = 7000
	tellTimeout     = 5 * time.Second
	// signOfLife is how often a silent connection is asked whether it is one still.
	signOfLife = time.Minute
	// lookPause is between two looks at whether another process wrote to a SQLite database.
	lookPause = 500 * time.Millisecond
)

// tellOthers tells other processes on PostgreSQL what this one changed, until the store is closed.
func (s *Store) tellOthers() {
	w := s.watchers
	for w.over.Err() == nil {
		select {
		case <-w.over.Done():
		case <-w.news.kick:
			s.notify(w.news.take())
			pause(w.over, tellPause)
		}
	}
	s.notify(w.news.take())
}

// notify sends the accounts in as few notifications as they fit in. What cannot be sent is lost: pages look by themselves.
func (s *Store) notify(accounts map[string]struct{}) {
	if len(accounts) == 0 {
		return
	}
	var payloads []string
	payload := strings.Builder{}
	payload.WriteString(s.watchers.news.from)
	for id := range accounts {
		if payload.Len()+1+len(id) > maxNotification {
			payloads = append(payloads, payload.String())
			payload.Reset()
			payload.WriteString(s.watchers.news.from)
		}
		payload.WriteString("\n" + id)
	}
	payloads = append(payloads, payload.String())
	ctx, cancel := context.WithTimeout(context.Background(), tellTimeout)
	defer cancel()
	_, _ = s.write.ExecContext(ctx, "SELECT pg_notify($1, said) FROM unnest($2::text[]) AS said", channel, payloads)
}

// listen hears what other processes on PostgreSQL tell, on a connection of its own, until that breaks or the context ends.
func (s *Store) listen(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, s.url)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, "LISTEN "+channel); err != nil {
		return err
	}
	s.watchers.tellAll() // what was told before nobody heard
	for {
		said, err := nextNotification(ctx, conn)
		if err != nil {
			return err
		}
		if by, accounts, _ := strings.Cut(said, "\n"); accounts != "" && by != s.watchers.news.from {
			s.watchers.tell(strings.Split(accounts, "\n"))
		}
	}
}

// nextNotification waits for one, or after a silence gives an empty one if the connection still answers.
func nextNotification(ctx context.Context, conn *pgx.Conn) (string, error) {
	waiting, cancel := context.WithTimeout(ctx, signOfLife)
	defer cancel()
	n, err := conn.WaitForNotification(waiting)
	switch {
	case err == nil:
		return n.Payload, nil
	case ctx.Err() == nil && errors.Is(waiting.Err(), context.DeadlineExceeded):
		return "", conn.Ping(ctx)
	}
	return "", err
}

// lookForCommits tells all watchers when another process wrote to the SQLite database. SQLite counts the commits of others for
// each connection, and all of ours go through one. It ends with the context, or when the database cannot be asked.
func (s *Store) lookForCommits(ctx context.Context) {
	last := int64(-1)
	for ctx.Err() == nil {
		if !s.watchers.nobody() {
			var version int64
			if err := s.write.QueryRowContext(ctx, "PRAGMA data_version").Scan(&version); err != nil {
				return
			}
			if version != last {
				s.watchers.tellAll()
			}
			last = version
		}
		pause(ctx, lookPause)
	}
}
