package metric_test

import (
	"flag"
	"os"
	"strconv"
	"testing"
)

// draws is how many companies are drawn.
var draws int

// TestMain draws fewer companies than rapid would by itself: each is asked some three hundred questions. More are drawn
// with -rapid.checks.
func TestMain(m *testing.M) {
	flag.Parse()
	asked := false
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == "rapid.checks" })
	if !asked {
		if err := flag.Set("rapid.checks", "6"); err != nil {
			panic(err)
		}
	}
	var err error
	if draws, err = strconv.Atoi(flag.Lookup("rapid.checks").Value.String()); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}
