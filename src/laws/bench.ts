// Component types against the embedded AWS: real SDK clients, a virtual clock, and the engine's patience in a few lines.
import pLimit from 'p-limit';
import type { AwsAccess, CallRecord } from '../aws/access.ts';
import { connect } from '../aws/connect.ts';
import { classify } from '../aws/errors.ts';
import {
  ownerTags,
  type ChangeAction,
  type ChangeContext,
  type ComponentTraits,
  type ComponentType,
  type Observation,
  type ReadContext,
  type Receipt,
  type Scope,
  type Tags,
  type Target,
} from '../components/contract.ts';
import { componentTypes } from '../components/index.ts';
import { plugsOf } from '../rehearse/world/plugs.ts';
import { createSharing } from '../util/sharing.ts';
import { sandboxNameOf, worldNameServers } from '../rehearse/world/sandbox.ts';
import {
  awsTimings,
  createWorld,
  Faults,
  fork,
  sandboxClientConfig,
  VirtualClock,
  type ObservedCall,
  type Timings,
  type World,
} from '../sandbox/index.ts';

type Types = ReadonlyMap<string, ComponentType>;

export const region = 'eu-west-1';

export const scope: Scope = { account: '123456789012', region, partition: 'aws', playbook: 'deployer-api' };

/** A world, a way into it, and everything that was seen on the wire. */
export interface Bench {
  /** The types whose pieces live in it. */
  readonly types: Types;
  readonly world: World;
  readonly clock: VirtualClock;
  readonly aws: AwsAccess;
  readonly faults: Faults;
  /** What the sandbox was asked, in order. */
  readonly wire: ObservedCall[];
  /** What the call layer sent, in order. */
  readonly calls: CallRecord[];
}

export interface BenchOptions {
  readonly timings?: Partial<Timings>;
  /** The types whose pieces are to live in it; those that ship unless told, or those of `from`. */
  readonly types?: Types;
  /** Starts as a copy of this bench's world, at its present. */
  readonly from?: Bench;
  /** Reads only, like `relight status`. */
  readonly mode?: 'read' | 'change';
}

export function bench(options: BenchOptions = {}): Bench {
  const { from } = options;
  const types = options.types ?? from?.types ?? componentTypes;
  const clock = new VirtualClock(from?.clock.now() ?? Date.UTC(2026, 0, 5, 9));
  const timings = { ...awsTimings, ...options.timings };
  const world =
    from === undefined ? createWorld({ clock, timings, services: plugsOf(types) }) : fork(from.world, clock, timings);
  const faults = new Faults();
  const wire: ObservedCall[] = [];
  const calls: CallRecord[] = [];
  const mode = options.mode ?? 'change';
  const aws = connect({
    region,
    mode,
    clock,
    nameServers: worldNameServers(world),
    transport: (service) =>
      sandboxClientConfig(world, sandboxNameOf(service), region, {
        faults,
        onCall: (call) => {
          wire.push(call);
        },
      }),
    onCall: (call) => {
      calls.push(call);
    },
  });
  aws.gate.openForReads();
  if (mode === 'change') aws.gate.openForChanges();
  return { types, world, clock, aws, faults, wire, calls };
}

/** The context of one look: shared reads are made once, as in a status. */
export function reading(where: Bench): ReadContext {
  const limit = pLimit(10);
  const reads = new Map<string, Promise<unknown>>();
  return {
    ...createSharing(where.clock),
    aws: where.aws,
    scope,
    now: () => where.clock.now(),
    limit: (work) => limit(work),
    once: <T>(key: string, read: () => Promise<T>): Promise<T> => {
      const running = reads.get(key);
      if (running !== undefined) return running as Promise<T>;
      const started = read();
      reads.set(key, started);
      return started;
    },
  };
}

export interface ChangeOptions {
  readonly token?: string;
  readonly tags?: Tags;
  /** Goes into the component tag. */
  readonly id?: string;
}

export function changing(where: Bench, options: ChangeOptions = {}): ChangeContext {
  return {
    ...reading(where),
    token: options.token ?? 'run1-step1-1',
    tags: options.tags ?? { [ownerTags.playbook]: scope.playbook, [ownerTags.component]: options.id ?? 'piece' },
  };
}

/** A spec as the playbook loader would hand it over. */
export function specOf<Spec>(type: { readonly traits: Pick<ComponentTraits<Spec>, 'schema'> }, raw: unknown): Spec {
  return type.traits.schema.parse(raw);
}

