// `npm run bench`: how fast relight is, against its targets. Exits with 1 when one is missed.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { shapes } from './estate.ts';
import { fleetRecovery, fleetStatus, recoveriesInProcess } from './recovery.ts';
import type { ScaleResult } from './scale.ts';
import { tableText, tidy, within, type Row } from './table.ts';

/** A large playbook in a process of its own; the first plan is a repair of what is lost by half. */
function scale(index: number): readonly Row[] {
  const script = fileURLToPath(new URL('scale.js', import.meta.url));
  const output = execFileSync(process.execPath, [script, String(index)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  });
  const result = JSON.parse(output) as ScaleResult;
  const { validate, graph, plans } = result;
  const [first] = plans;
  if (first === undefined) throw new Error('no plan was measured');
  const seconds = (part: 'wall' | 'cpu'): number => (validate[part] + graph[part] + first.spent[part]) / 1000;
  const slowest = plans.toSorted((a, b) => b.spent.cpu - a.spent.cpu)[0] ?? first;
  return [
    { what: `${result.name} (${tidy(result.bytes / 1_000_000)} MB, ${tidy(result.edges)} dependencies)`, figure: '' },
    {
      what: '  validate: text to playbook',
      figure: `${tidy(validate.cpu / 1000)} s CPU, ${tidy(validate.wall / 1000)} s`,
    },
    { what: '  graph', figure: `${tidy(graph.cpu / 1000)} s CPU, ${tidy(graph.wall / 1000)} s` },
    {
      what: `  judge and plan, ${first.lost} lost, ${tidy(first.steps)} steps, and its JSON`,
      figure: `${tidy(first.spent.cpu / 1000)} s CPU, ${tidy(first.spent.wall / 1000)} s`,
    },
    {
      what: `  slowest of the other plans (${slowest.kind}, ${slowest.lost} lost)`,
      figure: `${tidy(slowest.spent.cpu / 1000)} s CPU`,
    },
    within('  validate, graph and plan, CPU', seconds('cpu'), 1, 's'),
    { what: '  the same on the wall', figure: `${tidy(seconds('wall'))} s` },
    within('  memory at the end of seven plans', result.rss, 500, 'MB'),
  ];
}

const rows: Row[] = [];
for (const index of shapes().keys()) rows.push(...scale(index));
rows.push(...(await fleetRecovery()), ...(await fleetStatus()), ...(await recoveriesInProcess()));
console.log(tableText(rows));
process.exitCode = rows.some((row) => row.ok === false) ? 1 : 0;
