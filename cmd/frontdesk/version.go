package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// versionCommand says what runs here.
type versionCommand struct{}

// Help is shown by --help.
func (*versionCommand) Help() string {
	return `The reference bundle is the one inside this binary; its hash is its release.

Examples:

    frontdesk version
    frontdesk version | grep bundle`
}

// Run prints the versions.
func (*versionCommand) Run(out *console) error {
	fmt.Fprintf(out.out, "frontdesk %s\n%s %s/%s\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	b, err := out.load("", "")
	if err != nil {
		return fmt.Errorf("the reference bundle does not load:\n%w", err)
	}
	fmt.Fprintf(out.out, "bundle %s %s\n", b.Hash, b.Region)
	return nil
}

// version is the module's version and the commit it was built from, as far as the build says.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "(unknown)"
	}
	name := info.Main.Version
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision" && len(s.Value) >= 12:
			name += " " + s.Value[:12]
		case s.Key == "vcs.modified" && s.Value == "true":
			name += " (modified)"
		}
	}
	return name
}
