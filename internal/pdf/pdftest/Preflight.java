import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;

import org.apache.pdfbox.preflight.PreflightDocument;
import org.apache.pdfbox.preflight.ValidationResult;
import org.apache.pdfbox.preflight.exception.SyntaxValidationException;
import org.apache.pdfbox.preflight.parser.PreflightParser;

/** Judges the files whose paths it reads: their faults, a line each, and a full stop. */
public class Preflight {
	public static void main(String[] args) throws Exception {
		BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
		System.out.println("ready");
		for (String path; (path = in.readLine()) != null; ) {
			judge(path);
			System.out.println(".");
			System.out.flush();
		}
	}

	private static void judge(String path) {
		try {
			PreflightParser parser = new PreflightParser(new File(path));
			ValidationResult result;
			try {
				parser.parse();
				try (PreflightDocument document = parser.getPreflightDocument()) {
					document.validate();
					result = document.getResult();
				}
			} catch (SyntaxValidationException e) {
				result = e.getResult();
			}
			for (ValidationResult.ValidationError error : result.getErrorsList()) {
				say(error.getErrorCode() + " " + error.getDetails());
			}
		} catch (Throwable e) {
			say(e.toString());
		}
	}

	private static void say(String s) {
		System.out.println(s.replaceAll("\\s+", " "));
	}
}
