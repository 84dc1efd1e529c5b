package bot

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// Inputs and log entries are kept as JSON in which an event or effect stands under its name:
// {"said":{"text":"…"}}. The closed sets below are the only names there are.
var (
	events = named(Arrived{}, Said{}, GaveContact{}, Enclosed{}, Chose{}, Pressed{}, Recorded{}, NoInput{}, HungUp{},
		Claimed{}, Replied{}, TookBack{}, Noted{}, Released{}, Transferred{}, Invited{}, Misrouted{}, Redacted{}, Accepted{}, Refused{},
		Promise{}, Finished{}, Procedure{}, Rang{}, Undelivered{}, Delivered{}, DeskAway{}, Circulated{}, Unplayed{}, EraseAsked{})
	effects = named(Say{}, Listen{}, Speak{}, Withdraw{}, Write{}, Hangup{}, Post{}, Present{}, Pass{}, Tell{}, Forget{})
)

func named(all ...any) map[string]reflect.Type {
	types := make(map[string]reflect.Type, len(all))
	for _, v := range all {
		types[spelt(reflect.TypeOf(v))] = reflect.TypeOf(v)
	}
	return types
}

// names are those of the closed sets, by type.
var names = func() map[reflect.Type]string {
	all := make(map[reflect.Type]string, len(events)+len(effects))
	for _, set := range []map[string]reflect.Type{events, effects} {
		for name, t := range set {
			all[t] = name
		}
	}
	return all
}()

// Name is how an event or effect is called in stored form, logs and metrics: "took_back".
func Name(v any) string {
	t := reflect.TypeOf(v)
	if name, ok := names[t]; ok {
		return name
	}
	return spelt(t)
}

func spelt(t reflect.Type) string {
	var b strings.Builder
	for i, r := range t.Name() {
		if r >= 'A' && r <= 'Z' {
			if i > 0 {
				b.WriteByte('_')
			}
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// MarshalJSON keeps the event under its name.
func (in Input) MarshalJSON() ([]byte, error) {
	event, err := wrap(in.Event)
	if err != nil {
		return nil, err
	}
	type plain Input
	return json.Marshal(struct {
		plain
		Event json.RawMessage
	}{plain(in), event})
}

// UnmarshalJSON refuses events it does not know.
func (in *Input) UnmarshalJSON(data []byte) error {
	type plain Input
	stored := struct {
		*plain
		Event map[string]json.RawMessage
	}{plain: (*plain)(in)}
	if err := json.Unmarshal(data, &stored); err != nil {
		return fmt.Errorf("input: %w", err)
	}
	event, err := unwrap(events, stored.Event)
	if err != nil {
		return fmt.Errorf("input: %w", err)
	}
	in.Event, _ = event.(Event)
	return nil
}

// MarshalJSON keeps the effect under its name.
func (e Entry) MarshalJSON() ([]byte, error) {
	effect, err := wrap(e.Effect)
	if err != nil {
		return nil, err
	}
	type plain Entry
	return json.Marshal(struct {
		plain
		Effect json.RawMessage `json:",omitempty"`
	}{plain(e), effect})
}

// UnmarshalJSON refuses effects it does not know.
func (e *Entry) UnmarshalJSON(data []byte) error {
	type plain Entry
	stored := struct {
		*plain
		Effect map[string]json.RawMessage
	}{plain: (*plain)(e)}
	if err := json.Unmarshal(data, &stored); err != nil {
		return fmt.Errorf("log entry: %w", err)
	}
	effect, err := unwrap(effects, stored.Effect)
	if err != nil {
		return fmt.Errorf("log entry: %w", err)
	}
	e.Effect, _ = effect.(Effect)
	return nil
}

func wrap(v any) (json.RawMessage, error) {
	if v == nil {
		return nil, nil
	}
	body, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	name := Name(v)
	b := make([]byte, 0, len(name)+len(body)+5)
	b = append(append(append(b, `{"`...), name...), `":`...)
	return append(append(b, body...), '}'), nil
}

func unwrap(types map[string]reflect.Type, stored map[string]json.RawMessage) (any, error) {
	for name, body := range stored {
		t, ok := types[name]
		if !ok {
			return nil, fmt.Errorf("%q is not known here: %w", name, ErrNewer)
		}
		v := reflect.New(t)
		if err := json.Unmarshal(body, v.Interface()); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		return v.Elem().Interface(), nil
	}
	return nil, nil
}
