package billing

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"hash/crc32"
	"slices"
	"strings"
	"time"

	"extrausage/models"
)

// Scope is what an API key may do.
type Scope string

// The scopes.
const (
	ScopeUsageWrite    Scope = "usage:write"
	ScopeAccountsRead  Scope = "accounts:read"
	ScopeAccountsWrite Scope = "accounts:write"
)

const (
	defaultKeyLife = 365 * 24 * time.Hour
	maxKeyLife     = 5 * defaultKeyLife
	keySecretBytes = 20 // 160 bits, 32 letters
	keySecretLen   = 32
	keyChecksumLen = 7
	keyUsedEvery   = time.Minute // a key's last use is written at most so often
)

// keyLetters are lower case and have no underscore, which separates the parts of a key.
var keyLetters = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// APIKey is a key that may be used. Scopes are sorted.
type APIKey struct {
	ID     string
	Name   string
	Scopes []Scope
}

// Allows tells whether the key has a scope.
func (k APIKey) Allows(s Scope) bool { return slices.Contains(k.Scopes, s) }

// CreateAPIKey makes a key: xu_live_<id>_<secret and checksum>, xu_test_ outside production. It is shown this once; we keep
// its hash. validFor 0 is one year, five are the most. Faults: name_missing, too_long, scopes_missing, scope_unknown,
// validity_bounds.
func (s *Service) CreateAPIKey(ctx context.Context, name string, scopes []Scope, validFor time.Duration) (id, key string, err error) {
	name = oneLine(name)
	if validFor == 0 {
		validFor = defaultKeyLife
	}
	if err := checkKey(name, scopes, validFor); err != nil {
		return "", "", err
	}
	scopes = slices.Compact(slices.Sorted(slices.Values(scopes)))
	id = s.newID("key")
	secret := make([]byte, keySecretBytes)
	rand.Read(secret) // never fails
	key = s.keyPrefix() + id + "_" + keyLetters.EncodeToString(secret)
	key += keyChecksum(key)
	err = s.store.InTx(ctx, func(tx *models.Tx) error {
		return tx.NewAPIKey(&models.APIKey{
			ID: id, Name: name, SecretHash: hashText(key), Scopes: joinScopes(scopes), CreatedAt: tx.Now, ExpiresAt: tx.Now.Add(validFor),
		})
	})
	if err != nil {
		return "", "", err
	}
	return id, key, nil
}

func checkKey(name string, scopes []Scope, validFor time.Duration) error {
	if name == "" {
		return invalid("name", "name_missing")
	}
	if len(scopes) == 0 {
		return invalid("scopes", "scopes_missing")
	}
	for _, sc := range scopes {
		if sc != ScopeUsageWrite && sc != ScopeAccountsRead && sc != ScopeAccountsWrite {
			f := invalid("scopes", "scope_unknown")
			f.Args = map[string]any{"scope": string(sc)}
			return f
		}
	}
	if validFor < time.Minute || validFor > maxKeyLife {
		return invalid("valid_for", "validity_bounds")
	}
	return checkLength("name", name, maxTextLength)
}

// RevokeAPIKey ends a key at once. One that is revoked already stays so. Fault: api_key_unknown.
func (s *Service) RevokeAPIKey(ctx context.Context, id string) error {
	return s.store.InTx(ctx, func(tx *models.Tx) error { return unknown(tx.RevokeAPIKey(id), "api_key_unknown") })
}

// AuthenticateKey is whose key this is. A mistyped key is told by its checksum, without a query; every other one is looked up
// each time, so that a revoked key is dead at once. Faults: api_key_unknown, api_key_expired, api_key_revoked.
func (s *Service) AuthenticateKey(ctx context.Context, key string) (out APIKey, err error) {
	id, ok := s.keyID(key)
	if !ok {
		return out, fault(NotFound, "api_key_unknown")
	}
	used := false
	err = s.store.View(ctx, func(tx *models.Tx) error {
		row, err := tx.APIKey(id)
		if err == nil {
			err = usableKey(row, key, tx.Now)
		}
		if err != nil {
			return unknown(err, "api_key_unknown")
		}
		out = APIKey{ID: row.ID, Name: row.Name, Scopes: splitScopes(row.Scopes)}
		used = tx.Now.Sub(row.LastUsedAt) >= keyUsedEvery
		return nil
	})
	if err == nil && used {
		err = s.store.InTx(ctx, func(tx *models.Tx) error { return tx.TouchAPIKey(id) })
	}
	if err != nil {
		return APIKey{}, err
	}
	return out, nil
}

// usableKey tells why a key may not be used. That it is over, only who has the secret learns.
func usableKey(row *models.APIKey, key string, now models.Instant) error {
	switch {
	case subtle.ConstantTimeCompare([]byte(row.SecretHash), []byte(hashText(key))) != 1:
		return models.ErrNotFound
	case row.RevokedAt != 0:
		return fault(NotFound, "api_key_revoked")
	case now >= row.ExpiresAt:
		return fault(NotFound, "api_key_expired")
	}
	return nil
}

// keyPrefix keeps keys of production and of everything else apart.
func (s *Service) keyPrefix() string {
	if s.conf.Production {
		return "xu_live_"
	}
	return "xu_test_"
}

// keyID is the id in a key whose checksum is right.
func (s *Service) keyID(key string) (id string, ok bool) {
	rest, ok := strings.CutPrefix(key, s.keyPrefix())
	if !ok || len(key) > maxNameLength {
		return "", false
	}
	cut := strings.LastIndexByte(rest, '_')
	if cut < 1 || len(rest)-cut-1 != keySecretLen+keyChecksumLen {
		return "", false
	}
	body, sum := key[:len(key)-keyChecksumLen], key[len(key)-keyChecksumLen:]
	return rest[:cut], sum == keyChecksum(body)
}

// keyChecksum guards against typing errors, not against anybody who means harm.
func keyChecksum(body string) string {
	return keyLetters.EncodeToString(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(body))))
}

func joinScopes(scopes []Scope) string {
	var out []string
	for _, sc := range scopes {
		out = append(out, string(sc))
	}
	return strings.Join(out, " ")
}

func splitScopes(text string) (out []Scope) {
	for _, f := range strings.Fields(text) {
		out = append(out, Scope(f))
	}
	return out
}
