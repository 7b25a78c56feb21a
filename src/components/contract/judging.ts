// What helps to judge a piece: whose it is, what it says, whom it serves, and by what others point at it.
import type { Difference, Json, ReadContext } from './observing.ts';

/**
 * How a piece of the playbook stands, for whoever asks what a name proves. `tagged`: there, with the playbook's tag.
 * `untagged`: there, and nobody's by its tags. `gone`: surely not there. `other`: shared, somebody else's by its tag, not to
 * be seen, or of a kind without tags; its name proves nothing.
 */
export type PieceStatus = 'tagged' | 'untagged' | 'gone' | 'other';

/** A component of the playbook, as evidence. */
export interface KnownPiece {
  readonly component: string;
  readonly type: string;
  readonly status: PieceStatus;
  /** As far as they are known now. */
  readonly outputs: Readonly<Record<string, string | undefined>>;
  /** Those of the outputs that no other piece ever has: an ARN, an id, a DNS name that AWS made up. */
  readonly unique: readonly string[];
}

/** What can prove that the content of a piece without tags is the playbook's own. */
export interface Evidence {
  readonly playbook: string;
  readonly account: string;
  readonly region: string;
  /** Every component of the playbook. To be asked for only where it matters: a large playbook has as many as it has items. */
  readonly pieces: () => readonly KnownPiece[];
  /** What earlier runs of the playbook wrote into this piece, as their receipts say; empty where none did. */
  readonly written: readonly Json[];
}

/** What the content of a piece without tags tells of whose it is. */
export interface Claim {
  /** What of it nothing explains, in words (`standby.example`); undefined when there is nothing of the kind. */
  readonly strange: string | undefined;
  /** What of it only this playbook can have written, in words; undefined when there is nothing of the kind. */
  readonly proof: string | undefined;
}

/** Says in AWS itself whose a piece without tags is (`ownership: marker`). */
export interface Marker {
  readonly playbook: string;
  readonly component: string;
}

/** Where requests go that come to a piece, told by inventory, for what is no component's. */
export interface Lead {
  /** What it leads to, as it was found: a DNS name. */
  readonly to: string;
  /** In words, what answers there (`load balancer api: 2 healthy targets`); null when surely nothing does. */
  readonly serves: string | null;
  /** False for what lies beyond the account and region, and may well serve. */
  readonly seen: boolean;
}

/**
 * What a change does to those who are served. `interrupts`: what answers now does not answer for a while, or no more.
 * `exposes`: requests or names are led to where they were not meant to go. `loses`: something is gone that nobody can put
 * back.
 */
export const effects = ['none', 'interrupts', 'exposes', 'loses'] as const;
export type Effect = (typeof effects)[number];

/** An effect that somebody has to agree to. */
export interface Harm {
  readonly effect: Exclude<Effect, 'none'>;
  /** What it is about, told alike at every look: a field, a name, a component. */
  readonly subject: string;
  /** In words, of the piece: `desiredCount 0 stops its 2 healthy targets`. */
  readonly what: string;
}

