package lake

import (
	"context"
	"fmt"
)

// namesKnown is how many names of events are told.
const namesKnown = 300

// Events are the names of the commonest events, the commonest first.
func (l *Lake) Events(ctx context.Context) ([]string, error) {
	v, err := l.view(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer v.Close()
	var names []string
	var name string
	err = each(ctx, v.conn, fmt.Sprintf("select name from (select name, cast(sum(n) as bigint) as n from %s r group by name) named order by n desc, name limit %d",
		v.Rollup("account_day_event"), namesKnown), func() { names = append(names, name) }, &name)
	return names, l.engine.Fault(err)
}
