// Fills in a form, or draws it, as others do:
//   node fill.mjs pdf-lib FORM.pdf VALUES.json OUT.pdf FONT.ttf
//   node fill.mjs pdf.js FORM.pdf VALUES.json OUT.pdf
//   node fill.mjs draw FORM.pdf DPI OUT-PREFIX
// VALUES has texts by the fields' names; true and false are ticks. Drawn pages
// are grey pictures, PREFIX-1.pgm and so on.
import fs from "node:fs";

const [program, form, input, out, font] = process.argv.slice(2);
const file = new Uint8Array(fs.readFileSync(form));

// pdf-lib writes with the font it is given: its own is not embedded.
async function pdfLib() {
	const { PDFDocument, PDFCheckBox } = await import("pdf-lib");
	const fontkit = (await import("@pdf-lib/fontkit")).default;
	const doc = await PDFDocument.load(file, { updateMetadata: false });
	doc.registerFontkit(fontkit);
	const sans = await doc.embedFont(fs.readFileSync(font), { subset: true, customName: "PDFLIB+LiberationSans" });
	const fields = doc.getForm();
	for (const [name, value] of Object.entries(JSON.parse(fs.readFileSync(input, "utf8")))) {
		const field = fields.getField(name);
		if (field instanceof PDFCheckBox) {
			value ? field.check() : field.uncheck();
		} else {
			field.setText(value);
		}
	}
	fields.updateFieldAppearances(sans);
	fs.writeFileSync(out, await doc.save({ updateFieldAppearances: false, useObjectStreams: false }));
}

async function open() {
	const pdfjs = await import("pdfjs-dist/legacy/build/pdf.mjs");
	const doc = await pdfjs.getDocument({ data: file, verbosity: pdfjs.VerbosityLevel.ERRORS }).promise;
	return { pdfjs, doc };
}

// pdf.js does what its viewer, which is Firefox's, does when a person types
// and then saves.
async function pdfJS() {
	const { doc } = await open();
	const fields = await doc.getFieldObjects();
	for (const [name, value] of Object.entries(JSON.parse(fs.readFileSync(input, "utf8")))) {
		if (!fields[name]) {
			throw new Error("no field " + name);
		}
		for (const widget of fields[name].filter((w) => w.type)) {
			doc.annotationStorage.setValue(widget.id, { value });
		}
	}
	fs.writeFileSync(out, await doc.saveDocument());
}

async function draw() {
	const { pdfjs, doc } = await open();
	for (let n = 1; n <= doc.numPages; n++) {
		const page = await doc.getPage(n);
		const viewport = page.getViewport({ scale: Number(input) / 72 });
		const width = Math.ceil(viewport.width);
		const height = Math.ceil(viewport.height);
		const { canvas, context } = doc.canvasFactory.create(width, height);
		await page.render({ canvas, canvasContext: context, viewport, annotationMode: pdfjs.AnnotationMode.ENABLE }).promise;
		const { data } = context.getImageData(0, 0, width, height);
		const grey = Buffer.alloc(width * height);
		for (let i = 0; i < grey.length; i++) {
			grey[i] = (data[4 * i] * 299 + data[4 * i + 1] * 587 + data[4 * i + 2] * 114) / 1000;
		}
		fs.writeFileSync(`${out}-${n}.pgm`, Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`), grey]));
	}
}

await { "pdf-lib": pdfLib, "pdf.js": pdfJS, draw }[program]();
