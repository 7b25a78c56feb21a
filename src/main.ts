#!/usr/bin/env node
// The bin. Loads the program only where it can run: an older Node would end in a stack trace about something that it does
// not know. Hence no static import here, and no syntax that such a Node might not read.
const needed = '20.19.0';

/** True when a version is lower than what is needed. */
function isOlder(version: string): boolean {
  const have = version.split('.').map(Number);
  const want = needed.split('.').map(Number);
  for (let part = 0; part < 3; part += 1) {
    const difference = (have[part] || 0) - (want[part] || 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

if (isOlder(process.versions.node)) {
  process.stderr.write(
    `relight needs Node ${needed} or newer; this is Node ${process.versions.node} (${process.execPath})\n`,
  );
  process.exitCode = 1;
} else {
  void import('./cli/command.ts');
}
