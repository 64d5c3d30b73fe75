package i18n

import (
	"embed"
	"encoding/json"
	"fmt"
)

//go:embed refusal/*.json
var refusalFiles embed.FS

// refusals are what questions are refused with: the format in a language by the English one, which stands in the code.
var refusals = func() map[Lang]map[string]string {
	all := map[Lang]map[string]string{}
	for _, l := range Langs[1:] {
		raw, err := refusalFiles.ReadFile("refusal/" + string(l) + ".json")
		if err != nil {
			panic(err)
		}
		m := map[string]string{}
		if err := json.Unmarshal(raw, &m); err != nil {
			panic(fmt.Sprintf("refusal/%s.json: %v", l, err))
		}
		all[l] = m
	}
	return all
}()

// Refusal gives the format of a message in l for the English one, for fault.In; the English one where there is none.
func Refusal(l Lang) func(format string) string {
	return func(format string) string {
		if said := refusals[l][format]; said != "" {
			return said
		}
		return format
	}
}
