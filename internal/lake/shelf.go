package lake

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/keepwell/keepwell/internal/fact"
)

// shelf are facts of several kinds, as many as a page shows. They are read with the lake's numbers, and what all of them name
// is looked up at the end: joining each kind with everybody's ids costs far more than the facts.
type shelf struct {
	moment
	facts []*shelved
}

// shelved is a fact and its numbers.
type shelved struct {
	*fact.Fact
	seq                                  int64
	origin, raw, account, actor, visitor int32
	// belongs is the id of the account that it counts for, who what the person is called.
	belongs, who string
}

// read asks for facts of a kind from a relation with the columns of its table called f; rest is what follows "from".
func (s *shelf) read(ctx context.Context, k *fact.Kind, rest string) ([]*shelved, error) {
	scan, into := newScanner(k), shelved{}
	columns := []string{"f.seq", "f.id", "f.ts", "f.received_at", "f.flags", "f.properties", "f.origin", "f.account_raw", "f.account", "f.actor"}
	places := []any{&into.seq, &scan.id, &scan.at, &scan.received, &scan.flags, &scan.properties, &into.origin, &into.raw, &into.account, &into.actor}
	if k.Has("anonymous_id") {
		columns, places = append(columns, "f.visitor"), append(places, &into.visitor)
	}
	if k.Mode == fact.Traits {
		columns, places = append(columns, "f.given"), append(places, &scan.given)
	}
	var all []*shelved
	err := each(ctx, s.conn, "select "+strings.Join(columns, ", ")+", "+quoted(scan.names(), "f.")+" from "+rest, func() {
		one := into
		one.Fact = scan.built()
		all = append(all, &one)
	}, append(places, scan.cells.into...)...)
	s.facts = append(s.facts, all...)
	return all, err
}

// numbered reads facts by their seqs, in no order. They are few: an array is planned sooner than a relation to look them up in.
func (s *shelf) numbered(ctx context.Context, k *fact.Kind, seqs []int64, where string) ([]*shelved, error) {
	list := make([]string, len(seqs))
	for i, seq := range seqs {
		list[i] = strconv.FormatInt(seq, 10)
	}
	return s.read(ctx, k, fmt.Sprintf("%s f where %s and f.seq between %d and %d and f.seq = any(array[%s])", tableOf(k), where, slices.Min(seqs), slices.Max(seqs), strings.Join(list, ", ")))
}

// name puts ids in the place of numbers.
func (s *shelf) name(ctx context.Context) error {
	const source, belonging, who = 0, 1, 2
	sought := [3]map[int32]string{{}, {}, {}}
	for _, f := range s.facts {
		sought[source][f.origin] = ""
		for _, n := range []int32{f.raw, f.account} {
			sought[belonging][n] = ""
		}
		for _, n := range []int32{f.actor, f.visitor} {
			sought[who][n] = ""
		}
	}
	var parts []string
	for i, from := range []string{"k.source, k.name from source_keys k where source", "k.account, k.account_id from account_keys k where account",
		"k.actor, coalesce(k.user_id, k.anonymous_id) from actor_keys k where actor"} {
		if delete(sought[i], 0); len(sought[i]) > 0 { // 0 is nobody
			head, column, _ := strings.Cut(from, " where ")
			parts = append(parts, fmt.Sprintf("select %d, %s where %s", i, head, among("k."+column, slices.Sorted(maps.Keys(sought[i])))))
		}
	}
	if len(parts) == 0 {
		return nil
	}
	var what int
	var number int32
	var id string
	if err := each(ctx, s.conn, strings.Join(parts, " union all "), func() { sought[what][number] = id }, &what, &number, &id); err != nil {
		return err
	}
	names, err := s.called(ctx, slices.DeleteFunc(slices.Sorted(maps.Keys(sought[who])), func(actor int32) bool { return actor <= 0 }))
	for _, f := range s.facts {
		f.Source, f.Account, f.belongs = sought[source][f.origin], sought[belonging][f.raw], sought[belonging][f.account]
		if f.actor > 0 { // below 0 are visitors, who have no user id
			f.User = sought[who][f.actor]
		}
		if f.visitor != 0 {
			f.Set("anonymous_id", fact.TextValue(sought[who][f.visitor]))
		}
		if f.who = names[f.actor]; f.who == "" {
			f.who = f.User
		}
	}
	return err
}
