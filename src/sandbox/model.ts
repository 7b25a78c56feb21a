// The vocabulary that every part of the embedded AWS shares: the world, a service, a call, an error.
// Only types and the one error class; state lives in world.ts, behaviour in services/.
import type { Clock } from '../util/clock.ts';
import type { Timings } from './timings.ts';
import type { DynamoDbStore } from './services/dynamodb/store.ts';
import type { EcsStore } from './services/ecs/store.ts';
import type { Elbv2Store } from './services/elbv2/store.ts';
import type { Route53Store } from './services/route53/store.ts';
import type { StuckLater } from './stuck-state.ts';

/** Things the sandbox does not manage itself but that its services check for: `sandbox seed` puts them in. */
export interface NetworkStore {
  /** Subnet id to its availability zone and VPC. */
  subnets: Record<string, { availabilityZone: string; vpc: string }>;
  /** Security group id to its VPC. */
  securityGroups: Record<string, { vpc: string }>;
  vpcs: Record<string, Record<string, never>>;
  /** ARNs of certificates that a listener may name. */
  certificates: Record<string, Record<string, never>>;
}

/** What exists in one region. */
export interface RegionData {
  ecs: EcsStore;
  elbv2: Elbv2Store;
  dynamodb: DynamoDbStore;
  network: NetworkStore;
}

/** Everything a snapshot holds: plain JSON values only, so that a world can be saved, forked and compared. */
export interface WorldData {
  version: 1;
  account: string;
  /** The account alias of IAM, or null when none is set. */
  alias: string | null;
  callerArn: string;
  /** Instant of the last save, milliseconds since the epoch. */
  now: number;
  /** Source of ids and pseudo-random numbers; grows with each draw, so the same history gives the same ids. */
  sequence: number;
  regions: Record<string, RegionData>;
  route53: Route53Store;
  /** States that things get stuck in, or are released from, later; in the order of their instants. */
  stuckLater?: StuckLater[];
  /** What stuck states have held up, by the state. */
  stuckHeld?: Record<string, string[]>;
}

/** One account's AWS. All state is in `data`; every state change is computed from instants, at read and write time. */
export interface World {
  readonly clock: Clock;
  readonly timings: Timings;
  readonly data: WorldData;
  /** The region's data, made empty on first use. */
  region(name: string): RegionData;
  /** `length` deterministic lower-case hex digits, different on each call. */
  hex(length: number): string;
  /** `length` deterministic decimal digits, first one not 0, different on each call. */
  digits(length: number): string;
  /** A deterministic pseudo-random number in [0, 1). */
  random(): number;
  /** A fresh request id. Not drawn from `data.sequence`: a read must leave the world as it was. */
  requestId(): string;
  /** Levels of the request-rate buckets, by region and bucket; no part of `data`, as AWS forgets them within seconds. */
  readonly buckets: Map<string, Bucket>;
}

/** One token bucket of AWS's request throttling. */
export interface Bucket {
  tokens: number;
  /** Instant of the last refill. */
  at: number;
}

/** Decoded request: JSON body, or the nested form of an AWS Query or REST-XML request. */
export type Input = Readonly<Record<string, unknown>>;
/** Response before encoding; `undefined` members are left out, arrays are encoded even when empty. Dates as milliseconds
 *  wrapped by `timestamp()`, since each protocol writes them in its own way. */
export type Output = Readonly<Record<string, unknown>>;

/** An instant in a response: JSON services write epoch seconds, XML services ISO 8601. */
export interface Timestamp {
  readonly timestamp: number;
}

/** @param milliseconds since the epoch */
export function timestamp(milliseconds: number): Timestamp {
  return { timestamp: milliseconds };
}

export interface CallContext {
  readonly world: World;
  /** From the credential scope of the signature. */
  readonly region: string;
  /** Data of that region. */
  readonly local: RegionData;
  /** The virtual instant of this call, milliseconds since the epoch. */
  readonly now: number;
  /** Whose access key signed it; the world's caller unless told. */
  readonly callerArn?: string;
}

export type Operation = (input: Input, context: CallContext) => Output;

export type ServiceName = 'ecs' | 'elasticloadbalancing' | 'route53' | 'dynamodb' | 'sts' | 'iam';

interface ServiceBase {
  /** Name in the credential scope of a signature. */
  readonly name: ServiceName;
}

/** A service behind `POST /` with `x-amz-target: <targetPrefix>.<Operation>`. */
export interface JsonService extends ServiceBase {
  readonly protocol: 'json-1.0' | 'json-1.1';
  readonly targetPrefix: string;
  /** Prefix of `__type` in error bodies, such as `com.amazonaws.dynamodb.v20120810#`; empty when AWS sends none. */
  readonly errorNamespace: string;
  readonly operations: Readonly<Record<string, Operation>>;
}

/** A service behind `POST /` with a form body `Action=..&Version=..`. */
export interface QueryService extends ServiceBase {
  readonly protocol: 'query';
  readonly version: string;
  readonly xmlns: string;
  readonly operations: Readonly<Record<string, Operation>>;
}

/** One route of a REST-XML service. */
export interface RestRoute {
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Path pattern with `{Name}` placeholders, such as `/2013-04-01/change/{Id}`. */
  readonly path: string;
  /** HTTP status of success, 200 unless told. */
  readonly status?: number;
  /** Root element of the answer, `<operation>Response` unless told. */
  readonly root?: string;
  /** Input: path placeholders, query parameters by their wire names (`name`, `type`, `maxitems`), and `body` (the decoded
   *  XML below the root element). The answer may carry `$headers`. */
  readonly handle: Operation;
}

/** A REST-XML service: Route 53. */
export interface RestXmlService extends ServiceBase {
  readonly protocol: 'rest-xml';
  readonly xmlns: string;
  readonly routes: readonly RestRoute[];
  /** Response list element to the name of its items, `ResourceRecordSets: 'ResourceRecordSet'`. */
  readonly listItems: Readonly<Record<string, string>>;
}

export type SandboxService = JsonService | QueryService | RestXmlService;

/** An error answer with AWS's own code and text; thrown by operations, encoded by the protocol. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  /** Further members of the error body, such as `Item` of a failed condition. */
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, status = 400, fields: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = 'AwsError';
    this.code = code;
    this.status = status;
    this.fields = fields;
  }
}
