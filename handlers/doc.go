// Package handlers turns HTTP into calls of billing and their results into HTML or JSON. It holds no rules and no SQL.
//
// routes.go is the map of the program: every path, with who may use it. A handler parses (parse.go), makes one call, and
// returns what to show; errors are returned and answered in one place (errors.go). Pages are rendered into a buffer first.
// A form works with and without htmx: the same URL answers a fragment to htmx and redirects otherwise (303, so that Back and
// reload do no harm); bad input is 422 with the form as typed.
package handlers
