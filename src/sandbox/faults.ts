// Misfortune on request: which calls fail, and how. Rules belong to a transport, not to the world, so that a fork of a world
// is free of them.
import { AwsError } from './model.ts';
import type { Input, SandboxService, ServiceName } from './model.ts';
import type { WorldData } from './world-data.ts';
import { unreachable } from '../util/unreachable.ts';
import { drawLatency, type Latency } from './latency.ts';
import { seededRandom } from '../util/random.ts';
import { Past } from './stale.ts';

export type FaultKind =
  | 'throttle'
  | 'access-denied'
  | 'expired-token'
  | 'error-500'
  | 'error-503'
  /** Never answers until the caller gives up. */
  | 'hang'
  /** Answers, but later: by `latency` or `latencyMs`. */
  | 'latency'
  /** The connection breaks before the request is carried out. */
  | 'reset-before'
  /** The connection breaks after the request was carried out: the caller cannot know. */
  | 'reset-after'
  /** A read answers from before the writes of the last `staleMs`. */
  | 'stale'
  /** AWS's own request rates hold, or a share of them. */
  | 'request-rates';

/** Which calls are hit, and by what. Plain data but for `when`; `fault-data.ts` reads it from JSON or YAML. */
export interface FaultRule {
  readonly kind: FaultKind;
  readonly service?: ServiceName | undefined;
  /** A name, or one with `*` for any letters: `Describe*`. */
  readonly operation?: string | undefined;
  readonly calls?: 'reads' | 'changes' | undefined;
  /** Text that must occur in the JSON of the decoded input, such as the name of a resource. */
  readonly resource?: string | undefined;
  /** Values that the decoded input must have: `{ cluster: 'wonderland', 'services.0': 'api' }`. */
  readonly where?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** For tests: anything else that must hold. */
  readonly when?: ((subject: FaultSubject) => boolean) | undefined;
  /** The first matching call that may be hit, counted from 1. */
  readonly nth?: number | undefined;
  /** How many calls are hit: 1 when `nth` is given, otherwise all. */
  readonly times?: number | undefined;
  /** Share of the calls that may be hit which are hit, drawn by lot; 1 unless told. */
  readonly rate?: number | undefined;
  /** Of the rule's lots and latencies; 1 unless told. */
  readonly seed?: number | undefined;
  /** The rule holds from this long after it was set. */
  readonly afterMs?: number | undefined;
  /** The rule holds for this long. */
  readonly forMs?: number | undefined;
  /** For `latency`, where it is always the same. */
  readonly latencyMs?: number | undefined;
  /** For `latency`. */
  readonly latency?: Latency | undefined;
  /** For `stale`; what is usual for the service unless told. */
  readonly staleMs?: number | undefined;
  /** For `request-rates`: the share of AWS's rates that is left for this transport; 1 unless told. */
  readonly share?: number | undefined;
  /** Instead of AWS's own text. */
  readonly message?: string | undefined;
}

export interface FaultSubject {
  readonly service: ServiceName;
  readonly operation: string;
  readonly input: Input;
  /** The instant of the call, for rules that hold for a time. */
  readonly at?: number;
  readonly mutating?: boolean;
}

/** A rule and what it has done. */
interface Entry {
  readonly rule: FaultRule;
  readonly operation: RegExp | undefined;
  readonly random: () => number;
  /** Instant from which its time counts: when it was set, or that of the first call after. */
  since: number | undefined;
  matches: number;
  hits: number;
}

/** Rules together with how often each has matched. */
export class Faults {
  readonly #entries: Entry[];
  /** Also of rules that were taken away. */
  readonly #struck = new WeakMap<FaultRule, number>();
  /** What stale reads are answered from. */
  readonly past = new Past();

  /** @param now the present, for rules that hold for a time; that of the first call unless told */
  constructor(rules: readonly FaultRule[] = [], now?: number) {
    this.#entries = rules.map((rule) => entryOf(rule, now));
  }

  /** The rules that are set, in order. */
  get rules(): readonly FaultRule[] {
    return this.#entries.map(({ rule }) => rule);
  }

  add(rule: FaultRule, now?: number): void {
    this.#entries.push(entryOf(rule, now));
  }

  /** How many calls a rule has done something to, also after it was taken away; the very object that was set. */
  hitsOf(rule: FaultRule): number {
    return this.#struck.get(rule) ?? 0;
  }

  /** A rule that hits many calls and seldom does anything has done something to one. */
  note(rule: FaultRule): void {
    this.#struck.set(rule, this.hitsOf(rule) + 1);
  }

  clear(): void {
    this.#entries.length = 0;
    this.past.clear();
  }

  /** How far back any rule lets a read of this service look, in milliseconds; 0 when none does. */
  lookBack({ name, stale }: SandboxService): number {
    let longest = 0;
    for (const { rule } of this.#entries) {
      if (rule.kind !== 'stale' || (rule.service !== undefined && rule.service !== name)) continue;
      longest = Math.max(longest, rule.staleMs ?? stale?.withinMs ?? 0);
    }
    return longest;
  }

