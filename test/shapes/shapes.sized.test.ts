// Services as teams run them: pieces with all their settings, made by an operator; a playbook that says what teams say. Each
// piece is lost, and all of them; afterwards all that AWS tells of the world is as it was, or the plan has said what is not.
import { expect, test } from 'vitest';
import { ownedBy, playbookOf } from '../helpers/rig.ts';
import { sampled } from '../helpers/sized.ts';
import { describe as told, type Described } from './described.ts';
import { Hands } from './hands.ts';
import type { Shape } from './shape.ts';
import {
  changed,
  expectAtRest,
  expectRefused,
  expectToldLosses,
  losses,
  ours,
  quiet,
  recover,
  trouble,
  worldOf,
} from './suite.ts';
import { blueGreen, greenLive } from './worlds/blue-green.ts';
import { fargate } from './worlds/fargate.ts';
import { gpu } from './worlds/gpu.ts';
import { mesh } from './worlds/mesh.ts';
import { network } from './worlds/network.ts';
import { oidc } from './worlds/oidc.ts';
import { regions } from './worlds/regions.ts';
import { worker } from './worlds/worker.ts';

const shapes: readonly Shape[] = [fargate, network, mesh, blueGreen, greenLive, gpu, oidc, regions, worker];

interface Case {
  readonly what: string;
  readonly shape: Shape;
  readonly play: () => Promise<void>;
}

const all = shapes.flatMap(casesOf);

test.each(sampled(all, 24, (each) => each.shape.name))('$shape.name: $what', ({ play }) => play());

function casesOf(shape: Shape): readonly Case[] {
  const owned = Object.keys(shape.pieces);
  const single = owned.filter((id) => !(shape.held ?? []).includes(id));
  const known = (lost: readonly string[]) => () => playLoss(shape, lost);
  const forgotten = shape.movedByOthers === true ? [] : single;
  const unknown = (lost: readonly string[]) => () => playUnknown(shape, lost);
  const cases: readonly (readonly [string, () => Promise<void>])[] = [
    ['is healthy, and there is nothing to do', () => playLook(shape)],
    ...single.map((id) => [`${id} lost`, known([id])] as const),
    ['everything lost', known(owned)],
    ...forgotten.map((id) => [`${id} lost, and nothing known of it`, unknown([id])] as const),
    ...(forgotten.length === 0 ? [] : [['everything lost, and nothing known of it', unknown(owned)] as const]),
    ...shape.drifts.map((drift) => [drift.what, () => playDrift(shape, drift.what)] as const),
    ['rebuilt', () => playRebuild(shape)],
  ];
  return cases.map(([what, play]) => ({ what, shape, play }));
}

async function playLook(shape: Shape): Promise<void> {
  const { before, rig } = await worldOf(shape);
  expect(ownedBy(playbookOf(shape.playbook, shape.params ?? {})).toSorted()).toEqual(
    Object.keys(shape.pieces).toSorted(),
  );
  expect(Object.values(shape.pieces).filter((name) => !(name in before))).toEqual([]);
  await expectAtRest(rig);
  await rig.clock.sleep(3_600_000);
  expect(changed(before, await told(new Hands(rig)))).toEqual({});
}

async function lose(shape: Shape, lost: readonly string[]): Promise<Awaited<ReturnType<typeof worldOf>>> {
  const world = await worldOf(shape);
  const hands = new Hands(world.rig);
  if (lost.some((id) => shape.pieces[id]?.startsWith('load balancer'))) await shape.unlock?.(hands);
  await world.rig.break(lost);
  const names = lost.flatMap((id) => shape.pieces[id] ?? []).filter((each) => !/task definition|table/.test(each));
  const there = await told(hands);
  const along = alongWith(shape, lost);
  expect(along.filter((each) => !(each in world.before))).toEqual([]);
  expect([...names, ...along].filter((each) => each in there)).toEqual([]);
  return { ...world, before: without(world.before, along) };
}

/** What AWS deletes with these components' pieces, and relight does not put back. */
function alongWith({ along = {} }: Shape, components: readonly string[]): readonly string[] {
  return components.flatMap((id) => along[id] ?? []);
}

function without(described: Described, names: readonly string[]): Described {
  return Object.fromEntries(Object.entries(described).filter(([name]) => !names.includes(name)));
}

