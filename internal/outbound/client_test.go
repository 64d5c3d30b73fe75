package outbound

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestOnlyPublicAddressesAreCalled(t *testing.T) {
	for address, want := range map[string][2]bool{ // public, and named by whoever runs the server
		"93.184.215.14:443":      {true, true},
		"[2606:2800:220::1]:443": {true, true},
		"127.0.0.1:80":           {false, true},
		"[::1]:80":               {false, true},
		"10.1.2.3:443":           {false, true},
		"192.168.0.7:443":        {false, true},
		"[fd00::7]:443":          {false, true},
		"[::ffff:10.1.2.3]:443":  {false, true},
		"169.254.169.254:80":     {false, false},
		"[fe80::1%eth0]:80":      {false, false},
		"0.0.0.0:80":             {false, false},
		"100.64.1.1:80":          {false, false},
		"[64:ff9b::a00:1]:443":   {false, false},
		"[2002:a00:1::]:443":     {false, false},
		"224.0.0.1:80":           {false, false},
		"[ff02::1]:80":           {false, false},
		"255.255.255.255:80":     {false, false},
		"nonsense":               {false, false},
	} {
		for i, named := range []bool{false, true} {
			if err := check(address, named); (err == nil) != want[i] || err != nil && !errors.Is(err, ErrInside) {
				t.Errorf("%s, named %v: %v", address, named, err)
			}
		}
	}
}

func TestNamesAndRedirectsDoNotLeadInside(t *testing.T) {
	asked := 0
	secret := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { asked++ }))
	defer secret.Close()
	port := secret.URL[strings.LastIndex(secret.URL, ":"):]
	for _, address := range []string{secret.URL, "http://localhost" + port, "http://127.1" + port} {
		if _, err := New(Options{}).Get(address); err == nil {
			t.Errorf("%s was asked", address)
		}
	}
	door := httptest.NewServer(http.RedirectHandler(secret.URL, http.StatusFound))
	defer door.Close()
	answer, err := New(Options{Inside: []string{strings.TrimPrefix(door.URL, "http://")}}).Get(door.URL)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusFound || asked > 0 {
		t.Errorf("%d, and inside was asked %d times", answer.StatusCode, asked)
	}
}

func TestAnAnswerWithoutEndIsNotReadToItsEnd(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for range 100 {
			io.WriteString(w, strings.Repeat("x", 1000))
		}
	}))
	defer s.Close()
	answer, err := New(Options{Inside: []string{strings.TrimPrefix(s.URL, "http://")}, Largest: 5000}).Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if text, err := io.ReadAll(answer.Body); err == nil || len(text) > 5000 {
		t.Errorf("%d bytes, %v", len(text), err)
	}
}
