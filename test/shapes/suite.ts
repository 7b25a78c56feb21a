// A shape played through: seen, lost, recovered, and compared field by field with what it was.
import { expect } from 'vitest';
import { look, planChange, type PlanRequest } from '../../src/engine.ts';
import { observePieces } from '../../src/observe/bases.ts';
import type { Plan, PlanKind } from '../../src/plan/plan.ts';
import type { Consents } from '../../src/plan/consent.ts';
import type { RunReport } from '../../src/report/report.ts';
import type { Memory, Recalled } from '../../src/settings/base.ts';
import { toJson } from '../../src/util/json.ts';
import { accepting } from '../helpers/accepting.ts';
import { bareRig, ownedBy, playbookOf, troubles, unfinished, type Rig } from '../helpers/rig.ts';
import { describe, type Described } from './described.ts';
import { Hands } from './hands.ts';
import type { Refusal, Shape } from './shape.ts';

export interface Made {
  readonly rig: Rig;
  readonly before: Described;
  /** What `relight status` would have written down. */
  readonly memory: Memory;
}

const made = new Map<Shape, Promise<Made>>();

/** A copy of a shape's world; it is made once. */
export async function worldOf(shape: Shape): Promise<Made> {
  let world = made.get(shape);
  if (world === undefined) {
    world = make(shape);
    made.set(shape, world);
  }
  const { rig, ...others } = await world;
  return { rig: rig.fork(), ...others };
}

async function make(shape: Shape): Promise<Made> {
  const bare = bareRig(playbookOf(shape.playbook, shape.params ?? {}));
  const params = await shape.build(new Hands(bare));
  const rig = bare.withPlaybook(playbookOf(shape.playbook, params));
  await quiet(rig);
  return { rig, before: await describe(new Hands(rig)), memory: await rememberedOf(rig) };
}

/** All that goes on by itself is over by then. */
export async function quiet(rig: Rig): Promise<void> {
  await rig.clock.sleep(75 * 60_000);
}

/** All of each piece that relight would write down when it finds the service healthy, through the form in which it is on disk. */
export async function rememberedOf(rig: Rig): Promise<Memory> {
  const { assessments, observations } = await rig.look();
  expect(troubles(assessments)).toEqual({});
  const { observeContext } = await rig.open('read');
  const owned = [...rig.playbook.components.values()].filter((each) => !each.shared);
  const pieces = await observePieces(owned, observations, observeContext);
  return new Map(
    owned.map((component): readonly [string, readonly Recalled[]] => {
      const seen = observations.byId.get(component.id);
      const piece = pieces.get(component.id);
      if (seen?.kind !== 'present' || piece === undefined) throw new Error(`${component.id} cannot be described`);
      const { at, state, tags } = seen;
      const { captured = null, spec } = piece;
      const { outputs } = observations;
      return [
        component.id,
        [{ source: 'known-good', at, spec: toJson(spec), state: toJson(state), captured, tags, outputs }],
      ];
    }),
  );
}

export interface Recovered {
  readonly plan: Plan;
  readonly report: RunReport | undefined;
  readonly after: Described;
}

export interface Recovering {
  readonly kind?: PlanKind;
  readonly memory?: Memory;
  readonly accepted?: Consents;
  /** `known-good`: `relight recover --settings known-good`. */
  readonly settings?: PlanRequest['settings'];
}

/** Everything that may be somebody else's is the playbook's: Terraform has put no tags of relight's on it. */
export function ours(rig: Rig, ...more: readonly string[]): Consents {
  return accepting(...ownedBy(rig.playbook).map((id) => `${id}:ownership`), ...more);
}

/** One recovery, and the world once all is quiet again. */
export async function recover(
  rig: Rig,
  { accepted, kind = 'repair', memory, settings }: Recovering = {},
): Promise<Recovered> {
  const session = await rig.open('change');
  const request = { kind, allowDowntime: true, accepted: accepted ?? ours(rig), ...(settings && { settings }) };
  const planned = await planChange(session, await look(session), request, memory);
  const { plan } = planned;
  const isRun = plan.steps.length > 0 && plan.refusals.length === 0;
  const report = isRun ? (await rig.run({ session, ...planned })).report : undefined;
  await quiet(rig);
  return { plan, report, after: await describe(new Hands(rig)) };
}

/** What is not as it was, by the names of pieces; readable where it is not what a test expects. */
export function changed(before: Described, after: Described): Readonly<Record<string, unknown>> {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return Object.fromEntries(
    [...names].flatMap((name) => {
      const [then, now] = [before[name], after[name]];
      return JSON.stringify(then) === JSON.stringify(now) ? [] : [[name, apart(then, now)]];
    }),
  );
}

