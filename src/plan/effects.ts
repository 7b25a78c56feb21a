// What each step does to those who are served, told from what was seen and not from what the step is called: an update that
// leads requests away takes as much as a delete does. Pure.
import type { Difference, Effect, Harm, Lead } from '../components/contract.ts';
import { typeOf, type Leads } from '../observe/observe.ts';
import { resolveReferences } from '../playbook/expressions.ts';
import type { Component, Playbook } from '../playbook/model.ts';
import { isBelow } from '../util/paths.ts';
import { durationText } from '../util/words.ts';
import { isLifted, type Consents, type Doubt } from './consent.ts';
import { servingText, servingThrough, type Traffic, type TrafficView } from './downtime.ts';
import { isLedAway } from './leading.ts';
import type { Step } from './plan.ts';

type Moving = Pick<Step, 'action' | 'after' | 'component' | 'destructive' | 'differences' | 'estimateSeconds' | 'id'>;

/** What is known when effects are told. */
export interface EffectView {
  readonly traffic: Traffic;
  readonly leads: (component: string) => Leads | undefined;
  /** All steps: some move what serves to where others lead requests. */
  readonly steps: readonly Moving[];
  /** It is asked right before the change: what answers there has to answer there already. */
  readonly settled?: true;
}

/** What speaks against a step, for those who are served; nothing of what only makes or waits. */
export function harmsOf(step: Moving, view: EffectView): readonly Harm[] {
  const component = view.traffic.view.playbook.components.get(step.component);
  if (component === undefined || (!step.destructive && step.action !== 'update')) return [];
  return step.destructive ? harmsOfDelete(component, view) : harmsOfUpdate(step, component, view);
}

function harmsOfDelete(component: Component, { leads, traffic }: EffectView): readonly Harm[] {
  const { id } = component;
  const serving = servingThrough(id, traffic);
  if (serving !== undefined) return [interrupts(serving.by, servingText(id, serving))];
  // What could not be seen counts where the piece goes for good: a record that is led elsewhere goes on answering.
  return leadHarms(id, leads(id), () => true);
}

function harmsOfUpdate(step: Moving, component: Component, view: EffectView): readonly Harm[] {
  const { id } = component;
  const { playbook, types, observed, output } = view.traffic.view;
  const type = typeOf(component, types);
  const seen = observed(id);
  if (seen?.kind !== 'present') return [];
  const spec = resolveReferences(component.spec, output);
  const own = isServing(component, view) ? type.judging.harms(spec, seen.state, differencesOf(step)) : [];
  const moved = movedHarms(step, component, seen.state, view);
  if (!isLedAway(step, component, types)) return [...own, ...moved];
  const told = view.leads(id);
  if (type.judging.sendsTo === undefined)
    return [...own, ...moved, ...leadHarms(id, told, ({ seen: inSight }) => inSight)];
  const wanted = new Set(type.judging.sendsTo(spec));
  return [...own, ...moved, ...redirectHarms(step, component, told, wanted, view, playbook)];
}

/** By itself, as its type tells of its state; or requests travel through it to what answers. */
function isServing({ id, type }: Component, { traffic }: EffectView): boolean {
  const { types } = traffic.view;
  return types.get(type)?.judging.serves !== undefined || servingThrough(id, traffic) !== undefined;
}

/** Of a step, as a type tells differences. */
function differencesOf({ differences }: Pick<Step, 'differences'>): readonly Difference[] {
  return differences.map(({ actual, desired, path }) => ({ actual, desired, path }));
}

function leadHarms(id: string, leads: Leads | undefined, counts: (lead: Lead) => boolean): readonly Harm[] {
  if (leads === undefined) return [];
  if (leads.kind === 'unknown') {
    return [interrupts('unseen', `${id} (nobody could see what answers behind it: ${leads.detail})`)];
  }
  return leads.leads
    .filter((each) => each.serves !== null && counts(each))
    .map(({ serves, to }) => interrupts(to, `${id} (leads to ${to}: ${serves ?? ''})`));
}

/** Requests are led from what answers to what does not, or away from what is none of the playbook's. */
function redirectHarms(
  step: Moving,
  { id }: Component,
  leads: Leads | undefined,
  wanted: ReadonlySet<string>,
  view: EffectView,
  playbook: Playbook,
): readonly Harm[] {
  if (leads?.kind !== 'told') return leadHarms(id, leads, () => true);
  const answersThere = leads.leads.some((each) => wanted.has(each.to) && each.serves !== null);
  const isOwn = (name: string): boolean => ownNames(playbook, view.traffic.view).has(name);
  const movers = moversOf(step, view);
  return leads.leads.flatMap(({ serves, to }): readonly Harm[] => {
    if (serves === null || wanted.has(to)) return [];
    if (answersThere || (view.settled !== true && movers.some((each) => each.goesFirst))) {
      return isOwn(to)
        ? []
        : [
            {
              effect: 'exposes',
              subject: to,
              what: `${id} (leads to ${serves}, which is in no component, and would no more)`,
            },
          ];
    }
    const seconds = movers.reduce((most, each) => Math.max(most, each.seconds), 0) + step.estimateSeconds;
    const gap =
      movers.length === 0
        ? ', and no step of this plan changes that'
        : ` for about ${durationText(seconds)}, until ${movers.map((each) => each.component).join(', ')} has moved`;
    return [interrupts(to, `${id} (leads to ${serves}, and where it would lead nothing answers${gap})`)];
  });
}

