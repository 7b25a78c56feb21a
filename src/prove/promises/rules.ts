// Which promises a rehearsal breaks. Pure: told by the calls on the wire, the journal, what was really there before and
// what is there at the end; the engine's own words count for nothing but its reasons.
import type { Verdict } from '../../assess/assessment.ts';
import type { ComponentType, Json, Rehearsal } from '../../components/contract.ts';
import { upstreamOf } from '../../graph/graph.ts';
import type { Plan, PlanKind, Step } from '../../plan/plan.ts';
import type { Component } from '../../playbook/model.ts';
import { isHindered, type Disaster } from '../../rehearse/disaster/disaster.ts';
import { fallenIn } from '../../rehearse/disaster/inject.ts';
import type { Command } from '../../rehearse/disaster/script.ts';
import type { Attempt } from '../../rehearse/world/harness.ts';
import type { Performance } from '../../rehearse/disaster/simulate.ts';
import type { Ending } from '../../rehearse/world/environment.ts';
import type { Witnessed } from '../../rehearse/world/watch.ts';
import { settingsIn } from '../../settings/overlay.ts';
import { rulesOf } from '../../settings/rules.ts';
import { sameJson } from '../../util/json.ts';
import type { BeforeImage, JournalRecord } from '../../run/journal/events.ts';
import type { ObservedCall } from '../../sandbox/index.ts';
import { excusedBy, obstaclesOf, type Obstacles } from './obstacles.ts';
import type { PromiseContext } from './promise-context.ts';
import type { BrokenPromise, PromiseId } from './promises.ts';
import { isDelete, subjectsIn, wasDone } from './subjects.ts';

/** One command, with what it wrote. */
interface Told {
  readonly operator: number;
  readonly attempt: Attempt;
  readonly records: readonly JournalRecord[];
  readonly callsBefore: readonly number[];
  readonly callsUntil: number;
}

/** A performance, as far as the promises are concerned. */
interface Story {
  /** As far as it has fallen. */
  readonly disaster: Disaster;
  readonly kind: PlanKind;
  readonly command: Command;
  readonly told: readonly Told[];
  readonly wire: readonly ObservedCall[];
  readonly end: Ending;
  readonly seconds: number;
  /** What clients on the internet got meanwhile. */
  readonly witnessed: Witnessed;
}

/** The promises that a performance breaks; none for one that is as it should be. */
export function brokenByPerformance(performance: Performance, context: PromiseContext): readonly BrokenPromise[] {
  const { end, endedAt, marks, played, script, startedAt, wire, witnessed } = performance;
  const seconds = (endedAt - startedAt) / 1000;
  const { command } = script;
  return brokenIn(
    { disaster: fallenIn(marks), command, kind: command.kind, told: played, wire, end, seconds, witnessed },
    context,
  );
}

/** A change on the wire. */
interface Change {
  readonly index: number;
  readonly call: ObservedCall;
  readonly subjects: readonly string[];
  readonly deletes: boolean;
}

interface Case {
  readonly story: Story;
  readonly context: PromiseContext;
  readonly changes: readonly Change[];
  readonly obstacles: Obstacles;
  /** What the first recovery found, as the types that ship see it. */
  readonly truth: Readonly<Record<string, Verdict>>;
}

function brokenIn(story: Story, context: PromiseContext): readonly BrokenPromise[] {
  const { playbook, deployed, truth } = context;
  const seen = story.told.flatMap(({ attempt }) => ('assessed' in attempt ? [attempt.assessed] : []));
  const subjectsOf = subjectsIn(playbook, [deployed, truth, ...seen, story.end.assessed]);
  const changes = story.wire.flatMap((call, index): readonly Change[] => {
    if (!call.mutating) return [];
    return [{ index, call, subjects: subjectsOf(call), deletes: isDelete(call, playbook) }];
  });
  const whole: Case = {
    story,
    context,
    changes,
    obstacles: obstaclesOf(story.disaster, story.kind, context),
    truth: Object.fromEntries([...truth.assessments.values()].map(({ id, verdict }) => [id, verdict])),
  };
  const asked = isToBeRefused(story.command) ? rules.filter(([promise]) => !ofWholeRecoveries.has(promise)) : rules;
  return asked.flatMap(([promise, rule]) => rule(whole).map((broken) => ({ promise, ...broken })));
}

type Broken = Omit<BrokenPromise, 'promise'>;
type Rule = (whole: Case) => readonly Broken[];

const rules: readonly (readonly [PromiseId, Rule])[] = [
  ['identity-first', identityFirst],
  ['planned-changes-only', plannedChangesOnly],
  ['sees-what-is-there', seesWhatIsThere],
  ['hands-off', handsOff],
  ['own-pieces-only', ownPiecesOnly],
  ['intention-first', intentionFirst],
  ['before-image', beforeImage],
  ['holders-first', holdersFirst],
  ['order', order],
  ['no-dead-end', noDeadEnd],
  ['saved-plan', savedPlan],
  ['max-deletes', maxDeletes],
  ['one-run', oneRun],
  ['nothing-twice', nothingTwice],
  ['loses-nothing', losesNothing],
  ['keeps-serving', keepsServing],
  ['keeps-answering', keepsAnswering],
  ['leftovers-go', leftoversGo],
  ['sound-left-alone', soundLeftAlone],
  ['heals', heals],
  ['nothing-left', nothingLeft],
  ['bounded', bounded],
];

