// Where disasters are played: a playbook deployed once, its world copied for each disaster, the recovery run by the very
// engine that recovers in AWS, and the end looked at from inside and outside.
import { graphOf, look, openSession, probeAll, type Probed, type Assessed, type Session } from '../../engine.ts';
import { durationText } from '../../util/words.ts';
import type { Assessments } from '../../assess/assess.ts';
import type { Verdict } from '../../assess/assessment.ts';
import type { Graph } from '../../graph/graph.ts';
import type { Observations } from '../../observe/observe.ts';
import type { Plan, PlanKind } from '../../plan/plan.ts';
import type { Playbook } from '../../playbook/model.ts';
import type { JournalRecord } from '../../run/journal/events.ts';
import {
  countPieces,
  snapshot,
  standingIn,
  type FaultRule,
  type ObservedCall,
  type WorldData,
} from '../../sandbox/index.ts';
import { disruptionsOf, type Disruption, type Disaster } from '../disaster/disaster.ts';
import { neighboursIn, settleNeighbours } from './neighbours.ts';
import type { Attempt, AttemptOptions } from './attempt.ts';
import { opened, seededHarness, harnessFrom, type Harness, type HarnessOptions } from './harness.ts';
import { enrich, settingsSeen, type Richness, type Settings } from './richer.ts';
import { inject, type Mark } from '../disaster/inject.ts';
import { pathsIn, type Paths } from './watch.ts';

/** A world after a disaster. */
export interface Scene {
  readonly disaster: Disaster;
  readonly marks: readonly Mark[];
  /** A snapshot: copy it before use, as `stageFrom` does. */
  readonly data: WorldData;
  /** Faults of relight's own calls that belong to the disaster. */
  readonly rules: readonly FaultRule[];
}

/** How things really are, before anybody recovers anything. */
export interface Truth {
  readonly assessed: Assessed;
  /** The playbook's probes pass; false where there are none, since nobody can say. */
  readonly serving: boolean;
}

export interface RehearsalEnvironment {
  readonly playbook: Playbook;
  readonly graph: Graph;
  /** Ids of the components that the playbook owns, in create order. */
  readonly owned: readonly string[];
  /** A snapshot of the world in which the playbook is deployed and healthy. */
  readonly deployed: WorldData;
  /** What its pieces have beyond the playbook; empty unless the world is to be richer. */
  readonly beyond: Settings;
  /** The way that the probes' requests take in that world. */
  readonly paths: Paths;
  /** A snapshot of the world that only holds what the playbook presumes. */
  readonly seeded: WorldData;
  /** The world after a disaster; disruptions that several disasters begin with fall once. */
  readonly scene: (disaster: Disaster) => Promise<Scene>;
  /** How things really are after a disaster: a look that no fault hits, and what a client on the internet gets. */
  readonly truth: (disaster: Disaster) => Promise<Truth>;
  /** What somebody else's pieces look like after a disaster, by a name for each. */
  readonly neighbours: (disaster: Disaster) => Promise<Readonly<Record<string, string>>>;
  /** Components of which a piece is there after a disaster: told by the world's data, by no look. */
  readonly standing: (disaster: Disaster) => Promise<ReadonlySet<string>>;
  /**
   * How things are at that instant if nobody has changed anything since the scene: looked at once. Undefined where each
   * recovery is to be played to its very end.
   */
  readonly endUntouched: ((scene: Pick<Scene, 'data'>, at: number, kind: PlanKind) => Promise<Ending>) | undefined;
  /** A harness in a copy of a scene's world, its faults in force. */
  readonly harness: (
    scene: Pick<Scene, 'data' | 'rules'>,
    options?: Pick<HarnessOptions, 'faults' | 'transport' | 'parts' | 'past'>,
  ) => Harness;
  /** Plays a disaster and its recovery from beginning to end. */
  readonly rehearse: (disaster: Disaster, options?: RehearseOptions) => Promise<Rehearsal>;
}

export interface RehearseOptions extends Pick<HarnessOptions, 'faults' | 'transport'>, Omit<AttemptOptions, 'kind'> {
  /** The playbook's strategy unless told. */
  readonly strategy?: PlanKind;
}

