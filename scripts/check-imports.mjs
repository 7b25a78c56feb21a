// Runs the import rules and insists that something was looked at: a check that sees zero modules proves nothing.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const result = spawnSync(
  process.execPath,
  [
    'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
    'src',
    '--config',
    '.dependency-cruiser.cjs',
    '--output-type',
    'json',
  ],
  { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 },
);
if (result.stdout === '') {
  console.error(result.stderr);
  process.exit(1);
}
const { summary } = JSON.parse(result.stdout);
const files = readdirSync('src', { recursive: true }).filter((name) => name.endsWith('.ts'));
const problems = summary.violations.map((each) => `${each.rule.name}: ${each.from} -> ${each.to}`);
if (summary.totalCruised < files.length) {
  problems.push(`only ${summary.totalCruised} modules were looked at, src has ${files.length}`);
}

// What an import graph cannot see: which commands of the SDK a component's files use, and who touches `process`.
const rows = join('src', 'aws', 'services');
const readCommands = new Set(
  readdirSync(rows)
    .map((name) => readFileSync(join(rows, name), 'utf8'))
    .flatMap((text) => [...text.matchAll(/\breads: new Set\(\[([^\]]*)\]\)/g)])
    .flatMap(([, list]) => [...list.matchAll(/'(\w+)'/g)].map(([, operation]) => `${operation}Command`)),
);
if (readCommands.size === 0) problems.push('no read was seen in the rows of services: the check is blind');
let commands = 0;
for (const name of files) {
  const text = readFileSync(join('src', name), 'utf8');
  if (name.startsWith(join('components', ''))) {
    for (const [, list] of text.matchAll(/import\s*\{([^}]*)\}\s*from '@aws-sdk\/client-/g)) {
      for (const word of list
        .split(',')
        .map((each) => each.trim())
        .filter((each) => each.endsWith('Command'))) {
        commands += 1;
        if (!readCommands.has(word) && !name.endsWith('change.ts')) {
          problems.push(`only-change-changes: ${name} imports ${word}; only a component's change.ts may`);
        }
      }
    }
  }
  if (
    /\bprocess\./.test(text.replaceAll(/\/\/.*|\/\*[\s\S]*?\*\//g, '')) &&
    !/^(main\.ts$|cli[\\/])/.test(name) &&
    !allowedProcess(name)
  ) {
    problems.push(`process-only-at-the-edge: ${name} uses process`);
  }
}
if (commands === 0) problems.push('no SDK command was seen in any component: the check is blind');

/** The sandbox's state file is named after the process that writes it, so that two writers never share one. */
function allowedProcess(name) {
  return name === join('sandbox', 'statefile.ts');
}

for (const problem of problems) console.error(problem);
console.log(`import rules: ${summary.totalCruised} modules, ${commands} SDK commands, ${problems.length} violations`);
process.exit(problems.length === 0 ? 0 : 1);
