// Builds before the tests, unless what is there was built from what is there: `npm ci` has just built on a fresh clone,
// and to build again takes as long as a tenth of the tests.
import { spawnSync } from 'node:child_process';
import { isStale } from './stale.mjs';

if (isStale()) process.exitCode = spawnSync('npm run build', { shell: true, stdio: 'inherit' }).status ?? 1;
