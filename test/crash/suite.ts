// Kills a recovery at every journal record and at every AWS call, goes on, and compares with the uninterrupted end.
import { expect } from 'vitest';
import { componentTypes } from '../../src/components/index.ts';
import { factsIn } from '../../src/observe/facts.ts';
import { typeOf } from '../../src/observe/observe.ts';
import type { PlanKind } from '../../src/plan/plan.ts';
import type { Assessed } from '../../src/engine.ts';
import { readJournal } from '../../src/run/journal/read-journal.ts';
import { unfinishedRun } from '../../src/run/journal/unfinished.ts';
import { dynamoDbOf, ecsOf, elbv2Of, route53Of } from '../../src/sandbox/index.ts';
import { identitiesOf, troubles, unfinished, type Rig } from '../helpers/rig.ts';
import { settingsOf } from '../helpers/richer.ts';
import { sampled } from '../helpers/sized.ts';
import { live, type Death, type Life } from './killable.ts';

/** What a case starts from. */
export interface CrashCase {
  readonly rig: Rig;
  readonly kind: PlanKind;
}

/** What must be the same, however often the recovery was interrupted. */
interface End {
  readonly troubles: unknown;
  readonly facts: unknown;
  /** Of each piece, those included that the playbook does not say. */
  readonly settings: unknown;
  readonly pieces: unknown;
}

const deaths: readonly Death['kind'][] = ['after-record', 'before-call', 'torn-record', 'after-call'];

/** Crash points of each world in a quick run. */
export const quickPoints = 4;

/**
 * Runs the case whole, then once for each crash point; in a quick run for the first and the last of two kinds of deaths, others
 * in the next case. Returns the number of crash points that were survived.
 *
 * @param turn the number of the case
 */
export async function surviveCrashes({ rig, kind }: CrashCase, turn: number, quick = quickPoints): Promise<number> {
  const calm = rig.fork();
  const whole = await live(calm, kind);
  expect(whole.report?.result, unfinished(reportOf(whole)).join('\n')).toBe('succeeded');
  const { end: goal } = await endOf(calm);
  expect(goal.troubles).toEqual({});
  const points = sampled(crashPoints(whole), quick, (each) =>
    deaths.indexOf(each.kind) % 2 === turn % 2 ? each.kind : undefined,
  );
  for (const death of points) await surviveOne(rig.fork(), kind, death, goal);
  return points.length;
}

/** Each record, whole and torn; each call before it is sent; each change also after it was applied. */
function crashPoints({ journal, calls }: Life): readonly Death[] {
  const records = journal.split('\n').length - 1;
  const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);
  return [
    ...numbers(records).flatMap((nth): readonly Death[] => [
      { kind: 'after-record', nth },
      { kind: 'torn-record', nth },
    ]),
    ...calls.flatMap((call, index): readonly Death[] => [
      { kind: 'before-call', nth: index + 1 },
      ...(call.mutating ? [{ kind: 'after-call', nth: index + 1 } as const] : []),
    ]),
  ];
}

async function surviveOne(rig: Rig, kind: PlanKind, death: Death, goal: End): Promise<void> {
  const what = `${death.kind} ${death.nth}`;
  const first = await live(rig, kind, death);
  // The last record may have been the end of the run itself.
  expect(first.report, what).toBeUndefined();
  const made = madeBy(first.journal);
  const between = await rig.fork().look();
  const second = await live(rig, kind, undefined, first);
  expect(second.report?.result, `${what}: ${unfinished(reportOf(second)).join('\n')}`).toBe('succeeded');
  const { end, assessed } = await endOf(rig);
  expect(end, what).toEqual(goal);
  const after = identitiesOf(assessed);
  for (const [id, identity] of identitiesOf(between)) {
    if (!made.has(id) || isLeaving(between, id)) continue;
    expect(after.get(id), `${what}: ${id}, which the first run had just made, was made again`).toBe(identity);
  }
}

/** Components whose creation AWS has accepted from the run. */
function madeBy(journal: string): ReadonlySet<string> {
  const read = readJournal(journal);
  const left = read.kind === 'sound' ? unfinishedRun(read.records) : undefined;
  return new Set(left?.resumption.made);
}

function isLeaving({ assessments }: Assessed, id: string): boolean {
  return assessments.get(id)?.settling === 'going';
}

/** One look serves for all: nothing happens between two. */
async function endOf(rig: Rig): Promise<{ readonly end: End; readonly assessed: Assessed }> {
  const { plan, assessed } = await rig.plan('repair');
  const end = {
    troubles: { ...troubles(assessed.assessments), ...(plan.steps.length > 0 ? { plan: plan.steps } : {}) },
    facts: factsOf(rig, assessed),
    settings: await settingsOf(rig),
    pieces: piecesOf(rig),
  };
  return { end, assessed };
}

/** All that is configured, with ids that AWS gave replaced by what they are the ids of. */
function factsOf(rig: Rig, { observations }: Assessed): unknown {
  const names: [string, string][] = [];
  for (const [id, outputs] of observations.outputs) {
    for (const [output, value] of Object.entries(outputs)) {
      if (value !== undefined && value.length > 3) names.push([value, `<${id}.${output}>`]);
    }
  }
  names.sort(([left], [right]) => right.length - left.length);
  const facts = [...rig.playbook.components.values()].map((component) => {
    const observation = observations.byId.get(component.id);
    if (observation === undefined) throw new Error(`${component.id} was not looked at`);
    return [component.id, factsIn(typeOf(component, componentTypes), observation)];
  });
  let text = JSON.stringify(facts);
  for (const [value, name] of names) text = text.replaceAll(value, name);
  return JSON.parse(text.replaceAll(/relight-[0-9a-f]{28}/g, '<token>'));
}

/** How many of each kind of thing there are in the region: nothing was made twice, nothing left over. */
function piecesOf(rig: Rig): Readonly<Record<string, number>> {
  const local = rig.world.region(rig.playbook.target.region);
  const elbv2 = elbv2Of(local);
  const ecs = ecsOf(local);
  const dynamodb = dynamoDbOf(local);
  const { zones, healthChecks } = route53Of(rig.world.data);
  return {
    loadBalancers: Object.keys(elbv2.loadBalancers).length,
    targetGroups: Object.keys(elbv2.targetGroups).length,
    listeners: Object.keys(elbv2.listeners).length,
    services: Object.values(ecs.services).filter((each) => each.status === 'ACTIVE').length,
    taskDefinitions: Object.keys(ecs.taskDefinitions).length,
    tables: Object.keys(dynamodb.tables).length,
    healthChecks: Object.keys(healthChecks).length,
    zones: Object.keys(zones).length,
  };
}

function reportOf(life: Life): NonNullable<Life['report']> {
  if (life.report === undefined) throw new Error('the run died');
  return life.report;
}
