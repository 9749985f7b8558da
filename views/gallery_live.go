package views

// liveSamples are the states of the bar below the status. They follow nothing.
func liveSamples(f Frame) []GallerySample {
	f.Path = "/settings/usage"
	var out []GallerySample
	for _, state := range []LiveState{LiveOn, LiveLost, LivePaused, LiveElsewhere, LiveOver} {
		p := galleryUsage(f, galleryStatus())
		p.Live.State = state
		out = append(out, GallerySample{"usage-live-" + string(state), UsagePage(p)})
	}
	return out
}
