package log

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"path/filepath"
	"regexp"
	"strconv"
	"time"
)

// A segment file is a header and then frames, all numbers little endian.
//
//	header  magic [8] | version u32 | salt u32 | start u64 | begun i64 (unix ns) | crc32c u32 of what is before
//	frame   length u32 | crc32c u32 of the payload | crc32c u32 of the head | payload
//
// The head's checksum covers the record's position, the length and the payload's checksum, beginning from the segment's
// salt. So bytes that lie in the wrong place are not taken for records, a sender cannot put a record into the log by
// sending the bytes of one, and a damaged file can be searched for later records in one pass.
//
// The top bit of length marks the first record of a group. A group is only written after the one before it is durable:
// such a record behind a bad one proves that the bad one was durable once and is damaged, not torn.
const (
	magic       = "kwlog\r\n\x1a"
	version     = 1
	headerBytes = 36
	frameHead   = 12
	firstFlag   = 1 << 31
	blockBytes  = 256 << 10
)

// MaxRecord is the largest record in bytes.
const MaxRecord = 64 << 20

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// segment is one file: records from start to end. All but end is fixed; Log.mu guards end.
type segment struct {
	path  string
	salt  uint32
	start Position
	begun time.Time
	end   Position
}

var segmentName = regexp.MustCompile(`^\d{20}\.log$`)

func segmentPath(dir string, start Position) string {
	return filepath.Join(dir, fmt.Sprintf("%020d.log", start))
}

// offset is where p lies in the file.
func (s *segment) offset(p Position) int64 { return headerBytes + int64(p-s.start) }

func (s *segment) header() []byte {
	b := append(make([]byte, 0, headerBytes), magic...)
	b = binary.LittleEndian.AppendUint32(b, version)
	b = binary.LittleEndian.AppendUint32(b, s.salt)
	b = binary.LittleEndian.AppendUint64(b, uint64(s.start))
	b = binary.LittleEndian.AppendUint64(b, uint64(s.begun.UnixNano()))
	return binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

// readHeader reads the header of the file at path and holds it against the file's name.
func readHeader(r io.ReaderAt, path string) (*segment, error) {
	b := make([]byte, headerBytes)
	if n, err := r.ReadAt(b, 0); err == io.EOF {
		return nil, damaged(path, int64(n), "the file ends within its header")
	} else if err != nil {
		return nil, explain("read", path, err)
	}
	if string(b[:8]) != magic {
		return nil, damaged(path, 0, "it does not begin like a segment of the log")
	}
	if v := binary.LittleEndian.Uint32(b[8:]); v > version {
		return nil, fmt.Errorf("log: %s has format %d and this program knows %d: start the newer Keepwell that wrote it", path, v, version)
	}
	if crc32.Checksum(b[:32], castagnoli) != binary.LittleEndian.Uint32(b[32:]) {
		return nil, damaged(path, 0, "the header's checksum is wrong")
	}
	s := &segment{
		path:  path,
		salt:  binary.LittleEndian.Uint32(b[12:]),
		start: Position(binary.LittleEndian.Uint64(b[16:])),
		begun: time.Unix(0, int64(binary.LittleEndian.Uint64(b[24:]))),
	}
	name := filepath.Base(path)
	if n, err := strconv.ParseUint(name[:20], 10, 64); err != nil || Position(n) != s.start {
		return nil, damaged(path, 16, fmt.Sprintf("it begins at position %d by its header and was renamed", s.start))
	}
	s.end = s.start
	return s, nil
}

// appendFrame adds the frame of a record that will begin at p.
func (s *segment) appendFrame(b []byte, p Position, first bool, payload []byte) []byte {
	length := uint32(len(payload))
	if first {
		length |= firstFlag
	}
	at := len(b)
	b = binary.LittleEndian.AppendUint32(b, length)
	b = binary.LittleEndian.AppendUint32(b, crc32.Checksum(payload, castagnoli))
	b = binary.LittleEndian.AppendUint32(b, s.headSum(p, b[at:]))
	return append(b, payload...)
}

func (s *segment) headSum(p Position, head []byte) uint32 {
	var b [16]byte
	binary.LittleEndian.PutUint64(b[:], uint64(p))
	copy(b[8:], head[:8])
	return crc32.Update(s.salt, castagnoli, b[:])
}

// head reads a frame's head at p: the payload's length and checksum, and whether it begins a group.
func (s *segment) head(p Position, b []byte) (length int, sum uint32, first, ok bool) {
	n := binary.LittleEndian.Uint32(b)
	length, first = int(n&^firstFlag), n&firstFlag != 0
	if length == 0 || length > MaxRecord || s.headSum(p, b) != binary.LittleEndian.Uint32(b[8:]) {
		return 0, 0, false, false
	}
	return length, binary.LittleEndian.Uint32(b[4:]), first, true
}

// scanner reads one segment's records from pos up to limit and verifies each.
type scanner struct {
	r     io.ReaderAt
	seg   *segment
	pos   Position
	limit Position
	block []byte // bytes from pos on, read ahead; never written again, so records may be handed out as parts of it
}

// next returns the record at pos and moves behind it; io.EOF at limit; ErrCorrupt for a bad record, again on every call.
func (s *scanner) next() ([]byte, error) {
	if s.pos == s.limit {
		return nil, io.EOF
	}
	b, err := s.need(frameHead)
	if err != nil {
		return nil, err
	}
	length, sum, _, ok := s.seg.head(s.pos, b)
	if !ok {
		return nil, s.damaged("no valid record begins here")
	}
	if b, err = s.need(frameHead + length); err != nil {
		return nil, err
	}
	payload := b[frameHead:]
	if crc32.Checksum(payload, castagnoli) != sum {
		return nil, s.damaged("the record's checksum is wrong")
	}
	s.pos += Position(len(b))
	s.block = s.block[len(b):]
	return payload, nil
}

// need returns the n bytes from pos on.
func (s *scanner) need(n int) ([]byte, error) {
	if uint64(n) > uint64(s.limit-s.pos) {
		return nil, s.damaged("the record is cut short")
	}
	if len(s.block) < n {
		block := make([]byte, min(uint64(max(n, blockBytes)), uint64(s.limit-s.pos)))
		if _, err := s.r.ReadAt(block, s.seg.offset(s.pos)); err == io.EOF {
			return nil, s.damaged("the file is cut short")
		} else if err != nil {
			return nil, explain("read", s.seg.path, err)
		}
		s.block = block
	}
	return s.block[:n:n], nil
}

func (s *scanner) damaged(what string) error {
	return damaged(s.seg.path, s.seg.offset(s.pos), what)
}
