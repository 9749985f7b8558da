package stripe

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	api "github.com/stripe/stripe-go/v85"
)

// errOtherMode says that an object moves real money where ours does not, or the other way round.
var errOtherMode = errors.New("stripe: an object of the other mode")

// errUnreadable stands for an answer that is not Stripe's. What it said may be anything, and is not passed on.
var errUnreadable = errors.New("stripe: an answer that cannot be read")

// errTooMany says that a list did not end where it is given up.
var errTooMany = errors.New("stripe: a list of more objects than are read")

// failed is what may be told of an error: never what the answer said in words, which can carry names, addresses and secrets.
func failed(doing string, err error) error {
	var refused *api.Error
	var broken *url.Error
	switch {
	case errors.As(err, &refused):
		return fmt.Errorf("stripe: %s: HTTP %d, type %q, code %q, parameter %q, request %q",
			doing, refused.HTTPStatusCode, refused.Type, refused.Code, refused.Param, refused.RequestID)
	case errors.As(err, &broken):
		return fmt.Errorf("stripe: %s: %w", doing, broken.Err)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled), errors.Is(err, errTooMany):
		return fmt.Errorf("stripe: %s: %w", doing, err)
	}
	return fmt.Errorf("%s: %w", doing, errUnreadable)
}

// missing tells whether Stripe does not know an object, or not in our mode. Where parameter is given, it is about that one.
func missing(err error, parameter string) bool {
	var refused *api.Error
	if !errors.As(err, &refused) || (parameter != "" && refused.Param != parameter) {
		return false
	}
	return refused.Code == api.ErrorCodeResourceMissing || (parameter == "" && refused.HTTPStatusCode == http.StatusNotFound)
}
