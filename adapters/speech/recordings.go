package speech

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
)

// recordings are sentences that somebody has spoken: <language>/<name>.wav. A file <name>.txt beside it
// says which sentence: when the bundle says something else by now, the recording is not used. What a
// recording without one says, nobody can check.
type recordings struct{ root *os.Root }

// maxRecording is the largest recording: five minutes of CD sound.
const maxRecording = 64 << 20

func openRecordings(dir string) (*recordings, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("speech: the folder of recordings: %w", err)
	}
	return &recordings{root}, nil
}

// path is where a sentence's recording would be. Names are ids of texts, never paths.
func (r *recordings) path(p Prompt, end string) (string, error) {
	for _, part := range []string{p.Language, p.Name} {
		if part == "" || part[0] == '.' || strings.ContainsAny(part, "/\\\x00") {
			return "", fs.ErrNotExist
		}
	}
	return p.Language + "/" + p.Name + end, nil
}

// find names the recording as it is now, for memory: another file under its name is another recording.
func (r *recordings) find(p Prompt) (id string, err error) {
	path, err := r.path(p, ".wav")
	if err != nil {
		return "", err
	}
	info, err := r.root.Stat(path)
	if err != nil {
		return "", err
	}
	if said, known := r.says(p); known && said != words(p.Text) {
		return "", errors.New("it says another sentence")
	}
	return fmt.Sprintf("recording %s %d %d", path, info.Size(), info.ModTime().UnixNano()), nil
}

// says is the sentence that was recorded, where somebody has written it down.
func (r *recordings) says(p Prompt) (text string, known bool) {
	path, err := r.path(p, ".txt")
	if err != nil {
		return "", false
	}
	noted, err := r.root.ReadFile(path)
	return words(string(noted)), err == nil
}

func (r *recordings) read(p Prompt) ([]byte, error) {
	path, err := r.path(p, ".wav")
	if err != nil {
		return nil, err
	}
	file, err := r.root.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	wav, err := io.ReadAll(io.LimitReader(file, maxRecording+1))
	if err != nil {
		return nil, err
	}
	if len(wav) > maxRecording {
		return nil, errors.New("it is larger than 64 MiB")
	}
	return mended(wav, sizesMayBeFalse)
}

// words is a text with its spaces as they are counted: none before, none after, one between.
func words(text string) string { return strings.Join(strings.Fields(text), " ") }
