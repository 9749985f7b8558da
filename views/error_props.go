package views

import "time"

// ErrorProps are the values of the pages for 400, 403, 404, 405, 429 and 500; any other status reads as 500.
type ErrorProps struct {
	Frame  Frame
	Status int
	// RequestID lets support find the request in the logs; empty where there is none.
	RequestID string
	// RetryAt says when to try again, for 429; the zero time when that is not known.
	RetryAt time.Time
}