/** What is rightly refused heals nothing. */
const ofWholeRecoveries: ReadonlySet<PromiseId> = new Set([
  'heals',
  'nothing-left',
  'leftovers-go',
  'sees-what-is-there',
]);

function isToBeRefused({ maxDeletes: most, saved }: Command): boolean {
  return most !== undefined || saved !== undefined;
}

function one(components: readonly string[], seen: string): readonly Broken[] {
  return [{ components, seen }];
}

// --- Before anything else --------------------------------------------------------------------------------------------

const identityReads: ReadonlySet<string> = new Set(['GetCallerIdentity', 'ListAccountAliases']);

function identityFirst({ changes, story }: Case): readonly Broken[] {
  const [first] = story.wire;
  if (first !== undefined && !identityReads.has(first.operation)) {
    return one([], `the first call was ${first.operation}`);
  }
  const firstOther = story.wire.findIndex((each) => !identityReads.has(each.operation));
  const asked = story.wire.slice(0, firstOther).map((each) => each.operation);
  if (firstOther > 0 && !asked.includes('GetCallerIdentity')) {
    return one([], `${story.wire[firstOther]?.operation ?? ''} was sent before GetCallerIdentity`);
  }
  return story.told.flatMap(({ callsBefore, callsUntil, records }) => {
    const start = callsBefore[0] ?? Infinity;
    const change = changes.find((each) => each.index >= start && each.index < callsUntil);
    if (change === undefined) return [];
    const checked = records.findIndex((each) => each.type === 'identity-checked');
    const at = checked === -1 ? Infinity : (callsBefore[checked] ?? Infinity);
    return at <= change.index
      ? []
      : one(change.subjects, `${change.call.operation} was sent before the caller was checked again`);
  });
}

function plannedChangesOnly({ changes, story }: Case): readonly Broken[] {
  const began = story.told.some(({ records }) => records.length > 0);
  const [first] = changes;
  return began || first === undefined ? [] : one(first.subjects, `${first.call.operation} was sent without a run`);
}

function seesWhatIsThere(whole: Case): readonly Broken[] {
  return [...seenOtherwise(whole), ...notAsInTheWorld(whole)];
}

/** The look that all is judged by, held against the world's own data, and against what the disaster did. */
function notAsInTheWorld({ context, story }: Case): readonly Broken[] {
  const { deployed, struck } = context.standing;
  const states = Object.entries(story.disaster);
  return [...context.truth.assessments.values()].flatMap(({ id, verdict }) => {
    const state = story.disaster[id];
    const seen = context.truth.observations.byId.get(id);
    if (state === 'drifted' && states.length === 1 && verdict === 'healthy') {
      return one([id], `${id} was changed by hand, and was seen as healthy`);
    }
    // What stands in its place is another piece, without its tag.
    if (!deployed.has(id) || state === 'displaced') return [];
    if (seen?.kind === 'absent' && struck.has(id)) return one([id], `${id} is there, and was taken as missing`);
    return seen?.kind === 'present' && !struck.has(id) && !goesOn(id, seen.state, context)
      ? one([id], `${id} is gone, and was seen as ${verdict}`)
      : [];
  });
}

/** On its way out, or deleted and still used. */
function goesOn(id: string, state: unknown, { playbook }: PromiseContext): boolean {
  const component = playbook.components.get(id);
  const type = playbook.types.get(component?.type ?? '');
  const readiness = type?.readiness(state, component?.spec);
  return readiness?.kind === 'settling' || type?.judging.spent?.(state) !== undefined;
}

function seenOtherwise({ context, story, truth }: Case): readonly Broken[] {
  const attempt = story.told.find(({ operator }) => operator === 0)?.attempt;
  const seen = attempt === undefined ? [] : seenBy(attempt);
  const hidden = Object.values(story.disaster).includes('unreadable');
  return seen.flatMap(({ found, id, reason, verdict }) => {
    const real = truth[id] ?? 'healthy';
    if (verdict === real) return [];
    // What could not be seen, and what is judged by it, may be judged less surely; never as gone.
    if (hidden && verdict !== 'missing') return [];
    const there = context.truth.assessments.get(id);
    return one(
      [id],
      `it was seen as ${verdict} (${reason ?? found ?? 'no reason'}), and is ${real} (${there?.reasons[0]?.text ?? there?.found ?? 'there'})`,
    );
  });
}

interface Seen {
  readonly id: string;
  readonly verdict: Verdict;
  readonly reason: string | undefined;
  readonly found: string | null;
}

function seenBy(attempt: Attempt): readonly Seen[] {
  const list =
    'assessed' in attempt
      ? [...attempt.assessed.assessments.values()]
      : 'plan' in attempt
        ? (attempt.plan?.components ?? [])
        : [];
  return list.map(({ found, id, reasons, verdict }) => ({ id, verdict, reason: reasons[0]?.text, found }));
}

// --- Whose piece it is -----------------------------------------------------------------------------------------------

