package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"frontdesk/adapters/speech"
)

// checkRecordings counts what is not recorded, names the recordings that are not played and those of no
// sentence, and writes down what new ones say.
func (b *promptsBuild) checkRecordings(dir string, all []staticSentence) {
	missing := 0
	known := map[string]bool{}
	for _, s := range all {
		path := filepath.Join(dir, s.Language, s.Name)
		known[path+".wav"] = true
		_, err := os.Stat(path + ".wav")
		switch {
		case err != nil:
			missing++
		case b.voice.By(s.Prompt) != speech.Recorded:
			fmt.Fprintf(b.out, "%s.wav : à refaire ; la phrase a changé, ou le fichier n'est pas lisible. Enregistrez-la, puis effacez %s.txt. Phrase : %s\n", path, s.Name, s.Text)
		default:
			b.note(path+".txt", s.Text)
		}
	}
	for _, path := range b.orphans(dir, known) {
		fmt.Fprintf(b.out, "%s : ne sert plus ; aucune phrase n'a ce nom\n", path)
	}
	fmt.Fprintf(b.out, "enregistrements absents : %d sur %d\n", missing, len(all))
}

// note writes down which sentence a recording says, unless that is known.
func (b *promptsBuild) note(path, text string) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return
	}
	if err == nil {
		_, err = file.WriteString(text + "\n")
		err = errors.Join(err, file.Close())
	}
	if err != nil {
		fmt.Fprintf(b.out, "attention : %v ; la phrase de cet enregistrement n'est pas notée\n", err)
	}
}

// orphans are recordings that no sentence has the name of.
func (b *promptsBuild) orphans(dir string, known map[string]bool) []string {
	var all []string
	_ = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && strings.HasSuffix(path, ".wav") && !known[path] {
			all = append(all, path)
		}
		return nil
	})
	return all
}
