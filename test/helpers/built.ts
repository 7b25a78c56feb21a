// Tests import `src`, and are given what was built of it where that is fresh: to transform seven hundred files, and to evaluate
// them in each worker, is a seventh of a test run. Why: docs/decisions/0054-tests-run-what-is-built.md.
import { existsSync } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vitest/config';
import { isStale } from '../../scripts/stale.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const src = resolve(root, 'src') + sep;
const dist = resolve(root, 'dist') + sep;

/** For what is loaded by Node itself, and not by Vite. */
export const builtFiles = /\/dist\//;

/** Undefined where the sources themselves are to be tried: `RELIGHT_TEST_SOURCES=true`, or what was built is not of them. */
export function builtSources(): Plugin | undefined {
  if (process.env['RELIGHT_TEST_SOURCES'] === 'true' || isStale(root)) return undefined;
  return {
    name: 'built-sources',
    enforce: 'pre',
    resolveId: (source, importer) => {
      if (importer === undefined || !source.startsWith('.')) return null;
      const path = resolve(dirname(importer), source);
      // What the sources do not have any more may lie in dist for long.
      if (!path.startsWith(src) || !existsSync(path)) return null;
      const built = dist + path.slice(src.length).replace(/\.ts$/, '.js');
      return existsSync(built) ? { id: built } : null;
    },
  };
}
