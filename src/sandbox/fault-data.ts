// Misfortune as plain data: the list of faults in a scenario file, in the file of `sandbox serve --faults`, in a request
// to the sandbox's own endpoint. Every mistake is told at once, with its place and what would be right.
import { z } from 'zod';
import { unreachable } from '../util/unreachable.ts';
import { operationPattern, type FaultKind, type FaultRule, type Faults } from './faults.ts';
import type { Latency } from './latency.ts';
import type { Services, StuckKind, World } from './model.ts';
import type { StuckState } from './world-data.ts';
import { servicesWith } from './service-set.ts';
import { releaseStuck, setStuck, stuckStates } from './stuck.ts';

/** A rule for calls, or a state that AWS gets stuck in. */
export type Fault = FaultRule | StuckState;

const week = 7 * 24 * 3_600_000;
const unitSizes: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** `250ms`, `40s`, `5m`, `1h`, or a number of milliseconds; read as milliseconds. */
const duration = z
  .union([z.number(), z.string().regex(/^\d+(\.\d+)?(ms|s|m|h)$/, 'a duration such as 250ms, 40s or 5m')])
  .transform((value) => {
    if (typeof value === 'number') return value;
    const [, figure = '', unit = ''] = /^([\d.]+)([a-z]+)$/.exec(value) ?? [];
    return Number(figure) * (unitSizes[unit] ?? Number.NaN);
  })
  .refine((ms) => ms >= 0 && ms <= week, 'a duration between 0 and a week');

const text = z.string().min(1).max(1_000);
const whole = z.int().min(1);

const selectors = {
  operation: z
    .string()
    .regex(/^[A-Za-z0-9*]+$/, 'the name of an operation, with * for any letters')
    .optional(),
  calls: z.enum(['reads', 'changes']).optional(),
  resource: text.optional(),
  where: z.record(text, z.union([text, z.number(), z.boolean()])).optional(),
  nth: whole.optional(),
  times: whole.optional(),
  rate: z.number().gt(0).max(1).optional(),
  seed: z.int().min(0).max(0xffff_ffff).optional(),
  after: duration.optional(),
  for: duration.optional(),
};

const latency = z
  .union(
    [
      duration.transform((ms): Latency => ({ kind: 'fixed', ms })),
      z.strictObject({ uniform: z.tuple([duration, duration]) }).transform(({ uniform: [from, to] }): Latency => ({
        kind: 'uniform',
        from,
        to,
      })),
      z
        .strictObject({
          lognormal: z.strictObject({ median: duration, sigma: z.number().min(0).max(3), most: duration.optional() }),
        })
        .transform(({ lognormal }): Latency => ({ kind: 'lognormal', ...lognormal })),
    ],
    'a latency such as 250ms, { uniform: [10ms, 90ms] } or { lognormal: { median: 80ms, sigma: 0.6 } }',
  )
  .refine((it) => it.kind !== 'uniform' || it.from <= it.to, 'uniform: the shorter latency first');

const answers = ['throttle', 'access-denied', 'expired-token', 'error-500', 'error-503'] as const;
const silences = ['hang', 'reset-before', 'reset-after'] as const;

/** The kinds of rules for calls. */
const ruleKinds: readonly string[] = [...answers, ...silences, 'latency', 'stale', 'request-rates'];

interface Selected {
  readonly kind: FaultKind;
  readonly after?: number | undefined;
  readonly for?: number | undefined;
  readonly within?: number | undefined;
}

/** Names that say milliseconds, as the rest of the sandbox has them. */
function ruleOf<Read extends Selected>({ after, for: lasting, within, ...rest }: Read): FaultRule {
  return {
    ...rest,
    ...(after === undefined ? {} : { afterMs: after }),
    ...(lasting === undefined ? {} : { forMs: lasting }),
    ...(within === undefined ? {} : { staleMs: within }),
  };
}

/** The names of signatures, and those that the rest of relight says. */
function serviceNames({ callable }: Services) {
  return z
    .enum(callable.flatMap(({ alias, name }) => (alias === undefined ? [name] : [alias, name])))
    .transform((said) => callable.find(({ alias }) => alias === said)?.name ?? said)
    .optional();
}

/** The parts of a rule that name something, whatever else it holds. */
function namesFor(services: Services) {
  const { calls, operation } = selectors;
  return z.object({
    kind: z.enum([...answers, ...silences, 'latency', 'stale', 'request-rates']),
    service: serviceNames(services),
    operation,
    calls,
  });
}

/** What calls may be hit by. */
function rulesFor(services: Services) {
  const service = serviceNames(services);
  const selected = { service, ...selectors };
  return z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.enum(answers), ...selected, message: text.optional() }),
      z.strictObject({ kind: z.enum(silences), ...selected }),
      z.strictObject({ kind: z.literal('latency'), ...selected, latency }),
      z.strictObject({ kind: z.literal('stale'), ...selected, within: duration.optional() }),
      z.strictObject({ kind: z.literal('request-rates'), ...selected, share: z.number().gt(0).max(1).optional() }),
    ])
    .transform((read): FaultRule => ruleOf(read))
    .superRefine((read, context) => {
      const problem = problemOf(read, services);
      if (problem !== undefined) context.addIssue({ code: 'custom', message: problem.message, path: [problem.member] });
    });
}

