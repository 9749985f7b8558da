// Package mail sends what the outbox holds: by SMTP, or, in development, into a folder where one can read it.
//
// Both may get the same mail twice, where the program died between sending and noting it. A repeat has the same id: the
// folder writes the same file again, SMTP sends the same Message-ID, by which mail programs show it once.
package mail
