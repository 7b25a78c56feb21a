// The vocabulary that every part of the embedded AWS shares: the world, a service, a call, an error.
// Only types and the one error class; state lives in world.ts, behaviour in services/.
import type { ZodObject, ZodType } from 'zod';
import type { Clock } from '../util/clock.ts';
import type { Denial, PlacedCall, ServiceAuthorization } from './authorization.ts';
import type { InputModel, Violation } from './inputs/model.ts';
import type { RegionData, WorldData } from './world-data.ts';

/** Durations by their names, in milliseconds, factors aside. A service reads its own by an accessor of its timings.ts. */
export type Durations = Readonly<Record<string, number>>;

/** One account's AWS. All state is in `data`; every state change is computed from instants, at read and write time. */
export interface World {
  readonly clock: Clock;
  readonly timings: Durations;
  readonly data: WorldData;
  /** What it is made of. */
  readonly services: Services;
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
  /** Who signed it; the world's caller unless told. */
  readonly caller?: Caller;
  /** Its ARN. */
  readonly callerArn?: string;
}

/** Who makes a call. */
export interface Caller {
  /** The account in which it acts. */
  readonly account: string;
  readonly arn: string;
  /** Of a caller with temporary credentials. */
  readonly userId?: string;
  /** Of temporary credentials. */
  readonly accessKeyId?: string;
  /** Why AWS turns it away, whatever it asks for. */
  readonly refusal?: 'expired' | 'invalid';
  /** What its policies have against a call; undefined when nothing. */
  readonly denies?: (action: PlacedCall) => Denial | undefined;
}

export type Operation = (input: Input, context: CallContext) => Output;

/** Name in the credential scope of a signature, such as `elasticloadbalancing`. */
export type ServiceName = string;

/** One bucket of AWS's request rates. */
export interface Rate {
  readonly bucket: string;
  /** Calls that may come at once. */
  readonly burst: number;
  /** Tokens per second. */
  readonly refill: number;
  /** The operations that it counts; the first bucket that counts an operation is its bucket. */
  readonly operations: RegExp;
}

/** How long something takes in AWS. */
export interface Duration {
  /** The middle of the range that was captured or documented, in milliseconds; or a factor. */
  readonly usual: number;
  /** In a world where nothing takes any time; 0 unless told. */
  readonly instant?: number;
  /**
   * The standard deviation of its logarithm, chosen so that 90 % of the draws lie in the range that was captured or
   * documented for it; where there is no range, such that it doubles in one case of twenty. Zero: AWS does as it is
   * configured.
   */
  readonly spread: number;
}

/** Where a state holds: the region is the account's home for services that exist once. */
export interface StuckPlace {
  readonly resource: string | undefined;
  readonly region: string;
}

/** A state that things of a service get stuck in; part of the world, as it would be in AWS. */
export interface StuckKind {
  readonly kind: string;
  /** What it holds up, one word or two: `load balancer`. */
  readonly holdsUp: string;
  /** What it may be set for; any text unless told, and of a kind that exists once in an account everything. */
  readonly resource?: ZodType<string>;
  /** Names for which it is set, in this region or in the account; undefined stands for all. */
  readonly set: (data: WorldData, local: RegionData) => readonly (string | undefined)[];
  readonly isSet: (world: World, place: StuckPlace) => boolean;
  readonly turn: (world: World, place: StuckPlace, on: boolean, at: number) => void;
  /** ARNs and ids of what it holds up at an instant while it is set. */
  readonly held: (world: World, place: StuckPlace, at: number) => readonly string[];
}

/** Something that a world may be told to hold and that no call makes. */
export interface Presumable {
  readonly kind: string;
  /** The members beside `kind` are the item's; `region` says that it lies in one. */
  readonly schema: ZodObject;
  /** Puts in what the schema accepts; idempotent. @throws Error when it cannot be */
  readonly put: (world: World, item: Readonly<Record<string, unknown>>) => void;
  /** Takes it away again, by its name; false when it is not there. Undefined for what cannot be lost. */
  readonly lose?: ((world: World, id: string, region: string) => boolean) | undefined;
}

