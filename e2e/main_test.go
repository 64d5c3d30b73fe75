package e2e

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// binary is the program under test, in a folder that every user may read: some tests run it as somebody else.
var binary string

// TestMain takes the binary that KEEPWELL_BINARY names, as `make test` does, or builds it.
func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "keepwell-e2e-")
	if err == nil {
		err = os.Chmod(dir, 0o755)
	}
	shared.dir = dir
	binary = filepath.Join(dir, "keepwell")
	if err == nil {
		if built := os.Getenv("KEEPWELL_BINARY"); built != "" {
			err = copyFile(built, binary)
		} else if out, failed := exec.Command("go", "build", "-o", binary, "../cmd/keepwell").CombinedOutput(); failed != nil {
			err = fmt.Errorf("building keepwell: %w\n%s", failed, out)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	closeChromium()
	if shared.server != nil {
		shared.server.kill()
	}
	os.RemoveAll(dir)
	os.Exit(code)
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		return err
	}
	return out.Close()
}
