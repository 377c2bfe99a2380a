package harness

import (
	"fmt"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/policy"
	"github.com/hookrig/hookrig/mocksender/signature"
)

// authenticator is the sending side of a policy's authentication, nil for none.
func authenticator(p *policy.Policy, secret mocksender.Secret) (mocksender.Authenticator, error) {
	if !authenticates(p) {
		return nil, nil
	}
	scheme, err := signature.For(p.Authentication.Value, secret)
	if err != nil {
		return nil, fmt.Errorf("policy %s: %w", p.Name, err)
	}
	return scheme, nil
}

func authenticates(p *policy.Policy) bool {
	scheme := p.Authentication.Value.Scheme
	return scheme != "" && scheme != "none"
}
