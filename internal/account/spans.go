package account

import (
	"cmp"
	"slices"
	"sort"
)

func compareMemberships(a, b Membership) int {
	return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Seq, b.Seq))
}

// remember keeps a membership and says whether its person's spans may change.
func (d *Directory) remember(m Membership) bool {
	list := d.memberships[m.User]
	if n := len(list); n == 0 || compareMemberships(list[n-1], m) < 0 {
		d.memberships[m.User] = append(list, m)
		// Most memberships say again what is known: a context names the group with every call.
		person := d.Person(m.User)
		s := d.spans[person]
		return !(m.Joined && len(s) > 0 && s[len(s)-1].Until == Never && s[len(s)-1].Account == m.Account &&
			s[len(s)-1].From <= m.At && len(d.group[person]) == 0)
	}
	at, twice := slices.BinarySearchFunc(list, m, compareMemberships)
	if twice {
		return false
	}
	d.memberships[m.User] = slices.Insert(list, at, m)
	return true
}

// respan computes the spans of the persons of these users anew, and of the users themselves when they no longer are
// persons of their own.
func (d *Directory) respan(users set, change *Change) {
	done := set{}
	for u := range users {
		for _, p := range [2]Actor{u, d.Person(u)} {
			if _, twice := done[p]; twice {
				continue
			}
			done[p] = struct{}{}
			var now []Span
			if d.Person(p) == p {
				var all []Membership
				for _, member := range d.users(p) {
					all = append(all, d.memberships[member]...)
				}
				now = spansOf(all)
			}
			was := d.spans[p]
			if slices.Equal(was, now) {
				continue
			}
			if len(now) == 0 {
				delete(d.spans, p)
			} else {
				d.spans[p] = now
			}
			change.Spans[p] = now
			since := firstDifference(was, now)
			for _, member := range d.users(p) {
				change.earliest(member, since)
				for _, v := range d.visitorsOf[member] {
					change.earliest(v, since)
				}
			}
		}
	}
}

func (c *Change) earliest(a Actor, since int64) {
	if had, ok := c.Since[a]; !ok || since < had {
		c.Since[a] = since
	}
}

// spansOf tells from a person's memberships which account it acts for when: the one joined last that it has not left,
// falling back to an earlier one that it is still in.
func spansOf(all []Membership) []Span {
	if !slices.IsSortedFunc(all, compareMemberships) {
		slices.SortFunc(all, compareMemberships)
	}
	var spans []Span
	var in []Account // joined and not left, the one joined last at the end
	for i, m := range all {
		in = slices.DeleteFunc(in, func(a Account) bool { return a == m.Account })
		if m.Joined {
			in = append(in, m.Account)
		}
		if i+1 < len(all) && all[i+1].At == m.At {
			continue // only what holds after the last of an instant counts
		}
		current := Account(0)
		if len(in) > 0 {
			current = in[len(in)-1]
		}
		if n := len(spans); n > 0 && spans[n-1].Until == Never {
			if spans[n-1].Account == current {
				continue
			}
			spans[n-1].Until = m.At
		}
		if current != 0 {
			spans = append(spans, Span{From: m.At, Until: Never, Account: current})
		}
	}
	return spans
}

// firstDifference is the first instant from which two lists of spans disagree.
func firstDifference(a, b []Span) int64 {
	for i := 0; ; i++ {
		switch {
		case i == len(a) && i == len(b):
			return Never
		case i == len(a):
			return b[i].From
		case i == len(b):
			return a[i].From
		case a[i] == b[i]:
		case a[i].From != b[i].From || a[i].Account != b[i].Account:
			return min(a[i].From, b[i].From)
		default:
			return min(a[i].Until, b[i].Until)
		}
	}
}

func accountAt(spans []Span, t int64) Account {
	i := sort.Search(len(spans), func(i int) bool { return spans[i].From > t }) - 1
	if i < 0 || t >= spans[i].Until {
		return 0
	}
	return spans[i].Account
}
