// Pieces of somebody else, beside those of the playbook: what a recovery must leave as it is and could strike by a name
// that is half read, by a listing that is taken as a whole, or by a batch that holds too much. One of each type that the
// playbook owns, and only where no recovery has to take it along: nothing in a cluster or on a load balancer of its own.
import { classify } from '../../aws/errors.ts';
import { neighboursPlaybook, ownerTags, type ChangeContext } from '../../components/contract.ts';
import { look, openSession } from '../../engine.ts';
import type { Component, Playbook } from '../../playbook/model.ts';
import { createLiveView, type LiveView } from '../../run/live-view.ts';
import { picturesIn, type World, type WorldData } from '../../sandbox/index.ts';
import { makePiece, typeNamed } from './operator.ts';
import { opened, type Harness } from './harness.ts';

/** Ids in a world are drawn by counting: neighbours draw from so far on that all others stay as they are. */
const farDraws = 0x8000_0000;

/** Makes the neighbours of a playbook's pieces in a world that holds what the playbook presumes. */
export async function settleNeighbours(harness: Harness): Promise<void> {
  const { data } = harness.world;
  const drawn = data.sequence;
  data.sequence += farDraws;
  try {
    const session = opened(await openSession(harness.playbook, harness.operatorAccess('change')));
    const { observations } = await look(session);
    session.observeContext.aws.gate.openForChanges();
    const liveView = createLiveView(harness.playbook, observations, session.observeContext);
    const settled = new Set<string>();
    for (const component of harness.playbook.components.values()) {
      if (component.shared || settled.has(component.type)) continue;
      if (await settle(component, liveView, harness.playbook)) settled.add(component.type);
    }
  } finally {
    data.sequence = drawn;
  }
}

/** What a world's neighbours look like: settings only, nothing that time changes. */
export function neighboursIn(
  data: WorldData,
  region: string,
  services: World['services'],
): Readonly<Record<string, string>> {
  return picturesIn(data, region, { key: ownerTags.playbook, value: neighboursPlaybook }, services);
}

/**
 * Takes along the neighbours that AWS would not delete a piece with: they wait for nobody's recovery, and are gone with what
 * they were in.
 */
export async function evictFrom(component: Component, liveView: LiveView, harness: Harness): Promise<void> {
  const { types } = harness.playbook;
  const { lodgers } = typeNamed(component.type, types).rehearsal;
  if (lodgers === undefined) return;
  const type = typeNamed(lodgers.type, types);
  const own = liveView.target(component).spec;
  const targets = [...harness.playbook.components.values()].flatMap((each) => {
    if (each.shared || each.type !== lodgers.type) return [];
    const neighbour = type.rehearsal.neighbour(liveView.target(each).spec);
    if (neighbour === undefined || !lodgers.livesIn(own, neighbour.spec)) return [];
    const spec = type.traits.schema.safeParse(neighbour.spec);
    return spec.success ? [{ id: `beside-${each.id}`, spec: spec.data }] : [];
  });
  if (targets.length === 0) return;
  const seen = await type.observe(targets, liveView.context());
  for (const target of targets) {
    const found = seen.get(target.id);
    if (found?.kind !== 'present' || found.tags?.[ownerTags.playbook] !== neighboursPlaybook) continue;
    await type.delete(target, found.state, contextOf(target.id, liveView));
  }
}

function contextOf(id: string, liveView: LiveView): ChangeContext {
  return {
    ...liveView.context(),
    token: `next-door-${id}`.slice(0, 36),
    tags: { [ownerTags.playbook]: neighboursPlaybook, [ownerTags.component]: id.slice(0, 255) },
  };
}

/** True when there is a neighbour now. */
async function settle(component: Component, liveView: LiveView, { types }: Playbook): Promise<boolean> {
  const make = (type: string, spec: unknown): ReturnType<typeof makePiece> => {
    const id = `canary-${type.replace('/', '-')}`;
    return makePiece(type, id, spec, contextOf(id, liveView), { liveView, types });
  };
  const neighbour = typeNamed(component.type, types).rehearsal.neighbour(liveView.target(component).spec);
  if (neighbour === undefined) return false;
  const { beside, spec } = neighbour;
  try {
    const helper = beside && { [beside.field]: (await make(beside.type, beside.spec))[beside.output] };
    await make(component.type, { ...spec, ...helper });
    return true;
  } catch (error) {
    // What a playbook says may be too strange for a neighbour of its kind: AWS or the type's schema refuses it.
    if (error instanceof Error && error.name.includes('ZodError')) return false;
    if (['invalid', 'conflict', 'not-found'].includes(classify(error).class)) return false;
    throw error;
  }
}