/** What serves is moved away from where it is reached, and nothing leads requests after it. */
function movedHarms(step: Moving, component: Component, state: unknown, view: EffectView): readonly Harm[] {
  const { types } = view.traffic.view;
  const how = typeOf(component, types).judging.serves?.(state);
  const paths = movedPaths(step, component, view);
  const [first] = paths;
  if (how === undefined || first === undefined) return [];
  const led = view.steps.some((each) => moversOf(each, view).some((mover) => mover.component === component.id));
  // The step that leads requests after it tells the gap.
  if (led) return [];
  const words = `${component.id} (its ${first} changes, and with it where its ${how} can be reached)`;
  return [interrupts(first, words)];
}

function movedPaths(step: Moving, component: Component, { traffic }: EffectView): readonly string[] {
  const from = typeOf(component, traffic.view.types).traits.traffic?.from ?? [];
  if (step.action !== 'update') return [];
  const isFound = (path: string): boolean =>
    typeOf(component, traffic.view.types).traits.locators.some((each) => isBelow(path, each));
  // To have the same requests at another port is no move.
  const isLink = (path: string): boolean =>
    component.references.some((each) => isBelow(each.path, path) || isBelow(path, each.path));
  return step.differences
    .map(({ path }) => path)
    .filter((path) => !isFound(path) && isLink(path) && from.some((each) => isBelow(path, each)));
}

/** A step that moves what serves to where another step leads requests. */
export interface Mover {
  readonly component: string;
  readonly step: string;
  readonly seconds: number;
  /** It can be there, and answer, before the requests are led after it. */
  readonly goesFirst: boolean;
}

/** Those for a step that leads requests elsewhere; none for any other. */
export function moversOf(step: Moving, view: Pick<EffectView, 'steps' | 'traffic'>): readonly Mover[] {
  const { playbook, types, observed } = view.traffic.view;
  const component = playbook.components.get(step.component);
  if (component === undefined || step.action !== 'update' || !isLedAway(step, component, types)) return [];
  const to = typeOf(component, types).traits.traffic?.to ?? [];
  const ends = referencedBy(component, (path) => to.some((each) => isBelow(path, each)));
  return view.steps.flatMap((other): readonly Mover[] => {
    const moved = playbook.components.get(other.component);
    if (moved === undefined || (other.action !== 'update' && other.action !== 'create')) return [];
    const from = typeOf(moved, types).traits.traffic?.from ?? [];
    const shared = referencedBy(moved, (path) => from.some((each) => isBelow(path, each))).filter((each) =>
      ends.includes(each),
    );
    const [end] = shared;
    if (end === undefined) return [];
    const known = playbook.components.get(end);
    const seen = observed(end);
    const isThere = seen?.kind === 'present' && !view.steps.some((each) => each.component === end);
    const joinable = known !== undefined && isThere && typeOf(known, types).judging.joinable?.(seen.state) === true;
    const goesFirst = joinable && other.action === 'update' && !waitsAnyway(other, step.id, view.steps);
    return [{ component: other.component, step: other.id, seconds: other.estimateSeconds, goesFirst }];
  });
}

/** Waits for a step also by way of others, so that it cannot go before it. */
function waitsAnyway(step: Moving, id: string, steps: readonly Moving[]): boolean {
  const byId = new Map(steps.map((each) => [each.id, each]));
  const seen = new Set<string>();
  const reaches = (from: string): boolean => {
    if (from === id) return true;
    if (seen.has(from)) return false;
    seen.add(from);
    return (byId.get(from)?.after ?? []).some(reaches);
  };
  return step.after.some((each) => each !== id && reaches(each));
}

function referencedBy({ references }: Component, counts: (path: string) => boolean): readonly string[] {
  return references.filter((each) => counts(each.path)).map((each) => each.component);
}

function ownNames(playbook: Playbook, { output, types }: TrafficView): ReadonlySet<string> {
  return new Set(
    [...playbook.components.values()].flatMap((each) =>
      Object.keys(typeOf(each, types).traits.outputs).flatMap((name) => output(each.id, name) ?? []),
    ),
  );
}

function interrupts(subject: string, what: string): Harm {
  return { effect: 'interrupts', subject, what };
}

/** As a doubt that consent lifts. Who lets something be led elsewhere has not said that nothing may answer meanwhile. */
export function doubtOf({ effect, subject, what }: Harm): Doubt {
  return { reason: 'effect', subject: `${effect} ${subject}`, what };
}

const worstFirst: readonly Effect[] = ['loses', 'interrupts', 'exposes', 'none'];

/** The worst of it, what was consented to among it. */
export function worstOf(harms: readonly Harm[], consented: readonly Effect[]): Effect {
  const all = new Set<Effect>([...harms.map((each) => each.effect), ...consented]);
  return worstFirst.find((each) => all.has(each)) ?? 'none';
}

/** Those that nobody has agreed to. Who has agreed to an interruption has agreed to less. */
export function unmetHarms(component: string, harms: readonly Harm[], consents: Consents): readonly Harm[] {
  return harms.filter((each) => {
    const ways: readonly Harm[] = each.effect === 'exposes' ? [each, { ...each, effect: 'interrupts' }] : [each];
    return !ways.some((harm) => isLifted(consents, component, doubtOf(harm)));
  });
}