/** A rule that can never hit anything is a slip of the pen. */
function problemOf(
  read: Pick<FaultRule, 'calls' | 'kind' | 'operation' | 'service'>,
  { byName, callable }: Services,
): { readonly member: string; readonly message: string } | undefined {
  const one = read.service === undefined ? undefined : byName.get(read.service);
  if (read.kind === 'stale' && one !== undefined && one.stale === undefined) {
    return { member: 'service', message: `reads of ${one.name} show every write at once: nothing can be stale` };
  }
  if (read.kind === 'stale' && read.calls === 'changes') {
    return { member: 'calls', message: 'only reads can be stale' };
  }
  if (read.operation === undefined) return undefined;
  const pattern = operationPattern(read.operation);
  const names = (one === undefined ? callable : [one]).flatMap((each) =>
    each.protocol === 'rest-xml' ? each.routes.map(({ operation }) => operation) : Object.keys(each.operations),
  );
  if (names.some((name) => pattern.test(name))) return undefined;
  const whose = read.service === undefined ? 'the sandbox' : `${read.service} in the sandbox`;
  return { member: 'operation', message: `${whose} has no operation ${read.operation}` };
}

const region = z
  .string()
  .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a region such as eu-west-1')
  .optional();

const span = { after: duration.optional(), for: duration.optional() };

/** What a state that one kind of thing gets stuck in may say. */
function stuckShape({ kind, resource }: StuckKind, scope: 'region' | 'account') {
  const one = resource ?? text;
  const inAccount = { resource: resource ?? text.optional() };
  const members = scope === 'region' ? { resource: one, region } : inAccount;
  return z.strictObject({ kind: z.literal(kind), ...members, ...span });
}

interface FaultReader {
  readonly schema: z.ZodType<Fault>;
  readonly kinds: readonly string[];
}

const readers = new WeakMap<Services, FaultReader>();

/** Made when first asked for: what can be written depends on the services. */
function readerFor(services: Services): FaultReader {
  let reader = readers.get(services);
  if (reader === undefined) readers.set(services, (reader = makeReader(services)));
  return reader;
}

function makeReader(services: Services): FaultReader {
  const rule = rulesFor(services);
  const selectedIn = namesFor(services);
  const kinds = [...ruleKinds, ...services.stuckKinds.keys()];
  const shapeOf = (kind: unknown): z.ZodObject | undefined => {
    const offered = typeof kind === 'string' ? services.stuckKinds.get(kind) : undefined;
    return offered && stuckShape(offered.kind, offered.scope);
  };
  const stuckOf = (shape: z.ZodObject): z.ZodType<StuckState> =>
    shape.transform((read): StuckState => {
      const {
        after,
        for: lasting,
        ...rest
      } = read as unknown as StuckState & {
        readonly after?: number;
        readonly for?: number;
      };
      return {
        ...rest,
        ...(after === undefined ? {} : { afterMs: after }),
        ...(lasting === undefined ? {} : { forMs: lasting }),
      };
    });
  /** What a fault of this kind may say beside its kind. */
  const membersOf = (kind: string): readonly string[] => {
    const options: readonly { readonly shape: Readonly<Record<string, unknown>> }[] = rule.in.options;
    const own =
      shapeOf(kind) ??
      options.find(({ shape }) => shape['kind'] instanceof z.ZodType && shape['kind'].safeParse(kind).success);
    return Object.keys(own?.shape ?? {}).filter((name) => name !== 'kind');
  };
  const messageOf = (issue: z.core.$ZodIssue, kind: unknown): string => {
    if (issue.path[0] === 'kind') return `one of ${kinds.join(', ')}`;
    if (issue.code !== 'unrecognized_keys' || issue.path.length > 0) return issue.message;
    const unknown = issue.keys.map((key) => `"${key}"`).join(', ');
    return `${String(kind)} has no ${unknown}; it takes ${membersOf(String(kind)).join(', ')}`;
  };
  const schema = z.unknown().transform((value, context): Fault => {
    const kind = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
    const shape = shapeOf(kind);
    const read = shape === undefined ? rule.safeParse(value) : stuckOf(shape).safeParse(value);
    if (read.success) return read.data;
    for (const issue of read.error.issues) {
      context.addIssue({ code: 'custom', message: messageOf(issue, kind), path: issue.path });
    }
    // With a mistake in its shape a rule is not looked at any further by itself: a wrong name is told all the same.
    const named = shape === undefined ? selectedIn.safeParse(value) : undefined;
    const slip = named?.success === true ? problemOf(named.data, services) : undefined;
    if (slip !== undefined && !read.error.issues.some(({ path }) => path[0] === slip.member)) {
      context.addIssue({ code: 'custom', message: slip.message, path: [slip.member] });
    }
    return z.NEVER;
  });
  return { schema, kinds };
}

/**
 * One fault as written in JSON or YAML.
 *
 * @param services those whose operations and stuck states it may name; the sandbox's own unless told
 */
