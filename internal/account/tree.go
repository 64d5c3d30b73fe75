package account

import (
	"slices"
	"sort"
)

// Tree is how accounts hang together: each has at most one parent.
type Tree struct {
	parent   map[string]string
	children map[string][]string
}

// NewTree makes a tree from each account's parent ("" or absent: none). Senders can make a circle; it is cut above the
// account with the smallest id in it, which then has no parent.
func NewTree(parents map[string]string) *Tree {
	t := &Tree{parent: make(map[string]string, len(parents)), children: map[string][]string{}}
	for id, p := range parents {
		if p != "" {
			t.parent[id] = p
		}
	}
	t.cut()
	for id, p := range t.parent {
		t.children[p] = append(t.children[p], id)
	}
	for _, c := range t.children {
		sort.Strings(c)
	}
	return t
}

func (t *Tree) cut() {
	done := map[string]bool{}
	for start := range t.parent {
		var path []string
		place := map[string]int{}
		for id := start; id != "" && !done[id]; id = t.parent[id] {
			if from, circle := place[id]; circle {
				delete(t.parent, slices.Min(path[from:]))
				break
			}
			place[id] = len(path)
			path = append(path, id)
		}
		for _, id := range path {
			done[id] = true
		}
	}
}

// Parent is the account right above id; "" at the top.
func (t *Tree) Parent(id string) string { return t.parent[id] }

// Children are the accounts right below id, sorted.
func (t *Tree) Children(id string) []string { return t.children[id] }

// Path is the way from the top down to id, with id last.
func (t *Tree) Path(id string) []string {
	path := []string{id}
	for p := t.parent[id]; p != ""; p = t.parent[p] {
		path = append(path, p)
	}
	slices.Reverse(path)
	return path
}

// Below are id and all accounts under it, parents before their children.
func (t *Tree) Below(id string) []string {
	all := []string{id}
	for i := 0; i < len(all); i++ {
		all = append(all, t.children[all[i]]...)
	}
	return all
}
