package config

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

const gigabyte = 1 << 30

// parseSize reads 512MB, 2GB, 1.5GiB. A unit is 1024 of the one below: memory is sold that way.
func parseSize(text string) (int64, error) {
	number := strings.TrimRight(text, "KMGTiBkmgtb ")
	unit, ok := map[string]float64{"KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30, "TB": 1 << 40}[strings.ToUpper(strings.Replace(strings.TrimSpace(text[len(number):]), "i", "", 1))]
	n, err := strconv.ParseFloat(number, 64)
	if err != nil || !ok || math.IsNaN(n) || n <= 0 || n*unit >= 1<<60 {
		return 0, fmt.Errorf("is not a size in KB, MB, GB or TB")
	}
	return int64(n * unit), nil
}

// autoMemory is a quarter of what this machine, or the container we are in, has; at most 4 GB, and 1 GB
// where that can't be found out. root is the root of the file system.
func autoMemory(root string) int64 {
	has := int64(math.MaxInt64)
	if raw, err := os.ReadFile(filepath.Join(root, "proc/meminfo")); err == nil {
		for line := range strings.Lines(string(raw)) {
			f := strings.Fields(line)
			if len(f) >= 2 && f[0] == "MemTotal:" {
				if kb, err := strconv.ParseInt(f[1], 10, 64); err == nil {
					has = kb << 10
				}
			}
		}
	}
	for _, file := range []string{"sys/fs/cgroup/memory.max", "sys/fs/cgroup/memory/memory.limit_in_bytes"} {
		if raw, err := os.ReadFile(filepath.Join(root, file)); err == nil {
			if limit, err := strconv.ParseInt(strings.TrimSpace(string(raw)), 10, 64); err == nil && limit > 0 {
				has = min(has, limit)
			}
		}
	}
	if has == math.MaxInt64 {
		return gigabyte
	}
	return min(has/4, 4*gigabyte)
}
