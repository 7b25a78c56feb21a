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
    .flatMap((text) => [
      ...[...text.matchAll(/\breads: new Set\(\[([^\]]*)\]\)/g)].flatMap(([, list]) => [...list.matchAll(/'(\w+)'/g)]),
      // Reads of secret values: pairs of an operation and when it gives one away.
      ...[...text.matchAll(/\bsecretReads: new Map[^(]*\(\[([\s\S]*?)\n {2}\]\)/g)].flatMap(([, list]) => [
        ...list.matchAll(/\['(\w+)',/g),
      ]),
    ])
    .map(([, operation]) => `${operation}Command`),
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
  return name === join('sandbox', 'statefile.ts') || name === join('sandbox', 'claim.ts');
}

// Type names are spelled where the type lives, and in the registry: whoever else spells one knows too much of it.
const registry = readFileSync(join('src', 'components', 'index.ts'), 'utf8');
const types = [...registry.matchAll(/^ {2}'([a-z0-9-]+\/[a-z0-9-]+)': /gm)].map(([, type]) => type);
const folders = readdirSync(join('src', 'components'), { withFileTypes: true })
  .filter((each) => each.isDirectory() && each.name.includes('-'))
  .map((each) => each.name);
for (const folder of folders) {
  if (!types.some((type) => type.replace('/', '-') === folder)) {
    problems.push(`one-line-a-type: components/${folder} has no line in the registry`);
  }
}
if (types.length === 0 || folders.length !== types.length) {
  problems.push(`${types.length} types were seen in the registry, and ${folders.length} folders: the check is blind`);
}
let spelled = 0;
for (const name of files) {
  // In code: a comment may take one for an example.
  const code = readFileSync(join('src', name), 'utf8').replaceAll(/\/\/.*|\/\*[\s\S]*?\*\//g, '');
  for (const type of types) {
    if (!new RegExp(`['"\`]${type}['"\`]`).test(code)) continue;
    spelled += 1;
    const [, folder] = name.split(/[\\/]/);
    const isAtHome = name.startsWith(join('components', '')) && (folder === 'index.ts' || mayName(folder));
    if (!isAtHome) problems.push(`types-are-named-at-home: ${name} spells ${type}`);
  }
}
if (spelled < types.length) problems.push(`${spelled} type names were seen: the check is blind`);

/** Components name those that they hold or make; the kit has what several of them share. */
function mayName(folder) {
  return folder === 'kit' || folders.includes(folder);
}

for (const problem of problems) console.error(problem);
console.log(
  `import rules: ${summary.totalCruised} modules, ${commands} SDK commands, ${types.length} component types, ${problems.length} violations`,
);
process.exit(problems.length === 0 ? 0 : 1);
