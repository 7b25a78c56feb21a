// How long recoveries of many services take at AWS's rates, beside AWS's own waiting: its durations are zero here, and whatever is
// over the rates is relight's. The sandbox refuses what comes faster than AWS allows. The bound is what the calls of the look take by
// the bucket that holds them up longest, and after it those of the run.
import { look } from '../src/engine.ts';
import type { PlanKind } from '../src/plan/plan.ts';
import { openSandbox, type OpenSandbox } from '../src/rehearse/world/sandbox.ts';
import { Faults, instantTimings, snapshot, type ObservedCall } from '../src/sandbox/index.ts';
import { fleet } from './fleet.ts';
import { pacedTime } from './rates.ts';
import { tidy, within, type Row } from './table.ts';
import { beginning, deployed, lose, open, recover } from './world.ts';

interface Work {
  readonly what: string;
  readonly size: number;
  readonly kind: PlanKind;
  /** Of each service its ECS service is lost before; undefined: nothing is there yet. */
  readonly lost?: boolean;
}

const works: readonly Work[] = [
  { what: 'ten services from nothing', size: 10, kind: 'repair' },
  { what: 'ten services torn down, dead', size: 10, kind: 'teardown', lost: true },
  { what: '200 services from nothing', size: 200, kind: 'repair' },
  { what: '200 services lost', size: 200, kind: 'repair', lost: true },
  { what: '200 services torn down, dead', size: 200, kind: 'teardown', lost: true },
];

const throttles = /Thrott|TooMany|RequestLimit/;

export async function timesAtRates(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const { kind, lost, size, what } of works) {
    const { playbook, services } = fleet(size);
    const calls: ObservedCall[] = [];
    const transportOptions = {
      faults: new Faults([{ kind: 'request-rates' }]),
      onCall: (call: ObservedCall): void => {
        calls.push(call);
      },
    };
    let sandbox: OpenSandbox;
    if (lost === undefined) {
      sandbox = openSandbox({ startAt: beginning, timings: instantTimings, transportOptions });
      await sandbox.seed(playbook);
    } else {
      const base = await deployed(playbook, { timings: instantTimings });
      await lose(playbook, base, services);
      const data = snapshot(base.world);
      // Whoever saw the services go has seen it long enough ago for AWS's buckets to be full again.
      sandbox = openSandbox({ startAt: data.now, data, timings: instantTimings, transportOptions });
      await look(await open(playbook, sandbox));
    }
    await sandbox.clock.sleep(60_000);
    calls.length = 0;
    const began = sandbox.clock.now();
    await recover(playbook, sandbox, kind);
    const took = sandbox.clock.now() - began;
    // All is seen before anything is changed.
    const first = calls.findIndex(({ mutating }) => mutating);
    const [seen, done] = [pacedTime(calls.slice(0, first)), pacedTime(calls.slice(first))];
    // A bucket that the look has emptied is not full for the run.
    const bound = Math.max(seen.milliseconds + done.milliseconds, pacedTime(calls).milliseconds);
    const refused = calls.filter(({ outcome }) => outcome.kind === 'error' && throttles.test(outcome.code)).length;
    rows.push(
      within(`time, ${what}: over AWS's rates`, took / bound, 1.15, 'times'),
      { what: '  time', figure: `${tidy(took / 1_000)} s` },
      { what: '  what binds the look', figure: `${tidy(seen.milliseconds / 1_000)} s, ${seen.bucket}` },
      { what: '  what binds the run', figure: `${tidy(done.milliseconds / 1_000)} s, ${done.bucket}` },
      within('  calls that AWS refused for their rate', refused / calls.length, 0.01, 'of all'),
    );
  }
  return rows;
}
