// What relight knows of one AWS service: a row of the table in index.ts. Clients, gate, pacing, errors, endpoints and the proof
// of answers are given rows and know no service by name. A service from outside brings a row of its own.
import type { ErrorClass } from '../classified-error.ts';
import type { Protocol } from '../contract/envelope.ts';
import type { Members, Proof } from '../contract/rules.ts';

/** What is alike in all SDK clients. */
export interface SdkClient {
  readonly send: (command: never) => unknown;
}

export interface Rate {
  /** Calls that may go out at once. */
  readonly burst: number;
  /** Calls per second after that. */
  readonly refill: number;
}

/** A code that AWS uses for many things, and a text under it that says which. */
export interface ErrorText {
  readonly code: string;
  readonly text: string;
  readonly class: ErrorClass;
}

export interface AwsService<Client extends SdkClient = SdkClient, Bucket extends string = string> {
  /** As rates, meters and journals name it: `elbv2`. */
  readonly name: string;
  /** As signatures, IAM actions and host names have it: `elasticloadbalancing`. */
  readonly signingName: string;
  /** As IAM actions begin, where that is not the signature's word: `tag`. */
  readonly iamPrefix?: string;
  /** The SDK's id of it, as variables and sections for its endpoint spell it: `elastic_load_balancing_v2`. */
  readonly settingsName: string;
  readonly protocol: Protocol;
  /** One place for all regions of a partition: hosts name no region, and rates hold for the whole account. */
  readonly accountWide: boolean;
  /** Imports the SDK's client, when it is used first, and gives what makes one. */
  readonly load: () => Promise<(settings: object) => Client>;
  /** A recovery needs nothing of it: it may be silent. */
  readonly optional?: true;
  /** Only asked whether what others made is there: nothing else rests on it, and it may have no endpoint of its own. */
  readonly aside?: true;
  /** The HTTP status with which it says that something is missing, where that is not its protocol's. */
  readonly absentStatus?: number;
  /** What the client must be told beside what all are. */
  readonly clientSettings?: object;
  /** The published rate of each API bucket. */
  readonly rates: Readonly<Record<Bucket, Rate>>;
  /** The bucket that AWS counts an operation in. */
  readonly bucketOf: (operation: string, read: boolean) => Bucket;
  /** Operations that change nothing and give away no secret value, by their exact names. Whatever is in no list is a change. */
  readonly reads: ReadonlySet<string>;
  /** Operations that say, or make somebody, who calls: they pass before the place has been compared. */
  readonly identityCalls?: ReadonlySet<string>;
  /** Operations that give away secret values, and with which input they do. */
  readonly secretReads?: ReadonlyMap<string, (input: Members) => boolean>;
  /** What its own error codes mean; those of all services are in errors.ts. */
  readonly errorCodes: Readonly<Record<string, ErrorClass>>;
  readonly errorTexts?: readonly ErrorText[];
  /** What proves the answer of each operation that is sent, beyond its envelope. */
  readonly proofs: Readonly<Record<string, Proof>>;
  /**
   * The members of an answer that identify the piece which an operation is about; lists are gone through. ARNs in what a
   * piece holds (policies, images, secrets, items, roles, certificates, events, replicas) are nobody's place: they may lie
   * anywhere.
   */
  readonly identifyingMembers: Readonly<Record<string, readonly string[]>>;
  /** Operations whose answers name no piece: of these the map of endpoints alone says where they come from. */
  readonly identifyNothing: ReadonlySet<string>;
}

/** Checks a row: its buckets are those of its rates. */
export function awsService<Client extends SdkClient, Bucket extends string>(
  row: AwsService<Client, Bucket>,
): AwsService<Client, Bucket> {
  return row;
}

/** What a call does, which decides where it may pass, how long it may take and whether it is repeated. */
export type CallKind =
  /** Says who calls. */
  | 'identity'
  | 'read'
  /** Gives away a secret value: passes only where a component type has said that it may. */
  | 'secret-read'
  /** Everything else, and everything that nobody knows. */
  | 'change';

/** What a call does. */
export function kindOf(service: AwsService, operation: string, input: Members): CallKind {
  if (service.secretReads?.get(operation)?.(input) === true) return 'secret-read';
  if (service.identityCalls?.has(operation) === true) return 'identity';
  return isChange(service, operation) ? 'change' : 'read';
}

/** Whether an operation may change something: all do that the row does not list. */
export function isChange({ identityCalls, reads, secretReads }: AwsService, operation: string): boolean {
  return !reads.has(operation) && identityCalls?.has(operation) !== true && secretReads?.has(operation) !== true;
}

/** The bucket of an operation, `ecs:service-read`, and its rate: what bounds how fast a recovery can be. */
export function rateOf(service: AwsService, operation: string): Rate & { readonly bucket: string } {
  const bucket = service.bucketOf(operation, !isChange(service, operation));
  const rate = service.rates[bucket];
  if (rate === undefined) throw new Error(`Internal error: ${service.name} has no rate for ${bucket}`);
  return { bucket: `${service.name}:${bucket}`, ...rate };
}