function ownPiecesOnly(whole: Case): readonly Broken[] {
  return [...aboutNothingOurs(whole), ...neighboursChanged(whole)];
}

/** Whatever was sent, and whoever it said it was about: what was somebody else's before is as it was. */
function neighboursChanged({ context, story }: Case): readonly Broken[] {
  const { lostMeanwhile, neighbours, playbook } = context;
  // What is in a shared piece that others delete goes with it.
  if ([...lostMeanwhile].some((id) => playbook.components.get(id)?.shared === true)) return [];
  const { neighbours: after } = story.end;
  return Object.entries(neighbours).flatMap(([name, before]) => {
    if (after[name] === before) return [];
    const how = after[name] === undefined ? 'gone' : 'not as it was';
    return one([], `${name}, which is somebody else's, is ${how}`);
  });
}

function aboutNothingOurs({ changes, context }: Case): readonly Broken[] {
  return changes.flatMap(({ call, subjects }) => {
    if (subjects.length > 0) return [];
    // A piece that was made and lost again while the recovery ran has an id that no look knows.
    if (context.lostMeanwhile.size > 0) return [];
    return one(
      [],
      `${call.service} ${call.operation} is about no component: ${JSON.stringify(call.input).slice(0, 300)}`,
    );
  });
}

function handsOff({ changes, context, story, truth }: Case): readonly Broken[] {
  const unknown = new Set(
    story.told
      .slice(0, 1)
      .flatMap(({ attempt }) => seenBy(attempt).filter((each) => each.verdict === 'unknown'))
      .map((each) => each.id),
  );
  const { assessments, observations } = context.truth;
  const isShared = (id: string): boolean => context.playbook.components.get(id)?.shared === true;
  return changes.flatMap(({ call, subjects }) =>
    subjects.flatMap((id) => {
      const says = (why: string): readonly Broken[] => one([id], `${call.operation} was sent to ${id}, which ${why}`);
      // Neither is there anything to be made: whose it is, makes it.
      if (isShared(id)) return says('is shared');
      if (unknown.has(id)) return says('could not be seen');
      // What stands in its place is somebody else's, and it is made beside that.
      const makes = /^(Create|Register)/.test(call.operation);
      if (makes && observations.byId.get(id)?.kind === 'absent') return [];
      if (truth[id] === 'foreign') return says("is tagged as another playbook's");
      const byProtection = assessments.get(id)?.protected === true && truth[id] !== 'missing' && !makes;
      return byProtection ? says('is protected') : [];
    }),
  );
}

// --- Journal ---------------------------------------------------------------------------------------------------------

function intentionFirst({ changes, story }: Case): readonly Broken[] {
  const componentOf = new Map(
    story.told.flatMap(({ records }) =>
      records.flatMap((each) =>
        each.type === 'run-started' ? each.plan.steps.map((step) => [step.id, step.component] as const) : [],
      ),
    ),
  );
  // For each component the spans, in calls, in which a change of it is announced and not yet answered.
  const spans = new Map<string, { readonly from: number; to: number }[]>();
  for (const { callsBefore, records } of story.told) {
    const open = new Map<string, { readonly from: number; to: number }>();
    records.forEach((record, index) => {
      const at = callsBefore[index] ?? 0;
      if (record.type === 'step-intended') {
        const component = componentOf.get(record.step) ?? '';
        const span = { from: at, to: Infinity };
        open.set(record.step, span);
        spans.set(component, [...(spans.get(component) ?? []), span]);
      } else if (record.type === 'step-acted' || record.type === 'step-retrying' || record.type === 'step-failed') {
        const span = open.get(record.step);
        if (span !== undefined) span.to = at;
        open.delete(record.step);
      }
    });
  }
  return changes.flatMap(({ call, index, subjects }) => {
    if (subjects.length === 0) return [];
    const announced = subjects.some((id) => spans.get(id)?.some(({ from, to }) => from <= index && index < to));
    return announced
      ? []
      : one(
          subjects,
          `${call.operation} of ${subjects.join(' or ')} was sent with no line in the journal that announces it`,
        );
  });
}

function beforeImage(whole: Case): readonly Broken[] {
  return [...imageIsMissing(whole), ...imageHoldsNothing(whole)];
}

/** Held against what was there before the first change of the piece: what an undo would have to go by. */
function imageHoldsNothing(whole: Case): readonly Broken[] {
  const { changes, context, story } = whole;
  if (context.lostMeanwhile.size > 0) return [];
  const { playbook, truth } = context;
  const told = new Set<string>();
  return story.told.flatMap(({ attempt, callsBefore, records }) => {
    const images = attempt.kind === 'ran' ? attempt.journal.beforeImages : new Map<string, BeforeImage>();
    return [...images.values()].flatMap((image) => {
      const { component: id } = image;
      const seen = truth.observations.byId.get(id);
      const type = playbook.types.get(image.type);
      if (told.has(id) || seen?.kind !== 'present' || type === undefined) return [];
      told.add(id);
      const saved = records.findIndex((each) => each.type === 'before-image' && each.step === image.step);
      const first = changes.find(({ subjects }) => subjects.includes(id));
      // What a change of another piece does to this one is no setting of it, but may be: it is not the first one then.
      if (first !== undefined && first.index < (callsBefore[saved] ?? Infinity)) return [];
      const held = readable(() => settingsOf(type, image.spec, image.state, image.captured ?? undefined));
      if (held === undefined)
        return one([id], `the before-image of ${image.step} holds nothing that could be read back`);
      // What no look holds has been asked for when the image was made.
      const had = [...settingsOf(type, image.spec, seen.state), ...standingBeyond(id, whole)];
      const wrong = had.find(([path, value]) => !sameJson(held.get(path), value));
      if (wrong === undefined) return [];
      const [path] = wrong;
      const what = held.has(path) ? `says of ${path} what it was not` : `does not say ${path}`;
      return one([id], `the before-image of ${image.step} ${what}`);
    });
  });
}

