package team

import (
	"bytes"
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/keepwell/keepwell/internal/fault"
)

func TestAPasswordIsKeptAsArgon2idAndRenewedWhenItsCostHasRisen(t *testing.T) {
	hash, err := HashPassword("blue tractor lamp", rand.Reader)
	if err != nil || !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Fatalf("%s %v", hash, err)
	}
	if again, _ := HashPassword("blue tractor lamp", rand.Reader); again == hash {
		t.Error("without salt")
	}
	weak := strength{8, 1, 1}
	salt := []byte("0123456789abcdef")
	old := weak.write(salt, weak.derive("blue tractor lamp", salt))
	for _, c := range []struct {
		hash, password string
		right, renew   bool
	}{
		{hash, "blue tractor lamp", true, false},
		{hash, "blue tractor lamp ", false, false},
		{hash, "Blue tractor lamp", false, false},
		{hash, "", false, false},
		{old, "blue tractor lamp", true, true},
		{old, "other", false, false},
		{"", "", false, false},
		{"", "blue tractor lamp", false, false},
		{nobodys, "", false, false},
		{"$2a$10$abcdefghijklmnopqrstuv", "x", false, false},
		{strings.Replace(hash, "m=19456", "m=4294967295", 1), "blue tractor lamp", false, false},
		{hash, strings.Repeat("x", 1<<20), false, false},
	} {
		if right, renew := VerifyPassword(c.hash, c.password); right != c.right || renew != c.renew {
			t.Errorf("%.40q with %.20q: %v %v", c.hash, c.password, right, renew)
		}
	}
	if _, err := HashPassword("x", bytes.NewReader(nil)); err == nil {
		t.Error("a hash without randomness")
	}
}

func TestPasswordsThatAreSoonGuessedAreRefused(t *testing.T) {
	for password, want := range map[string]string{
		"blue tractor lamp": "", "tr0ub4dor&3x": "", "пароль синий трактор": "", "кит 🐋 плывёт домой": "", strings.Repeat("q7 ", 42): "",
		"": "fewer", "nine char": "fewer", "ééééééééé": "fewer", strings.Repeat("x", 129): "more than", strings.Repeat("x", 1<<20): "more than",
		"password123": "guessed", "qwertyuiop": "guessed", "1234567890": "guessed", "aaaaaaaaaaaa": "guessed", "ana.popescu": "guessed", "keepwell2026": "guessed",
		"ana@example.com": "guessed", "anapopescu1": "guessed", "a\x00bcdefghijkl": "no text", "\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8\xf7\xf6": "no text",
	} {
		err := CheckPassword(password, "ana@example.com", "Ana Popescu")
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%.20q: %v, want %q", password, err, want)
		}
	}
}

