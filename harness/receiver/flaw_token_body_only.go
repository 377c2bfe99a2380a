package receiver

// bodyTokenOnlyFlaw looks at the token in the body and not at the one in the header.
func bodyTokenOnlyFlaw() Flaw {
	return Flaw{
		Name: "token-body-only", Summary: "accepts a wrong token in the header when the body is right",
		Themes: []string{"authentication"},
		Apply:  func(s *Steps) { s.Header = nil },
	}
}