/** Undefined for a state that is none of the type's. */
function readable<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function imageIsMissing({ story }: Case): readonly Broken[] {
  return story.told.flatMap(({ records }) => {
    const imaged = new Set<string>();
    return records.flatMap((record) => {
      if (record.type === 'before-image') imaged.add(record.step);
      if (record.type !== 'step-intended' || record.action === 'create' || imaged.has(record.step)) return [];
      return one([record.step.split('.')[0] ?? ''], `${record.step} was begun without a before-image`);
    });
  });
}

// --- Order -----------------------------------------------------------------------------------------------------------

/** Something of the playbook that AWS would leave pointing at nothing is gone before what it refers to. */
function holdersFirst(whole: Case): readonly Broken[] {
  return [...holderStays(whole), ...resolversLeadThere(whole)];
}

/** What resolvers have kept of a deleted record sends clients to a name that is free again. */
function resolversLeadThere({ changes, context, story }: Case): readonly Broken[] {
  if (context.lostMeanwhile.size > 0) return [];
  return story.witnessed.strays.slice(0, 1).flatMap(({ calls, name, seconds, to }) => {
    const change = changes.findLast(({ call, deletes, index }) => index < calls && deletes && wasDone(call));
    const [id] = change?.subjects ?? [];
    return one(id === undefined ? [] : [id], `resolvers lead ${name} to ${to}, which is gone, for ${seconds} s more`);
  });
}

function holderStays({ changes, context, truth }: Case): readonly Broken[] {
  const { playbook } = context;
  const gone = new Map<string, number>();
  const broken: Broken[] = [];
  for (const { call, deletes, index, subjects } of changes) {
    const [id] = subjects;
    if (id === undefined || !wasDone(call)) continue;
    if (!deletes) {
      // Pointed elsewhere, or made anew, it holds nothing of the old one.
      gone.set(id, index);
      continue;
    }
    const heldBy = playbook.types.get(playbook.components.get(id)?.type ?? '')?.traits.heldBy ?? [];
    for (const holder of playbook.components.values()) {
      if (!heldBy.includes(holder.type) || !holder.references.some((each) => each.component === id)) continue;
      if (gone.has(holder.id) || !holdsAtFirst(holder, id, truth, context) || context.lostMeanwhile.has(holder.id))
        continue;
      broken.push({ components: [id, holder.id], seen: `${id} was deleted while ${holder.id} still referred to it` });
    }
    gone.set(id, index);
  }
  return broken;
}

/** It was there, and referred to this very piece. */
function holdsAtFirst(holder: Component, id: string, truth: Case['truth'], { truth: look }: PromiseContext): boolean {
  const verdict = truth[holder.id];
  // Somebody else's may stand in its place.
  if (verdict === 'missing' || look.observations.byId.get(holder.id)?.kind === 'absent') return false;
  const assessment = look.assessments.get(holder.id);
  if (assessment?.settling === 'going') return false;
  const paths = holder.references.filter((each) => each.component === id).map((each) => each.path);
  const differs = assessment?.differences.some((each) =>
    paths.some((path) => path.startsWith(each.path) || each.path.startsWith(path)),
  );
  return differs !== true;
}

/** Errors by which AWS tells that something else has to come first, or that the request does not fit what is there. */
const orderErrors =
  /InUse|Dependenc|NotEmpty|AlreadyExists|Duplicate|NotFound|NoSuch|Conflict|InvalidChangeBatch|ClientException|InvalidParameter|Validation|TooMany|ClusterContains|NotPermitted|Incompatible|Unsupported/;

function order({ changes, context }: Case): readonly Broken[] {
  if (context.lostMeanwhile.size > 0) return [];
  return changes.flatMap((change) => {
    const { call, deletes, index, subjects } = change;
    if (call.outcome.kind !== 'error' || !orderErrors.test(call.outcome.code)) return [];
    if (deletes && isFreed(subjects, index, changes, context)) return [];
    // It asks for its own place first, and takes another one when that is still held.
    if (!deletes && subjects.some((id) => isInsteadOf(id, context)) && wasDoneLater(change, changes)) return [];
    return one(subjects, `AWS answered ${call.operation} of ${subjects.join(' or ')} with ${call.outcome.code}`);
  });
}

function isInsteadOf(id: string, { truth }: PromiseContext): boolean {
  const seen = truth.observations.byId.get(id);
  return seen?.kind === 'absent' && seen.taken !== undefined;
}

