package billing

// ProviderName is the payment provider's, as in the address that it sends its webhooks to.
func (s *Service) ProviderName() string { return s.provider.Name() }
