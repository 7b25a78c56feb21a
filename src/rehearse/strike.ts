// Lets a disaster's blows fall on a world, one after the other, the way people and bad luck do it.
import { look, openSession, type Session } from '../engine.ts';
import { typeOf } from '../observe/look.ts';
import type { Component } from '../playbook/model.ts';
import { createSight, type Sight } from '../run/sight.ts';
import type { FaultRule } from '../sandbox/index.ts';
import { breakComponents } from './break.ts';
import type { Blow } from './disaster.ts';
import { handsOn, type SpecObject } from './hands.ts';
import { evictFrom } from './neighbours.ts';
import { opened, type Stage } from './stage.ts';
import { wayOf } from './ways.ts';

/** What a blow did. */
export interface Mark extends Blow {
  /** In a few words; null when it could not fall, since an earlier one had taken the piece away. */
  readonly what: string | null;
  /** Pieces that AWS made go with it. */
  readonly also: readonly string[];
}

export interface Struck {
  readonly mark: Mark;
  /** Faults of relight's own calls that the blow stands for. */
  readonly rules: readonly FaultRule[];
}

const pause = 15_000;
const longestWait = 30 * 60_000;
/** Until a change by hand is everywhere: Route 53's name servers take longest [Route 53 API, GetChange]. */
const spread = 60_000;

/**
 * Strikes one component of a stage's world. An operator does it, with clients that no fault hits; AWS finishes what it
 * does before the next blow, unless the blow is about just that.
 *
 * @param wait false: returns as soon as AWS has taken it, while others are at work in the same world
 * @throws Error when the state cannot be brought about for this type: ask `cannotBe` first
 */
export async function strike(stage: Stage, { component: id, state }: Blow, wait = true): Promise<Struck> {
  const session = opened(await openSession(stage.playbook, stage.handsAccess('change')));
  const { survey } = await look(session);
  session.viewpoint.aws.gate.openForChanges();
  const component = stage.playbook.components.get(id);
  if (component === undefined) throw new Error(`Internal error: no component ${id}`);
  const marked = (what: string | null, also: readonly string[] = []): Struck => ({
    mark: { component: id, state, what, also },
    rules: [],
  });

  if (state === 'lost') {
    const { graph, playbook, viewpoint } = session;
    await evictFrom(component, createSight(playbook, survey, viewpoint), stage);
    const broken = await breakComponents([id], { playbook, graph, survey, viewpoint, wait: false });
    if (wait) {
      await untilGone(
        session,
        broken.map((each) => each.component),
      );
    }
    const [own] = broken.filter((each) => each.component === id);
    const also = broken.filter((each) => each.how === 'forced').map((each) => each.component);
    return marked(own === undefined || own.how === 'was-gone' ? null : 'deleted by hand', also);
  }

  const sight = createSight(stage.playbook, survey, session.viewpoint);
  const seen = await sight.look(component);
  const way = wayOf(component.type, state);
  const spec = sight.target(component).spec as SpecObject;
  switch (way.kind) {
    case 'cannot':
      throw new Error(`${id} cannot be ${state}: ${way.because}`);
    case 'rule': {
      const rules = way.rules(spec, seen.kind === 'present' ? seen.state : undefined);
      return { mark: { component: id, state, what: 'the caller may not read it', also: [] }, rules };
    }
    case 'way': {
      if (seen.kind !== 'present') return marked(null);
      const what = await way.strike(handsOn(stage, session, sight, component, seen.state));
      if (wait && what !== undefined && way.until === 'settled') await untilSettled(session, sight, component);
      return marked(what ?? null);
    }
  }
}

async function untilSettled({ viewpoint }: Session, sight: Sight, component: Component): Promise<void> {
  const { clock } = viewpoint;
  const end = clock.now() + longestWait;
  await clock.sleep(spread);
  for (;;) {
    const seen = await sight.look(component);
    const settling =
      seen.kind === 'present' &&
      typeOf(component, viewpoint.types).readiness(seen.state, sight.target(component).spec).kind === 'settling';
    if (!settling) return;
    if (clock.now() > end) throw new Error(`${component.id} does not settle`);
    await clock.sleep(pause);
  }
}

async function untilGone(session: Session, ids: readonly string[]): Promise<void> {
  const { playbook, viewpoint } = session;
  const { clock } = viewpoint;
  const end = clock.now() + longestWait;
  const components = ids.flatMap((id) => playbook.components.get(id) ?? []);
  const sight = createSight(playbook, (await look(session)).survey, viewpoint);
  for (const component of components) {
    while ((await sight.look(component)).kind === 'present') {
      if (clock.now() > end) throw new Error(`${component.id} is still there`);
      await clock.sleep(pause);
    }
  }
}