func TestACodeCountsForAMinuteAndOnce(t *testing.T) {
	secret, err := NewTOTP(rand.Reader)
	if err != nil || len(secret) != 32 {
		t.Fatalf("%s %v", secret, err)
	}
	code := func(at time.Time) string {
		text, err := totp.GenerateCode(secret, at)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	for after, want := range map[time.Duration]bool{0: true, 30 * time.Second: true, -30 * time.Second: true, 90 * time.Second: false, -90 * time.Second: false} {
		if _, ok := CheckTOTP(secret, code(noon.Add(after)), 0, noon); ok != want {
			t.Errorf("a code of %v: %v", after, ok)
		}
	}
	step, ok := CheckTOTP(secret, " "+code(noon)[:3]+" "+code(noon)[3:]+" ", 0, noon)
	if !ok {
		t.Error("as apps show it")
	}
	if _, ok := CheckTOTP(secret, code(noon), step, noon); ok {
		t.Error("used again")
	}
	if _, ok := CheckTOTP(secret, code(noon.Add(-30*time.Second)), step, noon); ok {
		t.Error("an older one after it")
	}
	for _, bad := range []string{"", "000", "abcdef", strings.Repeat("0", 1<<20)} {
		if _, ok := CheckTOTP("", bad, 0, noon); ok {
			t.Errorf("%.9q without a secret", bad)
		}
	}
	address := TOTPAddress("Acme: SRL", "ana@example.com", secret)
	if !strings.HasPrefix(address, "otpauth://totp/Acme") || !strings.Contains(address, "secret="+secret) || strings.Contains(address, "+") {
		t.Error(address)
	}
}

func TestRecoveryCodesAreTypedAsPeopleType(t *testing.T) {
	codes, hashes, err := NewRecoveryCodes(rand.Reader)
	if err != nil || len(codes) != RecoveryCodes || len(hashes) != RecoveryCodes {
		t.Fatal(err)
	}
	for _, typed := range []string{codes[0], strings.ToUpper(codes[0]), strings.ReplaceAll(codes[0], "-", " "), strings.ReplaceAll(codes[0], "-", "")} {
		if h, ok := RecoveryHash(typed); !ok || h != hashes[0] {
			t.Errorf("%q", typed)
		}
	}
	if _, ok := RecoveryHash("123456"); ok {
		t.Error("too short for one")
	}
}

func TestEachFailureWaitsTwiceAsLong(t *testing.T) {
	var th Throttle
	pace, now := Pace{Free: 3, Longest: time.Minute}, noon
	var waits []time.Duration
	for range 12 {
		if err := th.Wait(now, "ana", "dan"); err != nil {
			waits = append(waits, fault.RetryAfter(err))
			now = now.Add(fault.RetryAfter(err))
		}
		th.Failed(now, "ana", pace)
	}
	want := []time.Duration{1, 2, 4, 8, 16, 32, 60, 60, 60}
	for i := range want {
		if len(waits) != len(want) || waits[i] != want[i]*time.Second {
			t.Fatalf("waited %v", waits)
		}
	}
	if err := th.Wait(now, "dan"); err != nil {
		t.Errorf("another waits too: %v", err)
	}
	th.Passed("ana")
	if err := th.Wait(now, "ana"); err != nil {
		t.Errorf("after success: %v", err)
	}
	th.Failed(now, "ana", Pace{0, time.Hour})
	th.Failed(now.Add(2*time.Hour), "ana", pace)
	if err := th.Wait(now.Add(2*time.Hour), "ana"); err != nil {
		t.Errorf("what was long ago is not forgiven: %v", err)
	}
}

func TestWhoGuessesForManyNamesDoesNotFillTheMemory(t *testing.T) {
	var th Throttle
	for i := range mostWatched + 1000 {
		th.Failed(noon, strings.Repeat("x", i%7)+string(rune(i)), Pace{Free: 10, Longest: time.Minute})
	}
	if len(th.all) > mostWatched {
		t.Errorf("%d are watched", len(th.all))
	}
}

func TestUsersAreCheckedWhole(t *testing.T) {
	for _, c := range []struct {
		alter func(*User)
		bad   string
	}{
		{func(*User) {}, ""},
		{func(u *User) { u.Email = " Ana@Example.com " }, ""},
		{func(u *User) { u.Email = "ana" }, "email"},
		{func(u *User) { u.Email = "Ana <ana@example.com>" }, "email"},
		{func(u *User) { u.Email = "ana@example.com\r\nBcc: x@y" }, "email"},
		{func(u *User) { u.Email = strings.Repeat("a", 250) + "@x.org" }, "email"},
		{func(u *User) { u.Name = " " }, "name"},
		{func(u *User) { u.Name = "a\nb" }, "name"},
		{func(u *User) { u.Role = "root" }, "role"},
		{func(u *User) { u.Role, u.OwnBook = RoleAdmin, true }, "accounts"},
		{func(u *User) { u.Language = "de" }, "language"},
		{func(u *User) { u.CSMNames = strings.Split("a,b,c,d,e,f,g,h,i,j,k", ",") }, "csm_names"},
		{func(u *User) { u.CSMNames = []string{" a ", "a", ""} }, ""},
		{func(u *User) { u.CSMNames = []string{"a\x00"} }, "csm_names"},
	} {
		u := User{Email: "ana@example.com", Name: "Ana", Role: RoleCSM}
		c.alter(&u)
		err := u.Check()
		var fields []string
		for _, f := range fault.Problem(err).Errors {
			fields = append(fields, f.Name)
		}
		if got := strings.Join(fields, " "); got != c.bad {
			t.Errorf("%+v: %v", u, err)
		}
	}
}
