// Makes a document once for each line it reads, and prints how many
// microseconds that took: node peer.mjs pdf-lib|typst INPUT
import fs from "node:fs";
import readline from "node:readline";

const [kind, input] = process.argv.slice(2);

// pdf-lib fills a form: INPUT is JSON with the form's path and the values.
async function pdfLib() {
	const { PDFDocument } = await import("pdf-lib");
	const { form, values } = JSON.parse(fs.readFileSync(input, "utf8"));
	const bytes = fs.readFileSync(form);
	return async () => {
		const doc = await PDFDocument.load(bytes);
		const fields = doc.getForm();
		for (const [name, value] of Object.entries(values)) {
			fields.getTextField(name).setText(value);
		}
		return doc.save();
	};
}

// typst sets a document of which one word is new each time: INPUT is its source.
async function typst() {
	const { NodeCompiler } = await import("@myriaddreamin/typst-ts-node-compiler");
	const compiler = NodeCompiler.create();
	const source = fs.readFileSync(input, "utf8");
	let n = 0;
	return async () => {
		n++;
		return compiler.pdf({ mainFileContent: source.replaceAll("Åse", "Åse" + n) });
	};
}

const make = await { "pdf-lib": pdfLib, typst }[kind]();
for await (const _ of readline.createInterface({ input: process.stdin })) {
	const from = process.hrtime.bigint();
	const file = await make();
	if (file.length < 1000) {
		throw new Error("no document");
	}
	console.log(String((process.hrtime.bigint() - from) / 1000n));
}
