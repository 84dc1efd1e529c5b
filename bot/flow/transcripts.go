package flow

import (
	"fmt"
	"path"
	"unicode/utf8"
)

// Limits of the transcripts that go with a bundle: they are stored with every release.
const (
	maxTranscript  = 64 << 10
	maxTranscripts = 1 << 20 // of all
)

// isTranscript says whether a file is a conversation that the bundle is tested with. They are kept as
// they are: package transcript reads them.
func isTranscript(name string) bool { return path.Dir(name) == "tests" && path.Ext(name) == ".txt" }

// transcriptFaults says what keeps a transcript out of a release.
func transcriptFaults(name string, text []byte) Faults {
	switch {
	case len(text) > maxTranscript:
		return Faults{{Pos: Pos{File: name}, Message: fmt.Sprintf("le test est trop long (%d ko ; la limite est %d ko) : partagez-le en deux", len(text)>>10, maxTranscript>>10)}}
	case !utf8.Valid(text):
		return Faults{{Pos: Pos{File: name}, Message: "ce n'est pas du texte en UTF-8 ; enregistrez le fichier en UTF-8, sans mise en forme"}}
	}
	return nil
}

// keep takes a transcript into the release.
func (l *loader) keep(name string, text []byte) {
	for _, f := range transcriptFaults(name, text) {
		l.faults.add(f)
	}
	l.kept[name] = text
	total := 0
	for _, t := range l.kept {
		total += len(t)
	}
	if total > maxTranscripts && total-len(text) <= maxTranscripts {
		l.fault(Pos{File: name}, "les tests sont trop longs ensemble : la limite est %d ko", maxTranscripts>>10)
	}
}
