package receiver

// anyTokenFlaw never looks at the token: whoever knows the URL can post.
func anyTokenFlaw() Flaw {
	return Flaw{
		Name: "any-token", Summary: "accepts every token, and none",
		Themes: []string{"authentication"},
		Apply:  func(s *Steps) { s.Header, s.Signature, s.Body = nil, nil, nil },
	}
}
