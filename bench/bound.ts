// The fewest calls that a work could be done with, and how many it takes. The bound counts identity, one batched look for
// each command, one batched look before and one after each wave of changes, the changes themselves, and what tells that DNS
// has taken them in. What must be read before a change (who points at a piece, what goes with it, all that it is) is no part
// of it and is told apart.
import type { ExplainedCalls } from '../src/aws/meter.ts';
import { look, planFrom } from '../src/engine.ts';
import type { Plan, PlanKind, Step } from '../src/plan/plan.ts';
import type { Component, Playbook } from '../src/playbook/model.ts';
import { openSandbox, type OpenSandbox } from '../src/rehearse/world/sandbox.ts';
import { instantTimings, snapshot } from '../src/sandbox/index.ts';
import { groupBy } from '../src/util/group-by.ts';
import { fleet } from './fleet.ts';
import { beginning, deployed, lose, open, recover, type Recovered } from './world.ts';
import { pacedTime } from './rates.ts';
import { tidy, within, type Row } from './table.ts';

/** Who acts, and the account's alias. */
const identityCalls = 2;

/** How many pieces AWS tells of in one call [API references; docs/calls.md]. */
const perCall = { describe: 20, services: 10, items: 100, checks: 1_000, healthTags: 10, elbTags: 20 } as const;

const calls = (pieces: number, each: number): number => Math.ceil(pieces / each);

/** Where a piece lives that AWS lists only by that: a listener's load balancer. */
function homes(components: readonly Component[], member: string): number {
  return new Set(components.map(({ spec }) => JSON.stringify((spec as Record<string, unknown>)[member]))).size;
}

/** Calls that tell what is there of some components. @param present those that are there: tags are asked for of them */
function lookCalls(components: readonly Component[], present: ReadonlySet<string>): number {
  let sum = 0;
  let tagged = 0;
  for (const [type, all] of groupBy(components, (each) => each.type)) {
    const there = all.filter(({ id }) => present.has(id));
    switch (type) {
      case 'elbv2/load-balancer':
      case 'elbv2/target-group':
        sum += calls(all.length, perCall.describe);
        tagged += there.length;
        break;
      case 'elbv2/listener':
        sum += homes(all, 'loadBalancer');
        tagged += there.length;
        break;
      case 'ecs/service':
        sum += calls(all.length, perCall.services) + there.length;
        break;
      case 'ecs/task-definition':
      case 'ecs/cluster':
        sum += all.length;
        break;
      case 'route53/record':
        sum += homes(all, 'zone');
        break;
      case 'route53/health-check':
        sum += calls(all.length, perCall.checks) + calls(there.length, perCall.healthTags);
        break;
      case 'dynamodb/item':
        sum += calls(all.length, perCall.items);
        break;
      case 'dynamodb/table':
        sum += 2 * all.length;
        break;
      default:
        throw new Error(`nobody has said what a look at ${type} takes`);
    }
  }
  return sum + calls(tagged, perCall.elbTags);
}

/** Calls that the changes of some components of one type are made with, and those that tell that they hold. */
function changeCalls(type: string, action: Step['action'], components: readonly Component[]): number {
  switch (type) {
    case 'route53/record':
      // One request for each zone, and one look whether it has spread.
      return homes(components, 'zone') * 2;
    case 'route53/health-check':
      // Tags are a call of their own; the checkers are asked by id.
      return components.length * (action === 'delete' ? 1 : 3);
    default:
      return components.length;
  }
}

/** Steps that can be ready at the same time: those with as many others before them. */
function waves(plan: Plan): readonly (readonly Step[])[] {
  const steps = new Map(plan.steps.map((step) => [step.id, step]));
  const depths = new Map<string, number>();
  const depthOf = (step: Step): number => {
    const known = depths.get(step.id);
    if (known !== undefined) return known;
    const depth = 1 + Math.max(-1, ...step.after.flatMap((id) => steps.get(id) ?? []).map(depthOf));
    depths.set(step.id, depth);
    return depth;
  };
  const changes = plan.steps.filter(({ action }) => action === 'create' || action === 'update' || action === 'delete');
  return [...groupBy(changes, depthOf).values()];
}

