// One case: small pieces are made by a playbook, people set more on them by hand, some of it is lost, changed or half made
// again, and relight recovers. Whatever AWS told of a piece before and does not tell any more must be what the plan named as
// lost, or what the playbook says otherwise.
import fc from 'fast-check';
import { classify } from '../../../src/aws/errors.ts';
import { graphOf, look, openSession } from '../../../src/engine.ts';
import { consentReasons, consentsIn, consentWord } from '../../../src/plan/consent.ts';
import type { Plan, Resumption, Strategy } from '../../../src/plan/plan.ts';
import type { Playbook } from '../../../src/playbook/model.ts';
import { breakComponents } from '../../../src/rehearse/disaster/break.ts';
import { startProcess } from '../../../src/rehearse/world/killable.ts';
import type { Attempt, Parts } from '../../../src/rehearse/world/attempt.ts';
import {
  harnessFrom,
  opened,
  seededHarness,
  type Harness,
  type HarnessOptions,
} from '../../../src/rehearse/world/harness.ts';
import { knownGoodOf } from '../../../src/rehearse/world/richer.ts';
import type { Memory } from '../../../src/settings/base.ts';
import type { JournalRecord } from '../../../src/run/journal/events.ts';
import { unfinishedRun } from '../../../src/run/journal/unfinished.ts';
import { instantTimings, presume, snapshot, type WorldData } from '../../../src/sandbox/index.ts';
import { playbookOf } from '../../helpers/rig.ts';
import { hands, presumed, type Site } from './hands.ts';
import { edits, playbookText, type Shape } from './playbook.ts';
import { toldOf, type Told } from './told.ts';

type Fields = Readonly<Record<string, unknown>>;

interface PieceLot {
  /** By the hand's name: what it puts. */
  readonly beyond: Readonly<Record<string, Fields>>;
  readonly fate: 'stands' | 'drifted' | 'lost';
}

type PieceLots = Readonly<Record<string, PieceLot>>;

export interface Case {
  readonly shape: Shape;
  readonly pieces: PieceLots;
  readonly strategy: Strategy;
  /** What was known good is remembered. */
  readonly remembered: boolean;
  /** Losses that the plan names are accepted. */
  readonly accepted: boolean;
  /** The playbook says something else by then. */
  readonly edited: boolean;
  /** The first run is cut off after so many lines of its journal; undefined: it is not. */
  readonly dieAfter: number | undefined;
}

export interface Verdict {
  /** A sentence for each setting that was lost in silence. */
  readonly broken: readonly string[];
  /** Hands that put something, and those that AWS refused. */
  readonly put: number;
  readonly refused: readonly string[];
  /** Settings that were compared, and those of them that are gone and were named. */
  readonly compared: number;
  readonly named: number;
  /** Calls that made or changed something. */
  readonly changes: number;
  readonly end: Attempt['kind'] | 'partial';
}

// --- Drawing ----------------------------------------------------------------------------------------------------------

/** Mostly not there; a case shrinks to fewer pieces. */
function seldom<Value>(part: fc.Arbitrary<Value>, weight: number): fc.Arbitrary<Value | null> {
  return fc.oneof(
    { withCrossShrink: true },
    { arbitrary: fc.constant(null), weight: 10 - weight },
    { arbitrary: part, weight },
  );
}

function lotOf(id: string): fc.Arbitrary<PieceLot> {
  const { beyond = {} } = hands[id] ?? {};
  const draws = Object.fromEntries(Object.entries(beyond).map(([hand, { draw }]) => [hand, draw]));
  return fc.record({
    beyond: fc.record(draws, { requiredKeys: [] }) as fc.Arbitrary<PieceLot['beyond']>,
    fate: fc.constantFrom('stands', 'stands', 'drifted', 'lost', 'lost'),
  });
}

function pieces(...ids: readonly string[]): fc.Arbitrary<PieceLots> {
  return fc.record(Object.fromEntries(ids.map((id) => [id, lotOf(id)])));
}

