package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/pb33f/libopenapi/datamodel"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// described is /openapi.json as a tree, and a compiler that knows it.
func described(t *testing.T) (map[string]any, *jsonschema.Compiler) {
	t.Helper()
	w := newHouse(t).call("GET", "/openapi.json", "", "")
	wantStatus(t, w, 200)
	tree, err := jsonschema.UnmarshalJSON(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	schema, err := jsonschema.UnmarshalJSON(strings.NewReader(datamodel.OpenAPI31SchemaData))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	for name, doc := range map[string]any{"https://keepwell.test/openapi.json": tree, "https://keepwell.test/3.1.json": schema} {
		if err := c.AddResource(name, doc); err != nil {
			t.Fatal(err)
		}
	}
	return tree.(map[string]any), c
}

func TestTheDescriptionIsOpenAPI(t *testing.T) {
	tree, c := described(t)
	openapi, err := c.Compile("https://keepwell.test/3.1.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := openapi.Validate(tree); err != nil {
		t.Errorf("%#v", err)
	}
	tree["paths"].(map[string]any)["nowhere"] = 1
	if openapi.Validate(tree) == nil {
		t.Error("a broken description is taken for a sound one")
	}
}

// walk visits every node with its JSON pointer.
func walk(at string, v any, visit func(at string, v any)) {
	visit(at, v)
	switch v := v.(type) {
	case map[string]any:
		for name, child := range v {
			walk(at+"/"+strings.NewReplacer("~", "~0", "/", "~1").Replace(name), child, visit)
		}
	case []any:
		for i, child := range v {
			walk(fmt.Sprint(at, "/", i), child, visit)
		}
	}
}

func TestEverySchemaOfTheDescriptionCanBeUsedAndItsExamplesFit(t *testing.T) {
	tree, c := described(t)
	schemas, examples := 0, 0
	walk("", tree, func(at string, v any) {
		node, _ := v.(map[string]any)
		if ref, ok := node["$ref"].(string); ok {
			if _, err := c.Compile("https://keepwell.test/openapi.json" + ref); err != nil || !strings.HasPrefix(ref, "#/components/schemas/") {
				t.Errorf("%s: %s leads nowhere: %v", at, ref, err)
			}
		}
		check := func(schema any, all ...any) {
			raw, err := json.Marshal(schema)
			if err != nil {
				t.Fatal(err)
			}
			doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(bytes.ReplaceAll(raw, []byte(`"#/components`), []byte(`"https://keepwell.test/openapi.json#/components`))))
			if err != nil {
				t.Fatal(err)
			}
			schemas++
			name := "https://keepwell.test" + at
			if err := c.AddResource(name, doc); err != nil {
				t.Fatal(err)
			}
			s, err := c.Compile(name)
			if err != nil {
				t.Errorf("%s: %v", at, err)
				return
			}
			for _, example := range all {
				if examples++; s.Validate(example) != nil {
					t.Errorf("%s: the example %v does not fit: %v", at, example, s.Validate(example))
				}
			}
		}
		if list, ok := node["examples"].([]any); ok && node["type"] != nil {
			check(node, list...)
		} else if schema, ok := node["schema"]; ok {
			if example, ok := node["example"]; ok {
				check(schema, example)
			} else {
				check(schema)
			}
		}
	})
	if schemas < 100 || examples < 15 {
		t.Errorf("only %d schemas and %d examples", schemas, examples)
	}
}

func TestEveryRouteIsDescribedInFull(t *testing.T) {
	h := newHouse(t)
	tree, _ := described(t)
	seen, ids := []string{}, map[string]bool{}
	for path, item := range tree["paths"].(map[string]any) {
		for method, v := range item.(map[string]any) {
			op := v.(map[string]any)
			what := strings.ToUpper(method) + " " + path
			seen = append(seen, what)
			id, _ := op["operationId"].(string)
			if summary, _ := op["summary"].(string); id == "" || ids[id] || summary == "" || op["tags"] == nil {
				t.Errorf("%s lacks an id of its own, a summary or a tag", what)
			}
			ids[id] = true
			for _, p := range as[[]any](op["parameters"]) {
				p := p.(map[string]any)
				if text, _ := p["description"].(string); text == "" {
					t.Errorf("%s says nothing of the parameter %s", what, p["name"])
				}
			}
			responses := op["responses"].(map[string]any)
			good := slices.ContainsFunc([]string{"200", "201", "204"}, func(status string) bool { return responses[status] != nil })
			failed := as[map[string]any](as[map[string]any](responses["default"])["content"])
			if failed["application/problem+json"] == nil || !good {
				t.Errorf("%s does not say how it answers", what)
			}
			url := strings.NewReplacer("{", "", "}", "").Replace(path)
			r, err := http.NewRequest(strings.ToUpper(method), url, nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, pattern := h.mux.Handler(r); pattern != what {
				t.Errorf("%s is described and leads to %q", what, pattern)
			}
		}
	}
	for _, route := range h.routes {
		if !slices.Contains(seen, route) {
			t.Errorf("%s is not described", route)
		}
	}
}

func as[T any](v any) T {
	t, _ := v.(T)
	return t
}
