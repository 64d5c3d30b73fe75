// Package arch holds the shape of the tree: what ARCHITECTURE.md says about rooms, imports, names and sizes is read from
// there and checked against the code by this package's tests. It is not part of the product.
package arch

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Room is one line of the table of ARCHITECTURE.md: a folder with everything under it.
type Room struct {
	// Path is its folder from the root of the tree.
	Path string
	// MayImport are the paths of the rooms it may import.
	MayImport []string
}

const (
	everything       = "everything"
	everythingButCmd = "everything but cmd"
	nothing          = "nothing of ours"
	nouns            = "nouns"
)

var (
	quoted    = regexp.MustCompile("`([^`]+)`")
	nounsLine = regexp.MustCompile(`(?m)^\*\*Nouns\*\* are (.+)\.$`)
)

// Parse reads the rooms and what each may import out of ARCHITECTURE.md. The last column holds short names of rooms
// (metric for internal/metric), "nouns" for those that the sentence "**Nouns** are …" lists, or one of "everything",
// "everything but cmd" and "nothing of ours". A line about a part of a room (`internal/x`, `x/y`) begins with the room.
func Parse(document string) ([]Room, error) {
	var short []string
	if line := nounsLine.FindStringSubmatch(document); line != nil {
		for _, name := range quoted.FindAllStringSubmatch(line[1], -1) {
			short = append(short, name[1])
		}
	}
	if len(short) == 0 {
		return nil, fmt.Errorf("ARCHITECTURE.md has no sentence that begins with **Nouns** are")
	}
	var rooms []Room
	var columns [][]string
	for line := range strings.Lines(document) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 3 || !strings.HasPrefix(line, "| `") {
			continue
		}
		allowed := strings.Split(strings.TrimSpace(cells[2]), ", ")
		for _, name := range quoted.FindAllStringSubmatch(cells[0], -1) {
			if strings.HasPrefix(name[1], "internal/") || !strings.Contains(cells[0], "`internal/") {
				rooms = append(rooms, Room{Path: name[1]})
				columns = append(columns, allowed)
			}
		}
	}
	byShort := map[string]string{}
	for _, r := range rooms {
		byShort[strings.TrimPrefix(r.Path, "internal/")] = r.Path
	}
	for i := range rooms {
		for _, word := range columns[i] {
			names := []string{word}
			switch word {
			case nothing:
				continue
			case everything, everythingButCmd:
				names = nil
				for name := range byShort {
					if word == everything || !strings.HasPrefix(name, "cmd/") {
						names = append(names, name)
					}
				}
			case nouns:
				names = short
			}
			for _, name := range names {
				path, ok := byShort[name]
				if !ok {
					return nil, fmt.Errorf("ARCHITECTURE.md lets %s import %q, which is no room of its table", rooms[i].Path, name)
				}
				rooms[i].MayImport = append(rooms[i].MayImport, path)
			}
		}
		slices.Sort(rooms[i].MayImport)
	}
	return rooms, nil
}

// RoomOf is the room that the folder dir lies in; ok is false when it lies in none.
func RoomOf(rooms []Room, dir string) (room Room, ok bool) {
	for _, r := range rooms {
		if (dir == r.Path || strings.HasPrefix(dir, r.Path+"/")) && len(r.Path) > len(room.Path) {
			room, ok = r, true
		}
	}
	return room, ok
}
