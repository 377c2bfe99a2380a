package contract

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/pb33f/libopenapi-validator/config"
	validation "github.com/pb33f/libopenapi-validator/errors"
	"github.com/pb33f/libopenapi/datamodel"
	v3 "github.com/pb33f/libopenapi/datamodel/high/v3"
)

// openAPIModel is a document as libopenapi sees it, with its validator. It is an interface for the sake of those who
// compile hookrig: every package that can see libopenapi's generic types, through however many others, compiles them
// anew, which takes it a dozen seconds of CPU; behind an interface it sees none.
type openAPIModel interface {
	// has tells whether the document has the webhook.
	has(webhook string) bool
	// request judges all of a request; requestBody and responseBody a body, as that of the event, whose name the library
	// puts into its errors.
	request(r *http.Request, webhook string) []*validation.ValidationError
	requestBody(r *http.Request, webhook, event string) []*validation.ValidationError
	responseBody(r *http.Request, reply *http.Response, webhook, event string) []*validation.ValidationError
}

// pb33fModel is the only [openAPIModel].
type pb33fModel struct {
	model     *v3.Document
	validator validator.Validator
}

func (m *pb33fModel) has(webhook string) bool { return m.model.Webhooks.GetOrZero(webhook) != nil }

func (m *pb33fModel) request(r *http.Request, webhook string) []*validation.ValidationError {
	_, found := m.validator.ValidateHttpRequestSyncWithPathItem(r, m.model.Webhooks.GetOrZero(webhook), webhook)
	return found
}

func (m *pb33fModel) requestBody(r *http.Request, webhook, event string) []*validation.ValidationError {
	_, found := m.validator.GetRequestBodyValidator().ValidateRequestBodyWithPathItem(r, m.model.Webhooks.GetOrZero(webhook), event)
	return found
}

func (m *pb33fModel) responseBody(r *http.Request, reply *http.Response, webhook, event string) []*validation.ValidationError {
	_, found := m.validator.GetResponseBodyValidator().ValidateResponseBodyWithPathItem(r, reply, m.model.Webhooks.GetOrZero(webhook), event)
	return found
}

// newOpenAPIModel reads a document that refers to nothing outside itself.
func newOpenAPIModel(document any) (openAPIModel, error) {
	data, err := json.Marshal(document)
	if err != nil {
		return nil, err
	}
	doc, err := libopenapi.NewDocumentWithConfiguration(data, &datamodel.DocumentConfiguration{
		Logger:                              slog.New(slog.DiscardHandler), // a library does not print
		SkipExternalRefResolution:           true,
		SkipCircularReferenceCheck:          true,
		IgnorePolymorphicCircularReferences: true,
		IgnoreArrayCircularReferences:       true,
	})
	if err != nil {
		return nil, fmt.Errorf("libopenapi: %w", err)
	}
	model, err := doc.BuildV3Model()
	if err != nil {
		return nil, fmt.Errorf("libopenapi: %w", err)
	}
	// Rendering every schema before the first validation: after a recursive one was validated, component schemas that
	// were not rendered yet would accept anything.
	for webhook := range model.Model.Webhooks.ValuesFromOldest() {
		renderAll(webhook)
	}
	return &pb33fModel{&model.Model, validator.NewValidatorFromV3Model(&model.Model,
		config.WithFormatAssertions(), config.WithRegexEngine(compilePattern))}, nil
}

// renderAll renders the schemas of a path item's bodies inline, for its effect on the library's caches.
func renderAll(item *v3.PathItem) {
	render := func(m *v3.MediaType) {
		if m.Schema != nil {
			if s := m.Schema.Schema(); s != nil {
				// A schema that cannot be rendered cannot be validated either, and is reported then.
				_, _ = s.RenderInline()
			}
		}
	}
	for op := range item.GetOperations().ValuesFromOldest() {
		if op.RequestBody != nil {
			for m := range op.RequestBody.Content.ValuesFromOldest() {
				render(m)
			}
		}
		if op.Responses == nil {
			continue
		}
		for r := range op.Responses.Codes.ValuesFromOldest() {
			for m := range r.Content.ValuesFromOldest() {
				render(m)
			}
		}
	}
}
