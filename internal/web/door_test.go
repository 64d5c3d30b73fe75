package web

import (
	"net/http"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/keepwell/keepwell/internal/team"
)

func signedIn(w interface{ Result() *http.Response }) bool {
	for _, c := range w.Result().Cookies() {
		if strings.HasSuffix(c.Name, "keepwell_session") && c.Value != "" {
			return true
		}
	}
	return false
}

func TestAPasswordSignsInAndAnswersTellNobodyWhoIsAUser(t *testing.T) {
	c := emptyCompany()
	c.hire(t, "ana", team.RoleCSM)
	c.hire(t, "gone", team.RoleViewer, func(u *team.User) { u.Ended = noon })
	gone, err := c.people.UserFind(t.Context(), "gone@example.com")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.people.UserChange(t.Context(), gone.ID, func(u *team.User) error { u.Ended = noon; return nil }); err != nil {
		t.Fatal(err)
	}
	var bodies []string
	email := regexp.MustCompile(`value="[^"]*@[^"]*"`)
	for _, who := range []string{"ana@example.com", "nobody@example.com", "gone@example.com", "ANA@EXAMPLE.COM"} {
		for _, password := range []string{"wrong password", "", strings.Repeat("x", 1<<20-200)} {
			c.now = c.now.Add(time.Hour)
			w := c.visit(t).send("POST", "/signin", form("email", who, "password", password))
			if w.Code != http.StatusUnauthorized || signedIn(w) {
				t.Errorf("%s: %d", who, w.Code)
			}
			bodies = append(bodies, email.ReplaceAllString(w.Body.String(), ""))
		}
	}
	for _, body := range bodies {
		if body != bodies[0] {
			t.Error("the answers differ")
		}
	}
	if w := c.visit(t).send("POST", "/signin", form("email", "gone@example.com", "password", secretPassword)); signedIn(w) {
		t.Error("somebody who has ended is let in")
	}
	b := c.visit(t)
	w := b.send("POST", "/signin", form("email", " Ana@Example.com ", "password", secretPassword, "next", "/feeds"))
	if w.Code != 303 || w.Header().Get("Location") != "/feeds" || !signedIn(w) {
		t.Fatalf("%d %v", w.Code, w.Header())
	}
	if w := b.get("/feeds"); w.Code != 200 {
		t.Errorf("signed in, and gets %d", w.Code)
	}
}

func TestTheTimeOfAnAnswerDoesNotTellWhoIsAUser(t *testing.T) {
	c := emptyCompany()
	c.hire(t, "ana", team.RoleCSM)
	b := c.visit(t)
	best := map[string]time.Duration{"ana@example.com": time.Hour, "nobody@example.com": time.Hour}
	alike := func() bool {
		known, unknown := best["ana@example.com"], best["nobody@example.com"]
		return unknown > known/2 && known > unknown/2
	}
	for try := 0; try < 3 || !alike() && try < 40; try++ { // collecting garbage makes single ones dear
		for who := range best {
			c.now = c.now.Add(time.Hour)
			began := worked(t)
			b.send("POST", "/signin", form("email", who, "password", "wrong password"))
			best[who] = min(best[who], worked(t)-began)
		}
	}
	if !alike() {
		t.Errorf("they take %v", best)
	}
}