/** The same was done to the same piece. */
function wasDoneLater({ call, index, subjects }: Change, changes: readonly Change[]): boolean {
  return changes.some(
    (each) =>
      each.index > index &&
      each.call.operation === call.operation &&
      wasDone(each.call) &&
      each.subjects.some((id) => subjects.includes(id)),
  );
}

/**
 * AWS goes on calling a piece in use for a while after the last one that used it was deleted (a target group after its
 * listener): who asks then, and asks again, has kept the order. Let pass when all holders that there were have been
 * deleted before.
 */
function isFreed(
  subjects: readonly string[],
  before: number,
  changes: readonly Change[],
  context: PromiseContext,
): boolean {
  const [id] = subjects;
  const { playbook, truth } = context;
  const heldBy = playbook.types.get(playbook.components.get(id ?? '')?.type ?? '')?.traits.heldBy ?? [];
  const gone = new Set(
    changes.flatMap((each) => (each.index < before && each.deletes && wasDone(each.call) ? each.subjects : [])),
  );
  const holders = [...playbook.components.values()].filter(
    (each) => heldBy.includes(each.type) && each.references.some((reference) => reference.component === id),
  );
  return (
    holders.length > 0 && holders.every((each) => gone.has(each.id) || truth.assessments.get(each.id)?.present !== true)
  );
}

/** What was there before is there again at the end, unless others took it away; and AWS refuses nothing once something has gone. */
function noDeadEnd({ changes, context, story }: Case): readonly Broken[] {
  if (story.kind === 'teardown' || context.lostMeanwhile.size > 0) return [];
  if (!Object.values(story.disaster).some(isHindered)) return [];
  const deleted = changes.filter(({ call, deletes }) => deletes && wasDone(call));
  const [first] = deleted;
  if (first === undefined) return [];
  const gone = new Set(
    deleted
      .flatMap(({ subjects }) => (subjects.length === 1 ? subjects : []))
      .filter((id) => {
        const before = context.truth.assessments.get(id);
        return before?.present === true && before.settling !== 'going' && isGoneAtEnd(id, story);
      }),
  );
  const refused = changes.find((each) => each.index > first.index && isForetold(each, changes));
  const by =
    refused?.call.outcome.kind === 'error'
      ? `AWS refused ${refused.call.operation} of ${refused.subjects.join(' or ')} with ${refused.call.outcome.code}`
      : undefined;
  const [lost] = gone;
  if (lost !== undefined) {
    return one(
      [lost, ...(refused?.subjects ?? [])],
      `${lost} was deleted and is not there in the end${by === undefined ? '' : `: ${by}`}`,
    );
  }
  return by === undefined
    ? []
    : one(refused?.subjects ?? [], `${by}, when ${first.subjects.join(' or ')} had been deleted`);
}

function isGoneAtEnd(id: string, { end }: Story): boolean {
  return end.assessed.assessments.get(id)?.present !== true;
}

/** Refused for what the disaster had put in the way, and not carried out later. */
function isForetold(change: Change, changes: readonly Change[]): boolean {
  const { outcome } = change.call;
  return outcome.kind === 'error' && orderErrors.test(outcome.code) && !wasDoneLater(change, changes);
}

function savedPlan({ changes, obstacles, story }: Case): readonly Broken[] {
  const { saved } = story.command;
  if (saved === undefined) return [];
  const isStale = Object.keys(saved.set).length > 0;
  const [before] = story.told;
  // In the very world that it was made for nothing speaks against it.
  if (!isStale && obstacles.size === 0 && before?.attempt.kind === 'refused') {
    return one([], `a saved plan was not run, though nothing had changed since: ${before.attempt.reason}`);
  }
  const after = isStale ? before : story.told[1];
  if (after === undefined) return [];
  const from = isStale ? 0 : (before?.callsUntil ?? 0);
  const change = changes.find(({ index }) => index >= from);
  // One that has nothing to do may be told so.
  if ((after.attempt.kind === 'refused' || after.attempt.kind === 'idle') && change === undefined) return [];
  const how = isStale ? `although ${Object.keys(saved.set).join(', ')} had been deleted since` : 'a second time';
  const [components, what] =
    change === undefined
      ? [[], '']
      : [change.subjects, `: ${change.call.operation} was sent to ${change.subjects.join(' or ')}`];
  return one(components, `a saved plan was run ${how}${what}`);
}

function maxDeletes({ changes, context, story }: Case): readonly Broken[] {
  const { maxDeletes: most } = context.playbook.recovery;
  if (most === undefined || story.told.some(({ operator }) => operator > 0)) return [];
  // A piece may take several calls: a task definition has revisions.
  const deletes = new Set(
    changes.flatMap(({ call, deletes: takes, subjects }) => (takes && wasDone(call) ? [subjects.join(' or ')] : [])),
  );
  // A second run after a loss may begin a count of its own.
  const runs = context.lostMeanwhile.size > 0 ? story.told.length : 1;
  return deletes.size <= most * runs ? [] : one([], `${deletes.size} pieces were deleted, the playbook allows ${most}`);
}