  /**
   * The rules that hit this call, in order; counts the call against every rule that it matches. A latency that is drawn
   * comes back as `latencyMs`.
   */
  inject(subject: FaultSubject): readonly FaultRule[] {
    if (this.#entries.length === 0) return noRules;
    const struck: FaultRule[] = [];
    for (const entry of this.#entries) {
      entry.since ??= subject.at;
      if (!holdsNow(entry, subject.at) || !matches(entry, subject)) continue;
      entry.matches += 1;
      const { rule } = entry;
      const most = rule.times ?? (rule.nth === undefined ? Number.POSITIVE_INFINITY : 1);
      if (entry.matches < (rule.nth ?? 1) || entry.hits >= most) continue;
      if (rule.rate !== undefined && entry.random() >= rule.rate) continue;
      entry.hits += 1;
      // Whether these two do anything is seen where they are carried out.
      if (rule.kind !== 'request-rates' && rule.kind !== 'stale') this.note(rule);
      struck.push(rule.latency === undefined ? rule : { ...rule, latencyMs: drawLatency(rule.latency, entry.random) });
    }
    return struck;
  }
}

const noRules: readonly FaultRule[] = [];

function entryOf(rule: FaultRule, now: number | undefined): Entry {
  return {
    rule,
    operation: rule.operation === undefined ? undefined : operationPattern(rule.operation),
    random: seededRandom(rule.seed ?? 1),
    since: now,
    matches: 0,
    hits: 0,
  };
}

/** `Describe*` as a pattern of the whole name. */
export function operationPattern(text: string): RegExp {
  const parts = text.split('*').map((part) => part.replace(/[^\w]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`);
}

function holdsNow({ rule, since }: Entry, at: number | undefined): boolean {
  if (rule.afterMs === undefined && rule.forMs === undefined) return true;
  if (at === undefined || since === undefined) return true;
  const from = since + (rule.afterMs ?? 0);
  return at >= from && (rule.forMs === undefined || at < from + rule.forMs);
}

function matches({ rule, operation }: Entry, subject: FaultSubject): boolean {
  if (rule.service !== undefined && rule.service !== subject.service) return false;
  if (operation !== undefined && !operation.test(subject.operation)) return false;
  if (rule.calls !== undefined && (rule.calls === 'changes') !== (subject.mutating === true)) return false;
  if (rule.where !== undefined && !Object.entries(rule.where).every(([path, value]) => has(subject.input, path, value)))
    return false;
  if (rule.resource !== undefined && !JSON.stringify(subject.input).includes(rule.resource)) return false;
  return rule.when?.(subject) ?? true;
}

/** Compared as text, since the Query protocol has nothing else. */
function has(input: Input, path: string, value: string | number | boolean): boolean {
  let found: unknown = input;
  for (const name of path.split('.')) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return false;
    found = (found as Readonly<Record<string, unknown>>)[name];
  }
  if (typeof found !== 'string' && typeof found !== 'number' && typeof found !== 'boolean') return false;
  return String(found) === String(value);
}

/** The error answer of a fault, in the service's own words; undefined for faults that are no answer. */
export function faultError(
  rule: FaultRule,
  service: SandboxService,
  operation: string,
  data: WorldData,
): AwsError | undefined {
  const { errorCodes } = service;
  const json = isJson(service);
  // Services that answer in XML say "forbidden", those that answer in JSON "bad request".
  const refused = json ? 400 : 403;
  switch (rule.kind) {
    case 'throttle':
      return throttled(service, rule.message);
    case 'access-denied': {
      const action = `${service.name}:${operation}`;
      const text = rule.message ?? `User: ${data.callerArn} is not authorized to perform: ${action} on resource: *`;
      return new AwsError(errorCodes.denied ?? (json ? 'AccessDeniedException' : 'AccessDenied'), text, refused);
    }
    case 'expired-token': {
      const text = rule.message ?? 'The security token included in the request is expired';
      return new AwsError(errorCodes.expired ?? (json ? 'ExpiredTokenException' : 'ExpiredToken'), text, refused);
    }
    case 'error-500':
      return new AwsError(errorCodes.internal, rule.message ?? internalErrorText, 500);
    case 'error-503':
      return new AwsError(
        errorCodes.unavailable ?? (json ? 'ServiceUnavailableException' : 'ServiceUnavailable'),
        rule.message ?? 'Service is unavailable. Please try again later.',
        503,
      );
    case 'hang':
    case 'latency':
    case 'reset-before':
    case 'reset-after':
    case 'stale':
    case 'request-rates':
      return undefined;
    default:
      return unreachable(rule.kind);
  }
}

/** Services that answer in JSON say `ThrottlingException`, those that answer in XML `Throttling`; with HTTP 400 unless the service says otherwise. */
export function throttled(service: SandboxService, message = 'Rate exceeded'): AwsError {
  return new AwsError(
    service.errorCodes.throttled ?? (isJson(service) ? 'ThrottlingException' : 'Throttling'),
    message,
    service.errorCodes.throttledStatus,
  );
}

const internalErrorText = 'The request processing has failed because of an unknown error, exception or failure.';

function isJson(service: SandboxService): boolean {
  return service.protocol === 'json-1.0' || service.protocol === 'json-1.1';
}
