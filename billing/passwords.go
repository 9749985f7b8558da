package billing

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync"

	"golang.org/x/crypto/argon2"
)

// argonParams are the costs of argon2id: memory in KiB, passes over it, and lanes.
type argonParams struct {
	memoryKiB uint32
	passes    uint32
	lanes     uint8
}

// currentParams are OWASP's: 19 MiB, two passes, one lane; some 20 ms. A hash made with others is renewed at sign-in.
var currentParams = argonParams{memoryKiB: 19 * 1024, passes: 2, lanes: 1}

// maxParams bounds what a stored hash may ask of this machine.
var maxParams = argonParams{memoryKiB: 1024 * 1024, passes: 16, lanes: 16}

const (
	saltBytes = 16
	hashBytes = 32
	// hashesAtOnce bounds the memory of hashing: so many times 19 MiB.
	hashesAtOnce = 4
)

var errBadHash = errors.New("stored password hash cannot be read")

// hasher hashes passwords, few at a time.
type hasher struct {
	slots chan struct{}
	// nobody is a hash that no password fits, for accounts that do not exist: they take as long as those that do.
	nobody func() string
}

func newHasher() *hasher {
	return &hasher{
		slots:  make(chan struct{}, hashesAtOnce),
		nobody: sync.OnceValue(func() string { return makeHash(rand.Text()) }),
	}
}

// hash makes the PHC string of a password.
func (h *hasher) hash(ctx context.Context, password string) (phc string, err error) {
	err = h.inSlot(ctx, func() { phc = makeHash(password) })
	return phc, err
}

// verify tells whether a password fits a PHC string, and whether that should be made anew. Without a PHC string it takes as
// long and says no.
func (h *hasher) verify(ctx context.Context, phc, password string) (fits, stale bool, err error) {
	known := phc != ""
	if !known {
		phc = h.nobody()
	}
	p, salt, want, err := parseHash(phc)
	if err != nil {
		return false, false, err
	}
	err = h.inSlot(ctx, func() {
		got := argon2.IDKey([]byte(password), salt, p.passes, p.memoryKiB, p.lanes, uint32(len(want))) //nolint:gosec // parseHash bounds it
		fits = subtle.ConstantTimeCompare(got, want) == 1 && known
	})
	return fits, p != currentParams, err
}

func (h *hasher) inSlot(ctx context.Context, do func()) error {
	select {
	case h.slots <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-h.slots }()
	do()
	return nil
}

func makeHash(password string) string {
	p, salt := currentParams, make([]byte, saltBytes)
	rand.Read(salt) // never fails
	sum := argon2.IDKey([]byte(password), salt, p.passes, p.memoryKiB, p.lanes, hashBytes)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.memoryKiB, p.passes, p.lanes,
		b64.EncodeToString(salt), b64.EncodeToString(sum))
}

// parseHash reads a PHC string: $argon2id$v=19$m=19456,t=2,p=1$salt$hash.
func parseHash(phc string) (p argonParams, salt, sum []byte, err error) {
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return p, nil, nil, errBadHash
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.memoryKiB, &p.passes, &p.lanes); err != nil {
		return p, nil, nil, errBadHash
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	sum, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	switch {
	case err1 != nil, err2 != nil, len(salt) < 8, len(sum) < 16, len(sum) > 64,
		p.memoryKiB < 8, p.passes < 1, p.lanes < 1,
		p.memoryKiB > maxParams.memoryKiB, p.passes > maxParams.passes, p.lanes > maxParams.lanes:
		return p, nil, nil, errBadHash
	}
	return p, salt, sum, nil
}

// newPassword checks a new password and hashes it; none stays none.
func (s *Service) newPassword(ctx context.Context, field, password, email string) (hash string, err error) {
	if password == "" {
		return "", nil
	}
	if err := checkPassword(field, password, email); err != nil {
		return "", err
	}
	return s.hashes.hash(ctx, password)
}