/** The fewest calls for a look, a plan, and its run. */
export function boundOf(playbook: Playbook, { assessed, plan }: Pick<Recovered, 'assessed' | 'plan'>): number {
  const isThere = (id: string): boolean => assessed.observations.byId.get(id)?.kind === 'present';
  const present = new Set([...playbook.components.keys()].filter(isThere));
  let sum = 2 * identityCalls + lookCalls([...playbook.components.values()], present);
  for (const wave of waves(plan)) {
    for (const [key, steps] of groupBy(wave, ({ action, component }) => `${typeOf(playbook, component)} ${action}`)) {
      const [type = '', action = ''] = key.split(' ');
      const components = steps.flatMap(({ component }) => playbook.components.get(component) ?? []);
      const there = new Set(components.map(({ id }) => id));
      const none = new Set<string>();
      sum += lookCalls(components, action === 'create' ? none : there);
      sum += changeCalls(type, action as Step['action'], components);
      sum += lookCalls(components, action === 'delete' ? none : there);
    }
  }
  return sum;
}

function typeOf(playbook: Playbook, id: string): string {
  return playbook.components.get(id)?.type ?? '';
}

interface Work {
  readonly what: string;
  readonly kind: PlanKind;
  /** Of each service. @returns components that are lost; undefined: nothing was there yet */
  readonly lost: ((services: readonly string[]) => readonly string[]) | undefined;
}

const works: readonly Work[] = [
  { what: 'lost', kind: 'repair', lost: (services) => services },
  { what: 'from nothing', kind: 'repair', lost: undefined },
  { what: 'torn down', kind: 'teardown', lost: () => [] },
];

interface Counted {
  readonly actual: number;
  readonly bound: number;
  /** Reads that must be made before changes. */
  readonly checks: number;
}

async function count(playbook: Playbook, sandbox: OpenSandbox, kind: PlanKind, called: () => number): Promise<Counted> {
  const before = called();
  const recovered = await recover(playbook, sandbox, kind);
  const end = recovered.journal.records.findLast((each) => each.type === 'run-finished');
  const checks = sum((end?.explained ?? []).filter(({ why }) => why === 'check'));
  return { actual: called() - before - checks, bound: boundOf(playbook, recovered), checks };
}

function sum(explained: readonly ExplainedCalls[]): number {
  return explained.reduce((total, each) => total + each.count, 0);
}

/** Calls of one service and of ten against their bound, at durations of zero: what AWS takes is the same for everybody. */
export async function callsAgainstBound(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const size of [1, 10]) {
    const { playbook, services } = fleet(size);
    for (const { kind, lost, what } of works) {
      let called = 0;
      const sent: { readonly service: string; readonly operation: string }[] = [];
      const onCall = (call: { readonly service: string; readonly operation: string }): void => {
        called += 1;
        sent.push(call);
      };
      const options = { startAt: beginning, timings: instantTimings, transportOptions: { onCall } };
      let sandbox = openSandbox(options);
      if (lost === undefined) await sandbox.seed(playbook);
      else {
        const base = await deployed(playbook, { timings: instantTimings });
        const names = lost(services);
        if (names.length > 0) await lose(playbook, base, names);
        const data = snapshot(base.world);
        sandbox = openSandbox({ ...options, startAt: data.now, data });
      }
      const planCalls = await callsOfPlan(playbook, sandbox, kind, () => called);
      sent.length = 0;
      const beganAt = sandbox.clock.now();
      const { actual, bound, checks } = await count(playbook, sandbox, kind, () => called);
      const took = (sandbox.clock.now() - beganAt) / 1000;
      const paced = pacedTime(sent);
      rows.push(
        within(
          `calls, ${size === 1 ? 'one service' : `${size} services`} ${what}: over bound`,
          actual / bound,
          1.25,
          'times',
        ),
        { what: '  recover: calls, bound, reads before changes', figure: `${actual}, ${bound}, ${checks}` },
        { what: '  a plan before it', figure: `${planCalls} calls` },
        {
          what: `  time at AWS's rates (${paced.bucket})`,
          figure: `${tidy(took)} s, rates alone ${tidy(paced.milliseconds / 1000)} s`,
        },
      );
    }
  }
  return rows;
}

async function callsOfPlan(
  playbook: Playbook,
  sandbox: OpenSandbox,
  kind: PlanKind,
  called: () => number,
): Promise<number> {
  const before = called();
  const session = await open(playbook, sandbox);
  planFrom(session, await look(session), { kind, allowDowntime: true });
  return called() - before;
}
