// Build the app into the package: node build.mjs [folder]. The service worker carries a hash of all files as version.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const into = process.argv[2] ?? join(here, "../src/zoufang/server/field/client");
const files = ["index.html", "app.js", "rules.js", "app.css", "manifest.webmanifest", "icon.svg"];
const common = { bundle: true, minify: true, target: "es2021", charset: "utf8", legalComments: "none", absWorkingDir: here };

mkdirSync(into, { recursive: true });
for (const name of ["index.html", "manifest.webmanifest", "icon.svg"]) copyFileSync(join(here, "public", name), join(into, name));
copyFileSync(join(here, "node_modules/idb/LICENSE"), join(into, "idb.LICENSE"));
await build({ ...common, entryPoints: ["src/rules.ts"], format: "esm", outfile: join(into, "rules.js") });
await build({ ...common, entryPoints: ["src/app.css"], outfile: join(into, "app.css") });
await build({ ...common, entryPoints: ["src/main.ts"], format: "esm", outfile: join(into, "app.js"), alias: {}, external: ["./rules.js"], plugins: [rulesApart()] });
const all = files.map((name) => readFileSync(join(into, name)));
const version = createHash("sha256").update(Buffer.concat(all)).digest("hex").slice(0, 12);
await build({ ...common, entryPoints: ["src/sw.ts"], format: "iife", outfile: join(into, "sw.js"), define: { FILES: JSON.stringify(files), VERSION: JSON.stringify(version) } });
writeFileSync(join(into, "version.txt"), version + "\n");

// The rules are a file of their own, which the tests of the server load as well.
function rulesApart() {
  return { name: "rules-apart", setup: (b) => b.onResolve({ filter: /\/rules\.ts$/ }, () => ({ path: "./rules.js", external: true })) };
}
