package ingest

import "math/bits"

const (
	seenShards = 1024
	shardStart = 16 // slots
)

// Seen is the set of ids known, by 64 bits of each: 10-15 bytes a fact. It grows in a thousand small parts, so that no
// single Add takes long. It is for one goroutine.
type Seen struct {
	shards [seenShards]shard
	n      int
}

// shard is a table with linear probing; 0 marks a free slot.
type shard struct {
	slots []uint64
	n     int
}

// Add puts id in and says whether it is new.
func (s *Seen) Add(id uint64) bool {
	id = nonZero(id)
	sh := &s.shards[id%seenShards]
	if 5*(sh.n+1) > 4*len(sh.slots) {
		sh.grow()
	}
	i := sh.find(id)
	if sh.slots[i] != 0 {
		return false
	}
	sh.slots[i] = id
	sh.n++
	s.n++
	return true
}

// Has says whether id is in.
func (s *Seen) Has(id uint64) bool {
	id = nonZero(id)
	sh := &s.shards[id%seenShards]
	return sh.n > 0 && sh.slots[sh.find(id)] != 0
}

// Remove takes id out again.
func (s *Seen) Remove(id uint64) {
	id = nonZero(id)
	sh := &s.shards[id%seenShards]
	if sh.n == 0 {
		return
	}
	hole := sh.find(id)
	if sh.slots[hole] == 0 {
		return
	}
	sh.n--
	s.n--
	// Those behind the hole move up if their search would stop at it.
	for i := sh.after(hole); sh.slots[i] != 0; i = sh.after(i) {
		home := sh.home(sh.slots[i])
		stays := hole < home && home <= i
		if i < hole { // the search wraps around the end
			stays = hole < home || home <= i
		}
		if !stays {
			sh.slots[hole] = sh.slots[i]
			hole = i
		}
	}
	sh.slots[hole] = 0
}

// Len is how many ids are in.
func (s *Seen) Len() int { return s.n }

// nonZero folds the one id that means "free" onto another: one pair in 2^64 is taken for the same.
func nonZero(id uint64) uint64 {
	if id == 0 {
		return 1
	}
	return id
}

// home is where the search for id begins. The low bits chose the shard, the high bits choose the slot.
func (sh *shard) home(id uint64) int {
	hi, _ := bits.Mul64(id, uint64(len(sh.slots)))
	return int(hi)
}

func (sh *shard) after(i int) int {
	if i++; i == len(sh.slots) {
		return 0
	}
	return i
}

// find is the slot of id, or the free one where it would go.
func (sh *shard) find(id uint64) int {
	i := sh.home(id)
	for sh.slots[i] != 0 && sh.slots[i] != id {
		i = sh.after(i)
	}
	return i
}

func (sh *shard) grow() {
	old := sh.slots
	sh.slots = make([]uint64, max(shardStart, len(old)*3/2))
	for _, id := range old {
		if id != 0 {
			sh.slots[sh.find(id)] = id
		}
	}
}
