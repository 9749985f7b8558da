// Package static holds the files that pages load: one style sheet, one small script, htmx, an icon. They are part of the
// binary. A file's address carries a hash of its content, so that it may be cached for ever and never be stale.
package static
