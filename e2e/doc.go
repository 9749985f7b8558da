// Package e2e proves the product from outside: it builds the program, starts
// it the way an operator does, and uses it the way a subscriber, a member of
// the support staff or the inference service does. Everything here is a test;
// nothing imports this package, and it imports nothing of ours, so a test can
// only know what somebody outside could know. The one exception is the crash
// test (crash_test.go): it asks the test provider's store what was debited, and
// looks into the database.
//
// The harness has two halves. newBrowser (browser_test.go, page_test.go) drives
// a real Chromium, with JavaScript or without. startServer (server_test.go)
// runs the real binary in a folder of its own and can stop, kill and restart
// it. harness_test.go proves both against a page and a program made for that,
// in testdata.
//
// Where Chromium or PostgreSQL is missing the tests skip and say so; with
// REQUIRE_ALL=1, as .ci/run sets it, a missing piece is a failure.
package e2e