/** What one rehearsal showed. */
export interface Rehearsal {
  readonly disaster: Disaster;
  readonly marks: readonly Mark[];
  readonly attempt: Attempt;
  /** What the recovery saw first; empty when it was turned away or killed before. */
  readonly before: Readonly<Record<string, Verdict>>;
  readonly end: Ending;
  /** relight's own calls, those of the looks and plans at the end left out. */
  readonly wire: readonly ObservedCall[];
  readonly records: readonly JournalRecord[];
  /** For each record, how many calls of `wire` AWS had got before it was written. */
  readonly callsBefore: readonly number[];
  /** Milliseconds since the epoch, in AWS time: the first call of the recovery and its end. */
  readonly startedAt: number;
  readonly endedAt: number;
}

/** How things are after a recovery, seen without the disaster's faults. */
export interface Ending {
  readonly verdicts: Readonly<Record<string, Verdict>>;
  readonly assessed: Assessed;
  /** What a recovery would do now: nothing, if the first did its work. */
  readonly plan: Plan;
  /** The playbook's probes, each once, as clients on the internet. */
  readonly probes: readonly Probed[];
  /** How many pieces carry the tags of each component, and how many health checks there are. */
  readonly pieces: Readonly<Record<string, number>>;
  /** What somebody else's pieces look like, by a name for each. */
  readonly neighbours: Readonly<Record<string, string>>;
  /** Of pieces that had settings beyond the playbook. */
  readonly settings: Settings;
  readonly healthy: boolean;
  readonly serving: boolean;
}

export interface EnvironmentOptions extends HarnessOptions {
  /** How many scenes are kept; 1000 unless told. */
  readonly kept?: number;
  /** Pieces get settings that the playbook does not say, and recoveries know what was known good. */
  readonly richer?: boolean;
  /** What one recovery has shown is not played again by another that comes to the same; false unless told. */
  readonly sharing?: boolean;
}

/** The playbook's pieces do not come to life even where nothing is in their way. */
export class CannotDeploy extends Error {
  /** What came of the attempt. */
  readonly attempt: Attempt;

  constructor(file: string, attempt: Attempt) {
    super(`${file} cannot be deployed into an empty world: ${whyNot(attempt)}`);
    this.name = 'CannotDeploy';
    this.attempt = attempt;
  }
}

/**
 * Deploys a playbook into a new world.
 *
 * @throws CannotDeploy naming what failed when it cannot even be deployed
 */
