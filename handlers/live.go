package handlers

import (
	"bytes"
	"context"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"extrausage/views"
)

const livePath = "/settings/usage/live"

// Live is how pages follow the meter. Zero values take the defaults.
type Live struct {
	Pace       time.Duration // at least, between two events of a page; half a second
	Look       time.Duration // at most, between two looks at the account, each of which is a sign of life; 15 seconds
	PerSession int           // pages of a web session that follow at once; 2: browsers have few connections to give
	Most       int           // pages of this process that follow at once; 5,000
}

const (
	lookTime     = 10 * time.Second // for one look
	writeTime    = 10 * time.Second // for one event to be taken by the reader
	soonAgain    = time.Second / 2  // until a reader whose stream broke comes back
	restartPause = time.Second      // how long readers stay away when the server stops, and up to
	restartSpan  = 4 * time.Second  // so much longer, so that they do not come back all at once
)

// wantsStream tells the usage page's stream from somebody who opened its address.
func wantsStream(c echo.Context) bool {
	return c.Path() == livePath && isHTMX(c) && strings.Contains(c.Request().Header.Get(echo.HeaderAccept), "text/event-stream")
}

// live sends the usage page what changed on it, until the reader leaves, the session ends or the server stops.
func (s *Server) live(c echo.Context) error {
	if !wantsStream(c) {
		return s.redirect(c, homePath)
	}
	seat := s.seats.take(session(c).ID)
	if seat == nil {
		return echo.NewHTTPError(http.StatusServiceUnavailable)
	}
	defer s.seats.leave(seat)
	changed, unwatch := s.svc.Watch(account(c))
	defer unwatch()
	p := &livePage{
		s: s, c: c, seat: seat, changed: changed, request: c.Request(), token: s.token(c), shown: map[string]string{},
		out: http.NewResponseController(c.Response()),
	}
	err := p.follow()
	if err != nil && p.request.Context().Err() == nil {
		s.conf.Log.Warn("live page", "id", requestID(c), "error", err.Error())
	}
	if c.Response().Committed {
		return nil
	}
	return err
}

// livePage is a usage page that follows the meter.
type livePage struct {
	s       *Server
	c       echo.Context
	seat    *seat
	changed <-chan struct{}
	request *http.Request
	token   string
	shown   map[string]string // parts of the page, as sent
	out     *http.ResponseController
}

func (p *livePage) follow() error {
	for {
		event, alive, err := p.look()
		if err != nil || !alive {
			return err // who is still signed in comes back by itself, with a new cookie if need be
		}
		if err := p.send(event); err != nil {
			return err
		}
		if again, err := p.wait(); !again {
			return err
		}
	}
}

// wait waits until it is time to look again; it tells the reader where that will not be.
func (p *livePage) wait() (again bool, err error) {
	pace, look := time.NewTimer(p.s.conf.Live.Pace), time.NewTimer(p.s.conf.Live.Look)
	defer pace.Stop()
	defer look.Stop()
	var changed <-chan struct{} // nobody listens to it before the pace allows
	for {
		select {
		case <-pace.C:
			changed = p.changed
		case <-changed:
			return true, nil
		case <-look.C:
			return true, nil
		case <-p.seat.taken:
			return false, p.send("event: live:end\ndata: elsewhere\n\n")
		case <-p.s.conf.Stop:
			return false, p.send("event: live:stop\nretry: " + milliseconds(restartPause+rand.N(restartSpan)) + "\n\n") //nolint:gosec // spreads load
		case <-p.request.Context().Done():
			return false, nil
		}
	}
}

// look reads the account as of now, and gives what of the page changed since the last time as an event. alive is false once
// the session is over.
func (p *livePage) look() (event string, alive bool, err error) {
	ctx, cancel := context.WithTimeout(p.request.Context(), lookTime)
	defer cancel()
	if alive, err = p.s.svc.SignedIn(ctx, p.token); err != nil || !alive {
		return "", alive, err
	}
	p.c.SetRequest(p.request.WithContext(ctx))
	props, err := p.s.usageProps(p.c)
	if err != nil {
		return "", true, err
	}
	var text bytes.Buffer
	for _, part := range views.LiveParts(props) {
		var b bytes.Buffer
		if err := part.View.Render(ctx, &b); err != nil {
			return "", true, err
		}
		if p.shown[part.ID] != b.String() {
			p.shown[part.ID] = b.String()
			text.Write(b.Bytes())
		}
	}
	if err := views.LiveUpdated(props).Render(ctx, &text); err != nil {
		return "", true, err
	}
	return ": as of now\nretry: " + milliseconds(soonAgain) + "\n" + dataLines(text.String()) + "\n", true, nil
}

// send writes an event. The first one opens the stream, for which the server's limit to an answer is lifted: each event has
// one of its own, so that a reader who takes nothing is let go.
func (p *livePage) send(event string) error {
	res := p.c.Response()
	if !res.Committed {
		res.Header().Set(echo.HeaderContentType, "text/event-stream")
		res.Header().Set("X-Accel-Buffering", "no") // proxies: pass on at once
		_ = p.out.SetWriteDeadline(time.Time{})
		res.WriteHeader(http.StatusOK)
	}
	late := time.AfterFunc(writeTime, func() { _ = p.out.SetWriteDeadline(longAgo) })
	defer late.Stop()
	if _, err := res.Write([]byte(event)); err != nil {
		return err
	}
	return p.out.Flush()
}

// longAgo as a deadline ends a write that is under way.
var longAgo = time.Unix(1, 0)

func milliseconds(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

// dataLines is text as an event carries it.
func dataLines(text string) string {
	var b strings.Builder
	for line := range strings.Lines(lineEnds.Replace(text)) {
		b.WriteString("data: " + strings.TrimSuffix(line, "\n") + "\n")
	}
	return b.String()
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")
