package harness

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// RestartPatience is how long a receiver may take to answer again after a restart.
const RestartPatience = 60 * time.Second

// Restarts tells whether the receiver can be restarted.
func (r *Rig) Restarts() bool { return r.config.RestartURL != "" }

// Restart has the receiver restarted, and waits until it answers again. The error says what the restart's address
// answered; it is an [*UnreachableError] when the receiver does not come back within [RestartPatience].
func (r *Rig) Restart(ctx context.Context) error {
	if !r.Restarts() {
		return errors.New("the receiver cannot be restarted: Config.RestartURL is missing")
	}
	if err := r.config.Guard.Check(r.config.RestartURL); err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, r.config.RestartURL, http.NoBody)
	if err != nil {
		return err
	}
	response, err := Transport(r.config.Guard, r.config.TLS, r.config.Proxy).RoundTrip(request)
	if err != nil {
		return fmt.Errorf("restart: %w", err)
	}
	_ = response.Body.Close() // its body says nothing
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return fmt.Errorf("restart: %s answered %s", request.URL.Redacted(), response.Status)
	}
	return r.WaitReady(ctx, RestartPatience)
}
