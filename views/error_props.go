package views

import "time"

// ErrorProps are the values of the pages for errors; a status without words of its own reads as 500.
type ErrorProps struct {
	Frame  Frame
	Status int
	// Problem says what is the matter where more is known than the status; already worded.
	Problem string
	// RequestID lets support find the request in the logs; empty where there is none.
	RequestID string
	// RetryAt says when to try again, for 429; the zero time when that is not known.
	RetryAt time.Time
}
