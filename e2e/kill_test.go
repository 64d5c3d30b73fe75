package e2e

import (
	"math/rand/v2"
	"testing"
	"time"
)

func TestAcknowledgedEventsSurviveThirtyKills(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	ingest := key(t, data, "ingest")
	chance := rand.New(rand.NewPCG(30, 9))
	s := serve(t, data)
	c := sending(4, s, ingest)
	for range 30 {
		before := c.count()
		until(t, "events are taken after the start", 20*time.Second, func() bool { return c.count() > before })
		time.Sleep(time.Duration(chance.IntN(400)) * time.Millisecond)
		s.kill()
		s = serve(t, data)
		c.goOn(s)
	}
	c.recount(t, s)
	s.stop()
	run(t, "check", "--data", data)
}
