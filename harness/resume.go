package harness

import (
	"bytes"
	"strings"

	"github.com/hookrig/hookrig/mocksender"
)

// Resume says how a delivery of an interrupted run stands, and prepares it for [Rig.Continue]
// to the rig's target. The credential, which no record holds, is put back from the rig's; when the bytes are not
// those that were sent, the error is [mocksender.ErrOtherBody], wrapped.
func (r *Rig) Resume(recorded mocksender.Recorded) (mocksender.Resumption, error) {
	s, err := r.sender(Shipping{})
	if err != nil {
		return mocksender.Resumption{}, err
	}
	recorded.Delivery.URL = r.config.Target
	return s.Resume(recorded, func(d mocksender.Delivery) (mocksender.Message, error) {
		if recorded.Whole() || r.secret == "" {
			return d.Message, nil
		}
		m, mark := d.Message, r.secret.String()
		m.Body = bytes.ReplaceAll(m.Body, []byte(mark), []byte(r.secret.Reveal()))
		m.Query = strings.ReplaceAll(m.Query, mark, r.secret.Reveal())
		return m, nil
	})
}
