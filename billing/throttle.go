package billing

import (
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"time"

	"extrausage/models"
)

// throttleRule bounds the attempts of one subject. Beyond limit within window, the next waits until the oldest of them is out
// of the window, or, where spacing is set, until so long after the newest.
type throttleRule struct {
	limit   int
	window  time.Duration
	spacing time.Duration
}

// The bounds of guessing. The owner is never locked out for long: one address trying one account fills only its own pair,
// and an account that many addresses try still takes one try every ten seconds from elsewhere.
var (
	pairRule      = throttleRule{limit: 10, window: 15 * time.Minute}
	addressRule   = throttleRule{limit: 100, window: 15 * time.Minute}
	accountRule   = throttleRule{limit: 50, window: 15 * time.Minute, spacing: 10 * time.Second}
	linkRule      = throttleRule{limit: 5, window: time.Hour}
	linksFromRule = throttleRule{limit: 30, window: time.Hour}
	emailAsksRule = throttleRule{limit: 5, window: time.Hour}
)

// wait is how long the next attempt has to wait; 0 when it need not. attempts are the newest within the window, newest first.
func (r throttleRule) wait(attempts []models.Instant, now models.Instant) time.Duration {
	if len(attempts) < r.limit {
		return 0
	}
	free := attempts[r.limit-1].Add(r.window)
	if r.spacing > 0 {
		free = min(free, attempts[0].Add(r.spacing))
	}
	return max(0, free.Sub(now))
}

// gate is a rule for one subject.
type gate struct {
	subject string
	rule    throttleRule
}

// signInGates are what a try to sign in passes. The e-mail is kept hashed: it may be anybody's, or nobody's.
func signInGates(email, address string) []gate {
	who, where := hashText(email), addressBlock(address)
	return []gate{
		{"pair " + who + " " + where, pairRule},
		{"address " + where, addressRule},
		{"account " + who, accountRule},
	}
}

func linkGates(email, address string) []gate {
	return []gate{{"link " + hashText(email), linkRule}, {"links from " + addressBlock(address), linksFromRule}}
}

// attempt counts an attempt at all gates, or refuses it at the first that is shut. It counts before the outcome is known, so
// that many at once cannot pass together; forget takes a good one back.
func (s *Service) attempt(tx *models.Tx, gates []gate, code string) (id string, err error) {
	subjects := subjectsOf(gates)
	if err := tx.LockNames(subjects...); err != nil {
		return "", err
	}
	for _, g := range gates {
		at, err := tx.AttemptsSince(g.subject, tx.Now.Add(-g.rule.window), g.rule.limit)
		if err != nil {
			return "", err
		}
		if wait := g.rule.wait(at, tx.Now); wait > 0 {
			f := fault(Throttled, code)
			f.RetryAfter = wait
			return "", f
		}
	}
	id = s.newID("try")
	return id, tx.NewAttempt(id, subjects...)
}

// forget takes an attempt back that turned out good, and with it the failures of the first gate, the pair: its owner is there.
func forget(tx *models.Tx, id string, gates []gate) error {
	if err := tx.ForgetAttempt(id, subjectsOf(gates)...); err != nil {
		return err
	}
	return tx.ForgetAttempts(gates[0].subject)
}

func subjectsOf(gates []gate) []string {
	out := make([]string, len(gates))
	for i, g := range gates {
		out[i] = g.subject
	}
	return out
}

// addressBlock is what of a network address stands for one place: all of an IPv4 address, the /64 of an IPv6 one, which a
// single household has to itself.
func addressBlock(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return clip(address, 64)
	}
	a = a.Unmap().WithZone("")
	if a.Is4() {
		return a.String()
	}
	p, err := a.Prefix(64)
	if err != nil {
		return a.String()
	}
	return p.String()
}

// hashText is the SHA-256 of a text, in hex.
func hashText(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
