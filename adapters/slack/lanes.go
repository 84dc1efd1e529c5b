package slack

import "sync"

// mostWaiting is how many tasks one set of lanes holds. What comes on top is refused, and Slack brings it
// again.
const mostWaiting = 2000

// lanes run tasks: those with one key in order, one after the other, those with different keys at once.
// There is a goroutine for each key that has something to do. The zero value is ready.
type lanes struct {
	mu      sync.Mutex
	queues  map[string][]func()
	waiting int
	idle    *sync.Cond
}

// add has a task run after those with the same key. false: there are too many, and it will not.
func (l *lanes) add(key string, task func()) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.waiting >= mostWaiting {
		return false
	}
	l.waiting++
	queue, busy := l.queues[key]
	if busy {
		l.queues[key] = append(queue, task)
		return true
	}
	if l.queues == nil {
		l.queues = make(map[string][]func())
	}
	l.queues[key] = nil
	go l.run(key, task)
	return true
}

func (l *lanes) run(key string, task func()) {
	for task != nil {
		task()
		task = l.next(key)
	}
}

// next ends the task that has just run, and gives the one after it or nil.
func (l *lanes) next(key string) func() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.waiting--; l.waiting == 0 && l.idle != nil {
		l.idle.Broadcast()
	}
	queue := l.queues[key]
	if len(queue) == 0 {
		delete(l.queues, key)
		return nil
	}
	l.queues[key] = queue[1:]
	return queue[0]
}

// wait returns when nothing runs.
func (l *lanes) wait() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.idle == nil {
		l.idle = sync.NewCond(&l.mu)
	}
	for l.waiting > 0 {
		l.idle.Wait()
	}
}
