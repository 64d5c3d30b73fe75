package fact

import (
	"encoding/binary"
	"errors"
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

func anyFact(t *rapid.T) *Fact {
	k := rapid.SampledFrom(Kinds()).Draw(t, "kind")
	f := &Fact{
		Kind: k, At: rapid.Int64().Draw(t, "at"), Account: rapid.String().Draw(t, "account"), User: rapid.String().Draw(t, "user"),
		Flags: Flags(rapid.Byte().Draw(t, "flags")), Values: make([]Value, len(k.Columns)),
	}
	copy(f.ID[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
	if p := rapid.String().Draw(t, "properties"); p != "" {
		f.Properties = []byte(p)
	}
	for i, c := range k.Columns {
		v := Value{State: State(rapid.IntRange(0, 2).Draw(t, "state"))}
		switch {
		case v.State != Present:
		case c.Type == Number:
			v.Num = rapid.Float64().Draw(t, "number")
		case c.Type.isInt():
			v.Int = rapid.Int64().Draw(t, "int")
		default:
			v.Text = rapid.String().Draw(t, "text")
		}
		f.Values[i] = v
	}
	return f
}

func TestRecordsReadBackAsTheyWereWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		facts := rapid.SliceOf(rapid.Custom(anyFact)).Draw(t, "facts")
		received, source := rapid.Int64().Draw(t, "received"), rapid.String().Draw(t, "source")
		raw := AppendRecord(nil, received, source, facts)
		got, err := ReadRecord(raw)
		if err != nil || len(got) != len(facts) {
			t.Fatalf("%d facts, %v", len(got), err)
		}
		for i, f := range facts {
			f.Received, f.Source = received, source
			if !reflect.DeepEqual(f, got[i]) {
				t.Fatalf("wrote %+v\nread %+v", f, got[i])
			}
		}
		if cut := rapid.IntRange(0, len(raw)-1).Draw(t, "cut"); cut < len(raw) {
			if _, err := ReadRecord(raw[:cut]); !errors.Is(err, ErrRecord) {
				t.Fatalf("a record cut to %d of %d bytes: %v", cut, len(raw), err)
			}
		}
	})
}

// A later version may write columns that this one does not know; what it does know still arrives.
func TestAColumnThatIsNotKnownIsPassedOver(t *testing.T) {
	f := &Fact{Kind: Events, At: 5, Values: make([]Value, len(Events.Columns))}
	f.Set("name", TextValue("Export"))
	newer := *Events
	newer.Columns = append(append([]Column(nil), Events.Columns...), Column{Name: "colour", Tag: 40}, Column{Name: "weight", Tag: 41, Type: Number}, Column{Name: "at", Tag: 42, Type: Time})
	g := *f
	g.Kind = &newer
	g.Values = append([]Value{TextValue("red"), NumValue(2.5), IntValue(7)}, f.Values...)
	newer.Columns = append(newer.Columns[len(Events.Columns):], Events.Columns...)
	got, err := ReadRecord(AppendRecord(nil, 1, "s", []*Fact{&g}))
	if err != nil || got[0].Text("name") != "Export" || len(got[0].Values) != len(Events.Columns) {
		t.Fatalf("%+v %v", got, err)
	}
}

func TestRecordsOfANewerVersionOrKindAreRefused(t *testing.T) {
	if _, err := ReadRecord([]byte{recordVersion + 1}); !errors.Is(err, ErrRecord) {
		t.Error(err)
	}
	unknown := *Events
	unknown.Tag = 9999
	raw := AppendRecord(nil, 1, "s", []*Fact{{Kind: &unknown, Values: make([]Value, len(unknown.Columns))}})
	if _, err := ReadRecord(raw); !errors.Is(err, ErrRecord) {
		t.Error(err)
	}
	if _, err := ReadRecord(binary.AppendUvarint([]byte{recordVersion, 0, 0}, 1<<62)); !errors.Is(err, ErrRecord) {
		t.Error(err)
	}
}

func TestAThinnedRecordIsAsLongAndHoldsTheRest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		facts := rapid.SliceOf(rapid.Custom(anyFact)).Draw(t, "facts")
		leave := map[ID]bool{}
		var rest []*Fact
		for i, f := range facts {
			f.ID[0], f.ID[1] = byte(i>>8), byte(i)
			if leave[f.ID] = rapid.Bool().Draw(t, "leave"); !leave[f.ID] {
				rest = append(rest, f)
			}
		}
		raw := AppendRecord(nil, 7, "web", facts)
		thin, err := ThinRecord(raw, func(f *Fact) bool { return leave[f.ID] })
		if err != nil || len(thin) != len(raw) {
			t.Fatalf("%d bytes instead of %d, %v", len(thin), len(raw), err)
		}
		got, err := ReadRecord(thin)
		if err != nil || len(got) != len(rest) {
			t.Fatalf("%d facts instead of %d, %v", len(got), len(rest), err)
		}
		for i, f := range rest {
			if f.Received, f.Source = 7, "web"; !reflect.DeepEqual(f, got[i]) {
				t.Fatalf("kept %+v\nread %+v", f, got[i])
			}
		}
	})
}
