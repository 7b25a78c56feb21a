// What a run knows of the world: the plan's observations, kept up to date by fresh looks. Looks asked for at about the same
// time are made together, so that fifty services that are waited for cost five calls and not fifty.
import type { AwsAccess } from '../aws/access.ts';
import type { Answers } from '../aws/asked-once.ts';
import { askedFor } from '../aws/counted.ts';
import type { CallReason } from '../aws/meter.ts';
import type { Observation, Referrer, ReadContext, Target } from '../components/contract.ts';
import { readContext, type ObserveContext } from '../observe/context.ts';
import { lookAt } from '../observe/look-at.ts';
import { typeOf, type Outputs, type Observations } from '../observe/observe.ts';
import { gatherMilliseconds } from '../util/sharing.ts';
import { resolveReferences } from '../playbook/expressions.ts';
import type { Component, Playbook } from '../playbook/model.ts';

/**
 * Where steps of a type become ready one by one, since AWS lets their changes through one by one, no more than so many looks go out
 * within so many milliseconds: what comes meanwhile gathers.
 */
const mostAtOnce = 3;
const stream = 1_500;

export interface LiveView {
  /** Looks at one component now. */
  readonly look: (component: Component, asked?: LookAsked) => Promise<Observation<unknown>>;
  /** The component with everything that is known put in the place of references. */
  readonly target: (component: Component) => Target<unknown>;
  /** An output as it is known now. */
  readonly output: (component: string, output: string) => string | undefined;
  /** All outputs of a component as they are known now. */
  readonly outputs: (component: string) => Outputs | undefined;
  /** What was seen of a component last. */
  readonly seen: (component: string) => Observation<unknown> | undefined;
  /**
   * Looks again at the pieces whose listings tell what points where (records), and tells all that was found, whether it
   * is of the playbook or not. What could not be seen is among the answers' observations.
   */
  readonly referrers: () => Promise<{
    readonly referrers: readonly Referrer[];
    readonly observations: ReadonlyMap<string, Observation<unknown>>;
  }>;
  /**
   * A context for single reads, of which the same one is made once.
   *
   * @param answers what others have been answered who read together with it
   * @param aws unless the session's is meant
   */
  readonly context: (why?: CallReason, answers?: Answers, aws?: AwsAccess) => ReadContext;
}

/** Of a look: for whom and what for. */
export interface LookAsked {
  /** Only whether it is ready is asked: `partial` is enough while it is not. */
  readonly waiting?: boolean;
  /** The step that looks. */
  readonly step?: string;
}

interface Asked {
  readonly component: Component;
  readonly asked: LookAsked;
  readonly resolve: (observation: Observation<unknown>) => void;
  readonly reject: (error: unknown) => void;
}

