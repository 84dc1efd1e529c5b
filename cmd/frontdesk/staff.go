package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"frontdesk/adapters/staff"
	"frontdesk/bot"
)

// staffCommand prepares the file that says who works here.
type staffCommand struct {
	Hash  staffHashCommand  `cmd:"" help:"Read a password from standard input and print its hash for the staff file."`
	Check staffCheckCommand `cmd:"" help:"Say what is wrong with a staff file."`
}

// staffHashCommand hashes one password.
type staffHashCommand struct{}

// Help is shown by --help.
func (*staffHashCommand) Help() string {
	return `One line is read; its end is not part of the password. The hash (argon2id) goes into "password" of the person's entry.

Examples:

    frontdesk staff hash
    pass show frontdesk/camille | frontdesk staff hash`
}

// shortPassword is the length under which CNIL's recommendation of 2022 on passwords asks for more
// than a password.
const shortPassword = 12

// Run reads, hashes and prints.
func (*staffHashCommand) Run(out *console) error {
	if isTerminal(out.in) {
		fmt.Fprint(out.err, "Password (it is shown while you type): ")
	}
	line, err := bufio.NewReader(io.LimitReader(out.in, 4096)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read the password: %w", err)
	}
	password := strings.TrimRight(line, "\r\n")
	if password == "" {
		return errors.New("there is no password on standard input")
	}
	if utf8.RuneCountInString(password) < shortPassword {
		fmt.Fprintf(out.err, "frontdesk: this password has fewer than %d characters; take a longer one\n", shortPassword)
	}
	fmt.Fprintln(out.out, staff.Hash(password))
	return nil
}

// staffCheckCommand checks a staff file against a bundle.
type staffCheckCommand struct {
	File   string `arg:"" type:"existingfile" help:"Staff file."`
	Flows  string `env:"FRONTDESK_FLOWS" placeholder:"DIR" help:"Bundle whose structures it must name; the reference bundle by default."`
	Region string `env:"FRONTDESK_REGION" placeholder:"NAME" help:"Region of the bundle; the bundle's own by default."`
}

// Help is shown by --help.
func (*staffCheckCommand) Help() string {
	return `Every faulty entry is named. The structures must exist in the bundle.

Examples:

    frontdesk staff check staff.json
    frontdesk staff check staff.json --flows ./flows --region normandie`
}

// Run checks and counts.
func (c *staffCheckCommand) Run(out *console) error {
	people, err := staff.Open(c.File)
	if err != nil {
		return err
	}
	b, err := out.load(c.Flows, c.Region)
	if err != nil {
		return fmt.Errorf("the bundle does not load, so its structures are not known:\n%w", err)
	}
	if err := people.Check(func(id bot.StructureID) bool { _, known := b.Structures[string(id)]; return known }); err != nil {
		return err
	}
	all, err := people.All(context.WithoutCancel(out.ctx))
	if err != nil {
		return err
	}
	fmt.Fprintf(out.out, "%s: no fault, %d people\n", c.File, len(all))
	return nil
}
