package signature

// Constant tells that a scheme adds the same headers to every request, so that who sends many may ask it once.
func Constant(s any) bool {
	switch s := s.(type) {
	case None, Token, Static, Basic:
		return true
	case Rotation:
		return Constant(s.Scheme)
	}
	return false
}
