// Lets a disaster's disruptions fall on a world, one after the other, the way people and bad luck do it.
import { classify } from '../../aws/errors.ts';
import { look, openSession, type Session } from '../../engine.ts';
import { liesIn, typeOf, type Observations } from '../../observe/observe.ts';
import type { Component } from '../../playbook/model.ts';
import { createLiveView, type LiveView } from '../../run/live-view.ts';
import type { FaultRule } from '../../sandbox/index.ts';
import { breakComponents } from './break.ts';
import type { Disaster, Disruption } from './disaster.ts';
import { operatorOn } from '../world/operator.ts';
import { evictFrom } from '../world/neighbours.ts';
import { opened, type Harness } from '../world/harness.ts';
import { injectionOf } from './injections.ts';

/** What a disruption did. */
export interface Mark extends Disruption {
  /** In a few words; null when it could not fall: an earlier one had taken the piece away, or AWS refused it by hand too. */
  readonly what: string | null;
  /** What AWS said, where it refused it. */
  readonly refused?: string;
  /** Pieces that AWS made go with it. */
  readonly also: readonly string[];
}

export interface Struck {
  readonly mark: Mark;
  /** Faults of relight's own calls that the disruption stands for. */
  readonly rules: readonly FaultRule[];
  /** What whoever did it has seen of the pieces by now; undefined where some of it may not hold any more. */
  readonly knows?: Observations;
}

export interface Striking {
  /** False: returns as soon as AWS has taken it, while others are at work in the same world; true unless told. */
  readonly wait?: boolean;
  /** What was seen of the pieces before, by whoever does it; looked at unless told. */
  readonly knows?: Observations;
}

/** What the disruptions of a disaster have brought about; what was to be lost is gone, whoever took it away. */
export function fallenIn(marks: readonly Mark[]): Disaster {
  return Object.fromEntries(
    marks.filter(({ state, what }) => what !== null || state === 'lost').map((each) => [each.component, each.state]),
  );
}

const pause = 15_000;
const longestWait = 30 * 60_000;
/** For which AWS may show what is deleted as if it were there. */
const longestShown = 5 * 60_000;
/** Until AWS takes a further change of the same zone [Route 53 API, PriorRequestNotComplete]. */
const settled = 1_000;
/** Until a change by hand is everywhere: Route 53's name servers take longest [Route 53 API, GetChange]. */
const spread = 60_000;

/**
 * Disrupts one component of a harness's world. An operator does it, with clients that no fault hits; AWS finishes what it
 * does before the next disruption, unless the disruption is about just that.
 *
 * @throws Error when the state cannot be brought about for this type: ask `cannotBe` first
 */
