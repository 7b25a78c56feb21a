// Recoveries in the embedded AWS. With slow calls on the virtual clock: how much longer than it must does a recovery take?
// Without any delay: how much CPU does one cost, for proofs that run thousands?
import { readFileSync } from 'node:fs';
import { look } from '../src/engine.ts';
import { openSandbox, type OpenSandbox } from '../src/rehearse/world/sandbox.ts';
import { decode } from '../src/sandbox/dispatch.ts';
import { refuseInvalid } from '../src/sandbox/inputs/refuse.ts';
import {
  copyData,
  dispatch,
  instantTimings,
  snapshot,
  type ObservedCall,
  type WorldData,
} from '../src/sandbox/index.ts';
import { fleet } from './fleet.ts';
import { pacedTime } from './rates.ts';
import { tidy, within, type Row } from './table.ts';
import { deployed, lose, open, playbookOf, recover } from './world.ts';

const latency = 50;

interface Watched {
  /** Virtual milliseconds. */
  readonly took: number;
  readonly calls: readonly ObservedCall[];
}

/** Does something in a copy of a world where every call takes 50 ms, and nothing else takes any time. */
async function watch(data: WorldData, work: (sandbox: OpenSandbox) => Promise<unknown>): Promise<Watched> {
  const calls: ObservedCall[] = [];
  const onCall = (call: ObservedCall): void => {
    calls.push(call);
  };
  const options = { startAt: data.now, data: copyData(data), timings: instantTimings };
  const sandbox = openSandbox({ ...options, transportOptions: { latencyMs: latency, onCall } });
  const start = sandbox.clock.now();
  await work(sandbox);
  return { took: sandbox.clock.now() - start, calls };
}

/** The most calls of a log of which each began after the one before had ended. */
function longestChain(calls: readonly ObservedCall[]): number {
  let end = Number.NEGATIVE_INFINITY;
  let length = 0;
  for (const { at } of calls.toSorted((a, b) => a.at - b.at)) {
    if (at < end) continue;
    length += 1;
    end = at + latency;
  }
  return length;
}

/** Fifty ECS services are lost; all that was around them is left. */
export async function fleetRecovery(size = 50): Promise<readonly Row[]> {
  const { playbook, services } = fleet(size);
  const base = await deployed(playbook, { timings: instantTimings });
  await lose(playbook, base, services);
  const wall = performance.now();
  const whole = await watch(snapshot(base.world), (sandbox) => recover(playbook, sandbox));
  const wallSeconds = (performance.now() - wall) / 1000;

  const one = fleet(1);
  const single = await deployed(one.playbook, { timings: instantTimings });
  await lose(one.playbook, single, one.services);
  const alone = await watch(snapshot(single.world), (sandbox) => recover(one.playbook, sandbox));

  const chain = longestChain(alone.calls) * latency;
  const busy = (whole.calls.length * latency) / playbook.recovery.concurrency;
  const paced = pacedTime(whole.calls);
  const bound = Math.max(chain, busy, paced.milliseconds);
  return [
    { what: `${size} lost ECS services, 50 ms a call: the recovery`, figure: `${tidy(whole.took / 1000)} s` },
    { what: '  dependent calls of one service, one after the other', figure: `${tidy(chain / 1000)} s` },
    { what: `  all calls, ${playbook.recovery.concurrency} at a time`, figure: `${tidy(busy / 1000)} s` },
    { what: `  rates (${paced.bucket})`, figure: `${tidy(paced.milliseconds / 1000)} s` },
    within('  the recovery against the longest of these', whole.took / bound, 1.3, 'times'),
    within('  calls', whole.calls.length, 1_702, 'calls (Terraform, same work)'),
    { what: '  calls for each service', figure: tidy(whole.calls.length / size) },
    { what: '  Terraform, same work, no delay at all', figure: '620 s' },
    { what: '  wall time of all this in the embedded AWS', figure: `${tidy(wallSeconds)} s` },
  ];
}

