package main

import (
	"fmt"

	"frontdesk/adapters/redis"
)

// keysCommand makes the file that FRONTDESK_KEY_FILE names.
type keysCommand struct {
	File string `arg:"" help:"Where to write it. A file that is there already is never touched."`
}

// Help teaches the command.
func (keysCommand) Help() string {
	return "Makes the keys that seal what is kept in Redis, and the key that hides addresses. Every replica uses\nthe same file; whoever loses it loses every conversation.\n\n  frontdesk keys /etc/frontdesk/keys"
}

// Run writes the file, readable by its owner only.
func (c *keysCommand) Run(out *console) error {
	if _, err := redis.CreateKeys(c.File); err != nil {
		return err
	}
	fmt.Fprintf(out.out, "%s is made. Keep a copy apart from Redis.\n", c.File)
	return nil
}
