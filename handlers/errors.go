package handlers

import (
	"cmp"
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"extrausage/billing"
	"extrausage/views"
)

// answerError is the one place where errors become answers: a problem document for machines, a page for people.
func (s *Server) answerError(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	status, f := statusOf(err)
	if status >= http.StatusInternalServerError {
		s.conf.Log.Error("request failed", "id", requestID(c), "route", c.Path(), "error", err.Error())
	}
	tellRetryAfter(c, f)
	var answered error
	switch {
	case isMachine(c):
		answered = writeProblem(c, problemOf(c, status, f))
	default:
		answered = s.render(c, status, views.ErrorPage(s.errorProps(c, err, status, f)))
	}
	if answered != nil {
		s.conf.Log.Error("no answer", "id", requestID(c), "error", answered.Error())
	}
}

// errorProps is the page for an error: by its status, and where a rule was broken, by the rule's own sentence.
func (s *Server) errorProps(c echo.Context, err error, status int, f *billing.Fault) views.ErrorProps {
	p := views.ErrorProps{Frame: s.frame(c, ""), Status: status, RequestID: requestID(c)}
	if billing.AsFault(err) != nil && status != http.StatusNotFound {
		p.Problem = p.Frame.Lang.Fault(f.Code, f.Args)
	}
	if f.RetryAfter > 0 {
		p.RetryAt = s.conf.Clock().Add(f.RetryAfter).Truncate(time.Minute).Add(time.Minute) // pages show minutes
	}
	return p
}

// tellRetryAfter says when to come back, in whole seconds up.
func tellRetryAfter(c echo.Context, f *billing.Fault) {
	if f.RetryAfter > 0 {
		c.Response().Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(f.RetryAfter.Seconds()))))
	}
}

// isMachine tells who asks by the path: machines have paths of their own.
func isMachine(c echo.Context) bool {
	p := c.Request().URL.Path
	return strings.HasPrefix(p, "/v1/") || strings.HasPrefix(p, "/webhooks/") || p == "/healthz" || p == "/readyz" || p == "/openapi.yaml"
}

var kindStatus = map[billing.Kind]int{
	billing.NotFound: http.StatusNotFound, billing.Invalid: http.StatusUnprocessableEntity, billing.Conflict: http.StatusConflict,
	billing.Forbidden: http.StatusForbidden, billing.Throttled: http.StatusTooManyRequests, billing.NotReady: http.StatusConflict,
	billing.Unusable: http.StatusBadGateway,
}

// codeStatus are faults of machines whose status says more than their kind.
var codeStatus = map[string]int{
	"json": http.StatusBadRequest, "idempotency_key_missing": http.StatusBadRequest, "idempotency_key_malformed": http.StatusBadRequest,
	"idempotency_key_reused": http.StatusUnprocessableEntity, "key_missing": http.StatusUnauthorized,
	"api_key_unknown": http.StatusUnauthorized, "api_key_expired": http.StatusUnauthorized, "api_key_revoked": http.StatusUnauthorized,
}

// httpCodes are the faults of HTTP itself.
var httpCodes = map[int]string{
	http.StatusNotFound: "not_found", http.StatusMethodNotAllowed: "method", http.StatusForbidden: "cross_origin",
	http.StatusRequestEntityTooLarge: "too_large", http.StatusUnsupportedMediaType: "media_type",
	http.StatusTooManyRequests: "throttled", http.StatusBadRequest: "json", http.StatusUnprocessableEntity: "card_number",
	http.StatusServiceUnavailable: "unavailable",
}

// retryUnavailable is when a database that is down may be asked again.
const retryUnavailable = 2 * time.Second

// statusOf gives every error a status and a fault; what is neither a fault nor HTTP's own is internal, and nothing of it is told.
func statusOf(err error) (int, *billing.Fault) {
	if f := billing.AsFault(err); f != nil {
		return cmp.Or(codeStatus[f.Code], kindStatus[f.Kind]), f
	}
	var h *echo.HTTPError
	if errors.As(err, &h) {
		code, known := httpCodes[h.Code]
		if !known {
			code = "internal"
		}
		return h.Code, &billing.Fault{Code: code, Args: map[string]any{"problem": "unreadable"}}
	}
	if billing.Unavailable(err) {
		return http.StatusServiceUnavailable, &billing.Fault{Code: "unavailable", RetryAfter: retryUnavailable}
	}
	return http.StatusInternalServerError, &billing.Fault{Code: "internal"}
}

// problem is an error answer to a machine (RFC 9457). Reason is for programs; Detail for people reading logs.
type problem struct {
	Type      string `json:"type"`
	Title     string `json:"title"`
	Status    int    `json:"status"`
	Reason    string `json:"reason"`
	Detail    string `json:"detail"`
	Field     string `json:"field,omitempty"`
	RequestID string `json:"request_id"`
}

func problemOf(c echo.Context, status int, f *billing.Fault) problem {
	return problem{
		Type: "about:blank", Title: http.StatusText(status), Status: status, Reason: f.Code, Field: f.Field,
		Detail: english.Fault(f.Code, f.Args), RequestID: requestID(c),
	}
}

// english is the language of answers to machines.
var english = views.NewLang("en", nil)

// writeProblem answers with a problem document, or any value that contains one.
func writeProblem(c echo.Context, p any) error {
	status := http.StatusInternalServerError
	switch p := p.(type) {
	case problem:
		status = p.Status
	case refusalProblem:
		status = p.Status
	}
	body, err := marshal(p)
	if err != nil {
		return err
	}
	return c.Blob(status, "application/problem+json", body)
}