function oneRun({ changes, story }: Case): readonly Broken[] {
  const operators = [...new Set(story.told.map((each) => each.operator))];
  if (operators.length < 2) return [];
  const spans = story.told.flatMap(({ callsBefore, operator, records }) => {
    const acts = records.flatMap((each, index) => (each.type === 'step-intended' ? [callsBefore[index] ?? 0] : []));
    const [first] = acts;
    const last = acts.at(-1);
    return first === undefined || last === undefined ? [] : [{ operator, first, last }];
  });
  const clash = spans.some((left) =>
    spans.some((right) => left.operator < right.operator && left.first <= right.last && right.first <= left.last),
  );
  const [change] = changes;
  return clash ? one(change?.subjects ?? [], 'two runs were changing pieces at the same time') : [];
}

// --- What becomes of the pieces --------------------------------------------------------------------------------------

function nothingTwice({ context, story }: Case): readonly Broken[] {
  const { pieces } = story.end;
  return Object.entries(pieces).flatMap(([id, number]) => {
    const kind = [...context.playbook.types.values()].find(({ rehearsal }) => countedTogether(rehearsal) === id);
    if (kind === undefined) return number <= 1 ? [] : one([id], `there are ${number} of it`);
    const own = [...context.playbook.components.values()].filter((each) => each.type === kind.traits.type);
    const prefix = `${kind.rehearsal.countedAs ?? ''} `;
    const others = Object.keys(story.end.neighbours).filter((each) => each.startsWith(prefix)).length;
    if (number - others <= own.length) return [];
    return one(
      own.map((each) => each.id),
      `there are ${number - others} ${id}, the playbook has ${own.length}`,
    );
  });
}

/** As a world's census names what AWS gives no names: `health checks`. */
function countedTogether({ countedAs }: Pick<Rehearsal, 'countedAs'>): string | undefined {
  return countedAs === undefined ? undefined : `${countedAs}s`;
}

/** What people do to a piece in these states leaves its settings alone. */
const settingsStand: ReadonlySet<string | undefined> = new Set([undefined, 'lost', 'drifted']);

/** What a piece has beyond the playbook, as far as the disaster left it. */
function standingBeyond(id: string, { context, story }: Case): readonly (readonly [string, unknown])[] {
  if (!settingsStand.has(story.disaster[id])) return [];
  const taken = takenBefore(id, context);
  return [...(context.beyond.get(id) ?? [])].filter(([path]) => !taken.has(path));
}

/** Settings of a piece, by path. */
function settingsOf(type: ComponentType, spec: unknown, state: unknown, captured?: Json): ReadonlyMap<string, unknown> {
  return settingsIn(type.settings.plainly(type.undo.specOf(spec, state, captured).spec), rulesOf(type));
}

function losesNothing(whole: Case): readonly Broken[] {
  const { context, story } = whole;
  const told = new Set(
    story.told.flatMap(({ attempt }) =>
      'plan' in attempt && attempt.plan !== null
        ? attempt.plan.components.flatMap(({ id, settings }) => (settings?.lost ?? []).map((each) => `${id} ${each}`))
        : [],
    ),
  );
  return [...context.beyond.keys()].flatMap((id) => {
    if (story.end.verdicts[id] !== 'healthy') return [];
    const seen = story.end.settings.get(id);
    const gone = standingBeyond(id, whole).find(
      ([path, value]) => !sameJson(seen?.get(path), value) && !told.has(`${id} ${path}`),
    );
    if (gone === undefined) return [];
    const [path, value] = gone;
    const now = seen?.get(path);
    return one(
      [id],
      `${path} of ${id}, of which the playbook says nothing, was ${JSON.stringify(value)} and is ${now === undefined ? 'gone' : JSON.stringify(now)}`,
    );
  });
}

/** What the disaster itself took from a piece that stands: no recovery could keep it. */
function takenBefore(id: string, { deployed, playbook, truth }: PromiseContext): ReadonlySet<string> {
  const component = playbook.components.get(id);
  const type = playbook.types.get(component?.type ?? '');
  const [before, after] = [deployed, truth].map(({ observations }) => observations.byId.get(id));
  if (type === undefined || before?.kind !== 'present' || after?.kind !== 'present') return new Set();
  const left = settingsOf(type, component?.spec, after.state);
  return new Set([...settingsOf(type, component?.spec, before.state).keys()].filter((path) => !left.has(path)));
}

/** A probe that passed before, and a piece taken away that only its owner's loss condemned. */
function keepsServing({ changes, context, story, truth }: Case): readonly Broken[] {
  if (story.kind !== 'repair' || !context.serving || context.lostMeanwhile.size > 0) return [];
  return changes.flatMap(({ call, deletes, subjects }) => {
    const [id] = subjects;
    if (!deletes || id === undefined || !wasDone(call) || truth[id] !== 'orphaned') return [];
    const { leftover } = context.truth.assessments.get(id) ?? {};
    const served =
      context.playbook.types.get(context.playbook.components.get(id)?.type ?? '')?.traits.heldBy !== undefined;
    if (!served || leftover === null || leftover === undefined) return [];
    return one(
      [id, leftover.owner],
      `${id} was deleted while the service answered, for nothing but that its owner ${leftover.owner} was gone`,
    );
  });
}