const parts = {
  containers: seldom(
    fc.record({
      says: fc.record({ ownCluster: fc.boolean(), more: fc.boolean() }),
      pieces: pieces('cluster', 'tasks', 'service'),
    }),
    1,
  ),
  balancing: seldom(
    fc.record({
      says: fc.record({ secure: fc.boolean(), rule: fc.boolean(), more: fc.boolean() }),
      pieces: pieces('balancer', 'group', 'listener', 'rule'),
    }),
    2,
  ),
  names: seldom(
    fc.record({
      says: fc.record({ record: fc.constantFrom('plain', 'one of several'), more: fc.boolean() }),
      pieces: pieces('check', 'name'),
    }),
    3,
  ),
  data: seldom(fc.record({ says: fc.record({ more: fc.boolean() }), pieces: pieces('state', 'entry') }), 3),
  parameters: seldom(
    fc.record({ says: fc.record({ secret: fc.boolean(), more: fc.boolean() }), pieces: pieces('level', 'key') }),
    3,
  ),
};

/** Every case; what it is made of is in it, so that it shrinks part by part. */
export const caseDrawn: fc.Arbitrary<Case> = fc
  .record({
    ...parts,
    rooted: fc.boolean(),
    strategy: fc.constantFrom<Strategy>('repair', 'repair', 'rebuild'),
    remembered: fc.boolean(),
    accepted: fc.boolean(),
    edited: fc.constantFrom(false, false, true),
    dieAfter: fc.option(fc.integer({ min: 2, max: 30 }), { freq: 5, nil: undefined }),
  })
  .map(({ balancing, containers, data, names, parameters, rooted, ...others }) => {
    const all = { balancing, containers, data, names, parameters };
    // A world without pieces shows nothing.
    const none = Object.values(all).every((each) => each === null);
    return {
      ...others,
      shape: {
        containers: containers?.says ?? null,
        balancing: balancing?.says ?? null,
        names: names?.says ?? null,
        data: data?.says ?? (none ? { more: false } : null),
        parameters: parameters?.says ?? null,
        rooted,
      },
      pieces: Object.assign({}, ...Object.values(all).map((each) => each?.pieces)) as PieceLots,
    };
  });

// --- Worlds -----------------------------------------------------------------------------------------------------------

interface Made {
  readonly data: WorldData;
  readonly outputs: ReadonlyMap<string, Readonly<Record<string, string | undefined>>>;
}

const made = new Map<string, Promise<Made>>();
const kept = 200;

/** A world in which a playbook's pieces are, and nothing beyond. */
function madeBy(text: string): Promise<Made> {
  let found = made.get(text);
  if (found === undefined) {
    found = make(text);
    made.set(text, found);
    for (const oldest of made.keys()) {
      if (made.size <= kept) break;
      made.delete(oldest);
    }
  }
  return found;
}

async function make(text: string): Promise<Made> {
  const playbook = playbookOf(text);
  const harness = await seededHarness(playbook, { timings: instantTimings });
  presume(
    harness.world,
    presumed.map((each) => ({ region: playbook.target.region, ...each })),
  );
  const attempt = await harness.attempt({ kind: 'repair' });
  if (attempt.kind !== 'ran' || attempt.report.result !== 'succeeded') {
    throw new Error(
      `it cannot be deployed: ${JSON.stringify(attempt.kind === 'ran' ? attempt.report.steps : attempt)}`,
    );
  }
  const { observations } = await harness.look();
  return { data: snapshot(harness.world), outputs: observations.outputs };
}

/** Until what was asked of AWS is done. */
const rest = 15 * 60_000;

// --- Playing ----------------------------------------------------------------------------------------------------------