export function createLiveView(playbook: Playbook, seen: Observations, observeContext: ObserveContext): LiveView {
  const observations = new Map(seen.byId);
  const outputs = new Map<string, Outputs>(seen.outputs);
  const asked = new Map<string, Asked[]>();
  const collectors = new Set<Referrer[]>();
  const lookup = (component: string, output: string): string | undefined => outputs.get(component)?.[output];
  /** With the outputs known by now; a step asks for it many times between two looks. */
  let resolved = new Map<string, Target<unknown>>();
  const target = (component: Component): Target<unknown> => {
    const { id, spec } = component;
    const known = resolved.get(id);
    if (known !== undefined) return known;
    const now = { id, spec: resolveReferences(spec, lookup) };
    resolved.set(id, now);
    return now;
  };

  const remember = (component: Component, observation: Observation<unknown>): void => {
    const isPartial = (seen: Observation<unknown> | undefined): boolean =>
      seen?.kind === 'present' && seen.partial === true;
    const known = observations.get(component.id);
    // What was known of it, whether it serves among that, is not lost for less.
    const isLess = isPartial(observation) && known?.kind === 'present' && !isPartial(known);
    if (!isLess) observations.set(component.id, observation);
    if (observation.kind === 'unknown') return;
    const state = observation.kind === 'present' ? observation.state : undefined;
    const type = typeOf(component, observeContext.types);
    const told = type.outputsOf(target(component).spec, state, observeContext.scope);
    if (isSame(outputs.get(component.id), told)) return;
    outputs.set(component.id, told);
    resolved = new Map();
  };

  /** A piece whose last look nobody answered is looked at by itself, so that it does not hold up others of its type. */
  const batchOf = ({ id, type }: Component): string => {
    const last = observations.get(id);
    return last?.kind === 'unknown' && last.reason === 'timeout' ? `${type} ${id}` : type;
  };

  const flushed = new Map<string, readonly number[]>();
  const gatherTime = (key: string): number => {
    const now = observeContext.clock.now();
    const last = flushed.get(key) ?? [];
    const earliest = last.length < mostAtOnce ? now : (last[0] ?? now) + stream;
    // A clock that was exchanged for a slower one may have gone back.
    const at = Math.min(now + stream, Math.max(now + gatherMilliseconds, earliest));
    flushed.set(key, [...last, at].slice(-mostAtOnce));
    return at - now;
  };

  const flush = async (key: string): Promise<void> => {
    const batch = asked.get(key) ?? [];
    asked.delete(key);
    try {
      const group = new Map(batch.map((each) => [each.component.id, each.component]));
      const waiting = batch.every((each) => each.asked.waiting === true);
      const steps = [...new Set(batch.flatMap((each) => each.asked.step ?? []))];
      const aws = askedFor(observeContext.aws, { purpose: { why: waiting ? 'wait' : 'look', of: steps } });
      const context = readContext(
        { ...observeContext, aws },
        {
          waiting,
          point: (referrer) => {
            for (const each of collectors) each.push(referrer);
          },
        },
      );
      const { types } = observeContext;
      const view = { seen: observations, lookup, types, components: [...playbook.components.values()] };
      const answers = await lookAt([...group.values()], view, context);
      for (const [id, observation] of answers) {
        const component = playbook.components.get(id);
        if (component !== undefined) remember(component, observation);
      }
      for (const each of batch) {
        const answer = answers.get(each.component.id);
        if (answer === undefined) throw new Error(`Internal error: no answer about ${each.component.id}`);
        each.resolve(answer);
      }
    } catch (error) {
      for (const each of batch) each.reject(error);
    }
  };

  const look = (component: Component, options: LookAsked = {}): Promise<Observation<unknown>> =>
    new Promise((resolve, reject) => {
      const key = `${batchOf(component)}${options.waiting === true ? ', waiting' : ''}`;
      const gathered = asked.get(key);
      if (gathered !== undefined) {
        gathered.push({ component, asked: options, resolve, reject });
        return;
      }
      asked.set(key, [{ component, asked: options, resolve, reject }]);
      void observeContext.clock.sleep(gatherTime(key)).then(() => flush(key));
    });

  return {
    target,
    output: lookup,
    outputs: (component) => outputs.get(component),
    seen: (component) => observations.get(component),
    context: (_why, answers, aws = observeContext.aws) =>
      readContext({ ...observeContext, aws }, answers === undefined ? {} : { answers }),
    look,
    referrers: async () => {
      const referrers: Referrer[] = [];
      collectors.add(referrers);
      try {
        const telling = [...playbook.components.values()].filter(
          (each) => typeOf(each, observeContext.types).traits.listsReferrers === true,
        );
        const answers = await Promise.all(telling.map(async (each) => [each.id, await look(each)] as const));
        return { referrers, observations: new Map(answers) };
      } finally {
        collectors.delete(referrers);
      }
    },
  };
}

function isSame(before: Outputs | undefined, now: Outputs): boolean {
  if (before === undefined) return false;
  const names = Object.keys(now);
  return names.length === Object.keys(before).length && names.every((name) => before[name] === now[name]);
}