// worked is the processor time of this process: unlike the time on the wall, what else the machine does is not in it.
func worked(t *testing.T) time.Duration {
	t.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		t.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func TestGuessingAPasswordTakesLongerAndLonger(t *testing.T) {
	c := emptyCompany()
	c.hire(t, "ana", team.RoleCSM)
	b := c.visit(t)
	waits := 0
	for range 60 {
		w := b.send("POST", "/signin", form("email", "ana@example.com", "password", "wrong password"))
		if w.Code == http.StatusTooManyRequests {
			waits++
			wait, err := time.ParseDuration(w.Header().Get("Retry-After") + "s")
			if err != nil || wait <= 0 {
				t.Fatalf("Retry-After %q", w.Header().Get("Retry-After"))
			}
			c.now = c.now.Add(wait)
		}
	}
	if took := c.now.Sub(noon); waits < 10 || took < 30*time.Minute {
		t.Errorf("60 attempts took %v with %d waits", took, waits)
	}
	c.now = c.now.Add(time.Minute)
	other := c.visit(t) // the same server would remember the account a minute at most
	if w := other.send("POST", "/signin", form("email", "ana@example.com", "password", secretPassword)); !signedIn(w) {
		t.Errorf("the owner is locked out: %d", w.Code)
	}
}

func TestACodeIsAskedForAndCountsOnce(t *testing.T) {
	c := emptyCompany()
	u := c.hire(t, "ana", team.RoleCSM)
	b := c.visit(t).user(c, u)
	page := b.get("/settings/me/totp").Body.String()
	token := regexp.MustCompile(`name="token" value="([^"]+)"`).FindStringSubmatch(page)
	secret := regexp.MustCompile(`<pre[^>]*>([A-Z2-7 ]+)</pre>`).FindStringSubmatch(page)
	if token == nil || secret == nil || !strings.Contains(page, `class="qr"`) {
		t.Fatal(page)
	}
	key := strings.ReplaceAll(secret[1], " ", "")
	code := func() string {
		text, err := totp.GenerateCode(key, c.now)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	if w := b.send("POST", "/settings/me/totp", form("token", token[1], "code", "000000")); w.Code != 422 || !strings.Contains(w.Body.String(), secret[1]) {
		t.Errorf("a wrong code: %d", w.Code)
	}
	w := b.send("POST", "/settings/me/totp", form("token", token[1], "code", code()))
	recovery := regexp.MustCompile(`<li>([a-z2-7-]{27})</li>`).FindAllStringSubmatch(w.Body.String(), -1)
	if w.Code != 200 || len(recovery) != team.RecoveryCodes {
		t.Fatalf("%d with %d codes", w.Code, len(recovery))
	}
	enter := func(code string) (int, bool) {
		t.Helper()
		b := c.visit(t)
		if w := b.send("POST", "/signin", form("email", "ana@example.com", "password", secretPassword, "next", "/feeds")); w.Header().Get("Location") != "/signin/code" || signedIn(w) {
			t.Fatalf("the password alone: %d to %s", w.Code, w.Header().Get("Location"))
		}
		w := b.send("POST", "/signin/code", form("code", code))
		if signedIn(w) && w.Header().Get("Location") != "/feeds" {
			t.Errorf("sent to %s", w.Header().Get("Location"))
		}
		return w.Code, signedIn(w)
	}
	if status, in := enter(code()); in || status != 401 {
		t.Errorf("the code that set it up signs in: %d", status)
	}
	c.now = c.now.Add(30 * time.Second)
	used := code()
	if status, in := enter(used); !in {
		t.Errorf("a right code: %d", status)
	}
	if status, in := enter(used); in {
		t.Errorf("the same code again: %d", status)
	}
	if status, in := enter(strings.ToUpper(strings.ReplaceAll(recovery[0][1], "-", " "))); !in {
		t.Errorf("a recovery code: %d", status)
	}
	if status, in := enter(recovery[0][1]); in {
		t.Errorf("the same recovery code again: %d", status)
	}
	if left, err := c.people.RecoveryLeft(t.Context(), u.ID); err != nil || left != team.RecoveryCodes-1 {
		t.Errorf("%d left, %v", left, err)
	}
	if w := c.visit(t).send("POST", "/signin/code", form("code", code())); signedIn(w) {
		t.Error("a code without a password signs in")
	}
}

func TestAResetLinkComesByMailWorksOnceAndEndsSessions(t *testing.T) {
	c := emptyCompany()
	c.address, c.mails = "https://cs.example.com", []string{}
	u := c.hire(t, "ana", team.RoleCSM, func(u *team.User) { u.Language = "ro" })
	old := c.visit(t)
	old.user(c, u)
	old.cookies["__Host-keepwell_session"] = old.cookies["keepwell_session"]
	if w := old.get("/"); w.Code != 200 {
		t.Fatalf("%d", w.Code)
	}
	b := c.visit(t)
	b.header.Set("X-Forwarded-Host", "evil.example")
	b.header.Set("Host", "evil.example")
	known := b.send("POST", "/forgot", form("email", "ANA@example.com"))
	unknown := c.visit(t).send("POST", "/forgot", form("email", "nobody@example.com"))
	if known.Code != 200 || known.Body.String() != unknown.Body.String() {
		t.Error("the answers differ")
	}
	if len(c.mails) != 1 || !strings.HasPrefix(c.mails[0], "ana@example.com\nO parolă nouă") {
		t.Fatalf("mails: %q", c.mails)
	}
	link := regexp.MustCompile(`https://cs\.example\.com(/reset\?token=\S+)`).FindStringSubmatch(c.mails[0])
	if link == nil {
		t.Fatalf("no link: %s", c.mails[0])
	}
	token := link[1][strings.Index(link[1], "=")+1:]
	for range 3 { // mail programs open what they see
		if w := b.get(link[1]); w.Code != 200 || w.Header().Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%d", w.Code)
		}
	}
	for _, weak := range []string{"short", "password123", "ana@example.com", strings.Repeat("long ", 40)} {
		if w := b.send("POST", "/reset", form("token", token, "password", weak)); w.Code != 422 {
			t.Errorf("%q: %d", weak, w.Code)
		}
	}
	w := b.send("POST", "/reset", form("token", token, "password", "green kettle moon"))
	if w.Code != 303 || !signedIn(w) {
		t.Fatalf("%d", w.Code)
	}
	if cookie := w.Header().Get("Set-Cookie"); !strings.HasPrefix(cookie, "__Host-") || !strings.Contains(cookie, "; Secure") {
		t.Errorf("the cookie is %s", cookie)
	}
	if w := c.visit(t).send("POST", "/reset", form("token", token, "password", "other kettle moon")); w.Code != 403 || signedIn(w) {
		t.Errorf("used twice: %d", w.Code)
	}
	if w := old.get("/"); w.Code != 303 {
		t.Errorf("the old session lives on: %d", w.Code)
	}
	if len(c.mails) != 2 || !strings.Contains(c.mails[1], "tocmai a fost schimbată") {
		t.Errorf("nobody was told: %q", c.mails)
	}
	for password, want := range map[string]bool{secretPassword: false, "green kettle moon": true} {
		if got := signedIn(c.visit(t).send("POST", "/signin", form("email", "ana@example.com", "password", password))); got != want {
			t.Errorf("%s signs in: %v", password, got)
		}
	}
	second := c.visit(t).send("POST", "/forgot", form("email", "ana@example.com"))
	if second.Code != 200 || len(c.mails) != 3 {
		t.Fatalf("%d", second.Code)
	}
	late := regexp.MustCompile(`token=(\S+)`).FindStringSubmatch(c.mails[2])[1]
	c.now = c.now.Add(team.ResetLife)
	if w := c.visit(t).send("POST", "/reset", form("token", late, "password", "other kettle moon")); w.Code != 403 {
		t.Errorf("after an hour: %d", w.Code)
	}
}

func TestWithoutMailAnAdminMakesTheLink(t *testing.T) {
	c := emptyCompany()
	c.hire(t, "ana", team.RoleAdmin)
	if text := c.visit(t).get("/forgot").Body.String(); !strings.Contains(text, "keepwell user reset") || strings.Contains(text, "<input type=\"email\"") {
		t.Error(text)
	}
	admin, err := c.people.UserFind(t.Context(), "ana@example.com")
	if err != nil {
		t.Fatal(err)
	}
	b := c.visit(t).user(c, admin)
	w := b.send("POST", "/settings/users", form("email", "dan@example.com", "name", "Dan", "role", "support", "accounts", "all"))
	link := regexp.MustCompile(`http://base\.example(/reset\?token=\w+)`).FindStringSubmatch(w.Body.String())
	if w.Code != 200 || link == nil {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	dan := c.visit(t)
	if w := dan.send("POST", "/reset", form("token", strings.TrimPrefix(link[1], "/reset?token="), "password", "green kettle moon")); !signedIn(w) {
		t.Fatalf("%d", w.Code)
	}
	if w := dan.get("/settings/users"); w.Code != 403 {
		t.Errorf("support sees users: %d", w.Code)
	}
	if w := b.send("POST", "/settings/users", form("email", "DAN@example.com", "name", "Dan", "role", "support")); w.Code != 422 {
		t.Errorf("the same address twice: %d", w.Code)
	}
}

func TestAChangedPasswordEndsAllOtherSessions(t *testing.T) {
	c := emptyCompany()
	u := c.hire(t, "ana", team.RoleCSM)
	here, there := c.visit(t).user(c, u), c.visit(t).user(c, u)
	if w := here.send("POST", "/settings/me/password", form("current", "wrong password", "password", "green kettle moon")); w.Code != 422 {
		t.Errorf("with a wrong password: %d", w.Code)
	}
	was := here.cookies["keepwell_session"]
	if w := here.send("POST", "/settings/me/password", form("current", secretPassword, "password", "green kettle moon")); w.Code != 303 || here.cookies["keepwell_session"] == was {
		t.Fatalf("%d", w.Code)
	}
	if w := here.get("/settings/me"); w.Code != 200 {
		t.Errorf("here: %d", w.Code)
	}
	if w := there.get("/settings/me"); w.Code != 303 {
		t.Errorf("there: %d", w.Code)
	}
}

func TestChangingHowOneSignsInNeedsAFreshSession(t *testing.T) {
	c := emptyCompany()
	b := c.visit(t).user(c, c.hire(t, "ana", team.RoleCSM))
	c.now = c.now.Add(team.Fresh + time.Second)
	for method, path := range map[string]string{"GET": "/settings/me/totp", "POST": "/settings/me/password"} {
		if w := b.send(method, path, form()); w.Code != 303 || !strings.HasPrefix(w.Header().Get("Location"), "/signin?again=1") {
			t.Errorf("%s: %d %s", path, w.Code, w.Header().Get("Location"))
		}
	}
	if w := b.get("/signin?again=1&next=%2Fsettings%2Fme%2Ftotp"); w.Code != 200 || !strings.Contains(w.Body.String(), "ana@example.com") {
		t.Errorf("%d", w.Code)
	}
	b.send("POST", "/signin", form("email", "ana@example.com", "password", secretPassword))
	if w := b.get("/settings/me/totp"); w.Code != 200 {
		t.Errorf("after signing in once more: %d", w.Code)
	}
}

func TestSessionsEndByThemselvesAndOneByOne(t *testing.T) {
	c := emptyCompany()
	u := c.hire(t, "ana", team.RoleCSM)
	one, two, three := c.visit(t).user(c, u), c.visit(t).user(c, u), c.visit(t).user(c, u)
	page := one.get("/settings/me").Body.String()
	ends := regexp.MustCompile(`/settings/me/sessions/([0-9a-f]{16})/end`).FindAllStringSubmatch(page, -1)
	if len(ends) != 2 || !strings.Contains(page, "Firefox · Linux") || !strings.Contains(page, "203.0.113.7") {
		t.Fatalf("%v", ends)
	}
	one.send("POST", ends[0][0], nil)
	if a, b := two.get("/settings/me").Code, three.get("/settings/me").Code; min(a, b) != 200 || max(a, b) != 303 {
		t.Errorf("after one of them ended: %d and %d", a, b)
	}
	one.send("POST", "/settings/me/sessions/end", nil)
	if two.get("/settings/me").Code != 303 || three.get("/settings/me").Code != 303 || one.get("/settings/me").Code != 200 {
		t.Error("ending all others")
	}
	other := c.visit(t).user(c, c.hire(t, "dan", team.RoleCSM))
	own := regexp.MustCompile(`sessions/([0-9a-f]{16})/end`)
	again := c.visit(t).user(c, u)
	if id := own.FindString(again.get("/settings/me").Body.String()); other.send("POST", "/settings/me/"+id, nil).Code != 404 {
		t.Error("somebody ends another's session")
	}
	c.now = c.now.Add(team.UserIdle)
	if w := one.get("/settings/me"); w.Code != 303 {
		t.Errorf("after days of silence: %d", w.Code)
	}
}
