// Package e2e tests the product as a user has it: the real binary started as a process, stock Segment SDKs, a real
// browser, kill -9, full disks and a PostgreSQL that goes away. It knows the outside contract only, nothing of internal/
// but the PostgreSQL for tests.
package e2e
