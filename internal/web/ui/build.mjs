// Copies what the pages use of Det Fælles Designsystem (npm: dkfds) to
// ../static/dist, from where it is built into the program:
//
//   css/dkfds.min.css   the neutral theme, with the fonts and pictures it needs
//   js/dkfds.min.js     its script; pages work without it
//   fonts/, img/        only files that the style sheet names, fonts as woff2
//   icons.svg           the symbols listed in icons.txt
//   licenses/           of the code, the icons and the fonts
//
// Run by "npm run build" in this folder. The result depends on package-lock.json,
// icons.txt and this file alone.
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const from = join(here, "node_modules", "dkfds", "dist");
const to = join(here, "..", "static", "dist");
const read = (name) => readFileSync(join(from, name), "utf8");

// The faces that pages use; the browser never asks for the others.
const faces = ["Regular", "Italic", "Medium", "SemiBold", "Bold"];

function write(name, text) {
  mkdirSync(dirname(join(to, name)), { recursive: true });
  writeFileSync(join(to, name), text);
}

function copy(name, target = name) {
  mkdirSync(dirname(join(to, target)), { recursive: true });
  cpSync(join(from, name), join(to, target));
}

// styles drops what is not shipped from the style sheet, so that every url in
// it is a file here: font formats other than woff2, unused faces, the classes
// that show an icon as a background, and the source map.
function styles(css) {
  return css
    .replace(/@font-face\{[^}]*IBM Plex Sans[^}]*\}/g, (face) => {
      const file = face.match(/url\((\.\.\/fonts\/[^)]*-(\w+)\.woff2)\)/);
      if (!file || !faces.includes(file[2])) return "";
      return face.replace(/src:[^;}]*/, `src:url(${file[1]}) format("woff2")`);
    })
    .replace(/\.icon-[\w-]+:not\(a\)\{background-image:url\([^)]*\)\}/g, "")
    .replace(/\/\*# sourceMappingURL=.*?\*\//, "");
}

// sprite picks the wanted symbols; a name that the design system lacks stops
// the build.
function sprite(svg, names) {
  const symbols = names.map((name) => {
    const found = svg.match(new RegExp(`<symbol id="${name}"[^>]*>.*?</symbol>`, "s"));
    if (!found) throw new Error(`icons.txt: dkfds has no icon ${name}`);
    return found[0];
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`;
}

for (const name of readdirSync(to)) {
  if (name !== ".gitignore") rmSync(join(to, name), { recursive: true });
}

const css = styles(read("css/dkfds.min.css"));
write("css/dkfds.min.css", css);
for (const [, url] of css.matchAll(/url\(\.\.\/([^)]+)\)/g)) copy(url);

write("js/dkfds.min.js", read("js/dkfds.min.js").replace(/\/\/# sourceMappingURL=.*/, ""));

const icons = readFileSync(join(here, "icons.txt"), "utf8").split("\n").filter(Boolean);
write("icons.svg", sprite(read("img/all-svg-icons.svg"), icons));

copy("LICENSE.md", "licenses/dkfds.md");
copy("fonts/IBMPlexSans/complete/woff2/license.txt", "licenses/ibm-plex-sans.txt");
