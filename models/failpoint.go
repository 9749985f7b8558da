//go:build !failpoints

package models

// Failpoint marks a place at which the crash test lets the process die (RELIABILITY.md names them). In the product it is
// nothing: only a build with the tag "failpoints" has more than this empty function.
func Failpoint(string) {}