export function faultSchemaFor(services = servicesWith()): z.ZodType<Fault> {
  return readerFor(services).schema;
}

/** One fault of the sandbox's own services. */
export const faultSchema = faultSchemaFor();

/** The kinds that can be written of them. */
export const faultKinds = readerFor(servicesWith()).kinds;

function listOf(fault: z.ZodType<Fault>) {
  return z.array(fault).max(1_000);
}

/** A list of faults, to be put into another schema: `z.strictObject({ faults: faultsSchema })`. */
export const faultsSchema = listOf(faultSchema);

/** Whether faults of this kind are states that things get stuck in. */
export function isStuckKind(kind: string, { stuckKinds } = servicesWith()): boolean {
  return stuckKinds.has(kind);
}

/** What a stuck state holds up, in a word or two: `load balancer`; undefined for rules. */
export function holdsUp(kind: string, { stuckKinds } = servicesWith()): string | undefined {
  return stuckKinds.get(kind)?.kind.holdsUp;
}

export type FaultsRead =
  | { readonly ok: true; readonly faults: readonly Fault[] }
  /** Each with its place: `faults[2].operation: ...`, and the way there in the value that was read. */
  | {
      readonly ok: false;
      readonly problems: readonly string[];
      readonly paths: readonly (readonly (string | number)[])[];
    };

/**
 * Reads a list of faults, or an object `{ faults: [...] }`, as a file holds it.
 *
 * @param services those that the faults are of; the sandbox's own unless told
 */
export function readFaults(value: unknown, services = servicesWith()): FaultsRead {
  const isNamed = typeof value === 'object' && value !== null && 'faults' in value;
  const list = isNamed ? value.faults : value;
  const read = listOf(faultSchemaFor(services)).safeParse(list ?? []);
  if (read.success) return { ok: true, faults: read.data };
  const problems = read.error.issues.map(
    ({ path, message }) =>
      `faults${path.map((name) => (typeof name === 'number' ? `[${String(name)}]` : `.${String(name)}`)).join('')}: ${message}`,
  );
  const start = isNamed ? ['faults'] : [];
  const paths = read.error.issues.map(({ path }) => [
    ...start,
    ...path.map((name) => (typeof name === 'symbol' ? String(name) : name)),
  ]);
  return { ok: false, problems, paths };
}

/** True for a state of the world, false for a rule of a transport. */
export function isStuckState(fault: Fault): fault is StuckState {
  return !ruleKinds.includes(fault.kind);
}

/** The same fault, a stuck state that names no region in this one. */
export function inRegion(fault: Fault, home: string, { stuckKinds } = servicesWith()): Fault {
  if (!isStuckState(fault) || stuckKinds.get(fault.kind)?.scope === 'account') return fault;
  return { ...fault, region: fault.region ?? home };
}

/** Sets faults in addition to what is set: rules at the transport that `faults` belongs to, stuck states in the world. */
export function setFaults(world: World, faults: Faults, list: readonly Fault[]): void {
  for (const fault of list) {
    if (isStuckState(fault)) setStuck(world, fault);
    else faults.add(fault, world.clock.now());
  }
}

/** What is set: the rules of a transport and the stuck states of the world. */
export function faultsOf(world: World, faults: Faults): readonly Fault[] {
  return [...faults.rules, ...stuckStates(world)];
}

/**
 * Takes all rules from a transport, and all stuck states from the world.
 *
 * @param stays stuck states that go on; none unless told
 */
export function clearFaults(world: World, faults: Faults, stays: (state: StuckState) => boolean = () => false): void {
  faults.clear();
  for (const stuckState of stuckStates(world)) if (!stays(stuckState)) releaseStuck(world, stuckState);
}

/** A fault as `readFaults` reads it; JSON leaves out the function `when`. */
export function writeFault(fault: Fault): object {
  if (isStuckState(fault)) {
    const { afterMs, forMs, ...rest } = fault;
    return { ...rest, ...writeSpan(afterMs, forMs) };
  }
  const { afterMs, forMs, staleMs, latencyMs, latency: drawn, ...rest } = fault;
  const late = drawn ?? (latencyMs === undefined ? undefined : { kind: 'fixed' as const, ms: latencyMs });
  return {
    ...rest,
    ...writeSpan(afterMs, forMs),
    ...(staleMs === undefined ? {} : { within: staleMs }),
    ...(late === undefined ? {} : { latency: writeLatency(late) }),
  };
}

function writeSpan(afterMs: number | undefined, forMs: number | undefined): object {
  return { ...(afterMs === undefined ? {} : { after: afterMs }), ...(forMs === undefined ? {} : { for: forMs }) };
}

function writeLatency(written: Latency): number | object {
  switch (written.kind) {
    case 'fixed':
      return written.ms;
    case 'uniform':
      return { uniform: [written.from, written.to] };
    case 'lognormal': {
      const { median, sigma, most } = written;
      return { lognormal: { median, sigma, ...(most === undefined ? {} : { most }) } };
    }
    default:
      return unreachable(written);
  }
}
