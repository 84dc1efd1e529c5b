//go:build !race

package redis

// raced says that the race detector runs.
const raced = false
