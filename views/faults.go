package views

// Fault is the sentence for a fault's code, with its values. It is the same on a page and in the API's detail.
func (l Lang) Fault(code string, values map[string]any) string {
	args := make([]any, 0, 2*len(values))
	for name, v := range values {
		args = append(args, name, v)
	}
	return l.T("fault."+code, args...)
}