async function playLoss(shape: Shape, lost: readonly string[]): Promise<void> {
  const { before, memory, rig } = await lose(shape, lost);
  const refusal = lost.length === 1 ? shape.refusals?.[lost[0] ?? ''] : undefined;
  const recovered = await recover(rig, { memory });
  if (refusal !== undefined) {
    await expectRefused(rig, recovered, refusal);
    const rebuilt = await recover(rig, { kind: 'rebuild', memory, accepted: ours(rig, ...(shape.consents ?? [])) });
    expect(trouble(rebuilt)).toEqual([]);
    const along = alongWith(shape, Object.keys(shape.pieces));
    expect(changed(without(before, along), rebuilt.after)).toEqual({});
    return;
  }
  expect(trouble(recovered)).toEqual([]);
  expect(losses(recovered)).toEqual({});
  const created = recovered.plan.steps.filter((each) => each.action === 'create').map((each) => each.component);
  expect(created).toEqual(expect.arrayContaining([...lost]));
  const stray = lost.length === 1 ? shape.strays?.[lost[0] ?? ''] : undefined;
  const different = changed(before, recovered.after);
  const strays = Object.keys(recovered.after).filter((each) => !(each in before));
  expect(strays.map((each) => stray !== undefined && each.startsWith(stray))).toEqual(strays.map(() => true));
  expect(Object.keys(different).toSorted()).toEqual(strays.toSorted());
  await expectAtRest(rig);
}

async function playUnknown(shape: Shape, lost: readonly string[]): Promise<void> {
  const { before, rig } = await lose(shape, lost);
  const recovered = await recover(rig);
  const refusal = lost.length === 1 ? shape.refusals?.[lost[0] ?? ''] : undefined;
  if (refusal !== undefined) {
    await expectRefused(rig, recovered, refusal);
    return;
  }
  expect(trouble(recovered)).toEqual([]);
  expectToldLosses(shape, before, recovered);
  await expectAtRest(rig);
}

async function playRebuild(shape: Shape): Promise<void> {
  const { rig } = await worldOf(shape);
  const hands = new Hands(rig);
  if (shape.unlock !== undefined) {
    const locked = await recover(rig.fork(), { kind: 'rebuild' });
    expect(trouble(locked).join('\n')).toMatch(/deletion_protection.enabled is true, and AWS does not delete it/);
    expect(locked.plan.steps.filter((each) => each.destructive)).toEqual([]);
    await shape.unlock(hands);
  }
  const before = await told(hands);
  const rebuilt = await recover(rig, { kind: 'rebuild', accepted: ours(rig, ...(shape.consents ?? [])) });
  expect(trouble(rebuilt)).toEqual([]);
  expect(losses(rebuilt)).toEqual({});
  expect(rebuilt.plan.steps.filter((each) => each.destructive).length).toBeGreaterThan(0);
  const along = alongWith(shape, Object.keys(shape.pieces));
  const accepted = rebuilt.plan.components.flatMap(({ consents = [] }) =>
    consents.filter((each) => each.reason === 'cascade' && each.what.startsWith('auto scaling')),
  );
  expect(accepted.length).toBe(Object.keys(shape.along ?? {}).length);
  expect(changed(without(before, along), rebuilt.after)).toEqual({});
  await expectAtRest(rig);
}

async function playDrift(shape: Shape, what: string): Promise<void> {
  const { before, memory, rig } = await worldOf(shape);
  const drift = shape.drifts.find((each) => each.what === what);
  if (drift === undefined) throw new Error(`no drift ${what}`);
  await drift.by(new Hands(rig));
  await quiet(rig);
  expect(changed(before, await told(new Hands(rig)))).not.toEqual({});
  if (drift.unlike !== undefined) {
    const { plan } = await recover(rig.fork(), { memory });
    expect(plan.components.flatMap((each) => each.settings?.unlike ?? [])).toEqual(
      expect.arrayContaining([...drift.unlike]),
    );
  }
  const settings = drift.unlike === undefined ? undefined : 'known-good';
  const recovered = await recover(rig, { memory, ...(settings && { settings }) });
  expect(trouble(recovered)).toEqual([]);
  const steps = recovered.plan.steps.filter((each) => each.action !== 'verify' && each.action !== 'wait');
  expect(steps.map((each) => each.id).toSorted()).toEqual([...drift.steps].toSorted());
  expect(changed(before, recovered.after)).toEqual({});
  await expectAtRest(rig);
}