/** How bad it is, from the least on. */
export const severities = ['low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** How bad it is that a field is not as the playbook wants it. */
export interface FieldSeverity {
  /** A spec path, with what lies below it; `[*]` stands for any index: `containers[*].privileged`. */
  readonly field: string;
  /** Only where the playbook wants one of these; whatever it wants unless told. */
  readonly wanted?: readonly Json[];
  readonly severity: Severity;
  /** What that means, in words: `its protection against deletion is off`. */
  readonly means?: string;
}

/** How pieces of a type are judged. A member that may be missing has its meaning when it is: the kind is not like that. */
export interface Judging<Spec = unknown, State = unknown> {
  /**
   * Pure. What of the state stays the same while nobody touches the settled piece: a saved plan is stale when it differs
   * at a later look. Leaves out what changes by itself (task and item counts, target health), and puts lists in order
   * where AWS promises none. Default: the state without its `description`.
   */
  facts(state: State): Json;

  /**
   * Pure. Where in the facts the value of a spec path stands, as a path of the same kind: `item.token` for
   * `attributes.token`. Undefined, or not told: anywhere, so that all of the state is hidden where a playbook marks a
   * path as sensitive.
   */
  factsPath?(specPath: string): string | undefined;

  /**
   * Pure. Does it answer requests right now? In words (`2 healthy targets`); undefined when it does not. Pieces in front
   * of it serve through it (`traffic`). Default: it answers none by itself.
   */
  serves?(state: State): string | undefined;

  /**
   * Pure. So many backends it has, each of which registers once in what it gets its requests from (`traffic.from`): more than
   * these there are somebody else's. Default: whatever is registered there is its own.
   */
  backends?(state: State): number;

  /**
   * Pure. What is worth telling of the piece although nothing is to be done about it: that its last deployment was rolled
   * back. A few words each. Default: nothing.
   */
  remarks?(state: State): readonly string[];

  /**
   * Pure. Why nothing new can be made with the piece although what uses it goes on, in words of it, and what helps: a revision
   * that is deregistered. Asked of shared pieces. Default: it can be used.
   */
  spent?(state: State): { readonly what: string; readonly remedy: string } | undefined;

  /**
   * How bad a difference is, for who reads what was found: the first that fits counts. Default, and for all other fields:
   * medium, and high for a reference to what is gone.
   */
  readonly severities: readonly FieldSeverity[];

  /** Pure. By what others point at it: DNS names under which it is reached, a health check's id. */
  aliases?(state: State): readonly string[];

  /**
   * Pure, for kinds without tags: whose is the content? Such a piece is not changed unless something in it is proof and
   * nothing in it is strange, or the user accepts it. Content that the spec wants proves nothing by itself.
   */
  claim?(spec: Spec, state: State, evidence: Evidence): Claim;

  /**
   * Pure, for kinds that others may put in a place where the playbook's own is to be (a listener on a port): what an untagged
   * piece does that the playbook's own would not, in words; undefined when it may well be that. Such a piece is not changed
   * unless the user accepts it. Default: an untagged piece is taken by its name.
   */
  stranger?(spec: Spec, state: State, evidence: Evidence): string | undefined;

  /** Pure, for kinds without tags: what the piece says, for a consent that holds only while it says the same. */
  says?(spec: Spec, state: State): Json;

  /**
   * Pure, for kinds without tags: the identities of the piece in every spelling that a playbook may give it (a zone by its
   * name or by its id), so that receipts of other playbooks are found. Default: its identity.
   */
  spellings(spec: Spec, state: State): readonly string[];

  /** Pure. The spec with the marker in it, so that it is made, compared, written and deleted with the piece. */
  marked?(spec: Spec, marker: Marker): Spec;

  /** Pure. The marker that was seen and fits what the piece says; a lost, damaged or outdated one is none. */
  markerOf?(spec: Spec, state: State): Pick<Marker, 'playbook'> | undefined;

  /**
   * Pure. What an update of these differences does to those that the piece serves itself: tasks are stopped, the network is
   * taken away, what has failed before is deployed again. Of a type without `serves` it counts where requests travel through
   * the piece to what answers. Where they go on to is told by `leadsTo`. Default: nothing.
   */
  harms(spec: Spec, state: State, differences: readonly Difference[]): readonly Harm[];

  /**
   * Pure. The names that requests for this piece are sent on to, such as a record's alias target. Those of the playbook's own
   * tagged pieces and of its own that are gone may be left out: of them all is known.
   */
  leadsTo(state: State, evidence: Evidence): readonly string[];

  /**
   * Pure. The names that the spec wants requests to be sent on to; of a type that tells them, they are asked for too, and
   * requests may be led there where something answers there as well. References that cannot be told yet stand as text.
   * Default: not told, so that it is held back whatever answers there.
   */
  sendsTo?(spec: Spec): readonly string[];

  /**
   * Pure. May what serves be led behind this piece before anything leads requests to it (a target group that a load
   * balancer knows already)? Then an update that moves what serves, and the requests with it, goes without a gap. Default: no.
   */
  joinable?(state: State): boolean;

  /**
   * What answers behind `names`, told by inventory, never by resolving. Asked only for what `leadsTo` and `sendsTo` name, where a plan
   * deletes the piece or leads it elsewhere, and again right before. A read that fails throws: it counts as serving.
   */
  leads?(names: readonly string[], state: State, context: ReadContext): Promise<readonly Lead[]>;
}