/** A look at a hundred healthy services. */
export async function fleetStatus(size = 100): Promise<readonly Row[]> {
  const { playbook } = fleet(size);
  const base = await deployed(playbook, { timings: instantTimings });
  const seen = await watch(snapshot(base.world), async (sandbox) => {
    const { assessments } = await look(await open(playbook, sandbox));
    const healthy = [...assessments.values()].filter((each) => each.verdict === 'healthy').length;
    if (healthy !== playbook.components.size) throw new Error(`only ${healthy} components are healthy`);
  });
  return [
    within(
      `status of ${size} services (${playbook.components.size} components)`,
      seen.calls.length / size,
      6,
      'calls each',
    ),
    { what: '  at 50 ms a call', figure: `${tidy(seen.took / 1000)} s` },
    {
      what: `  rates alone (${pacedTime(seen.calls).bucket})`,
      figure: `${tidy(pacedTime(seen.calls).milliseconds / 1000)} s`,
    },
  ];
}

/** Whole recoveries of the Deployer API in process, AWS's usual durations on the virtual clock. */
export async function recoveriesInProcess(runs = 400): Promise<readonly Row[]> {
  const playbook = playbookOf(readFileSync('playbooks/deployer-api.yaml', 'utf8'));
  const base = await deployed(playbook);
  await lose(playbook, base, ['service']);
  const data = snapshot(base.world);
  let calls = 0;
  const once = async (): Promise<void> => {
    const copy = copyData(data);
    const onCall = (): void => {
      calls += 1;
    };
    await recover(playbook, openSandbox({ startAt: copy.now, data: copy, transportOptions: { onCall } }));
  };
  for (let run = 0; run < runs / 4; run += 1) await once();
  calls = 0;
  const before = process.cpuUsage();
  for (let run = 0; run < runs; run += 1) await once();
  const { user, system } = process.cpuUsage(before);
  const milliseconds = (user + system) / 1000;
  return [
    {
      what: 'recoveries of the Deployer API in process',
      figure: `${tidy((1000 * runs) / milliseconds)} per CPU second`,
    },
    { what: '  CPU of one of them', figure: `${tidy(milliseconds / runs)} ms` },
    { what: '  CPU of one call, SDK client and embedded AWS', figure: `${tidy(milliseconds / calls)} ms` },
    { what: '  calls of one recovery', figure: tidy(calls / runs) },
  ];
}

/** The embedded AWS without a client: a call of a poll, and what holding its input against the model takes of that. */
export async function oneCallAlone(calls = 20_000): Promise<readonly Row[]> {
  const { world } = await deployed(playbookOf(readFileSync('playbooks/deployer-api.yaml', 'utf8')));
  const request = {
    ...{ service: 'ecs', region: 'eu-west-1', method: 'POST', path: '/', query: {} },
    headers: { 'x-amz-target': 'AmazonEC2ContainerServiceV20141113.DescribeServices' },
    body: JSON.stringify({ cluster: 'wonderland', services: ['deployer-api'], include: ['TAGS'] }),
  };
  const service = world.services.callable.find(({ name }) => name === 'ecs');
  if (service === undefined) throw new Error('the embedded AWS has no ECS');
  const { input, operation } = decode(service, request);
  const first = await dispatch(world, request);
  if (first.status !== 200) throw new Error(`DescribeServices was answered with ${first.status}`);
  const whole = await cpuOf(calls, () => dispatch(world, request));
  const checked = await cpuOf(calls, () => {
    refuseInvalid(service, operation, input);
  });
  return [
    { what: 'CPU of one call, embedded AWS alone (DescribeServices)', figure: `${tidy(whole * 1000)} µs` },
    { what: '  of which its input against the model', figure: `${tidy(checked * 1000)} µs` },
  ];
}

/** Milliseconds of CPU that each time takes, once it is warm. */
async function cpuOf(times: number, work: () => unknown): Promise<number> {
  for (let time = 0; time < times / 4; time += 1) await work();
  const before = process.cpuUsage();
  for (let time = 0; time < times; time += 1) await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / times;
}
