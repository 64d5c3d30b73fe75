package lake

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// ids are some people with all their ids: who each actor is.
type ids struct{ pairs []pair }

type pair struct{ actor, person int32 }

// idsOf looks the other ids of people up.
func (m moment) idsOf(ctx context.Context, people []int32) (ids, error) {
	var all ids
	if len(people) == 0 {
		return all, nil
	}
	for _, person := range people {
		all.pairs = append(all.pairs, pair{person, person})
	}
	var other pair
	err := each(ctx, m.conn, "select p.actor, p.person from persons p where "+among("p.person", people), func() { all.pairs = append(all.pairs, other) }, &other.actor, &other.person)
	return all, err
}

// people are the people themselves.
func (all ids) people() []int32 {
	var people []int32
	for _, p := range all.pairs {
		if p.actor == p.person {
			people = append(people, p.person)
		}
	}
	return people
}

// of are those of some of the people.
func (all ids) of(people []int32) (some ids) {
	for _, p := range all.pairs {
		if slices.Contains(people, p.person) {
			some.pairs = append(some.pairs, p)
		}
	}
	return some
}

// relation is (actor, person), for use after "from" or "join".
func (all ids) relation() string {
	var b strings.Builder
	b.WriteString("(select * from (values ")
	for i, p := range all.pairs {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "(%d, %d)", p.actor, p.person)
	}
	b.WriteString(") one(actor, person))")
	return b.String()
}

// are is the condition that a column holds one of the ids.
func (all ids) are(column string) string {
	actors := make([]int32, len(all.pairs))
	for i, p := range all.pairs {
		actors[i] = p.actor
	}
	return among(column, actors)
}

// among is the condition that a column holds one of some numbers; none is among no numbers. What is the same for many rows
// DuckDB tests before it reads their other columns, but not whether they are in a list: hence the bounds, and the relation,
// which is looked up by a hash.
func among(column string, all []int32) string {
	switch len(all) {
	case 0:
		return "false"
	case 1:
		return fmt.Sprintf("%s = %d", column, all[0])
	}
	return fmt.Sprintf("%s between %d and %d and %s in (values %s)", column, slices.Min(all), slices.Max(all), column, tuples(all))
}

func tuples(all []int32) string {
	var b strings.Builder
	for i, n := range all {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "(%d)", n)
	}
	return b.String()
}
