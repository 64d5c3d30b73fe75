package team

import (
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"github.com/keepwell/keepwell/internal/fault"
)

// totpStep is how long a code of an authenticator app lasts.
const totpStep = 30

// NewTOTP is a secret for an authenticator app: 160 bits in base32.
func NewTOTP(random io.Reader) (string, error) {
	raw := make([]byte, 20)
	if _, err := io.ReadFull(random, raw); err != nil {
		return "", fault.Wrap(fault.Internal, err, "no randomness for an authenticator app")
	}
	return base32.StdEncoding.EncodeToString(raw), nil
}

// TOTPAddress is what the QR code of a secret holds. The workspace is the name that the app shows beside the e-mail.
func TOTPAddress(workspace, email, secret string) string {
	if workspace == "" {
		workspace = "Keepwell"
	}
	workspace = strings.ReplaceAll(workspace, ":", " ")
	query := url.Values{"secret": {secret}, "issuer": {workspace}, "algorithm": {"SHA1"}, "digits": {"6"}, "period": {strconv.Itoa(totpStep)}}
	return "otpauth://totp/" + url.PathEscape(workspace+":"+email) + "?" + strings.ReplaceAll(query.Encode(), "+", "%20")
}

// CheckTOTP tells whether a code is right now, or was or will be half a minute away, and its time step. Codes of a step
// at or before last don't count: each is used once.
func CheckTOTP(secret, code string, last int64, now time.Time) (step int64, ok bool) {
	code = strings.ReplaceAll(strings.TrimSpace(code), " ", "")
	if secret == "" || len(code) != 6 {
		return 0, false
	}
	for _, step := range []int64{now.Unix()/totpStep - 1, now.Unix() / totpStep, now.Unix()/totpStep + 1} {
		want, err := totp.GenerateCodeCustom(secret, time.Unix(step*totpStep, 0), totp.ValidateOpts{Period: totpStep, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 && step > last {
			return step, true
		}
	}
	return 0, false
}

// RecoveryCodes is how many codes are given for a lost authenticator app.
const RecoveryCodes = 8

// recoveryBytes is the randomness of a recovery code: 120 bits, so that a plain hash of it is enough.
const recoveryBytes = 15

// NewRecoveryCodes are codes that stand in for an authenticator app, each once, and their hashes.
func NewRecoveryCodes(random io.Reader) (codes []string, hashes []Hash, err error) {
	for range RecoveryCodes {
		raw := make([]byte, recoveryBytes)
		if _, err := io.ReadFull(random, raw); err != nil {
			return nil, nil, fault.Wrap(fault.Internal, err, "no randomness for recovery codes")
		}
		text := strings.ToLower(base32.StdEncoding.EncodeToString(raw))
		codes = append(codes, fmt.Sprintf("%s-%s-%s-%s", text[:6], text[6:12], text[12:18], text[18:]))
		hashes = append(hashes, Hashed(text))
	}
	return codes, hashes, nil
}

// RecoveryHash is the hash of a recovery code as somebody typed it; false for what can't be one.
func RecoveryHash(code string) (Hash, bool) {
	code = strings.ToLower(strings.Map(func(r rune) rune {
		if r == '-' || r == ' ' || r == '\t' {
			return -1
		}
		return r
	}, code))
	return Hashed(code), len(code) == 24
}
