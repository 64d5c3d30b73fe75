package lake

import (
	"flag"
	"os"
	"testing"
)

// TestMain draws fewer deliveries than rapid would by itself: each is loaded, restarted and recounted on a real engine.
// More are drawn with -rapid.checks.
func TestMain(m *testing.M) {
	flag.Parse()
	asked := false
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == "rapid.checks" })
	if !asked {
		if err := flag.Set("rapid.checks", "25"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
