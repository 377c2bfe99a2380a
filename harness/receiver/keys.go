package receiver

import "sync"

// keys is a set; its zero value is empty. It is safe for concurrent use.
type keys struct {
	mu   sync.Mutex
	have map[string]bool
}

// add reports whether the key was new.
func (k *keys) add(key string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.have == nil {
		k.have = map[string]bool{}
	}
	known := k.have[key]
	k.have[key] = true
	return !known
}
