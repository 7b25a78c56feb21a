// `npm run bench`: how fast relight is, against its targets. Exits with 1 when one is missed. `npm run bench -- settings 20000`:
// one part alone, in a size of its own where it has one; `settings 20000 40000`: after the first forty thousand.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { callsAgainstBound } from './bound.ts';
import { shapes } from './estate.ts';
import { forecastHonesty } from './forecast.ts';
import { ownershipHolds } from './ownership.ts';
import { wholeProcess } from './process.ts';
import { fleetRecovery, fleetStatus, oneCallAlone, recoveriesInProcess } from './recovery.ts';
import type { Round, ScaleResult, Spent } from './scale.ts';
import { fleetScan } from './scan.ts';
import { settingsStay } from './settings.ts';
import { tableText, tidy, within, type Row } from './table.ts';
import { timesAtRates } from './times.ts';

// As src/main.ts does: the SDK's note on Node 20 is not part of the figures.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

/** A large playbook in a process of its own; the first plan is a repair of what is lost by half. */
function scale(index: number): readonly Row[] {
  const script = fileURLToPath(new URL('scale.js', import.meta.url));
  const output = execFileSync(process.execPath, [script, String(index)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const result = JSON.parse(output) as ScaleResult;
  const { rounds, plans } = result;
  const [first] = rounds;
  const slowest = plans.toSorted((a, b) => b.spent.cpu - a.spent.cpu)[0];
  if (first === undefined || slowest === undefined) throw new Error('nothing was measured');
  const total = (round: Round, part: keyof Spent): number =>
    (round.validate[part] + round.graph[part] + round.plan[part]) / 1000;
  const best = rounds.toSorted((a, b) => total(a, 'cpu') - total(b, 'cpu'))[0] ?? first;
  const split = ({ validate, graph, plan }: Round): string =>
    [validate, graph, plan].map((each) => tidy(each.cpu / 1000)).join(' + ');
  return [
    { what: `${result.name} (${tidy(result.bytes / 1_000_000)} MB, ${tidy(result.edges)} edges)`, figure: '' },
    within('  validate, graph and plan, CPU, fastest of three', total(best, 'cpu'), 1, 's'),
    { what: '    of which', figure: `${split(best)} s` },
    { what: '    the first time, in a fresh process', figure: `${split(first)} s` },
    { what: '    the first time, on the wall', figure: `${tidy(total(first, 'wall'))} s` },
    {
      what: `    slowest of three other plans (${slowest.kind}, ${slowest.lost} lost)`,
      figure: `${tidy(slowest.spent.cpu / 1000)} s`,
    },
    within('  forecast of a repair and a rebuild, CPU', result.forecast.cpu / 1000, 2, 's'),
    within('  memory after the first time', result.rss, 500, 'MB'),
  ];
}

const parts: Readonly<Record<string, (count?: number, from?: number) => Promise<readonly Row[]>>> = {
  scale: () => Promise.resolve([...shapes().keys()].flatMap(scale)),
  fleet: async () => [...(await fleetRecovery()), ...(await fleetStatus())],
  recoveries: recoveriesInProcess,
  call: oneCallAlone,
  calls: callsAgainstBound,
  forecast: forecastHonesty,
  process: wholeProcess,
  ownership: ownershipHolds,
  settings: settingsStay,
  scan: fleetScan,
  times: timesAtRates,
};

const [only, ...sizes] = process.argv.slice(2);
if (only !== undefined && parts[only] === undefined) {
  console.error(`${only} is none of ${Object.keys(parts).join(', ')}`);
  process.exit(1);
}
const rows: Row[] = [];
for (const [name, part] of Object.entries(parts)) {
  if (only === undefined || only === name) rows.push(...(await part(...sizes.map(Number))));
}
console.log(tableText(rows));
process.exitCode = rows.some((row) => row.ok === false) ? 1 : 0;
