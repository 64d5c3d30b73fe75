package team

import (
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/ccojocar/zxcvbn-go"
	"golang.org/x/crypto/argon2"

	"github.com/keepwell/keepwell/internal/fault"
)

// Limits of passwords. What is longer is refused before it costs anything.
const (
	MinPassword = 10  // characters
	MaxPassword = 128 // characters
	// leastBits is how much guessing a password must withstand: 33 bits are more guesses than the slowed-down door takes in
	// centuries, and put it far below the 30 000 passwords that are tried first.
	leastBits = 33
)

// CheckPassword refuses passwords that are too short, too long, or soon guessed: common ones, keyboard rows, dates, the
// user's own name and address. There are no rules about kinds of characters: they make passwords worse.
func CheckPassword(password string, own ...string) error {
	bad := fault.New(fault.Invalid, "the password can't be used")
	switch n := utf8.RuneCountInString(password); {
	case !utf8.ValidString(password) || strings.ContainsRune(password, 0):
		return bad.Field("password", "is no text")
	case n < MinPassword:
		return bad.Field("password", "has fewer than %d characters", MinPassword)
	case n > MaxPassword:
		return bad.Field("password", "has more than %d characters", MaxPassword)
	}
	var words []string
	for _, text := range append([]string{"keepwell"}, own...) {
		words = append(words, strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return strings.ContainsRune(" @.-_+", r) })...)
		words = append(words, strings.ToLower(text))
	}
	if zxcvbn.PasswordStrength(password, words).Entropy < leastBits {
		return bad.Field("password", "is guessed too soon")
	}
	return nil
}

// strength is the cost of argon2id, written into every hash: memory in KiB, passes over it, lanes.
type strength struct {
	memory uint32
	passes uint32
	lanes  uint8
}

// current is OWASP's first choice for argon2id: 19 MiB, two passes, one lane. Hashes of another strength are made anew
// when their password is next given.
var current = strength{19 << 10, 2, 1}

const (
	saltLength = 16
	hashLength = 32
)

// HashPassword is what is kept of a password: $argon2id$v=19$m=19456,t=2,p=1$salt$hash.
func HashPassword(password string, random io.Reader) (string, error) {
	salt := make([]byte, saltLength)
	if _, err := io.ReadFull(random, salt); err != nil {
		return "", fault.Wrap(fault.Internal, err, "no randomness for a password")
	}
	return current.write(salt, current.derive(password, salt)), nil
}

func (s strength) derive(password string, salt []byte) []byte {
	return argon2.IDKey([]byte(password), salt, s.passes, s.memory, s.lanes, hashLength)
}

func (s strength) write(salt, hash []byte) string {
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, s.memory, s.passes, s.lanes, b64(salt), b64(hash))
}

// nobodys is compared with when there is no such user, so that the answer takes as long.
var nobodys = current.write(make([]byte, saltLength), make([]byte, hashLength))

// VerifyPassword tells whether a password is the one of a hash, and whether the hash should be made anew. An empty or
// broken hash fits no password, after the same time.
func VerifyPassword(hash, password string) (right, renew bool) {
	if len(password) > 4*MaxPassword {
		return false, false
	}
	s, salt, want, ok := readHash(hash)
	if !ok {
		s, salt, want, _ = readHash(nobodys)
	}
	got := s.derive(password, salt)
	right = subtle.ConstantTimeCompare(got, want) == 1 && ok
	return right, right && s != current
}

func readHash(text string) (s strength, salt, hash []byte, ok bool) {
	parts := strings.Split(text, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return s, nil, nil, false
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &s.memory, &s.passes, &s.lanes); err != nil || s.memory > 1<<20 || s.passes == 0 || s.passes > 10 || s.lanes == 0 {
		return s, nil, nil, false
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return s, nil, nil, false
	}
	hash, err = base64.RawStdEncoding.DecodeString(parts[5])
	return s, salt, hash, err == nil && len(hash) == hashLength
}
