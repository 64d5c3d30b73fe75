package metric

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"sync"
)

// The relations that metrics share, sorted into folders by what they are about; their names are those of the files alone.
//
//go:embed relation/*/*.sql
var relationFiles embed.FS

// relationTexts are the texts of relations by name; NAME.live is the text for questions about the present.
var relationTexts = sync.OnceValue(func() map[string]string {
	texts := map[string]string{}
	files, err := fs.Glob(relationFiles, "relation/*/*.sql")
	if err != nil {
		panic(err)
	}
	for _, file := range files {
		raw, err := relationFiles.ReadFile(file)
		if err != nil {
			panic(err)
		}
		name := strings.TrimSuffix(path.Base(file), ".sql")
		if _, twice := texts[name]; twice {
			panic(fmt.Sprintf("metric: %s is there in another folder too; {%s} would mean both", file, name))
		}
		texts[name] = string(raw)
	}
	return texts
})

// relationText is the text of a relation's file.
func relationText(name string) (text string, ok bool) {
	text, ok = relationTexts()[name]
	return text, ok
}

// relation is the text of a relation's file; the one for questions about the present over whole days, with the policies
// as they come, where there is one.
func (c *compiler) relation(name string) (string, error) {
	if c.view.AsOf() == nil {
		live, ok := relationText(name + ".live")
		text, any := strings.CutPrefix(live, anyInstant)
		if ok && (any || c.wholeDays()) && !c.conventions.differs(policiesOf("{"+name+"}")) {
			return text, nil
		}
	}
	raw, ok := relationText(name)
	if !ok {
		return "", fmt.Errorf("{%s} is neither a kind of fact nor a relation", name)
	}
	return when.ReplaceAllStringFunc(raw, func(block string) string {
		parts := when.FindStringSubmatch(block)
		chosen := ""
		switch parts[1] {
		case askedPerson:
			chosen = map[bool]string{true: "left", false: "told"}[c.unnamed && c.view.AsOf() == nil]
		case askedDetail:
			chosen = map[bool]string{true: "left", false: "told"}[c.lean]
		default:
			chosen = c.conventions.value(policies[parts[1]])
		}
		if chosen != parts[2] {
			return ""
		}
		return parts[3]
	}), nil
}

// anyInstant is the first line of a live relation that can answer for points that don't begin and end at midnight.
const anyInstant = "-- at any instant\n"

// when is a part of a relation that is only there for one choice of a policy, so that the other does not pay for it:
// lines between "-- when POLICY = CHOICE" and "-- end".
var when = regexp.MustCompile(`(?ms)^-- when ([a-z_]+) = ([a-z_]+)\n(.*?)^-- end\n`)

// askedPerson stands in the place of a policy: told where the relation says which person it was, left where nobody looks at
// that.
const askedPerson = "person"

// askedDetail stands in the place of a policy too: told where figures beside the value are asked for, left where it is
// asked for alone.
const askedDetail = "detail"

// kept is the first line of a relation that a statement reads more than once and that is dear to compute; the rest is
// better folded into the statement.
const kept = "-- materialized\n"

// narrowed is the first line of a relation that every reader narrows by itself, so that it is never read whole.
const narrowed = "-- not materialized\n"