/** Effects of a step by which those who are served get no answer, or a wrong one: that more people get in silences nobody. */
const silencing: ReadonlySet<Step['effect']> = new Set(['interrupts', 'loses']);

/** Clients were asked after each call. From the first step on that tells such an effect, all is as told. */
function keepsAnswering({ changes, context, story }: Case): readonly Broken[] {
  if (context.lostMeanwhile.size > 0) return [];
  const told = Math.min(...story.told.map(toldFrom));
  return story.witnessed.silences
    .filter(({ calls }) => calls <= told)
    .slice(0, 1)
    .flatMap(({ calls, detail, name }) => {
      const change = changes.findLast(({ call, index }) => index < calls && wasDone(call));
      if (change === undefined) return [];
      const { operation } = change.call;
      const who = change.subjects.join(' or ');
      return one(
        change.subjects,
        `${name} failed (${detail}) after ${operation} of ${who}, and no step of the plan had told so`,
      );
    });
}

/** How many calls AWS had got when the first step was begun that tells a silence of those who are served. */
function toldFrom({ callsBefore, records }: Told): number {
  const started = records.find((each) => each.type === 'run-started');
  const harmful = new Set(
    started?.type === 'run-started'
      ? started.plan.steps.flatMap((each) => (silencing.has(each.effect) ? each.id : []))
      : [],
  );
  const begun = records.findIndex((each) => each.type === 'step-intended' && harmful.has(each.step));
  return begun === -1 ? Infinity : (callsBefore[begun] ?? Infinity);
}

function leftoversGo({ changes, context, story }: Case): readonly Broken[] {
  const last = story.told.findLast(({ operator }) => operator === 0)?.attempt;
  if (last?.kind !== 'ran' || last.report.result !== 'succeeded') return [];
  const touched = new Set(changes.flatMap((each) => each.subjects));
  return [...context.truth.assessments.values()].flatMap(({ id, leftover, present, shared }) => {
    if (shared || !present || touched.has(id)) return [];
    if (leftover?.disposition === 'replace')
      return one([id, leftover.owner], `${id} was left as it was: ${leftover.because}`);
    const component = context.playbook.components.get(id);
    if (component === undefined || component.onOrphan === 'keep') return [];
    if (context.playbook.types.get(component.type)?.traits.reuse !== false) return [];
    // Whoever its owner is: what it says of a piece that was gone was said of the old one.
    const gone = component.references.find((each) => isGone(each.component, context));
    return gone === undefined
      ? []
      : one(
          [id, gone.component],
          `${id} was left as it was, and its ${gone.path} speaks of ${gone.component}, which was gone`,
        );
  });
}

function isGone(id: string, { truth }: PromiseContext): boolean {
  const assessment = truth.assessments.get(id);
  return assessment !== undefined && (!assessment.present || assessment.settling === 'going');
}

function soundLeftAlone({ changes, context, story, truth }: Case): readonly Broken[] {
  if (story.kind !== 'repair' || context.lostMeanwhile.size > 0) return [];
  const unsound = (id: string): boolean => truth[id] !== 'healthy';
  const told = new Set<string>();
  return changes.flatMap(({ call, subjects }) => {
    const [id] = subjects;
    if (subjects.length !== 1 || id === undefined || unsound(id) || told.has(id)) return [];
    if ([...upstreamOf(context.graph, [id])].some(unsound)) return [];
    told.add(id);
    return one([id], `${call.operation} was sent to ${id}, which is healthy, as is all that it depends on`);
  });
}

// --- The end ---------------------------------------------------------------------------------------------------------

function heals({ context, obstacles, story }: Case): readonly Broken[] {
  const { end } = story;
  const last = story.told.findLast(({ operator }) => operator === 0);
  if (last === undefined) return one([], 'no command was run to its end');
  const stated = failuresIn(last.attempt);
  const troubles = Object.entries(end.verdicts).filter(([, verdict]) => verdict !== 'healthy');
  if (obstacles.size === 0) {
    const [failed] = stated.failed;
    if (failed !== undefined) return one([failed.component], failed.text);
    const [blocked] = stated.blocked;
    if (blocked !== undefined)
      return one([blocked.component, blocked.by], `${blocked.component} is blocked: ${blocked.text}`);
    if (stated.refused !== undefined) return refusal(stated.refused, last.attempt);
    const [trouble] = troubles;
    if (trouble !== undefined) {
      const why = end.assessed.assessments.get(trouble[0])?.reasons[0]?.text ?? '';
      return one(
        troubles.map(([id]) => id),
        `it ends with ${trouble[0]} ${trouble[1]}: ${why}`,
      );
    }
    const silent = end.probes.find((each) => !each.ok);
    return silent === undefined ? [] : one([], `it ends without serving: ${silent.name}: ${silent.detail}`);
  }
  if (stated.refused !== undefined) {
    return isBarred(last.attempt)
      ? refusal(stated.refused, last.attempt)
      : one([...obstacles.keys()], `refused: ${stated.refused}`);
  }
  const excused = excusedBy(obstacles, story.kind, context);
  // What leads to nowhere is waited for in vain; whether the probes had to pass is told by the end.
  const failed = stated.failed.find(({ action, component }) => action !== 'verify' && !excused.has(component));
  if (failed !== undefined) return one([failed.component], failed.text);
  const undeserved = stated.blocked.find(({ by, component }) => ![component, by].every((each) => excused.has(each)));
  if (undeserved !== undefined) {
    const { by, component, text } = undeserved;
    return one(
      [component, by],
      `${component} is blocked by ${by}, and nothing that it needs stands in the way: ${text}`,
    );
  }
  // What was made again belongs to an owner that may not have come back.
  const ownerless = (id: string): boolean => {
    const leftover = end.assessed.assessments.get(id)?.leftover;
    return (
      end.verdicts[id] === 'orphaned' && leftover !== null && leftover !== undefined && excused.has(leftover.owner)
    );
  };
  const unhealed = troubles.find(([id]) => !excused.has(id) && !ownerless(id));
  if (unhealed !== undefined) {
    const [id, verdict] = unhealed;
    return one([id], `it ends with ${id} ${verdict}, and nothing that it needs stands in the way`);
  }
  // Whose tag a piece carries makes no difference to who asks it, as long as nothing else is wrong with it.
  const isWhole = troubles.every(
    ([id]) => obstacles.has(id) && end.assessed.assessments.get(id)?.reasons.every(({ kind }) => kind === 'foreign'),
  );
  const silent = isWhole ? end.probes.find((each) => !each.ok) : undefined;
  return silent === undefined
    ? []
    : one([], `it ends without serving, although all is there: ${silent.name}: ${silent.detail}`);
}

