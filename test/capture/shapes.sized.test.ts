// Services as teams run them, made by plain clients and captured: the playbook is sound, plans nothing against what it came from,
// and what is lost of the service comes back as it was, field by field.
import { expect, test } from 'vitest';
import { ownedBy } from '../helpers/rig.ts';
import { sampled, seed, sized } from '../helpers/sized.ts';
import { describe as told, type Described } from '../shapes/described.ts';
import { Hands } from '../shapes/hands.ts';
import { changed, expectAtRest, expectRefused, losses, recover, rememberedOf, trouble } from '../shapes/suite.ts';
import { worldOf, type Scene } from './scene.ts';
import { scenes } from './scenes.ts';
import { take } from './taking.ts';

const losing = scenes.flatMap((scene) => [
  { scene, what: 'single pieces', play: () => playSingles(scene) },
  { scene, what: 'everything', play: () => playLoss(scene, undefined) },
]);

test.each(scenes.map((scene) => ({ scene })))('$scene.name: captured, and nothing to do', ({ scene }) =>
  playCapture(scene),
);

test.each(sampled(losing, 14, () => undefined))('$scene.name: $what lost', ({ play }) => play());

async function playCapture(scene: Scene): Promise<void> {
  const { before, rig: world } = await worldOf(scene);
  const { found, made, open, playbook, rig, wire } = await take(world, scene.start, scene.asked);
  expect(open.unseen).toEqual([]);
  expect(wire.filter((each) => each.mutating)).toEqual([]);
  expect(made.components.map(({ id }) => id)).toEqual([...playbook.components.keys()]);
  expect(found.members.length).toBe(playbook.components.size);
  await expectAtRest(rig);
  expect(changed(before, await told(new Hands(rig)))).toEqual({});
}

/** Each in a copy of the world; one of them in the quick run. */
async function playSingles(scene: Scene): Promise<void> {
  const { rig } = await worldOf(scene);
  const { playbook } = await take(rig, scene.start, scene.asked);
  const own = ownedBy(playbook);
  const drawn = own.slice(seed % own.length).slice(0, 1);
  for (const id of sized({ quick: drawn, long: own })) await playLoss(scene, [id]);
}

/** @param ids what is lost; all of it unless told */
async function playLoss(scene: Scene, ids: readonly string[] | undefined): Promise<void> {
  const { before, rig: world } = await worldOf(scene);
  const { playbook, rig } = await take(world, scene.start, scene.asked);
  const memory = await rememberedOf(rig);
  const lost = ids ?? ownedBy(playbook);
  const hands = new Hands(rig);
  if (lost.some((id) => id.startsWith('load-balancer'))) await scene.unlock?.(hands);
  const broken = await rig.break(lost);
  const gone = [...new Set([...lost, ...broken.map((each) => each.component)])];
  const names = Object.entries(scene.along ?? {}).flatMap(([id, all]) => (gone.includes(id) ? all : []));
  const recovered = await recover(rig, { memory });
  const [only] = lost;
  const refusal = scene.refusals?.[ids === undefined ? 'everything' : (only ?? '')];
  if (refusal !== undefined) return expectRefused(rig, recovered, refusal);
  const partly = ids === undefined ? undefined : scene.partly?.[only ?? ''];
  if (partly !== undefined) {
    expect(recovered.report?.result).toBe('partial');
    expect(trouble(recovered).join('\n')).toMatch(partly);
    return;
  }
  expect([lost, trouble(recovered)]).toEqual([lost, []]);
  expect([lost, losses(recovered)]).toEqual([lost, {}]);
  const created = recovered.plan.steps.filter((each) => each.action === 'create').map((each) => each.component);
  expect(created).toEqual(expect.arrayContaining(gone));
  const stray = scene.strays?.[only ?? ''];
  const isStray = (name: string): boolean => stray !== undefined && name.startsWith(stray) && !(name in before);
  const different = changed(without(before, names), without(recovered.after, names));
  expect([lost, Object.fromEntries(Object.entries(different).filter(([name]) => !isStray(name)))]).toEqual([lost, {}]);
  await expectAtRest(rig);
}

function without(described: Described, names: readonly string[]): Described {
  return Object.fromEntries(Object.entries(described).filter(([name]) => !names.includes(name)));
}
