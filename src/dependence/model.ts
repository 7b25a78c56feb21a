// Dependence between playbooks: which service needs what another one provides, and where each of them says so. A pure stage
// beside the graph of one playbook's components: it looks at playbooks only, never at AWS.
import type { MentionKind } from '../components/contract.ts';
import type { Position } from '../playbook/model.ts';
import type { Named } from '../util/leads.ts';

/** `recovery`: it cannot be brought back without it. `running`: what runs of it asks for it. */
export type Holding = 'recovery' | 'running';

export type EvidenceKind =
  | MentionKind
  /** An end-to-end check of the playbook. */
  | 'probe'
  /** An entry of `recovery.needs`. */
  | 'need';

/** A place in a file. */
export interface FilePlace extends Position {
  readonly file: string;
}

/** What in a playbook may lead to what others provide. Its text is looked at and never shown: it may be secret. */
export interface Said {
  readonly kind: EvidenceKind;
  /** `environment LICENCE_BACKEND` */
  readonly what: string;
  /** Null for what is no component's. */
  readonly component: string | null;
  readonly holds: Holding;
  /** Why a need is one, in the playbook's words. */
  readonly because: string | null;
  readonly leadsTo: (named: Named) => boolean;
  readonly place: () => FilePlace;
}

/** Why one playbook depends on another: what it says, and what of the other one that leads to. */
export interface Evidence {
  readonly kind: EvidenceKind;
  readonly what: string;
  readonly component: string | null;
  readonly holds: Holding;
  readonly because: string | null;
  readonly place: FilePlace;
  /** As the other one provides it: `orders.example.org`, `product:orders`. */
  readonly provided: Named;
  readonly providedAt: FilePlace;
}

/** A playbook among several. */
export interface Party {
  readonly name: string;
  readonly file: string;
}

/** `from` needs what `to` provides; the same one for a service that needs itself. */
export interface Dependence {
  readonly from: Party;
  readonly to: Party;
  /** `recovery` where any of the evidence says so. */
  readonly holds: Holding;
  /** What says so most plainly first; at least one. */
  readonly evidence: readonly Evidence[];
}

/** Services that need each other, at least one of them to be recovered: none of them comes back by itself. */
export interface Circle {
  /** Each needs the next one, the last one the first. One step for a service that needs itself. */
  readonly steps: readonly Dependence[];
}

/** A piece in AWS that several playbooks say is theirs. */
export interface OwnedTwice {
  readonly type: string;
  /** As its type calls it: `service wonderland/api`. */
  readonly piece: string;
  readonly owners: readonly { readonly party: Party; readonly component: string; readonly place: FilePlace }[];
}
