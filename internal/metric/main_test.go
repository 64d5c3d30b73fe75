package metric_test

import (
	"flag"
	"os"
	"testing"
)

// TestMain draws fewer companies than rapid would by itself: each is asked some three hundred questions. More are drawn
// with -rapid.checks.
func TestMain(m *testing.M) {
	flag.Parse()
	asked := false
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == "rapid.checks" })
	if !asked {
		if err := flag.Set("rapid.checks", "15"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
