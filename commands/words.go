package commands

import (
	"errors"

	"extrausage/billing"
	"extrausage/views"
)

// worded is a fault in the words that the pages use for it; any other error stays as it is.
func worded(err error) error {
	f := billing.AsFault(err)
	if f == nil {
		return err
	}
	return errors.New(views.NewLang("en", nil).Fault(f.Code, f.Args))
}
