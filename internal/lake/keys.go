package lake

import (
	"context"
	"database/sql"
	"database/sql/driver"
)

// keys are the numbers of senders' ids, given in the order of the log, each above all that there are.
type keys struct {
	accounts, sources dictionary
	users, visitors   map[string]int32
	actors            int32 // numbers given to users and visitors
	fresh             []actorKey
}

type actorKey struct {
	actor   int32
	name    string
	visitor bool
}

// dictionary numbers names.
type dictionary struct {
	numbers map[string]int32
	last    int32    // number given
	fresh   []string // not written yet; the last len(fresh) numbers
}

func newKeys() keys {
	return keys{
		accounts: dictionary{numbers: map[string]int32{}}, sources: dictionary{numbers: map[string]int32{}},
		users: map[string]int32{}, visitors: map[string]int32{},
	}
}

// of is the number of a name; 0 for no name.
func (d *dictionary) of(name string) int32 {
	if name == "" {
		return 0
	}
	if n, ok := d.numbers[name]; ok {
		return n
	}
	d.last++
	n := d.last
	d.numbers[name] = n
	d.fresh = append(d.fresh, name)
	return n
}

func (d *dictionary) put(name string, n int32) {
	d.numbers[name], d.last = n, max(d.last, n)
}

func (k *keys) user(id string) int32    { return k.actor(k.users, id, false) }
func (k *keys) visitor(id string) int32 { return k.actor(k.visitors, id, true) }

func (k *keys) actor(numbers map[string]int32, id string, visitor bool) int32 {
	if id == "" {
		return 0
	}
	if n, ok := numbers[id]; ok {
		return n
	}
	k.actors++
	n := k.actors
	if visitor {
		n = -n // so that a number alone says whether somebody is known
	}
	numbers[id] = n
	k.fresh = append(k.fresh, actorKey{n, id, visitor})
	return n
}

// save writes the numbers given since the last save.
func (l *Lake) saveKeys(ctx context.Context, w *sql.Conn) error {
	k := &l.keys
	for _, d := range []struct {
		dict    *dictionary
		table   string
		columns []string
	}{
		{&k.accounts, "account_keys", []string{"account", "account_id"}},
		{&k.sources, "source_keys", []string{"source", "name"}},
	} {
		fresh := d.dict.fresh
		if len(fresh) == 0 {
			continue
		}
		first := int(d.dict.last) - len(fresh) + 1
		err := l.engine.Append(ctx, w, d.table, d.columns, len(fresh), func(i int, into []driver.Value) {
			into[0], into[1] = int32(first+i), fresh[i]
		})
		if err != nil {
			return err
		}
		d.dict.fresh = nil
	}
	if len(k.fresh) == 0 {
		return nil
	}
	err := l.engine.Append(ctx, w, "actor_keys", []string{"actor", "user_id", "anonymous_id"}, len(k.fresh), func(i int, into []driver.Value) {
		a := &k.fresh[i]
		into[0], into[1], into[2] = a.actor, a.name, nil
		if a.visitor {
			into[1], into[2] = nil, a.name
		}
	})
	k.fresh = nil
	return err
}

// loadKeys reads the numbers given so far.
func loadKeys(ctx context.Context, w *sql.Conn) (keys, error) {
	k := newKeys()
	var n int32
	var name, other sql.NullString
	err := each(ctx, w, "select account, account_id from account_keys", func() { k.accounts.put(name.String, n) }, &n, &name)
	if err != nil {
		return k, err
	}
	if err := each(ctx, w, "select source, name from source_keys", func() { k.sources.put(name.String, n) }, &n, &name); err != nil {
		return k, err
	}
	err = each(ctx, w, "select actor, user_id, anonymous_id from actor_keys", func() {
		k.actors = max(k.actors, n, -n)
		if other.Valid {
			k.visitors[other.String] = n
		} else {
			k.users[name.String] = n
		}
	}, &n, &name, &other)
	return k, err
}

// each runs a query and calls fn after each row is scanned into the places given.
func each(ctx context.Context, conn *sql.Conn, query string, fn func(), into ...any) error {
	rows, err := conn.QueryContext(ctx, query)
	if err != nil {
		return &statementError{query, err}
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		fn()
	}
	return rows.Err()
}
