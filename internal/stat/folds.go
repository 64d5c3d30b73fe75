package stat

import (
	"cmp"
	"hash/fnv"
	"slices"
	"strconv"
)

// Which rows go where depends on a seed and on the names of their groups, not on the order of rows. Rows of one group go
// the same way; without groups each row is its own.

func groupOf(groups []string, row int) string {
	if groups == nil {
		return strconv.Itoa(row)
	}
	return groups[row]
}

func hashed(name string, seed uint64) uint64 {
	h := fnv.New64a()
	h.Write([]byte(strconv.FormatUint(seed, 10) + "\x00" + name))
	return mixed(h.Sum64())
}

// mixed spreads the bits of a hash (the end of MurmurHash3): FNV leaves those of short, similar names alike.
func mixed(h uint64) uint64 {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	h *= 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}

// folds deals rows out to n folds with outcomes spread evenly.
func folds(outcomes []bool, groups []string, n int, seed uint64) []int {
	type group struct {
		name  string
		event bool
		hash  uint64
	}
	at := map[string]int{}
	var all []group
	for i, y := range outcomes {
		name := groupOf(groups, i)
		k, ok := at[name]
		if !ok {
			k = len(all)
			at[name] = k
			all = append(all, group{name: name, hash: hashed(name, seed)})
		}
		all[k].event = all[k].event || y
	}
	slices.SortFunc(all, func(a, b group) int { return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.name, b.name)) })
	of := map[string]int{}
	dealt := map[bool]int{}
	for _, g := range all {
		of[g.name] = dealt[g.event] % n
		dealt[g.event]++
	}
	fold := make([]int, len(outcomes))
	for i := range fold {
		fold[i] = of[groupOf(groups, i)]
	}
	return fold
}

// split gives the rows outside of fold f, to learn from, and those in it.
func split(fold []int, f int) (inside, outside []int) {
	for i, at := range fold {
		if at == f {
			outside = append(outside, i)
		} else {
			inside = append(inside, i)
		}
	}
	return inside, outside
}

// drawn are about this share of the rows: all of the groups in which there are both outcomes or the rarer one, as far as they
// are no more than half of them, and of the rest what is left of the share.
func drawn(outcomes []bool, groups []string, part float64) []int {
	rare := 2*count(outcomes) <= len(outcomes)
	with := map[string]bool{}
	for i, y := range outcomes {
		if y == rare {
			with[groupOf(groups, i)] = true
		}
	}
	kept := 0
	for i := range outcomes {
		if with[groupOf(groups, i)] {
			kept++
		}
	}
	n := float64(len(outcomes))
	of, rest := part, part
	if float64(kept) < part*n/2 {
		of, rest = 1, (part*n-float64(kept))/(n-float64(kept))
	}
	var rows []int
	for i := range outcomes {
		name := groupOf(groups, i)
		share := rest
		if with[name] {
			share = of
		}
		if float64(hashed(name, seed+2)>>11)/(1<<53) < share {
			rows = append(rows, i)
		}
	}
	return rows
}