/** A fresh look at one piece. */
export async function look<Spec, State>(
  type: ComponentType<Spec, State>,
  target: Target<Spec>,
  where: Bench,
): Promise<Observation<State>> {
  const answer = (await type.observe([target], reading(where))).get(target.id);
  if (answer === undefined) throw new Error(`${type.traits.type} did not answer for ${target.id}`);
  return answer;
}

/** The state of a piece that must be there. */
export async function stateOf<Spec, State>(
  type: ComponentType<Spec, State>,
  target: Target<Spec>,
  where: Bench,
): Promise<State> {
  const seen = await look(type, target, where);
  if (seen.kind !== 'present') throw new Error(`${target.id} is ${JSON.stringify(seen)}`);
  return seen.state;
}

/** Longest wait for a change, on the virtual clock. */
const patience = 20 * 60_000;
const pollEvery = 2_000;
const longestPause = 30_000;

/**
 * What the engine does after a change: looks until the piece is ready and in sync, or gone after a delete, then asks
 * `settled`. Returns the state, undefined after a delete. Fails when the piece fails or the patience ends.
 */
export async function settle<Spec, State>(
  type: ComponentType<Spec, State>,
  target: Target<Spec>,
  where: Bench,
  action: ChangeAction,
  receipt: Receipt = {},
): Promise<State | undefined> {
  const deadline = where.clock.now() + patience;
  let last = 'nothing seen';
  while (where.clock.now() <= deadline) {
    const seen = await look(type, target, where);
    if (isReached(type, target, seen, action)) {
      const settlement = await type.time.settled?.(action, receipt, target, reading(where));
      if (settlement === undefined || settlement.kind === 'done') {
        return seen.kind === 'present' && action !== 'delete' ? seen.state : undefined;
      }
      if (settlement.kind === 'failed') throw new Error(`${type.traits.type} ${action} failed: ${settlement.detail}`);
    }
    last = JSON.stringify(seen.kind === 'present' ? type.readiness(seen.state, target.spec) : seen);
    await where.clock.sleep(pollEvery);
  }
  throw new Error(`${type.traits.type} did not settle after ${action}: ${last}`);
}

function isReached<Spec, State>(
  type: ComponentType<Spec, State>,
  target: Target<Spec>,
  seen: Observation<State>,
  action: ChangeAction,
): boolean {
  if (seen.kind === 'unknown') throw new Error(`${target.id}: ${seen.reason} ${seen.detail}`);
  if (action === 'delete') return seen.kind === 'absent';
  if (seen.kind === 'absent') return false;
  const readiness = type.readiness(seen.state, target.spec);
  if (readiness.kind === 'unhealthy' && readiness.terminal) throw new Error(`${target.id}: ${readiness.detail}`);
  return readiness.kind === 'ready' && type.diff(target.spec, seen.state).length === 0;
}

/** Creates a piece and waits until it is ready; gives its state. */
export async function establish<Spec, State>(
  type: ComponentType<Spec, State>,
  target: Target<Spec>,
  where: Bench,
): Promise<State> {
  const receipt = await made(type, target, where);
  const state = await settle(type, target, where, 'create', receipt);
  if (state === undefined) throw new Error(`${target.id} is not there after create`);
  return state;
}

/**
 * What the engine does where AWS takes one change after the other: a create that it is too early to finish is finished by
 * updates, once AWS is ready for them.
 *
 * @param options.isThere the piece is there, and is to be changed
 */
export async function made<Spec, State>(
  type: ComponentType<Spec, State>,
  target: Target<Spec>,
  where: Bench,
  options: ChangeOptions & { readonly isThere?: boolean } = {},
): Promise<Receipt> {
  const deadline = where.clock.now() + patience;
  let isThere = options.isThere === true;
  for (let pause = pollEvery; ; pause = Math.min(2 * pause, longestPause)) {
    const context = changing(where, { id: target.id, ...options });
    try {
      if (!isThere) return await type.create(target, context);
      const state = await stateOf(type, target, where);
      return await type.update(target, state, type.diff(target.spec, state), context);
    } catch (error) {
      if (classify(error).class !== 'conflict' || where.clock.now() > deadline) throw error;
      await where.clock.sleep(pause);
      isThere = (await look(type, target, where)).kind === 'present';
    }
  }
}
