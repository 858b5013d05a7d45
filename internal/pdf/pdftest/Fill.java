import java.io.File;
import java.nio.file.Files;
import java.nio.file.Paths;

import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.interactive.form.PDCheckBox;
import org.apache.pdfbox.pdmodel.interactive.form.PDField;

/** Fills in a form: FORM.pdf VALUES OUT.pdf. VALUES has a name and a text in turn, each ended by a zero; yes and no are ticks. */
public class Fill {
	public static void main(String[] args) throws Exception {
		try (PDDocument document = PDDocument.load(new File(args[0]))) {
			String[] values = new String(Files.readAllBytes(Paths.get(args[1])), "UTF-8").split("\0");
			for (int i = 0; i + 1 < values.length; i += 2) {
				PDField field = document.getDocumentCatalog().getAcroForm().getField(values[i]);
				if (!(field instanceof PDCheckBox)) {
					field.setValue(values[i + 1]);
				} else if (values[i + 1].equals("yes")) {
					((PDCheckBox) field).check();
				} else {
					((PDCheckBox) field).unCheck();
				}
			}
			document.save(args[2]);
		}
	}
}
