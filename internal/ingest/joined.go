package ingest

import (
	"encoding/binary"
	"hash/maphash"
	"sync/atomic"
)

// joined knows memberships of calls that are durable: those said last, by 64 bits of each. Nearly every call of an hour
// says again what the first said, and the door need not be asked each time. What it has forgotten the door still knows.
type joined struct {
	slots [1 << 18]atomic.Uint64
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

func (j *joined) has(id uint64) bool { return j.slots[id%uint64(len(j.slots))].Load() == id }
func (j *joined) add(id uint64)      { j.slots[id%uint64(len(j.slots))].Store(id) }
