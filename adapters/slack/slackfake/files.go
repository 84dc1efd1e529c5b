package slackfake

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"
)

type file struct {
	id, name, title, owner string
	size                   int
	data                   []byte
	created                time.Time
	done                   bool
	channels               []string
}

func (w *Workspace) fileJSON(f *file) obj {
	kind := mime.TypeByExtension(path.Ext(f.name))
	if kind == "" {
		kind = "application/octet-stream"
	}
	link := w.base + "/files/" + f.id + "/" + f.name
	return obj{
		"id": f.id, "created": f.created.Unix(), "timestamp": f.created.Unix(), "name": f.name, "title": f.title,
		"mimetype": kind, "filetype": strings.TrimPrefix(path.Ext(f.name), "."), "user": f.owner, "size": f.size,
		"mode": "hosted", "is_external": false, "is_public": false, "url_private": link, "url_private_download": link,
		"permalink": link, "channels": f.channels, "groups": []string{}, "ims": []string{}, "file_access": "visible",
	}
}

func filesGetUploadURL(w *Workspace, c *call) (obj, error) {
	size, err := strconv.Atoi(c.arg("length"))
	if err != nil || size <= 0 || c.arg("filename") == "" {
		return nil, says("invalid_arguments")
	}
	f := &file{id: w.id("F"), name: c.arg("filename"), title: c.arg("filename"), owner: w.BotUser, size: size, created: time.Now()}
	w.files[f.id] = f
	return obj{"upload_url": w.base + "/upload/" + f.id, "file_id": f.id}, nil
}

func (w *Workspace) serveUpload(rw http.ResponseWriter, r *http.Request, id string) {
	var data []byte
	var err error
	if form, _, bad := r.FormFile("file"); bad == nil {
		data, err = io.ReadAll(form)
	} else {
		data, err = io.ReadAll(r.Body)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	f := w.files[id]
	if f == nil || err != nil {
		http.NotFound(rw, r)
		return
	}
	f.data = data
	_, _ = io.WriteString(rw, "OK - "+strconv.Itoa(len(data)))
}

func filesCompleteUpload(w *Workspace, c *call) (obj, error) {
	var list []struct{ ID, Title string }
	if json.Unmarshal([]byte(c.arg("files")), &list) != nil || len(list) == 0 {
		return nil, says("invalid_arguments")
	}
	var done []*file
	var summary []obj
	for _, one := range list {
		f := w.files[one.ID]
		if f == nil || f.data == nil || f.done {
			return nil, says("file_not_found")
		}
		if one.Title != "" {
			f.title = one.Title
		}
		done = append(done, f)
		summary = append(summary, obj{"id": f.id, "title": f.title})
	}
	if id := c.arg("channel_id"); id != "" {
		ch, err := w.inside(id)
		if err != nil {
			return nil, err
		}
		thread, err := threadOf(ch, c.arg("thread_ts"))
		if err != nil {
			return nil, err
		}
		m := w.add(ch, &message{user: w.BotUser, bot: true, text: c.arg("initial_comment"), thread: thread})
		w.share(m, done)
	}
	for _, f := range done {
		f.done = true
	}
	return obj{"files": summary}, nil
}

// share puts files into a message and tells.
func (w *Workspace) share(m *message, files []*file) {
	m.files, m.subtype = files, "file_share"
	for _, f := range files {
		f.done = true
		f.channels = append(f.channels, m.channel.id)
	}
	w.tellMessage(m)
	for _, f := range files {
		if m.channel.members[w.BotUser] {
			w.tell("file_shared", "files:read", m.channel.id, obj{
				"type": "file_shared", "file_id": f.id, "user_id": f.owner, "file": obj{"id": f.id}, "channel_id": m.channel.id, "event_ts": m.ts,
			})
		}
	}
	w.note()
}

func filesInfo(w *Workspace, c *call) (obj, error) {
	f := w.files[c.arg("file")]
	if f == nil || !f.done {
		return nil, says("file_not_found")
	}
	return obj{"file": w.fileJSON(f), "comments": []any{}}, nil
}

func filesDelete(w *Workspace, c *call) (obj, error) {
	f := w.files[c.arg("file")]
	switch {
	case f == nil:
		return nil, says("file_not_found")
	case f.owner != w.BotUser:
		return nil, says("cant_delete_file")
	}
	delete(w.files, f.id)
	return obj{}, nil
}

// serveFile gives a file to who has the app's token.
func (w *Workspace) serveFile(rw http.ResponseWriter, r *http.Request, rest string) {
	id, _, _ := strings.Cut(rest, "/")
	w.mu.Lock()
	defer w.mu.Unlock()
	f := w.files[id]
	if f == nil || token(r, nil) != w.BotToken || !w.granted("files:read") {
		http.NotFound(rw, r)
		return
	}
	rw.Header().Set("Content-Type", "application/octet-stream")
	_, _ = rw.Write(f.data) // who asked has gone
}
