// Builds before the tests, unless what is there was built from what is there: `npm ci` has just built on a fresh clone,
// and to build again takes as long as a tenth of the tests.
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Folders count too: theirs changes when a file of theirs goes. */
const sources = [
  'src',
  ...readdirSync('src', { recursive: true }).map((name) => join('src', name)),
  'scripts/bundle.mjs',
  'tsconfig.json',
  'tsconfig.build.json',
  'package.json',
  'package-lock.json',
];
const changedAt = Math.max(...sources.map((path) => statSync(path).mtimeMs));
// The last file that a build writes.
const builtAt = statSync('dist/third-party-licenses.txt', { throwIfNoEntry: false })?.mtimeMs ?? 0;
if (builtAt <= changedAt) process.exitCode = spawnSync('npm run build', { shell: true, stdio: 'inherit' }).status ?? 1;
