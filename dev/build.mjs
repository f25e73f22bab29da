// Bundles the front-end: each .ts and .css file at the top of static/src becomes one file of the same name in static/dist.
// File names are stable here; Django's manifest storage adds the content hash in production.

import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

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

const options = {
  entryPoints: await entryPoints(),
  outdir: aside,
  bundle: true,
  minify: true,
  target: "es2020",
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
await esbuild.build(options);
await compress();
await rm(target, { recursive: true, force: true });
await rename(aside, target);
