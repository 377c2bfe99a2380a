package receiver

import (
	"fmt"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/policy"
	"github.com/hookrig/hookrig/mocksender/signature"
)

// ProviderOf describes the sender that a contract and a policy stand for. The
// error says what is wrong with the policy's authentication or with the secret.
func ProviderOf(c *contract.Contract, p *policy.Policy, secret mocksender.Secret) (Provider, error) {
	out := Provider{Contract: c}
	switch a := p.Authentication.Value; a.Scheme {
	case "", "none":
	case "token":
		out.Token = Token{Secret: secret, Header: a.Header, Body: a.Body}
	default:
		scheme, err := signature.For(a, secret)
		if err != nil {
			return out, fmt.Errorf("policy %s: %w", p.Name, err)
		}
		out.Scheme = scheme
	}
	return out, nil
}
