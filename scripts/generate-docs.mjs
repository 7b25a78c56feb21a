// Writes docs/components/ from the built code: `npm run docs`. With --check it writes nothing and tells what is stale.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { componentTypes } from '../dist/index.js';
import { componentPages } from './component-pages.mjs';

const folder = new URL('../docs/components/', import.meta.url);
const check = process.argv.includes('--check');

await mkdir(folder, { recursive: true });
const pages = await componentPages(componentTypes);
if (pages.size < 2) throw new Error('the registry is empty: nothing to write pages of');
const stale = [];
for (const name of await readdir(folder)) {
  if (pages.has(name)) continue;
  stale.push(`${name} is of no type`);
  if (!check) await rm(new URL(name, folder));
}
for (const [name, text] of pages) {
  const file = new URL(name, folder);
  const before = await readFile(file, 'utf8').catch(() => undefined);
  if (before === text) continue;
  stale.push(`${name} is ${before === undefined ? 'missing' : 'not what the registry says'}`);
  if (!check) await writeFile(file, text);
}
if (check) {
  for (const each of stale) console.error(`docs/components/${each}; update it with: npm run docs`);
  process.exit(stale.length === 0 ? 0 : 1);
}
console.log(`docs/components: ${pages.size} pages, ${stale.length} changed`);
