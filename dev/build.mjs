// Bundles the front-end: each .ts and .css file at the top of static/src becomes one file of the same name in static/dist.
// File names are stable here; Django's manifest storage adds the content hash in production.

import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import woff2 from "wawoff2";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, "static", "src");
const target = join(root, "static", "dist");
// Built aside and put in place at the end: a portal that is running meanwhile is never without its files.
const aside = join(root, "static", ".dist-being-built");

async function entryPoints() {
  const names = await readdir(source);
  return names
    .filter((name) => /\.(ts|css)$/.test(name) && !name.endsWith(".d.ts"))
    .sort()
    .map((name) => join(source, name));
}

async function copyFolders() {
  for (const folder of ["fonts", "img"]) {
    const from = join(source, folder);
    await cp(from, join(aside, folder), { recursive: true }).catch((error) => {
      if (error.code !== "ENOENT") throw error;
    });
  }
}

// The faces of our PDFs, whole and not the small subsets of the pages. As plain TrueType: WeasyPrint sets them up 24 times
// faster than WOFF2 (docs/adr/0011). No page ever fetches them.
const paperFonts = {
  "source-sans-regular": "source-sans/TTF/SourceSans3-Regular.ttf",
  "source-sans-italic": "source-sans/TTF/SourceSans3-It.ttf",
  "source-sans-semibold": "source-sans/TTF/SourceSans3-Semibold.ttf",
  "source-sans-semibold-italic": "source-sans/TTF/SourceSans3-SemiboldIt.ttf",
  "source-serif-semibold": "@fontsource/source-serif-4/files/source-serif-4-latin-600-normal.woff2",
  "source-serif-semibold-ext": "@fontsource/source-serif-4/files/source-serif-4-latin-ext-600-normal.woff2",
  emoji: "@fontsource/noto-emoji/files/noto-emoji-emoji-400-normal.woff2",
};

// Each licence goes where its faces go, as the SIL Open Font License asks.
const licences = {
  "OFL-source-sans-3": "source-sans/LICENSE.md",
  "OFL-source-serif-4": "@fontsource/source-serif-4/LICENSE",
  "OFL-noto-emoji": "@fontsource/noto-emoji/LICENSE",
};

async function placePaperFonts() {
  const folder = join(aside, "paper-fonts");
  await mkdir(folder);
  for (const [name, source] of Object.entries(licences)) {
    await cp(join(root, "node_modules", source), join(folder, `${name}.txt`));
  }
  for (const [name, source] of Object.entries(paperFonts)) {
    const content = await readFile(join(root, "node_modules", source));
    await writeFile(join(folder, `${name}.ttf`), source.endsWith(".woff2") ? await woff2.decompress(content) : content);
  }
}

const options = {
  entryPoints: await entryPoints(),
  outdir: aside,
  bundle: true,
  minify: true,
  // The browsers are for the sheets: what an older iPhone knows by a name with a prefix (hyphens, size of text) gets it.
  target: ["es2020", "safari15", "ios15"],
  format: "iife",
  charset: "utf8",
  // ALTCHA looks for its worker beside itself, but a classic script has no import.meta; we always tell it where the worker is.
  define: { "import.meta.url": "document.baseURI" },
  legalComments: "linked",
  logLevel: "warning",
  loader: { ".woff2": "file", ".woff": "file" },
  assetNames: "fonts/[name]",
  external: ["/static/*", "./img/*", "img/*"],
};

// Compressed copies beside the files, so that development sends as few bytes as production. Production makes its own.
async function compress() {
  const names = await readdir(aside, { recursive: true });
  for (const name of names.filter((name) => /\.(js|css|svg)$/.test(name))) {
    const content = await readFile(join(aside, name));
    await writeFile(join(aside, `${name}.br`), brotliCompressSync(content));
    await writeFile(join(aside, `${name}.gz`), gzipSync(content));
  }
}

await rm(aside, { recursive: true, force: true });
await mkdir(aside, { recursive: true });
await copyFolders();
await placePaperFonts();
await esbuild.build(options);
await compress();
await rm(target, { recursive: true, force: true });
await rename(aside, target);
