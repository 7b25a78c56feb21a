// A playbook as a value: what every later stage works from. Durations are milliseconds.
import type { ComponentType } from '../components/contract.ts';
import type { Named } from '../util/leads.ts';
import type { Redactor } from '../util/redact.ts';
import type { Place } from './diagnostic.ts';
import type { LockPlace, TablePlace } from './lock.ts';
import type { Path } from './yaml/found.ts';

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A place in a spec that reads an output of another component: `${load-balancer.dnsName}`. */
export interface Reference {
  /** The component that reads, or `verify[0]`. */
  readonly from: string;
  /** Where in its spec: `values[0]`. */
  readonly path: string;
  /** The component that is read. */
  readonly component: string;
  readonly output: string;
  readonly position: Position;
}

export type OnOrphan = 'replace' | 'keep';

export interface Component {
  readonly id: string;
  readonly type: string;
  readonly description: string | undefined;
  /**
   * As completed by the type's schema, with parameters filled in. Texts in it are templates still: component
   * references stand as written, and a literal `${` is written `$${`. `resolveReferences` makes the final values.
   */
  readonly spec: unknown;
  readonly shared: boolean;
  readonly protect: boolean;
  /** Its first step of a run waits until somebody approves it; undefined: nobody is asked. */
  readonly approval?: 'required' | undefined;
  readonly dependsOn: readonly string[];
  /** Without its owner this component is meaningless; undefined when nobody owns it. */
  readonly ownedBy: string | undefined;
  /** Spec paths that others may move. */
  readonly ignore: readonly string[];
  /** Spec paths whose values nobody is to read: those marked, and those that a sensitive parameter is filled into. */
  readonly sensitive: readonly string[];
  readonly onOrphan: OnOrphan | undefined;
  /** `marker`: the piece carries no tags, and a marker in AWS says whose it is. The spec has it in it already. */
  readonly ownership?: 'marker' | undefined;
  /** Spec paths of which the spec tells all, what it does not say is taken away; `''`: of the whole spec. */
  readonly exact: readonly string[];
  /** Spec paths that are to be taken away (`null` in the file). */
  readonly cleared: readonly string[];
  readonly references: readonly Reference[];
  /** Tags that a piece gets when it is made, beside relight's own: those that it had before. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Of its id in the file. */
  readonly position: Position;
}

export interface Metadata {
  readonly name: string;
  readonly description: string | undefined;
  readonly owner: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
}

export interface Objectives {
  readonly rto: number | undefined;
}

export interface PlaybookTarget {
  /** 12 digits. */
  readonly account: string;
  readonly alias: string | undefined;
  readonly region: string;
  /** A free word; `production` asks for more care. */
  readonly environment: string | undefined;
}

/** A name by which others reach the service. */
export interface Provision {
  readonly named: Named;
  /** Of its entry. */
  readonly position: Position;
}

/** What must answer while the service is being recovered. */
export interface RecoveryNeed extends Provision {
  readonly because: string | undefined;
}

export interface Recovery {
  readonly strategy: 'repair' | 'rebuild';
  readonly concurrency: number;
  readonly deadline: number;
  readonly onFailure: 'continue' | 'halt';
  /** Undefined: no limit. */
  readonly maxDeletes: number | undefined;
  /** An approval that does not come in this time is refused. Milliseconds. */
  readonly approvalTimeout: number;
  /** Where known good is kept for a team, beside the state directory; undefined: nowhere. */
  readonly knownGood: TablePlace | undefined;
  readonly needs: readonly RecoveryNeed[];
}

/** What must hold before a recovery may begin. */
export interface Guards {
  /** A proof of exactly this playbook must be there, no older than so many milliseconds; undefined: none is needed. */
  readonly requireProof: number | undefined;
  /** A lock that keeps out nobody but the same user on the same machine is not enough. */
  readonly teamLock: boolean;
}

/** How a value may differ from another playbook's, seen from the one that says so. */
export const meanings = ['ahead', 'behind', 'only-here', 'only-there', 'differs', 'crosses'] as const;
export type Meaning = (typeof meanings)[number];