/** @param parts what the recoveries are made of; what ships unless told */
export async function playSettings(played: Case, parts: Parts = {}): Promise<Verdict> {
  const first = await madeBy(playbookText(played.shape, { first: true, edited: false }));
  const playbook = playbookOf(playbookText(played.shape, { first: false, edited: false }));
  const options: HarnessOptions = { timings: instantTimings };
  const rich = harnessFrom(playbook, first.data, options);
  const owned = [...playbook.components.values()].filter((each) => !each.shared).map((each) => each.id);
  const { put, refused } = await putAll(siteOf(rich, first), owned, played);
  await rich.clock.sleep(rest);
  const before = await toldOf(rich, owned);
  const { broken, knownGood } = await driftless(rich, played.remembered);
  const struck = harnessFrom(playbook, snapshot(rich.world), { ...options, knownGood, parts });
  await strike(struck, playbook, first, played.pieces, owned);
  const left = await toldOf(struck, owned);
  const edited = played.edited ? playbookOf(playbookText(played.shape, { first: false, edited: true })) : playbook;
  const recovering = struck.withPlaybook(edited);
  const { attempts, end } = await recoverAll(recovering, played, owned);
  await struck.clock.sleep(rest);
  const after = await toldOf(struck, owned);
  const { compared, lost, named } = losses({ before, left, after }, attempts, played.edited);
  return {
    broken: [...broken, ...lost],
    put,
    refused,
    compared,
    named,
    changes: struck.wire.filter((each) => each.mutating).length,
    end,
  };
}

function siteOf(harness: Harness, { outputs }: Made): Site {
  return {
    harness,
    outputOf: (component, output) => {
      const value = outputs.get(component)?.[output];
      if (value === undefined) throw new Error(`${component} has no ${output}`);
      return value;
    },
  };
}

