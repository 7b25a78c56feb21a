// Makes one file of the command and what it needs: to load 1,500 small modules takes longer than most commands do
// (docs/decisions/0015). The bin, `main.js`, stays as tsc wrote it: it looks at Node's version and loads that file. The library (dist/index.js) stays as tsc wrote it. What is bundled keeps its licence beside it.
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
rmSync(join(dist, 'bundle'), { recursive: true, force: true });
const bundle = await rolldown({
  input: { command: join(dist, 'cli', 'command.js'), worker: join(dist, 'prove', 'worker.js') },
  platform: 'node',
  // As ES modules the SDK's clients can be shaken: of EC2's, which knows 800 operations, three remain (docs/decisions/0046).
  resolve: { mainFields: ['module', 'main'] },
});
const { output } = await bundle.write({
  dir: dist,
  format: 'esm',
  // Workers are looked for beside the code that starts them.
  entryFileNames: ({ name }) => (name === 'command' ? 'cli/command.js' : `bundle/${name}.js`),
  chunkFileNames: 'bundle/[name]-[hash].js',
});
await bundle.close();

// What tsc adds to say that this is a module; a Node that knows none could not read it.
const bin = join(dist, 'main.js');
writeFileSync(bin, readFileSync(bin, 'utf8').replace(/^export \{\};\n/m, ''));
// npm makes a bin executable when it links it. `npx` of a checkout that was made anew in the same place links nothing.
chmodSync(bin, 0o755);

const folders = new Set(
  output.flatMap((each) =>
    each.type === 'chunk'
      ? each.moduleIds.flatMap((id) => /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(id)?.[0] ?? [])
      : [],
  ),
);
/** Packages by the text of their licence. */
const licences = new Map();
for (const folder of [...folders].sort()) {
  const { license, name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  const text = file === undefined ? `Licence: ${license}` : readFileSync(join(folder, file), 'utf8').trim();
  licences.set(text, [...(licences.get(text) ?? []), `${name} ${version}`]);
}
if (licences.size === 0) throw new Error('nothing was bundled');
const notices = [...licences].map(([text, packages]) => `${packages.join('\n')}\n\n${text}\n`);
writeFileSync(join(dist, 'third-party-licenses.txt'), notices.join(`\n${'-'.repeat(100)}\n\n`));
