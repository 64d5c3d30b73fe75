package web

import "strings"

// hostile makes a name nobody should have: markup, script, a word without end, right-to-left letters, signs.
func hostile(name string) string {
	return name + `"'><script>alert(1)</script><img src=x onerror=alert(2)>{{.}}` + "javascript:alert(3)" +
		" \u202eשלום مرحبا\u202c 👩‍🚀 e\u0301\u0301\u0301 " + strings.Repeat("word", 2500) + " \u0007"
}