export async function openEnvironment(
  playbook: Playbook,
  options: EnvironmentOptions = {},
): Promise<RehearsalEnvironment> {
  const { kept = 1_000, richer = false, services, sharing = false, timings, ...others } = options;
  const timed = { services, ...(timings === undefined ? {} : { timings }) };
  const harness = await seededHarness(playbook, { ...others, ...timed });
  await settleNeighbours(harness);
  const seeded = snapshot(harness.world);
  await deployOn(harness);
  const { beyond, knownGood } = richer ? await enrich(harness) : plain;
  const deployed = snapshot(harness.world);
  const paths = pathsIn(harness.world, playbook);
  const graph = graphOf(playbook);
  const scenes = new Map<string, Promise<KnownScene>>();
  const calm = Promise.resolve(
    knownScene({ disaster: {}, marks: [], data: deployed, rules: [] }, (data) => lookIn(data)),
  );

  const sceneAfter = (disruptions: readonly Disruption[]): Promise<KnownScene> => {
    const last = disruptions.at(-1);
    if (last === undefined) return calm;
    const key = disruptions.map(({ component, state }) => `${state} ${component}`).join(', ');
    const scene = scenes.get(key) ?? simulate(disruptions.slice(0, -1), last);
    // What was asked for last goes last, and what it was made from lasts as long.
    scenes.delete(key);
    scenes.set(key, scene);
    for (const oldest of scenes.keys()) {
      if (scenes.size <= kept) break;
      scenes.delete(oldest);
    }
    return scene;
  };

  const simulate = async (earlier: readonly Disruption[], last: Disruption): Promise<KnownScene> => {
    const before = await sceneAfter(earlier);
    const there = harnessFrom(playbook, before.data, timed);
    const { knows, mark, rules } = await inject(there, last, { knows: await before.knows() });
    const scene = {
      disaster: { ...before.disaster, [last.component]: last.state },
      marks: [...before.marks, mark],
      data: rules.length > 0 ? before.data : snapshot(there.world),
      rules: [...before.rules, ...rules],
    };
    return knownScene(scene, (data) => (knows === undefined ? lookIn(data) : Promise.resolve(knows)));
  };

  /** What an operator sees who looks at it now. */
  const lookIn = async (data: WorldData): Promise<Observations> => {
    const there = harnessFrom(playbook, data, timed);
    return (await look(opened(await openSession(playbook, there.operatorAccess('read'))))).observations;
  };

  const harnessIn: RehearsalEnvironment['harness'] = ({ data, rules }, { transport, faults = [], parts, past } = {}) =>
    harnessFrom(playbook, data, {
      ...timed,
      ...(transport === undefined ? {} : { transport }),
      ...(parts === undefined ? {} : { parts }),
      ...(past === undefined ? {} : { past }),
      faults: [...rules, ...faults],
      beyond,
      knownGood,
    });

  /** What the caller may not read changes nothing in a world: scenes that differ by that alone have the same data. */
  const truths = new WeakMap<WorldData, Map<string, Promise<Truth>>>();
  const endings = new WeakMap<WorldData, Map<string, Promise<Ending>>>();

  const truthIn = async (data: WorldData): Promise<Truth> => {
    const there = harnessIn({ data, rules: [] });
    const session = opened(await openSession(playbook, there.operatorAccess('read')));
    const assessed = await look(session);
    const probes = await probeAll(session, assessed, there.sandbox.prober);
    return { assessed, serving: probes.length > 0 && probes.every((each) => each.ok) };
  };

  const scene: RehearsalEnvironment['scene'] = (disaster) => sceneAfter(disruptionsOf(disaster, graph.deleteOrder));

  return {
    playbook,
    graph,
    owned: graph.createOrder.filter((id) => playbook.components.get(id)?.shared === false),
    deployed,
    paths,
    beyond,
    seeded,
    scene,
    truth: async (disaster) => {
      const { data } = await scene(disaster);
      return sharing ? once(truths, data, '', () => truthIn(data)) : truthIn(data);
    },
    endUntouched: sharing
      ? ({ data }, at, kind) =>
          once(endings, data, `${at} ${kind === 'teardown' ? kind : 'repair'}`, () => {
            const there = harnessIn({ data, rules: [] });
            there.clock.advance(at - there.clock.now());
            return endOf(there, kind);
          })
      : undefined,
    neighbours: async (disaster) =>
      neighboursIn((await scene(disaster)).data, playbook.target.region, harness.world.services),
    standing: async (disaster) =>
      standingIn((await scene(disaster)).data, playbook.target.region, harness.world.services),
    harness: harnessIn,
    rehearse: async (disaster, rehearsing = {}) => {
      const { transport, faults, strategy = playbook.recovery.strategy, ...attempting } = rehearsing;
      const struck = await scene(disaster);
      const there = harnessIn(struck, {
        ...(transport === undefined ? {} : { transport }),
        ...(faults === undefined ? {} : { faults }),
      });
      return rehearseOn(there, struck, { ...attempting, kind: strategy });
    },
  };
}

function once<Found>(
  found: WeakMap<WorldData, Map<string, Promise<Found>>>,
  data: WorldData,
  key: string,
  find: () => Promise<Found>,
): Promise<Found> {
  const known = found.get(data) ?? new Map<string, Promise<Found>>();
  found.set(data, known);
  const answer = known.get(key) ?? find();
  known.set(key, answer);
  return answer;
}

/** A scene with what whoever brought it about has seen of it. */
interface KnownScene extends Scene {
  readonly knows: () => Promise<Observations>;
}

function knownScene(scene: Scene, knows: (data: WorldData) => Promise<Observations>): KnownScene {
  let known: Promise<Observations> | undefined;
  return { ...scene, knows: () => (known ??= knows(scene.data)) };
}

const plain: Richness = { beyond: new Map(), knownGood: new Map() };

