package mail

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"extrausage/billing"
)

// Folder keeps each mail as a file, for development. Links in them let anybody sign in: files are the owner's only.
type Folder struct {
	dir string
}

// maxListed bounds List.
const maxListed = 200

// ids is the grammar of ids that may become file names.
var ids = regexp.MustCompile(`^[A-Za-z0-9_-]{1,100}$`)

// NewFolder keeps mails in dir, which is made where it is missing.
func NewFolder(dir string) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("folder of mails: %w", err)
	}
	return &Folder{dir: dir}, nil
}

// Send writes a mail; the same one again takes its place.
func (f *Folder) Send(_ context.Context, m billing.Outgoing) error {
	path, err := f.path(m.ID)
	if err != nil {
		return err
	}
	data, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(path+".new", data, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path) // whoever lists meanwhile never reads half a mail
}

// List gives the newest mails, newest first, at most 200.
func (f *Folder) List() ([]billing.Outgoing, error) {
	names, err := fs.Glob(os.DirFS(f.dir), "*.json")
	if err != nil {
		return nil, err
	}
	slices.SortFunc(names, func(a, b string) int { return strings.Compare(b, a) }) // ids sort by time
	var out []billing.Outgoing
	for _, name := range names[:min(len(names), maxListed)] {
		m, err := f.Get(strings.TrimSuffix(name, ".json"))
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}

// Get gives one mail; an error that is fs.ErrNotExist where there is none.
func (f *Folder) Get(id string) (m billing.Outgoing, err error) {
	path, err := f.path(id)
	if err != nil {
		return m, err
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return m, err
	}
	err = json.Unmarshal(data, &m)
	return m, err
}

func (f *Folder) path(id string) (string, error) {
	if !ids.MatchString(id) {
		return "", fmt.Errorf("mail with the id %q: %w", id, fs.ErrNotExist)
	}
	return filepath.Join(f.dir, id+".json"), nil
}
