//go:build unix

package redis

import (
	"io/fs"
	"os"
	"syscall"
)

// ownedAs gives f the owner and group that old has.
func ownedAs(old fs.FileInfo, f *os.File) error {
	mine, err := f.Stat()
	if err != nil {
		return err
	}
	was, known := old.Sys().(*syscall.Stat_t)
	is, _ := mine.Sys().(*syscall.Stat_t)
	if !known || was.Uid == is.Uid && was.Gid == is.Gid {
		return nil
	}
	return f.Chown(int(was.Uid), int(was.Gid))
}