function refusal(reason: string, attempt: Attempt): readonly Broken[] {
  return [{ components: [], seen: `refused: ${reason}`, ...(isBarred(attempt) ? { barred: true as const } : {}) }];
}

/** The playbook's own limit forbids it; that is one cause, whatever the disaster. */
function isBarred(attempt: Attempt | undefined): boolean {
  return attempt?.kind === 'refused' && attempt.plan.refusals[0]?.rule === 'maxDeletes';
}

interface Stated {
  readonly failed: readonly {
    readonly component: string;
    readonly action: string;
    /** Of the error. */
    readonly code: string;
    readonly text: string;
  }[];
  /** `by`: the component that the plan blames; itself where it names none. */
  readonly blocked: readonly { readonly component: string; readonly by: string; readonly text: string }[];
  readonly refused: string | undefined;
}

function failuresIn(attempt: Attempt): Stated {
  const blockedIn = (plan: Plan | null): Stated['blocked'] =>
    (plan?.components ?? []).flatMap(({ because, blockedBy, disposition, id }) =>
      disposition === 'blocked' ? [{ component: id, by: blockedBy ?? id, text: because }] : [],
    );
  switch (attempt.kind) {
    case 'turned-away':
      return { failed: [], blocked: [], refused: attempt.reason };
    case 'refused':
      return { failed: [], blocked: blockedIn(attempt.plan), refused: attempt.reason };
    case 'idle':
      return { failed: [], blocked: blockedIn(attempt.plan), refused: undefined };
    case 'killed':
      return {
        failed: [{ component: '', action: 'none', code: 'killed', text: 'the process was killed and nobody went on' }],
        blocked: [],
        refused: undefined,
      };
    case 'ran':
      return {
        failed: attempt.report.steps.flatMap(({ action, component, error, id }) =>
          error === null
            ? []
            : [{ component, action, code: error.code, text: `${id} failed: ${error.code}: ${error.message}` }],
        ),
        blocked: blockedIn(attempt.plan),
        refused: attempt.report.result === 'refused' ? (attempt.report.interruption ?? 'refused') : undefined,
      };
  }
}

/** Beside what may stay undone. */
function nothingLeft({ context, obstacles, story }: Case): readonly Broken[] {
  // What was refused leaves all undone, and that is told already.
  if (isBarred(story.told.findLast(({ operator }) => operator === 0)?.attempt)) return [];
  const excused = excusedBy(obstacles, story.kind, context);
  const step = story.end.plan.steps.find(
    ({ action, component }) => !(obstacles.size > 0 && action === 'verify') && !excused.has(component),
  );
  return step === undefined
    ? []
    : one([step.component], `a second plan would ${step.action} ${step.component}: ${step.because}`);
}

/** Calls for each component and each step of a plan, in one run: several times what any run of the shipped playbooks needs. */
export const callsPerComponent = 12;
export const callsPerStep = 60;

function bounded({ context, story }: Case): readonly Broken[] {
  const { recovery } = context.playbook;
  const runs = story.told.length;
  const most = (recovery.deadline / 1000) * runs + 200 * (runs - 1);
  if (story.seconds > most) return one([], `it took ${Math.round(story.seconds)} s, the deadline is ${most} s`);
  const steps = Math.max(
    0,
    ...story.told.map(({ attempt }) => ('plan' in attempt && attempt.plan !== null ? attempt.plan.steps.length : 0)),
  );
  const calls = runs * (callsPerComponent * context.playbook.components.size + callsPerStep * steps + 20);
  return story.wire.length <= calls ? [] : one([], `it made ${story.wire.length} calls, ${calls} are allowed`);
}
