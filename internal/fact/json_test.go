package fact

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The standard library is the judge of what is JSON.
func TestJSONReaderAgreesWithTheStandardLibrary(t *testing.T) {
	texts := strings.Split(`{}|[]|{"a":1}|[1,2]|[1,]|[,1]|{"a":1,}|{"a"}|{"a":}|{a:1}|{"a" 1}|01|-|-0|1.|1.5e|1e+5|.5|nul|null|tru|"x|"\x"|"\u12G4"|"\u1234"|"\ud83d\ude00"|`+
		`[[[]]]|[}|{]|1 2|[1 2]| 1 |"`+"\n"+`"|"\"|{"a":{"b":[1,{"c":null}]}}||nan|+1|1e5|0.0|[true,false]|{"a":1 "b":2}|"\u12`, "|")
	for _, text := range texts {
		agree(t, text)
	}
	rapid.Check(t, func(t *rapid.T) {
		text := []byte(rapid.SampledFrom([]string{`{"a":[1,-2.5e3,"x\u0041\n"],"b":{"c":null,"d":true}}`, `[{"k":"é"},[],{}]`}).Draw(t, "text"))
		for range rapid.IntRange(0, 3).Draw(t, "changes") {
			text[rapid.IntRange(0, len(text)-1).Draw(t, "place")] = rapid.SampledFrom([]byte(`{}[],:"\ 019-.eEntu`)).Draw(t, "byte")
		}
		agree(t, string(text))
	})
}

func agree(t interface{ Errorf(string, ...any) }, text string) {
	r := NewJSONReader([]byte(text))
	r.Skip()
	err := r.End()
	if (err == nil) != json.Valid([]byte(text)) {
		t.Errorf("%q: %v, but valid is %v", text, err, json.Valid([]byte(text)))
	}
}

func TestBrokenJSONIsNamedByLineAndColumn(t *testing.T) {
	r := NewJSONReader([]byte("{\n  \"a\": 1,\n  \"b\": x\n}"))
	r.Skip()
	if err := r.Err(); err == nil || err.Error() != `broken JSON at line 3, column 8: 'x' begins no value` {
		t.Error(err)
	}
}

func TestJSONThatNoEngineKeepsIsMarkedAndItsNeighboursAreNot(t *testing.T) {
	for text, want := range map[string]string{
		`"\u0000"`: "NUL", `"\ud800x"`: "surrogate", `"\udc00"`: "surrogate", "\"\xff\"": "UTF-8", `1e400`: "double", `-1e400`: "double",
		strings.Repeat("9", 400):                          "double",
		strings.Repeat("[", 33) + strings.Repeat("]", 33): "32 levels",
		strings.Repeat("[", 32) + strings.Repeat("]", 32): "",
		`"\\u0000"`:      "",
		`"\ud83d\ude00"`: "",
		`1e-400`:         "",
	} {
		r := NewJSONReader([]byte("[" + text + `,"fine"]`))
		r.Array()
		r.Element()
		r.Raw()
		if flaw := r.Flaw(); (flaw == "") != (want == "") || !strings.Contains(flaw, want) {
			t.Errorf("%.40s: %q, want %q", text, flaw, want)
		}
		r.Element()
		if c := r.Cell(); c.Text != "fine" || r.Flaw() != "" || r.Err() != nil {
			t.Errorf("%.40s spoiled its neighbour", text)
		}
	}
	deep := NewJSONReader([]byte(strings.Repeat("[", 100_000)))
	deep.Skip()
	if deep.Err() == nil {
		t.Error("100 000 levels were read")
	}
}
