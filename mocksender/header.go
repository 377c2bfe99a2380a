package mocksender

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// requestHeader returns the headers of one attempt, and the names of those that carry a credential.
// Later ones win: policy, contract, user and password of the URL, credentials, those of the configuration.
func (s *Sender) requestHeader(m *Message, terms Terms, user *url.Userinfo, at time.Time) (http.Header, []string, error) {
	h := http.Header{}
	overlay(h, http.Header{"User-Agent": {DefaultUserAgent}})
	overlay(h, terms.Header)
	overlay(h, m.Header)
	if user != nil {
		password, _ := user.Password()
		pair := base64.StdEncoding.EncodeToString([]byte(user.Username() + ":" + password))
		overlay(h, http.Header{"Authorization": {"Basic " + pair}})
	}
	var credentials []string
	if s.config.Auth != nil {
		added := http.Header{}
		if err := s.config.Auth.Authenticate(added, m, at); err != nil {
			return nil, nil, fmt.Errorf("credentials for event %s: %w", m.Event.ID, err)
		}
		for name := range added {
			credentials = append(credentials, name)
		}
		overlay(h, added)
	}
	overlay(h, s.config.Header)
	for name := range h {
		if isCredential(name, credentials) && !slices.Contains(credentials, name) {
			credentials = append(credentials, name)
		}
	}
	slices.Sort(credentials)
	return h, credentials, nil
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
