package form

import (
	"fmt"
	"regexp"
	"strings"
)

var listed = regexp.MustCompile(`^(\d+\)|•)\t`)

// parseBlocks reads running text. Blocks are paragraphs of one line with an
// empty line between them: "# ", "## " and "### " begin headings, "1)" or "•"
// and a tab begin an item of a list.
func parseBlocks(text string) ([]Block, error) {
	var blocks []Block
	for i, part := range strings.Split(strings.TrimSuffix(text, "\n"), "\n\n") {
		b := Block{Role: "p", Text: part}
		if head := strings.TrimLeft(part, "#"); len(head) < len(part) {
			b = Block{Role: fmt.Sprintf("h%d", len(part)-len(head)), Text: strings.TrimPrefix(head, " ")}
		}
		if label := listed.FindString(part); label != "" {
			b = Block{Role: "li", Label: label[:len(label)-1], Text: part[len(label):]}
		}
		if b.Text == "" || strings.Contains(b.Text, "\n") || b.Role > "h3" && b.Role[0] == 'h' {
			return nil, fmt.Errorf("block %d (%.20q): a block is one line with an empty line below it", i+1, part)
		}
		blocks = append(blocks, b)
	}
	return blocks, nil
}
