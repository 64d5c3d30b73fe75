package api

import (
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

const schemaPrefix = "#/components/schemas/"

// describe completes /openapi.json with what the types alone do not say.
func (a *API) describe() {
	api := a.huma.OpenAPI()
	api.AddOperation(&huma.Operation{OperationID: "health", Method: http.MethodGet, Path: "/healthz", Tags: []string{"running"},
		Summary: "Whether it is ready", Description: "Needs no key. 503 names what is not well.",
		Responses: map[string]*huma.Response{
			"200":     {Description: "Ready", Content: map[string]*huma.MediaType{"text/plain": {Schema: &huma.Schema{Type: huma.TypeString}}}},
			"default": {Description: "Not well", Content: map[string]*huma.MediaType{"application/problem+json": {Schema: &huma.Schema{Ref: schemaPrefix + "Problem"}}}}}})
	for name := range api.Components.Schemas.Map() {
		a.allowNulls(name)
	}
}

// allowNulls says of a schema's fields that they may be null: those that are pointers and are never left out.
func (a *API) allowNulls(name string) {
	schemas := a.huma.OpenAPI().Components.Schemas
	t, schema := schemas.TypeFromRef(schemaPrefix+name), schemas.Map()[name]
	if t == nil || t.Kind() != reflect.Struct {
		return
	}
	for _, field := range reflect.VisibleFields(t) {
		label, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		property := schema.Properties[label]
		if field.Type.Kind() != reflect.Pointer || property == nil || strings.Contains(options, "omitempty") {
			continue
		}
		if property.Ref == "" {
			property.Nullable = true
		} else {
			schema.Properties[label] = &huma.Schema{AnyOf: []*huma.Schema{{Ref: property.Ref}, {Type: "null"}}, Description: property.Description}
		}
	}
}
