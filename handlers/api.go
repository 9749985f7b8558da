package handlers

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
	"unicode"

	"github.com/labstack/echo/v4"

	"extrausage/billing"
)

const apiKeyKey = "api_key"

// caller is the key that a request was made with, on routes behind requireAPIKey.
func caller(c echo.Context) billing.APIKey {
	key, _ := c.Get(apiKeyKey).(billing.APIKey)
	return key
}

// requireAPIKey lets machines through whose key has the scope, as often as a key may ask.
func (s *Server) requireAPIKey(scope billing.Scope) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			token, err := bearer(c)
			if err != nil {
				return challenge(c, "", err)
			}
			key, err := s.svc.AuthenticateKey(c.Request().Context(), token)
			if err != nil {
				return challenge(c, `, error="invalid_token"`, err)
			}
			if wait := s.keyRates.take(key.ID, s.conf.Clock()); wait > 0 {
				return &billing.Fault{Kind: billing.Throttled, Code: "throttled", RetryAfter: wait}
			}
			if !key.Allows(scope) {
				fault := &billing.Fault{Kind: billing.Forbidden, Code: "scope_missing", Args: map[string]any{"scope": string(scope)}}
				return challenge(c, `, error="insufficient_scope", scope="`+string(scope)+`"`, fault)
			}
			c.Set(apiKeyKey, key)
			return next(c)
		}
	}
}

// challenge says beside a fault how to authenticate (RFC 6750); what is no fault is nobody's key's.
func challenge(c echo.Context, problem string, err error) error {
	if billing.AsFault(err) != nil {
		c.Response().Header().Set(echo.HeaderWWWAuthenticate, `Bearer realm="Extra Usage"`+problem)
	}
	return err
}

// bearer is the token of the one Authorization header.
func bearer(c echo.Context) (string, error) {
	given := c.Request().Header.Values(echo.HeaderAuthorization)
	if len(given) == 1 {
		scheme, token, _ := strings.Cut(given[0], " ")
		if token = strings.TrimSpace(token); strings.EqualFold(scheme, "Bearer") && token != "" {
			return token, nil
		}
	}
	return "", &billing.Fault{Kind: billing.Forbidden, Code: "key_missing"}
}

const maxIdempotencyKey = 255

// idempotencyKey is the request's Idempotency-Key, "" for none.
func idempotencyKey(c echo.Context) (string, error) {
	given := c.Request().Header.Values("Idempotency-Key")
	if len(given) == 0 {
		return "", nil
	}
	hidden := func(r rune) bool { return r <= ' ' || r > '~' }
	if len(given) > 1 || given[0] == "" || len(given[0]) > maxIdempotencyKey || strings.ContainsFunc(given[0], hidden) {
		return "", &billing.Fault{Kind: billing.Invalid, Code: "idempotency_key_malformed", Field: "Idempotency-Key"}
	}
	return given[0], nil
}

// fingerprint tells a request from another one under the same key: its body as sent, and its path.
func fingerprint(c echo.Context, raw []byte) string {
	h := sha256.New()
	h.Write(raw)
	h.Write([]byte("\n" + c.Request().URL.Path))
	return hex.EncodeToString(h.Sum(nil))
}

// reply is an answer to be given, and to be given again under the request's key. What refused everything is not kept: the same
// key may try again.
type reply struct {
	body    any
	refused bool
}

// once answers a request under its idempotency key, if it has one: as the first time, or for the first time.
func (s *Server) once(c echo.Context, raw []byte, do func(context.Context) (reply, error)) error {
	ctx := c.Request().Context()
	key, err := idempotencyKey(c)
	if err != nil {
		return err
	}
	who, operation, print := caller(c).ID, c.Request().Method+" "+c.Path(), fingerprint(c, raw)
	if key != "" {
		done, err := s.turns.take(ctx, who+"\n"+operation+"\n"+key)
		if err != nil {
			return err
		}
		defer done()
		if kept, found, err := s.svc.SavedAnswer(ctx, who, operation, key, print); err != nil || found {
			return answerAgain(c, kept, err)
		}
	}
	r, err := do(ctx)
	if err != nil || c.Response().Committed {
		return err
	}
	body, err := marshal(r.body)
	if err != nil {
		return err
	}
	answer := billing.Answer{Status: http.StatusOK, Body: string(body)}
	if key != "" && !r.refused {
		answer, err = s.svc.SaveAnswer(ctx, who, operation, key, print, answer)
	}
	return answerAgain(c, answer, err)
}

func answerAgain(c echo.Context, a billing.Answer, err error) error {
	if err != nil {
		return err
	}
	return c.Blob(a.Status, mediaJSON, []byte(a.Body))
}

// marshal writes JSON as people read it too: ">" stands as it is, since nobody takes it for HTML.
func marshal(value any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(value)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// answerJSON answers with a value, whole or not at all.
func answerJSON(c echo.Context, status int, value any) error {
	body, err := marshal(value)
	if err != nil {
		return err
	}
	return c.Blob(status, mediaJSON, body)
}

// pathID is the id in the path. What cannot be one is not found.
func pathID(c echo.Context) (string, error) {
	id := c.Param("id")
	if id == "" || len(id) > maxText || strings.ToValidUTF8(id, "") != id || strings.ContainsFunc(id, unicode.IsControl) {
		return "", echo.NewHTTPError(http.StatusNotFound)
	}
	return id, nil
}

// noSuchPath tells a path that is not there from a method that a path does not take, with those that it does.
func noSuchPath(c echo.Context) error {
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut} {
		asked := method
		if method == http.MethodHead {
			asked = http.MethodGet
		}
		probe := c.Echo().NewContext(c.Request(), nil)
		c.Echo().Router().Find(asked, echo.GetPath(c.Request()), probe)
		if !strings.HasSuffix(probe.Path(), "*") {
			allowed = append(allowed, method)
		}
	}
	if len(allowed) == 0 {
		return echo.NewHTTPError(http.StatusNotFound)
	}
	c.Response().Header().Set(echo.HeaderAllow, strings.Join(allowed, ", "))
	return echo.NewHTTPError(http.StatusMethodNotAllowed)
}

// accountUnknown says of which thing it was that there is none.
func accountUnknown(err error) error {
	if f := billing.AsFault(err); f != nil && f.Kind == billing.NotFound {
		return &billing.Fault{Kind: billing.NotFound, Code: "account_unknown", Field: "account"}
	}
	return err
}
