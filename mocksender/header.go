package mocksender

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// requestHeader returns the headers of one attempt, and the names of those that carry a credential.
// Later ones win: policy, contract, user and password of the URL, credentials, those of the configuration.
func (s *Sender) requestHeader(o *Outgoing, terms *Terms, user *url.Userinfo) (http.Header, []string, error) {
	h := http.Header{}
	overlay(h, http.Header{"User-Agent": {DefaultUserAgent}})
	overlay(h, terms.Header)
	if len(o.Message.Body) == 0 {
		overlay(h, http.Header{"Content-Type": nil}) // the policy's is that of a body
	}
	overlay(h, o.Message.Header)
	if user != nil {
		password, _ := user.Password()
		pair := base64.StdEncoding.EncodeToString([]byte(user.Username() + ":" + password))
		overlay(h, http.Header{"Authorization": {"Basic " + pair}})
	}
	overlay(h, s.config.Header)
	o.Header = h
	added, err := s.credentials(o)
	if err != nil {
		return nil, nil, fmt.Errorf("credentials for event %s: %w", o.Message.Event.ID, err)
	}
	overlay(h, added)
	overlay(h, s.config.Header)
	return h, s.secretHeaders(h, added), nil
}

// credentials returns the headers that the authenticator adds.
func (s *Sender) credentials(o *Outgoing) (http.Header, error) {
	added := http.Header{}
	switch auth := s.config.Auth.(type) {
	case nil:
		return added, nil
	case RequestAuthenticator:
		return added, auth.AuthenticateRequest(added, o)
	default:
		return added, auth.Authenticate(added, o.Message, o.At)
	}
}

// secretHeaders names the headers of h that carry a credential, sorted.
func (s *Sender) secretHeaders(h, added http.Header) []string {
	public, _ := s.config.Auth.(PublicHeaders)
	var names []string
	for name := range added {
		if public == nil || !public.Public(name) {
			names = append(names, name)
		}
	}
	for name := range h {
		if isCredential(name, names) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// overlay sets the headers of over in h with their own spelling: a header is the
// same one in any spelling. A name without values is removed.
func overlay(h, over http.Header) {
	for name, values := range over {
		for old := range h {
			if strings.EqualFold(old, name) {
				delete(h, old)
			}
		}
		if len(values) > 0 {
			h[name] = slices.Clone(values)
		}
	}
}

// take removes the header called name, in any spelling, and returns its first value.
func take(h http.Header, name string) (string, bool) {
	for key, values := range h {
		if strings.EqualFold(key, name) {
			delete(h, key)
			return values[0], true
		}
	}
	return "", false
}
