package ingest

import (
	"encoding/binary"
	"hash/maphash"
	"sync/atomic"
)

// joined knows memberships of calls that are durable: those said last, by 64 bits of each. Nearly every call of an hour
// says again what the first said, and the door need not be asked each time. What it has forgotten the door still knows.
// Each has four places, side by side, so that it takes five of a kind to make it forget one.
type joined struct {
	places [1 << 14][4]atomic.Uint64
}

var joinedSeed = maphash.MakeSeed() // senders can't make two of them look alike

// joining is what joined knows of a membership by.
func joining(source, account, user string, hour int64) uint64 {
	var h maphash.Hash
	h.SetSeed(joinedSeed)
	var at [8]byte
	binary.LittleEndian.PutUint64(at[:], uint64(hour))
	h.Write(at[:])
	for _, s := range [...]string{source, account, user} {
		h.WriteString(s)
		h.WriteByte(0) // ids have no NUL
	}
	return nonZero(h.Sum64())
}

func (j *joined) has(id uint64) bool {
	for i, places := 0, j.of(id); i < len(places); i++ {
		if places[i].Load() == id {
			return true
		}
	}
	return false
}

func (j *joined) add(id uint64) {
	places := j.of(id)
	at := id >> 62 // when none is free
	for i := range places {
		if known := places[i].Load(); known == id {
			return
		} else if known == 0 {
			at = uint64(i)
			break
		}
	}
	places[at].Store(id)
}

func (j *joined) of(id uint64) *[4]atomic.Uint64 { return &j.places[id%uint64(len(j.places))] }
