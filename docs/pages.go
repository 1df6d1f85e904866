package docs

import (
	"embed"
	"io/fs"
	"path"
	"strings"
)

//go:embed *.md denials/*.md
var files embed.FS

// denials is the folder of the pages that tell of known mistakes.
const denials = "denials"

// A Page is one page.
type Page struct {
	Name  string // such as inputs or denials/role-path
	Title string
	Text  string // Markdown
}

// Pages are all pages: those of the folder itself first, then the known mistakes.
func Pages() []Page {
	var pages []Page
	for _, folder := range []string{".", denials} {
		entries, err := fs.ReadDir(files, folder)
		if err != nil {
			panic(err) // it is in the binary
		}
		for _, e := range entries {
			if name, ok := strings.CutSuffix(e.Name(), ".md"); ok && name != "README" {
				p, _ := Find(path.Join(folder, name))
				pages = append(pages, p)
			}
		}
	}
	return pages
}

// Find finds a page by its name, as a path or a link has it too: known mistakes
// also without their folder. Denials is the list of those.
func Find(name string) (Page, bool) {
	name = strings.TrimSuffix(strings.TrimPrefix(path.Clean(name), "docs/"), ".md")
	if name == denials {
		name += "/README"
	}
	for _, full := range []string{name, denials + "/" + name} {
		text, err := fs.ReadFile(files, full+".md")
		if err != nil {
			continue
		}
		title, _, _ := strings.Cut(strings.TrimPrefix(string(text), "# "), "\n")
		return Page{strings.TrimSuffix(full, "/README"), title, string(text)}, true
	}
	return Page{}, false
}