/** Recovers on a harness that a disaster has been played on, and looks at the end. */
export async function rehearseOn(
  harness: Harness,
  { disaster, marks }: Pick<Scene, 'disaster' | 'marks'>,
  options: AttemptOptions,
): Promise<Rehearsal> {
  const from = harness.wire.length;
  const startedAt = harness.clock.now();
  const records: JournalRecord[] = [];
  const callsBefore: number[] = [];
  const attempt = await harness.attempt({
    ...options,
    onRecord: (record) => {
      records.push(record);
      callsBefore.push(harness.wire.length - from);
      options.onRecord?.(record);
    },
  });
  const endedAt = harness.clock.now();
  const wire = harness.wire.slice(from);
  const before = 'assessed' in attempt ? verdictsOf(attempt.assessed.assessments) : {};
  harness.faults.clear();
  const end = await endOf(harness, options.kind);
  return { disaster, marks, attempt, before, end, wire, records, callsBefore, startedAt, endedAt };
}

/** Looks at a world from inside and outside. */
export async function endOf(harness: Harness, kind: PlanKind): Promise<Ending> {
  // To rebuild what is healthy would be to tear it down again.
  const { plan, session, assessed } = await harness.plan(kind === 'teardown' ? 'teardown' : 'repair');
  const probes = await probesAtRest(harness, session, assessed);
  const verdicts = verdictsOf(assessed.assessments);
  return {
    verdicts,
    assessed,
    plan,
    probes,
    pieces: countPieces(harness.world, harness.playbook.target.region, harness.playbook.metadata.name),
    neighbours: neighboursIn(harness.world.data, harness.playbook.target.region, harness.world.services),
    settings: harness.beyond.size === 0 ? harness.beyond : await settingsSeen(session, assessed, harness.beyond),
    healthy: Object.values(verdicts).every((each) => each === 'healthy'),
    serving: probes.every((each) => each.ok),
  };
}

/**
 * Health checks turn only after their thresholds, and names that fail over with them: what does not answer at once is asked
 * again for some minutes.
 */
async function probesAtRest(
  { clock, sandbox }: Harness,
  session: Session,
  assessed: Assessed,
): Promise<readonly Probed[]> {
  const began = clock.now();
  let probes = await probeAll(session, assessed, sandbox.prober);
  while (probes.some((each) => !each.ok) && clock.now() - began < longestTurn) {
    await clock.sleep(betweenRounds);
    const round = await probeAll(session, assessed, sandbox.prober);
    const later = ` (only ${durationText((clock.now() - began) / 1000)} after the end)`;
    probes = probes.map((each, index) => {
      const now = round[index];
      return each.ok || now?.ok !== true ? each : { ...now, detail: now.detail + later };
    });
  }
  return probes;
}

/** Milliseconds: an endpoint that was given up and is up again counts after three checks, 30 s apart, in Route 53's defaults. */
const longestTurn = 180_000;
const betweenRounds = 60_000;

/** `{ service: 'missing', cname: 'healthy' }` */
export function verdictsOf(assessments: Assessments): Readonly<Record<string, Verdict>> {
  return Object.fromEntries([...assessments.values()].map(({ id, verdict }) => [id, verdict] as const));
}

async function deployOn(harness: Harness): Promise<void> {
  const outcome = await harness.attempt({ kind: 'repair' });
  if (outcome.kind === 'ran' && outcome.report.result === 'succeeded') return;
  throw new CannotDeploy(harness.playbook.file, outcome);
}

const sharedHint =
  'A cluster, load balancer and the like that others make are in a world of its own where they are components with `shared: true`';

function whyNot(outcome: Attempt): string {
  switch (outcome.kind) {
    case 'turned-away':
    case 'refused':
      return outcome.reason;
    case 'idle': {
      const stands = outcome.plan.components
        .filter((each) => each.disposition === 'blocked')
        .map((each) => `${each.id}: ${each.because}`)
        .join('; ');
      const needs = [...(outcome.assessed.observations.needs?.values() ?? [])].flat();
      return needs.some(({ missing }) => missing.length > 0) ? `${stands}. ${sharedHint}` : stands;
    }
    case 'ran':
      return outcome.report.steps
        .flatMap(({ error, id }) => (error === null ? [] : [`${id}: ${error.code}: ${error.message}`]))
        .concat(outcome.report.blocked.map((each) => `${each.component}: ${each.because}`))
        .join('; ');
    case 'killed':
      return 'its process was killed';
  }
}
