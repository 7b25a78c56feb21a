// Was what is in dist built from what is in src?
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** @param {string} root the project's folder */
export function isStale(root = '.') {
  const src = join(root, 'src');
  /** Folders count too: theirs changes when a file of theirs goes. */
  const sources = [
    src,
    ...readdirSync(src, { recursive: true }).map((name) => join(src, String(name))),
    ...['scripts/bundle.mjs', 'tsconfig.json', 'tsconfig.build.json', 'package.json', 'package-lock.json'].map((name) =>
      join(root, name),
    ),
  ];
  const changedAt = Math.max(...sources.map((path) => statSync(path).mtimeMs));
  // The last file that a build writes.
  const builtAt = statSync(join(root, 'dist/third-party-licenses.txt'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return builtAt <= changedAt || !existsSync(join(root, 'dist/main.js'));
}