async function putAll(
  site: Site,
  owned: readonly string[],
  { pieces: lots, shape }: Case,
): Promise<{ readonly put: number; readonly refused: readonly string[] }> {
  let put = 0;
  const refused: string[] = [];
  for (const [id, { beyond }] of Object.entries(hands)) {
    if (!owned.includes(id)) continue;
    for (const [hand, { put: apply, said = [] }] of Object.entries(beyond)) {
      const drawn = Object.entries(lots[id]?.beyond[hand] ?? {});
      const input = Object.fromEntries(drawn.filter(([member]) => !saysMore(shape, id) || !said.includes(member)));
      if (Object.keys(input).length === 0) continue;
      try {
        await apply(site, input);
        await site.harness.clock.sleep(60_000);
        put += 1;
      } catch (error) {
        if (error instanceof TypeError) throw error;
        // AWS does not take it: nobody has it.
        refused.push(`${id}.${hand}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }
  return { put, refused };
}

/** Whether the playbook says more of a piece than it must. */
function saysMore({ balancing, containers }: Shape, id: string): boolean {
  return (id === 'group' ? balancing : containers)?.more === true;
}

/** What the playbook does not say is no drift. */
async function driftless(
  harness: Harness,
  remembered: boolean,
): Promise<{ readonly broken: readonly string[]; readonly knownGood: Memory }> {
  const session = await harness.open('read');
  const assessed = await look(session);
  const all = [...assessed.assessments.values()];
  const drifted = all.filter(({ verdict }) => verdict === 'drifted');
  const isKept = remembered && all.every(({ verdict }) => verdict === 'healthy');
  return {
    knownGood: isKept ? await knownGoodOf(session, assessed) : new Map(),
    broken: drifted.map(
      ({ differences, id }) =>
        `${id} is called drifted by what the playbook does not say: ${JSON.stringify(differences)}`,
    ),
  };
}

async function strike(
  harness: Harness,
  playbook: Playbook,
  first: Made,
  lots: PieceLots,
  owned: readonly string[],
): Promise<void> {
  const site = siteOf(harness, first);
  for (const id of owned) {
    if (lots[id]?.fate !== 'drifted') continue;
    try {
      await hands[id]?.drift(site);
      await harness.clock.sleep(rest);
    } catch (error) {
      if (error instanceof TypeError) throw error;
      classify(error);
    }
  }
  const lost = owned.filter((id) => lots[id]?.fate === 'lost');
  if (lost.length > 0) {
    const session = opened(await openSession(playbook, harness.operatorAccess('change')));
    const { observations } = await look(session);
    session.observeContext.aws.gate.openForChanges();
    const { observeContext } = session;
    await breakComponents(lost, { playbook, graph: graphOf(playbook), observations, observeContext, wait: false });
    await harness.clock.sleep(rest);
  }
  harness.wire.length = 0;
}

/** `relight recover`, typed until there is no more to do, three times at most. */
async function recoverAll(
  harness: Harness,
  { accepted, dieAfter, strategy: kind }: Case,
  owned: readonly string[],
): Promise<{ readonly attempts: readonly Attempt[]; readonly end: Verdict['end'] }> {
  const reasons = consentReasons.filter((each) => accepted || each !== 'loss');
  const consents = consentsIn(owned.flatMap((id) => reasons.map((reason) => consentWord(id, reason))));
  const attempts: Attempt[] = [];
  let resumes: Resumption | undefined;
  for (let round = 0; round < 3; round += 1) {
    const within = startProcess(harness.access('change'));
    const records: JournalRecord[] = [];
    const attempt = await harness.attempt({
      kind,
      accepted: consents,
      verify: false,
      within,
      resumes,
      onRecord: (record) => {
        records.push(record);
        if (round === 0 && records.length === dieAfter) within.kill();
      },
    });
    attempts.push(attempt);
    if (attempt.kind === 'refused' || attempt.kind === 'idle' || attempt.kind === 'turned-away') {
      return { attempts, end: attempt.kind };
    }
    if (attempt.kind === 'ran' && attempt.report.result === 'succeeded') return { attempts, end: 'ran' };
    const [begun, ...others] = records;
    const unfinished = begun?.type === 'run-started' ? unfinishedRun([begun, ...others]) : undefined;
    resumes = unfinished?.resumption;
    await harness.clock.sleep(60_000);
  }
  return { attempts, end: 'partial' };
}

// --- Judging ----------------------------------------------------------------------------------------------------------

function losses(
  { after, before, left }: { readonly before: Told; readonly left: Told; readonly after: Told },
  attempts: readonly Attempt[],
  edited: boolean,
): { readonly compared: number; readonly named: number; readonly lost: readonly string[] } {
  let [compared, named] = [0, 0];
  const lost: string[] = [];
  for (const [id, leaves] of before) {
    const now = after.get(id);
    // It is not there: somebody still has to bring it back.
    if (now === undefined) continue;
    const told = namedIn(attempts, id);
    const there = left.get(id);
    for (const [path, value] of leaves) {
      // The disaster has taken it; no recovery could keep it.
      if (there !== undefined && there.get(path) !== value) continue;
      compared += 1;
      const found = now.get(path);
      if (found === value || (edited && found !== undefined && unedited(found) === value)) continue;
      if (isNamed(path, told)) {
        named += 1;
        continue;
      }
      lost.push(`${path} of ${id} was ${value} and is ${found ?? 'gone'}`);
    }
  }
  return { compared, named, lost };
}

function unedited(text: string): string {
  if (text === '62') return '61';
  return edits.reduce((all, [from, to]) => all.replaceAll(to, from), text);
}

interface Named {
  /** AWS's defaults are used for whatever the playbook does not say. */
  readonly defaults: boolean;
  /** Words of settings, in small letters. */
  readonly words: ReadonlySet<string>;
}

function plansOf(attempts: readonly Attempt[]): readonly Plan[] {
  return attempts.flatMap((each) => ('plan' in each && each.plan !== null ? [each.plan] : []));
}

/** What the plans say that a piece loses. */
function namedIn(attempts: readonly Attempt[], id: string): Named {
  const settings = plansOf(attempts).flatMap(
    ({ components }) => components.find((each) => each.id === id)?.settings ?? [],
  );
  const paths = [...settings.flatMap(({ displaced = [], leftOut = [], lost }) => [...displaced, ...leftOut, ...lost])];
  return {
    defaults: settings.some((each) => each.from === 'defaults'),
    words: new Set(
      paths
        .map((each) => (/^[^ ,]+/.exec(each)?.[0] ?? each).split(/[.[\]/]+/).at(-1) ?? '')
        .map((each) => each.toLowerCase()),
    ),
  };
}

/** Paths of AWS's answer and of a spec begin with the same word, but for what a few of them are called. */
function isNamed(path: string, { defaults, words }: Named): boolean {
  if (defaults) return true;
  const parts = path.toLowerCase().split(/[.[\]]+/);
  return parts.some((part) => words.has(part));
}
