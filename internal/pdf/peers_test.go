package pdf

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"

	"ab325/internal/form"
	"ab325/internal/pdf/layout"
	"ab325/internal/pdf/pdftest"
)

// A maker makes the benchmark's document once and says how long that took.
type maker func() (time.Duration, error)

// BenchmarkPeers has others make the five pages, with the same text: x-record
// is how many times longer than a record of ours they take, the fastest of each,
// measured in turns.
// Those that fill a form do not lay its texts out, as ours does not; those
// that lay out do so each time. A peer that is not installed is left out.
func BenchmarkPeers(b *testing.B) {
	r := fivePages()
	for _, peer := range []struct {
		name string
		make func(b *testing.B, r *Record) maker
	}{
		{"fpdf, drawn anew", fpdfPeer},
		{"pdfcpu, form filled", pdfcpuPeer},
		{"pdf-lib, form filled", pdfLibPeer},
		{"pdftk, form filled, a process each", pdftkPeer},
		{"typst", typstPeer},
		{"Chromium, printed", chromiumPeer},
		{"WeasyPrint", weasyPrintPeer},
	} {
		b.Run(peer.name, func(b *testing.B) {
			theirs := peer.make(b, r)
			dst := render(b, r)
			peers, records := least{}, least{}
			for b.Loop() {
				took, err := theirs()
				if err != nil {
					b.Fatal(err)
				}
				peers.add(took)
				for range 200 {
					from := time.Now()
					if dst, err = engine(b).Append(dst[:0], r); err != nil {
						b.Fatal(err)
					}
					records.add(time.Since(from))
				}
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(peers.seconds()*1e3, "ms/doc")
			b.ReportMetric(peers.seconds()/records.seconds(), "x-record")
		})
	}
}

func fpdfPeer(b *testing.B, r *Record) maker {
	return func() (time.Duration, error) {
		from := time.Now()
		fullDraw(b, engine(b), r)
		return time.Since(from), nil
	}
}

// fillable is the empty form with a field for each text, by its id, and the
// values of the record. Its letters are not embedded: it is only for those
// that fill it.
func fillable(b *testing.B, r *Record) ([]byte, form.Values) {
	e := engine(b)
	file := render(b, &Record{})
	f := pdftest.Open(b, file)
	n := len(f.Objects) + 1
	later, table, values := bytes.Clone(file), "", form.Values{}
	refs, all := map[pdftest.Ref]string{}, ""
	object := func(n int, body string) {
		table += fmt.Sprintf("%d 1\n%010d 00000 n \n", n, len(later))
		later = fmt.Appendf(later, "%d 0 obj\n%s\nendobj\n", n, body)
	}
	for i := range e.plan.Slots {
		slot := &e.plan.Slots[i]
		if slot.Field < 0 || slot.Tick {
			continue
		}
		id := e.def.Fields[slot.Field].ID
		if _, twice := values[id]; twice {
			continue
		}
		values[id] = r.Values[id]
		box, on := slot.Frame, f.Pages[slot.Page].Ref
		object(n, fmt.Sprintf("<</Type/Annot/Subtype/Widget/FT/Tx/T(%s)/F 4/DA(/Helv 9 Tf 0 g)/Ff %d/P %d 0 R/Rect[%.2f %.2f %.2f %.2f]>>", id, 1<<12, on,
			float64(box.X)/100, float64(layout.PageHeight-box.Y-box.H)/100, float64(box.X+box.W)/100, float64(layout.PageHeight-box.Y)/100))
		refs[on] += fmt.Sprintf("%d 0 R ", n)
		n++
	}
	for on, list := range refs {
		all += list
		at := bytes.Index(file, fmt.Appendf(nil, "\n%d 0 obj\n", on))
		_, body, _ := bytes.Cut(file[at:], []byte("obj\n<<"))
		body, _, _ = bytes.Cut(body, []byte("\nendobj"))
		object(int(on), "<</Annots["+list+"]"+string(body))
	}
	object(n, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>")
	object(n+1, fmt.Sprintf("<</Type/Catalog/Pages %d 0 R/AcroForm<</Fields[%s]/DA(/Helv 9 Tf 0 g)/DR<</Font<</Helv %d 0 R>>>>>>>>", f.Catalog()["Pages"], all, n))
	at := len(later)
	later = fmt.Appendf(later, "xref\n%strailer\n<</Size %d/Root %d 0 R/Prev %d/ID[<00><00>]>>\nstartxref\n%d\n%%%%EOF\n",
		table, n+2, n+1, bytes.LastIndex(file, []byte("\nxref\n"))+1, at)
	return later, values
}

func pdfcpuPeer(b *testing.B, r *Record) maker {
	blank, values := fillable(b, r)
	type field struct {
		ID    string `json:"id"`
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	var fields []field
	for id, v := range values {
		fields = append(fields, field{id, id, v})
	}
	data, err := json.Marshal(map[string]any{"forms": []any{map[string]any{"textfield": fields}}})
	if err != nil {
		b.Fatal(err)
	}
	api.DisableConfigDir()
	return func() (time.Duration, error) {
		conf := model.NewDefaultConfiguration()
		conf.Offline = true
		var out bytes.Buffer
		from := time.Now()
		err := api.FillForm(bytes.NewReader(blank), bytes.NewReader(data), &out, conf)
		return time.Since(from), err
	}
}

func pdftkPeer(b *testing.B, r *Record) maker {
	pdftest.Need(b, "pdftk", "pdftk-java")
	blank, values := fillable(b, r)
	path := pdftest.Save(b, blank)
	data := "%FDF-1.2\n1 0 obj\n<</FDF<</Fields["
	for id, v := range values {
		data += fmt.Sprintf("<</T(%s)/V(%s)>>", id, strings.NewReplacer("(", "", ")", "", "\\", "").Replace(v))
	}
	fdf := filepath.Join(filepath.Dir(path), "values.fdf")
	if err := os.WriteFile(fdf, []byte(data+"]>>>>\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n"), 0o600); err != nil {
		b.Fatal(err)
	}
	return func() (time.Duration, error) {
		from := time.Now()
		out, err := exec.Command("pdftk", path, "fill_form", fdf, "output", path+".out").CombinedOutput()
		if err != nil {
			err = fmt.Errorf("%w: %s", err, out)
		}
		return time.Since(from), err
	}
}

func pdfLibPeer(b *testing.B, r *Record) maker {
	blank, values := fillable(b, r)
	path := pdftest.Save(b, blank)
	input, err := json.Marshal(map[string]any{"form": path, "values": values})
	if err != nil {
		b.Fatal(err)
	}
	return nodePeer(b, "pdf-lib", input)
}

func typstPeer(b *testing.B, r *Record) maker {
	return nodePeer(b, "typst", []byte(markup(b, r, func(tag, text string) string {
		text = strconv.Quote(text)
		if tag[0] == 'H' {
			return fmt.Sprintf("#heading(level: %s, %s)\n\n", tag[1:], text)
		}
		return "#text(" + text + ")\n\n"
	})))
}

func weasyPrintPeer(b *testing.B, r *Record) maker {
	const python = "/usr/bin/python3" // Debian's, for which its package is
	if exec.Command(python, "-c", "import weasyprint").Run() != nil {
		b.Skip("WeasyPrint is not installed (Debian: weasyprint)")
	}
	path := filepath.Join(b.TempDir(), "page.html")
	if err := os.WriteFile(path, []byte(page5(b, r)), 0o600); err != nil {
		b.Fatal(err)
	}
	return talking(b, python, "pdftest/tools/peer.py", path)
}

func chromiumPeer(b *testing.B, r *Record) maker {
	pdftest.Need(b, "chromium", "chromium")
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath("chromium"), chromedp.NoSandbox, chromedp.DisableGPU)
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	b.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	b.Cleanup(cancel)
	address := "data:text/html;base64," + base64.StdEncoding.EncodeToString([]byte(page5(b, r)))
	return func() (time.Duration, error) {
		from := time.Now()
		if err := chromedp.Do(ctx, chromedp.Navigate(address)); err != nil {
			return 0, err
		}
		_, err := chromedp.Run(ctx, chromedp.PrintToPDF())
		return time.Since(from), err
	}
}

// page5 is the document's text as a page.
func page5(b *testing.B, r *Record) string {
	return `<!doctype html><html lang="da"><meta charset="utf-8"><title>AB 325</title><style>body{font:9pt Liberation Sans}</style>` +
		markup(b, r, func(tag, text string) string {
			if tag[0] != 'H' {
				tag = "p"
			}
			return "<" + tag + ">" + html.EscapeString(text) + "</" + tag + ">\n"
		})
}

// markup writes the document's text in another language.
func markup(b *testing.B, r *Record, element func(tag, text string) string) string {
	var s strings.Builder
	pdftest.Open(b, render(b, r)).Tree.All(func(e *pdftest.Elem) {
		if text := strings.TrimSpace(e.Said()); text != "" {
			s.WriteString(element(string(e.Role), text))
		}
	})
	return s.String()
}

// nodePeer is one of the npm packages.
func nodePeer(b *testing.B, kind string, input []byte) maker {
	tools := pdftest.Tools(b)
	path := filepath.Join(b.TempDir(), "input")
	if err := os.WriteFile(path, input, 0o600); err != nil {
		b.Fatal(err)
	}
	return talking(b, "node", filepath.Join(tools, "peer.mjs"), kind, path)
}

// talking starts a program that makes a document for each line it reads and
// prints the microseconds. The first one warms it up.
func talking(b *testing.B, program string, args ...string) maker {
	cmd := exec.Command(program, args...)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		in.Close()
		cmd.Wait()
	})
	lines := bufio.NewScanner(out)
	once := func() (time.Duration, error) {
		if _, err := fmt.Fprintln(in); err != nil {
			return 0, err
		}
		if !lines.Scan() {
			return 0, fmt.Errorf("%s ended", program)
		}
		us, err := strconv.Atoi(lines.Text())
		return time.Duration(us) * time.Microsecond, err
	}
	if _, err := once(); err != nil {
		b.Fatal(err)
	}
	return once
}