/** Where pieces are looked for. */
export interface PiecePlace {
  readonly data: WorldData;
  readonly region: string;
  readonly local: RegionData;
}

/** One thing that carries tags. */
export interface Piece {
  /** Its ARN, or what else AWS knows it by. */
  readonly id: string;
  readonly title: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Deleted, though AWS still remembers it: neither counted nor told of. */
  readonly gone?: boolean;
  /** False for what is made anew with each change: two of it are no double. */
  readonly counted?: boolean;
  /** Settings only, nothing that time changes. */
  readonly settings: () => unknown;
  readonly putTag: (key: string, value: string) => void;
}

/**
 * What every service is to the world, whichever protocol it speaks. Data and pure functions; its state is in the world.
 */
interface ServiceBase {
  /** Name in the credential scope of a signature. */
  readonly name: ServiceName;
  /** Another name that people use. */
  readonly alias?: string;
  /** Whether it exists once in each region, or once in the account. */
  readonly scope: 'region' | 'account';
  /** What it keeps, and under which name: in a region's data or at the top of the world's, by `scope`. */
  readonly store?: { readonly name: string; readonly empty: () => object };
  readonly timings?: Readonly<Record<string, Duration>>;
  readonly stuck?: readonly StuckKind[];
  readonly presumes?: readonly Presumable[];
  readonly pieces?: (place: PiecePlace) => readonly Piece[];
  /** What carries no tags and yet says whose it is: titles and settings of what speaks of this owner. */
  readonly untagged?: (place: PiecePlace, owner: string) => readonly Pick<Piece, 'title' | 'settings'>[];
  /**
   * States that no call brings about and that a piece gets into at once, by name, for rehearsals; false when there is no
   * piece with this ARN, or what else AWS knows it by.
   */
  readonly troubles?: Readonly<Record<string, (world: World, region: string, id: string) => boolean>>;
  /**
   * Lets happen what time alone brings about by an instant and what could not be told later. Asked before anybody looks at
   * the world or changes it.
   */
  readonly advance?: (world: World, at: number) => void;
  /** The caller that an access key of this service's belongs to; undefined for keys that it did not give out. */
  readonly identify?: (world: World, accessKeyId: string, sessionToken: string | undefined) => Caller | undefined;
  /**
   * Asked before every change that a call, a seed or an operator makes to things of a service in a region; what it gives
   * is called when the change was made.
   */
  readonly watch?: (world: World, region: string, changing: ServicePlug) => () => void;
  /** Counts of the census beside those of tagged pieces, such as `health checks`. */
  readonly counts?: (place: PiecePlace) => Readonly<Record<string, number>>;
}

/** How a service holds inputs against AWS's model of it. */
export interface ServiceInputs {
  readonly model: InputModel;
  /** `Shape.Member` that the sandbox does not model, and why: refused by name, never dropped. */
  readonly notModelled?: Readonly<Record<string, string>>;
  /** The code under which the service tells of broken constraints. */
  readonly code: string;
  /** Whether the service tells the values that break them, which it does unless told. */
  readonly tellsValues?: boolean;
  /** Constraints that the service itself finds broken, told before the model's, in its order and words. May throw. */
  readonly own?: (operation: string, input: Input) => readonly Violation[];
}

