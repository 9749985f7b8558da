package billing

import "extrausage/models"

// Unavailable tells whether a use case did not happen, or whether it is not known to have happened, because the database does
// not answer. Trying again later, with the same keys, does no harm.
func Unavailable(err error) bool { return models.Unavailable(err) }