export async function inject(
  harness: Harness,
  { component: id, state }: Disruption,
  { knows, wait = true }: Striking = {},
): Promise<Struck> {
  const session = opened(await openSession(harness.playbook, harness.operatorAccess('change')));
  const observations = knows ?? (await look(session)).observations;
  session.observeContext.aws.gate.openForChanges();
  const component = harness.playbook.components.get(id);
  if (component === undefined) throw new Error(`Internal error: no component ${id}`);
  const marked = (what: string | null, also: readonly string[] = []): Struck => ({
    mark: { component: id, state, what, also },
    rules: [],
  });
  const liveView = createLiveView(harness.playbook, observations, session.observeContext);

  if (state === 'lost') {
    await evictFrom(component, liveView, harness);
    const { graph, observeContext, playbook } = session;
    const broken = await breakComponents([id], {
      playbook,
      graph,
      observations,
      liveView,
      observeContext,
      wait: false,
    });
    const gone = broken.map((each) => each.component);
    if (wait) {
      await untilGone(session, liveView, gone);
      await observeContext.clock.sleep(settled);
    }
    const [own] = broken.filter((each) => each.component === id);
    const also = broken.filter((each) => each.how === 'forced').map((each) => each.component);
    const struck = marked(own === undefined || own.how === 'was-gone' ? null : 'deleted by hand', also);
    return wait && gone.every((each) => holdsNothing(each, session, liveView))
      ? { ...struck, knows: knownBy(liveView, observations) }
      : struck;
  }

  const seen = await liveView.look(component);
  const injection = injectionOf(component, state, harness.playbook);
  const { spec } = liveView.target(component);
  switch (injection.kind) {
    case 'cannot':
      throw new Error(`${id} cannot be ${state}: ${injection.because}`);
    case 'denied': {
      const calls = injection.calls(spec, seen.kind === 'present' ? seen.state : undefined);
      const rules = calls.map((each) => ({ kind: 'access-denied', ...each }) as const);
      return { mark: { component: id, state, what: 'the caller may not read it', also: [] }, rules };
    }
    case 'done': {
      if (seen.kind !== 'present') return marked(null);
      const { refused, what } = await byHand(() =>
        injection.inject(operatorOn(harness, session, liveView, component, seen.state)),
      );
      if (refused !== undefined) return { mark: { component: id, state, what: null, also: [], refused }, rules: [] };
      if (wait && what !== undefined && injection.until === 'settled') await untilSettled(session, liveView, component);
      return marked(what ?? null);
    }
  }
}

/** What a playbook says may be such that AWS takes no change of the kind: then it has not fallen, and that is told. */
async function byHand(
  strike: () => Promise<string | undefined>,
): Promise<{ readonly what: string | undefined; readonly refused?: string }> {
  try {
    return { what: await strike() };
  } catch (error) {
    const { class: kind, code, message } = classify(error);
    if (kind !== 'invalid' && kind !== 'conflict' && kind !== 'not-found') throw error;
    return { what: undefined, refused: `${code}: ${message}` };
  }
}

async function untilSettled({ observeContext }: Session, liveView: LiveView, component: Component): Promise<void> {
  const { clock } = observeContext;
  const end = clock.now() + longestWait;
  await clock.sleep(spread);
  for (;;) {
    const seen = await liveView.look(component);
    const settling =
      seen.kind === 'present' &&
      typeOf(component, observeContext.types).readiness(seen.state, liveView.target(component).spec).kind ===
        'settling';
    // A service whose tasks cannot start never comes to rest: the next disruption meets it as it is.
    if (!settling || clock.now() > end) return;
    await clock.sleep(pause);
  }
}

async function untilGone(
  { playbook, observeContext }: Session,
  liveView: LiveView,
  ids: readonly string[],
): Promise<void> {
  const { clock } = observeContext;
  const end = clock.now() + longestWait;
  const components = ids.flatMap((id) => playbook.components.get(id) ?? []);
  for (const component of components) {
    const began = clock.now();
    for (;;) {
      const seen = await liveView.look(component);
      if (seen.kind !== 'present') break;
      const type = typeOf(component, observeContext.types);
      const goesOn = type.readiness(seen.state, liveView.target(component).spec).kind === 'ready';
      // What is deleted may go on where it is used: services run a revision that is INACTIVE.
      if (goesOn && clock.now() - began > longestShown) break;
      if (clock.now() > end) throw new Error(`${component.id} is still there`);
      await clock.sleep(pause);
    }
  }
}

/** Nothing was seen in it that would have gone with it. */
function holdsNothing(id: string, { playbook, types }: Session, liveView: LiveView): boolean {
  return [...playbook.components.values()].every(
    (each) => liveView.seen(each.id)?.kind === 'absent' || !liesIn(each, id, types),
  );
}

function knownBy(liveView: LiveView, before: Observations): Observations {
  return {
    ...before,
    byId: new Map([...before.byId].map(([id, seen]) => [id, liveView.seen(id) ?? seen])),
    outputs: new Map([...before.outputs].map(([id, outputs]) => [id, liveView.outputs(id) ?? outputs])),
  };
}