/** A difference from another playbook's service that is meant (`relight compare`). */
export interface ExpectedDifference {
  readonly component: string;
  /** A path of its facts, with all below it; undefined: that one of both has the component at all. */
  readonly field: string | undefined;
  /** Only this way; undefined: whatever way. */
  readonly is: Meaning | undefined;
  /** What the other playbook calls the component; nothing but that is said then. */
  readonly as: string | undefined;
  readonly because: string;
  /** The name, environment or alias of the other playbook; undefined: of any. */
  readonly with: string | undefined;
}

export type ParamValue = string | number | boolean;

interface CheckBase {
  /** As given, or made from what it asks for: `http https://...`. */
  readonly name: string;
  /** How long it may take until the answer is right. */
  readonly within: number;
  readonly references: readonly Reference[];
  readonly position: Position;
}

export interface HttpCheck extends CheckBase {
  readonly kind: 'http';
  readonly url: string;
  readonly method: string;
  /** Any of these is right. */
  readonly status: readonly number[];
  readonly headers: Readonly<Record<string, string>>;
  /** Text that the answer must contain. */
  readonly body: string | undefined;
  /** Of one try. */
  readonly timeout: number;
}

export interface DnsCheck extends CheckBase {
  readonly kind: 'dns';
  readonly recordName: string;
  readonly type: string;
  /** All of these, in any order; undefined: any answer. */
  readonly values: readonly string[] | undefined;
}

export interface TcpCheck extends CheckBase {
  readonly kind: 'tcp';
  readonly host: string;
  readonly port: number;
}

/** An end-to-end check. Its texts are templates, as those of a spec. */
export type Check = HttpCheck | DnsCheck | TcpCheck;

/** What of a playbook nobody is to read. */
export interface PlaybookSecrets {
  /** Takes the playbook's secret values out of texts. */
  readonly redactor: Redactor;
  /** Names of the parameters whose values are never shown. */
  readonly params: ReadonlySet<string>;
  /**
   * Tells two playbooks apart that differ in secret values only; null when there are none. Slow on purpose, as guessing
   * is to be.
   *
   * @param salt unique, so that equal secrets in two places cannot be told
   */
  readonly fingerprint: (salt: string) => string | null;
}

export interface Playbook {
  readonly file: string;
  /** SHA-256 over the parsed document and the resolved parameters, secret values left out. */
  readonly digest: string;
  /** The same without parameters: what the file says, whatever it is run with. */
  readonly documentDigest: string;
  readonly secrets: PlaybookSecrets;
  readonly metadata: Metadata;
  readonly objectives: Objectives;
  readonly target: PlaybookTarget;
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly recovery: Recovery;
  readonly guards: Guards;
  /** What keeps two runs apart. */
  readonly lock: LockPlace;
  readonly provides: readonly Provision[];
  readonly root: string | undefined;
  /** The types that components may be of: those that it was read with, and all later stages work with. */
  readonly types: ReadonlyMap<string, ComponentType>;
  /** In the order of the file. */
  readonly components: ReadonlyMap<string, Component>;
  readonly verify: readonly Check[];
  /** Differences from other playbooks' services that are meant. Of no account for a recovery. */
  readonly expected: readonly ExpectedDifference[];
  /** A table whose entries speak of services, for scans; undefined: none. Of no account for a recovery. */
  readonly inventory: StateTable | undefined;
  /** Where the value at a path of the document stands: `['components', 'tasks', 'spec', 'family']`. */
  readonly placeOf: (path: Path) => Position;
}

/** A table whose entries each speak of a service. */
export interface StateTable {
  readonly table: string;
  /** The attribute that names it. */
  readonly attribute: string;
  /** Only entries whose partition key begins so; undefined: all. */
  readonly keyPrefix: string | undefined;
  readonly position: Position;
}

export function positionOf({ line, column }: Place): Position {
  return { line, column };
}