/** What a service that answers calls is besides. */
interface CallableBase extends ServiceBase {
  /** The longest body that it takes, in bytes; 1 MB unless told. */
  readonly largestRequest?: number;
  /** AWS's documented request rates; no call is throttled unless told. */
  readonly rates?: readonly Rate[];
  /** Which reads may answer from before a write; none unless told. */
  readonly stale?: {
    /** How far back, in milliseconds, where a fault does not say. */
    readonly withinMs: number;
    /** All reads unless told. */
    readonly mayBe?: (operation: string, input: Input) => boolean;
  };
  /** What its model says of inputs; checked before an operation sees one. */
  readonly inputs?: ServiceInputs;
  /** What policies are asked about its calls: the operation on `*` unless told. */
  readonly authorization?: ServiceAuthorization;
  /** Codes of the errors that faults bring about; what the protocol's services usually say unless told. */
  readonly errorCodes: {
    readonly internal: string;
    readonly throttled?: string;
    /** 400 unless told. */
    readonly throttledStatus?: number;
    readonly denied?: string;
    readonly expired?: string;
    readonly unavailable?: string;
  };
}

/** A service behind `POST /` with `x-amz-target: <targetPrefix>.<Operation>`. */
export interface JsonService extends CallableBase {
  readonly protocol: 'json-1.0' | 'json-1.1';
  readonly targetPrefix: string;
  /** Prefix of `__type` in error bodies, such as `com.amazonaws.dynamodb.v20120810#`; empty when AWS sends none. */
  readonly errorNamespace: string;
  /** The member of an error that has its text, as the service's model calls it; `message` unless told. */
  readonly errorMember?: 'Message';
  readonly operations: Readonly<Record<string, Operation>>;
}

/** A service behind `POST /` with a form body `Action=..&Version=..`. */
export interface QueryService extends CallableBase {
  readonly protocol: 'query';
  readonly version: string;
  readonly xmlns: string;
  readonly operations: Readonly<Record<string, Operation>>;
}

/** EC2: a form body like AWS Query's, with lists that bear no `member`, answers without a result element. */
export interface Ec2Service extends CallableBase {
  readonly protocol: 'ec2';
  readonly version: string;
  readonly xmlns: string;
  readonly operations: Readonly<Record<string, Operation>>;
  /** Forms say their members under other names than the model: without it none could be read. */
  readonly inputs: ServiceInputs;
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

/** A REST-XML service, such as Route 53. */
export interface RestXmlService extends CallableBase {
  readonly protocol: 'rest-xml';
  readonly xmlns: string;
  readonly routes: readonly RestRoute[];
  /** Response list element to the name of its items, `ResourceRecordSets: 'ResourceRecordSet'`. */
  readonly listItems: Readonly<Record<string, string>>;
}

/** A service that answers calls. */
export type SandboxService = JsonService | QueryService | Ec2Service | RestXmlService;

/** A store that other services look into, without operations of its own: networks are presumed. */
export interface SilentService extends ServiceBase {
  readonly protocol: 'none';
}

/** All that the sandbox knows of one service of AWS: the one value that a folder of services/ exports. */
export type ServicePlug = SandboxService | SilentService;

/** The services of a world, and what is looked up among them. */
export interface Services {
  /** Those that came from outside. */
  readonly further: readonly ServicePlug[];
  /** All, in the order of the registry. */
  readonly all: readonly ServicePlug[];
  readonly callable: readonly SandboxService[];
  /** Those that watch the changes of others. */
  readonly watching: readonly ServicePlug[];
  /** Those that let something happen which time alone brings about. */
  readonly advancing: readonly ServicePlug[];
  readonly byName: ReadonlyMap<string, SandboxService>;
  readonly stuckKinds: ReadonlyMap<string, { readonly kind: StuckKind; readonly scope: ServicePlug['scope'] }>;
  /** By kind, in the order in which they are put in. */
  readonly presumables: ReadonlyMap<string, Presumable>;
  readonly troubles: ReadonlyMap<string, NonNullable<ServicePlug['troubles']>[string]>;
  readonly durations: Readonly<Record<string, Duration>>;
  /** AWS's usual durations. */
  readonly usual: Durations;
}

/** By its name and members: a service from outside may throw one of a class of its own copy. */
export function isAwsError(error: unknown): error is AwsError {
  return error instanceof Error && error.name === 'AwsError' && 'code' in error && 'status' in error;
}

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
