// What whoever acts in AWS is given: the clients of one account and region, with one layer below them (calls.ts), and what an
// access is made of (connect.ts).
import type { Clock } from '../util/clock.ts';
import type { CredentialCache } from './credentials/credential-cache.ts';
import type { CredentialSource } from './credentials/credentials.ts';
import type { NameServers } from './dns/name-servers.ts';
import type { EndpointMap } from './endpoints/endpoints.ts';
import type { AwsFailure } from './errors.ts';
import type { Gate, GateScope } from './gate.ts';
import type { Asker, CallMeter } from './meter.ts';
import type { Pacers } from './pacing.ts';
import type { AwsService, SdkClient } from './services/service.ts';

/** One answered or failed call, as told to `onCall`. Times in milliseconds since the epoch. */
export interface CallRecord {
  /** Its row's name. */
  readonly service: string;
  readonly operation: string;
  readonly startedAt: number;
  readonly endedAt: number;
  /** Milliseconds. The two above may be of different clocks: a served sandbox tells its time in its first answer. */
  readonly took: number;
  /** The error's wire code, undefined on success. */
  readonly error?: string;
}

/** One call as it was sent and answered, secrets and all: for whoever writes it down, and leaves out what nobody may read. */
export interface AwsExchange {
  /** Its row's name. */
  readonly service: string;
  readonly operation: string;
  /** When it was sent, in milliseconds since the epoch. */
  readonly at: number;
  /** Members as the SDK names them. */
  readonly input: unknown;
  /** What the SDK made of the answer; undefined when there was none, or a refusal. */
  readonly output?: unknown;
  readonly error?: AwsFailure;
}

/** What a call may be that is not made by default. */
export interface ClientOptions {
  /** Reads of secret values may pass: said by a component type of its own calls, never by who looks at all there is. */
  readonly reveals?: boolean;
}

/** An SDK client that may still have to be loaded: what can be done with one is to send. */
export type Sender<Client extends SdkClient> = Pick<Client, 'send'>;

/** The way to one account and region. */
export interface AwsAccess {
  /** The client of a service, loaded when it is used first. */
  readonly client: <Client extends SdkClient>(service: AwsService<Client>, options?: ClientOptions) => Sender<Client>;
  readonly region: string;
  readonly gate: Gate;
  readonly meter: CallMeter;
  readonly credentialCache: CredentialCache;
  /** The name servers of its zones, for evidence from outside. */
  readonly nameServers: NameServers;
  /** Of whom it is, where that is told. */
  readonly asker?: Asker;
}

export interface AccessOptions {
  readonly region: string;
  /** `read` can never be opened for changes. */
  readonly mode: 'read' | 'change';
  /** All that may pass, reads too, of an access that is for one thing only; identity calls pass. */
  readonly scope?: GateScope | undefined;
  /** Read when a call goes out, so that a clock found by the first call (a served sandbox's) holds for all later ones. */
  readonly clock: Clock;
  /**
   * Times a call out. A call over a real network needs the real clock, also when all else goes by a served sandbox's
   * faster time; `clock` unless told.
   */
  readonly wireClock?: Clock | undefined;
  readonly profile?: string | undefined;
  /** One endpoint for all services, instead of what environment and profile say. */
  readonly endpoint?: string | undefined;
  /** Where the calls of each service go, resolved once. `openSession` resolves it where it is not told. */
  readonly endpoints?: EndpointMap | undefined;
  /** Client settings of another transport to AWS, such as the in-process sandbox. */
  readonly transport?: ((service: AwsService) => object) | undefined;
  /**
   * Doors of one kind differ in nothing but their `requestHandler`, and nothing leaves the process through them: their
   * clients are made once and used by all sessions, unless a session brings credentials of its own.
   */
  readonly transportKind?: string | undefined;
  /**
   * 12 digits: rates are an account's, and what identifies itself in an answer must be of this one. Known before the guard
   * has looked, from the playbook.
   */
  readonly account?: string | undefined;
  /** Pass the same value to all accesses of a process, so that they share AWS's rates; its own unless told. */
  readonly pacers?: Pacers | undefined;
  /** Calls that may be under way at once; unbounded unless told. What waits is not under way. */
  readonly concurrency?: number | undefined;
  /** Chance in [0, 1) for the pauses before a call is repeated, so that many machines do not repeat in step. */
  readonly jitter?: (() => number) | undefined;
  /** Where credentials come from; the SDK's provider chain unless told, or those of the transport. */
  readonly credentials?: CredentialSource | undefined;
  /** Who is asked what the zones' name servers answer; AWS's own over the network unless told, where the calls go to AWS. */
  readonly nameServers?: NameServers | undefined;
  readonly onCall?: ((call: CallRecord) => void) | undefined;
  /** Told what is sent and what comes back. */
  readonly onExchange?: ((exchange: AwsExchange) => void) | undefined;
  /** Told the headers of each answer. */
  readonly onHeaders?: ((headers: Readonly<Record<string, string>>) => void) | undefined;
  /** Aborts every call. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds after which a call of any kind counts as lost, where the usual limits are too long. */
  readonly callLimit?: number | undefined;
}
