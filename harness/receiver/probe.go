package receiver

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
)

// effects is the probe's answer. State is the newest payload of the subject when
// all items have the same one.
type effects struct {
	Items []Effect        `json:"items"`
	State json.RawMessage `json:"state,omitempty"`
	// Digest is the SHA-256 of State as it came, in hexadecimal.
	Digest string `json:"digest,omitempty"`
}

// serveProbe shows the effects that the query selects: contract, event, id, digest
// and subject by name, and any other key as a gjson path into the payload.
func (r *Receiver) serveProbe(w http.ResponseWriter, request *http.Request) {
	if request.Method != http.MethodGet && request.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	items := r.store.Effects(filterOf(request.URL.Query()))
	shown := effects{Items: items, State: r.state(items)}
	if shown.State != nil {
		digest := sha256.Sum256(shown.State)
		shown.Digest = hex.EncodeToString(digest[:])
	}
	body, err := json.Marshal(shown)
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(append(body, '\n')) // the reader went away: there is no one to tell
}

// RestartPath is where POST restarts the receiver: what was only in memory is gone, as after a deployment. The
// reference receiver has nothing there that it needs.
const RestartPath = "/_hookrig/restart"

func (r *Receiver) serveRestart(w http.ResponseWriter, request *http.Request) {
	if request.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	if r.steps.Restart != nil {
		r.steps.Restart(r.store)
	}
	w.WriteHeader(http.StatusNoContent)
}

func filterOf(query url.Values) Filter {
	f := Filter{Paths: map[string]string{}}
	named := map[string]*string{
		"contract": &f.Contract, "event": &f.Event, "id": &f.ID, "digest": &f.Digest, "subject": &f.Subject,
	}
	for key := range query {
		if field, ok := named[key]; ok {
			*field = query.Get(key)
		} else {
			f.Paths[key] = query.Get(key)
		}
	}
	return f
}

func (r *Receiver) state(items []Effect) json.RawMessage {
	if len(items) == 0 || items[0].Subject == "" {
		return nil
	}
	for i := range items {
		if items[i].Subject != items[0].Subject || items[i].Contract != items[0].Contract {
			return nil
		}
	}
	return r.store.State(items[0].Contract, items[0].Subject)
}
