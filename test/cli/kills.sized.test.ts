// Real processes, ended by SIGKILL at random instants of a recovery over a served sandbox, over and over; whoever comes
// last brings the service back whole.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readJournal } from '../../src/run/journal/read-journal.ts';
import { dynamoDbOf, ecsOf, elbv2Of, route53Of, type WorldData } from '../../src/sandbox/index.ts';
import { VirtualClock } from '../../src/util/clock.ts';
import { seededRandom } from '../../src/util/random.ts';
import { seed, sized } from '../helpers/sized.ts';
import { makeFolder, outcomeOf, serveSandbox, start, type Env, type Folder, type Server } from './harness.ts';

const approval = (playbook: string): readonly string[] => ['--yes', '--confirm', playbook];
const killsInARow = 4;
/** Of each playbook. */
const killsOfEach = sized({ quick: 4, long: 24 });
let kills = 0;
afterAll(() => {
  console.log(`${kills} processes killed; seed ${seed} (RELIGHT_SEED sets another)`);
});

/** A chain of killed recoveries of one broken service, and what is broken for it. */
interface Chain {
  readonly broken: readonly string[];
  readonly strategy: 'repair' | 'rebuild';
}

describe.each([
  {
    playbook: 'deployer-api',
    chains: [
      { broken: ['service'], strategy: 'repair' },
      { broken: ['load-balancer'], strategy: 'repair' },
      { broken: ['service', 'cname', 'health-check'], strategy: 'repair' },
      { broken: ['service'], strategy: 'rebuild' },
      { broken: ['state-entry', 'target-group'], strategy: 'rebuild' },
      { broken: ['health-check'], strategy: 'repair' },
    ],
  },
  {
    playbook: 'storefront',
    chains: [
      { broken: ['shop-service', 'cart-record'], strategy: 'repair' },
      { broken: ['shop-health-check', 'shop-record', 'search-service'], strategy: 'repair' },
      { broken: ['shop-targets', 'cart-targets', 'search-targets'], strategy: 'repair' },
      { broken: ['shop-service', 'cart-service', 'search-service'], strategy: 'rebuild' },
    ],
  },
] satisfies readonly { playbook: string; chains: readonly Chain[] }[])(
  'killed at random instants, $playbook',
  ({ playbook, chains }) => {
    test('is brought back whole by whoever comes last', async () => {
      const random = seededRandom(seed + playbook.length);
      using folder = makeFolder();
      await using server = await serveSandbox(folder, ['--speed', '240']);
      await relight(folder, server, ['sandbox', 'seed', `${playbook}.yaml`]);
      const first = await killedChain(folder, server, playbook, 'repair', random);
      expect(first.runs.length).toBeGreaterThan(0);
      const whole = await piecesOf(server);
      let killed = first.killed;
      for (let round = 0; killed < killsOfEach; round += 1) {
        const chain = chains[round % chains.length];
        if (chain === undefined) throw new Error('no chain');
        const { broken, strategy } = chain;
        await relight(folder, server, ['sandbox', 'break', `${playbook}.yaml`, ...broken]);
        killed += (await killedChain(folder, server, playbook, strategy, random)).killed;
        expect(await piecesOf(server), `${broken.join(', ')} lost, ${strategy}`).toEqual(whole);
      }
      await relight(folder, server, ['plan', `${playbook}.yaml`]);
      kills += killed;
    });
  },
);

test('enough processes were killed', () => {
  expect(kills).toBeGreaterThanOrEqual(2 * killsOfEach);
});

/** Recoveries that are killed, then one that is not; leaves no runs behind. */
async function killedChain(
  folder: Folder,
  server: Server,
  playbook: string,
  strategy: Chain['strategy'],
  random: () => number,
): Promise<{ readonly runs: readonly string[]; readonly killed: number }> {
  let killed = 0;
  const recover = ['recover', `${playbook}.yaml`, '--strategy', strategy, '--allow-downtime', ...approval(playbook)];
  for (let nth = 0; nth < killsInARow; nth += 1) {
    const child = start(folder.path, recover, withoutWaiting(folder, server));
    const ended = outcomeOf(child);
    // From before the first call to about the end of a repair.
    await new VirtualClock(0, 1).sleep(120 + random() * 1_000);
    if (child.kill('SIGKILL')) killed += 1;
    await ended;
  }
  await relight(folder, server, recover, withoutWaiting(folder, server));
  const directory = join(folder.path, '.relight', 'runs');
  const runs = existsSync(directory) ? readdirSync(directory).sort() : [];
  nothingMadeIsDeleted(directory, runs);
  rmSync(directory, { recursive: true, force: true });
  return { runs, killed };
}

/** No run deletes what an earlier one of the same chain had made that it goes on with. */
function nothingMadeIsDeleted(directory: string, runs: readonly string[]): void {
  const made = new Map<string, string>();
  for (const run of runs) {
    const file = join(directory, run, 'journal.jsonl');
    const read = readJournal(existsSync(file) ? readFileSync(file, 'utf8') : '');
    expect(read.kind, `journal of ${run}`).not.toBe('damaged');
    if (read.kind !== 'sound') continue;
    const { plan } = read.records[0];
    for (const record of read.records) {
      // What was brought to its end is whole: a rebuild that is typed after that makes all anew, as told.
      if (record.type === 'run-finished' && record.result === 'succeeded') made.clear();
      if (record.type !== 'step-intended') continue;
      const component = plan.steps.find((each) => each.id === record.step)?.component ?? '';
      if (record.action === 'delete')
        expect(made.get(component), `${run} deletes ${component}, made by`).toBeUndefined();
      if (record.action === 'create') made.set(component, run);
    }
  }
}

let lockFolders = 0;

/**
 * A lock of its own for each: nobody else is at work, and waiting for the lease of one that was killed (tried in
 * holders.sized.test.ts) would only take time.
 */
function withoutWaiting(folder: Folder, server: Server): Env {
  return { ...server.env, RELIGHT_LOCK_DIR: join(folder.path, 'locks', String((lockFolders += 1))) };
}

/** Runs a command that must succeed. */
async function relight(folder: Folder, server: Server, args: readonly string[], env = server.env): Promise<void> {
  const { code, stdout, stderr } = await folder.relight(args, env);
  if (code !== 0) throw new Error(`relight ${args.join(' ')} ended with ${String(code)}:\n${stdout}\n${stderr}`);
}

/** How many of each kind there are: nothing was made twice, nothing left over. */
async function piecesOf(server: Server): Promise<Readonly<Record<string, number>>> {
  const data = (await (await fetch(`${server.url}/_relight/state`)).json()) as WorldData;
  const region = data.regions['eu-west-1'];
  if (region === undefined) throw new Error('the sandbox holds nothing in eu-west-1');
  return {
    loadBalancers: Object.keys(elbv2Of(region).loadBalancers).length,
    targetGroups: Object.keys(elbv2Of(region).targetGroups).length,
    listeners: Object.keys(elbv2Of(region).listeners).length,
    services: Object.values(ecsOf(region).services).filter((each) => each.status === 'ACTIVE').length,
    healthChecks: Object.keys(route53Of(data).healthChecks).length,
    items: Object.values(dynamoDbOf(region).tables).reduce((sum, table) => sum + Object.keys(table.items).length, 0),
  };
}
