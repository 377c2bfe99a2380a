package receiver

// headerTokenOnlyFlaw looks at the token in the header and not at the one in the body.
func headerTokenOnlyFlaw() Flaw {
	return Flaw{
		Name: "token-header-only", Summary: "accepts a wrong token in the body when the header is right",
		Themes: []string{"authentication"},
		Apply:  func(s *Steps) { s.Body = nil },
	}
}