function apart(then: unknown, now: unknown): unknown {
  const isMap = (each: unknown): each is Readonly<Record<string, unknown>> =>
    typeof each === 'object' && each !== null && !Array.isArray(each);
  if (!isMap(then) || !isMap(now)) return { then, now };
  const words = new Set([...Object.keys(then), ...Object.keys(now)]);
  return Object.fromEntries(
    [...words].flatMap((word) =>
      JSON.stringify(then[word]) === JSON.stringify(now[word]) ? [] : [[word, apart(then[word], now[word])]],
    ),
  );
}

/** All healthy, and nothing left to do. */
export async function expectAtRest(rig: Rig): Promise<void> {
  const { assessed, plan } = await rig.plan('repair');
  expect(troubles(assessed.assessments)).toEqual({});
  expect(plan.steps).toEqual([]);
  expect(plan.summary.blocked).toBe(0);
}

/** What the report tells, where not all of it succeeded. */
export function trouble({ plan, report }: Recovered): readonly string[] {
  const blocked = plan.components
    .filter((each) => each.disposition === 'blocked')
    .map((each) => `${each.id}: ${each.because}`);
  return [...plan.refusals.map((each) => each.text), ...blocked, ...(report === undefined ? [] : unfinished(report))];
}

/** Settings that the plan says are lost, by component: paths, without the words after them. */
export function losses({ plan }: Recovered): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    plan.components.flatMap(({ id, settings }) =>
      settings === undefined || settings.lost.length === 0
        ? []
        : [[id, settings.lost.map((each) => /^[\w.[\]-]+/.exec(each)?.[0] ?? each)]],
    ),
  );
}

/** Where each piece that is written whole or anew has its settings from. */
export function sources({ plan }: Recovered): Readonly<Record<string, string>> {
  return Object.fromEntries(plan.components.flatMap(({ id, settings }) => (settings ? [[id, settings.from]] : [])));
}

/** Everything but what is blocked is made, the blocked component names the reason, and nothing was deleted on the way. */
export async function expectRefused(rig: Rig, recovered: Recovered, { because, blocked }: Refusal): Promise<void> {
  const { plan, report } = recovered;
  const part = plan.components.find((each) => each.id === blocked);
  expect(part?.disposition).toBe('blocked');
  expect(part?.because).toMatch(because);
  expect(plan.steps.filter((each) => each.destructive)).toEqual([]);
  expect(report?.result).not.toBe('failed');
  const deletes = rig.wire.filter((each) => /^(Delete|Deregister)/.test(each.operation));
  expect(deletes.map((each) => each.operation)).toEqual([]);
  const { plan: next } = await rig.plan('repair');
  expect(next.steps.map((each) => each.id)).toEqual([]);
  expect(next.components.find((each) => each.id === blocked)?.because).toMatch(because);
}

/** What AWS tells of a service in several places. */
const mirrored: Readonly<Record<string, readonly string[]>> = {
  launchType: ['platformFamily', 'taskSets', 'deployments'],
  desiredCount: ['runningCount', 'tasks', 'deployments', 'taskSets'],
  serviceConnectConfiguration: ['deployments'],
  volumeConfigurations: ['deployments'],
  vpcLatticeConfigurations: ['deployments'],
};

/**
 * Nothing was known of the lost pieces: what is not as it was is of pieces that the plan says are made with AWS's defaults, or
 * is a setting that the plan says is lost.
 */
export function expectToldLosses(shape: Shape, before: Described, recovered: Recovered): void {
  const from = sources(recovered);
  const lost = losses(recovered);
  // Where nobody knows how many tasks there were, there are others, and so are targets.
  const counted = Object.values(lost).flat().includes('desiredCount');
  const named = new Set(Object.values(shape.pieces));
  for (const [name, difference] of Object.entries(changed(before, recovered.after))) {
    // Counts of what runs in a shared cluster; and what is left of a piece that was made anew.
    if ((name.startsWith('cluster ') && !named.has(name)) || !(name in before)) continue;
    const owners = Object.entries(shape.pieces).flatMap(([id, each]) => (each === name ? [id] : []));
    if (owners.some((id) => from[id] === 'defaults')) continue;
    const told = owners.flatMap((id) => lost[id] ?? []);
    const allowed = new Set([...(counted ? ['health'] : []), ...told, ...told.flatMap((each) => mirrored[each] ?? [])]);
    const untold = Object.keys(difference as object).filter((each) => !allowed.has(each));
    expect([name, untold]).toEqual([name, []]);
  }
}
