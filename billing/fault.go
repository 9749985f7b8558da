package billing

import (
	"errors"
	"time"

	"extrausage/models"
)

// Kind sorts faults by what the caller can do.
type Kind string

// The kinds of faults.
const (
	NotFound  Kind = "not_found" // no such thing, or not this caller's
	Invalid   Kind = "invalid"   // a value to mend; Field names it
	Conflict  Kind = "conflict"  // the state has moved on: look again
	Forbidden Kind = "forbidden" // known, but not allowed
	Throttled Kind = "throttled" // too often; RetryAfter says when again
	NotReady  Kind = "not_ready" // a step before this one is missing
	Unusable  Kind = "unusable"  // somebody outside (the payment provider) did not answer as needed
)

// Fault is why a use case did not happen. Code stands for one sentence in every language (message "fault.<Code>"), with Args.
type Fault struct {
	Kind       Kind
	Code       string
	Field      string
	Args       map[string]any
	RetryAfter time.Duration
	cause      error
}

func (f *Fault) Error() string {
	s := "billing: " + string(f.Kind) + ": " + f.Code
	if f.Field != "" {
		s += " (" + f.Field + ")"
	}
	if f.cause != nil {
		s += ": " + f.cause.Error()
	}
	return s
}

func (f *Fault) Unwrap() error { return f.cause }

// AsFault is the fault in err, or nil for any other error.
func AsFault(err error) *Fault {
	var f *Fault
	if errors.As(err, &f) {
		return f
	}
	if errors.Is(err, models.ErrNotFound) {
		return &Fault{Kind: NotFound, Code: "not_found", cause: err}
	}
	return nil
}

func fault(kind Kind, code string) *Fault { return &Fault{Kind: kind, Code: code} }

func invalid(field, code string) *Fault { return &Fault{Kind: Invalid, Field: field, Code: code} }
