package stripe

import api "github.com/stripe/stripe-go/v85"

// NewAtOnce is New, but a request that is made again is made again at once.
func NewAtOnce(conf Config) (*Service, error) {
	b := backends(conf)
	b.API.(*api.BackendImplementation).SetNetworkRetriesSleep(false)
	return newService(conf, b)
}
