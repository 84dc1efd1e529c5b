package sms

// For tests of what has no other door.
var (
	Signature = signature
	Number    = number
	Command   = command
	Split     = split
	Headed    = func(udh string) (ref string, n, of int) { p := headed(udh); return p.ref, p.n, p.of }
	Readable  = readable
	Coded     = coded
)
