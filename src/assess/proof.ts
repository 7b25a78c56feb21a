// Whose is a piece? Pieces that can carry tags are told by them. Records and items cannot: a receipt, a marker, or the name
// of a tagged piece in their content must prove that they are the playbook's own, and nothing may speak against it. Equal
// content proves nothing (docs/decisions/0018). Pure.
import { createHash } from 'node:crypto';
import {
  ownerTags,
  type ComponentType,
  type Evidence,
  type Json,
  type KnownPiece,
  type Observation,
  type PieceStatus,
  type Tags,
} from '../components/contract.ts';
import { typeOf, type Outputs } from '../observe/observe.ts';
import { resolveReferences } from '../playbook/expressions.ts';
import type { Component, Playbook } from '../playbook/model.ts';
import { conceal } from '../util/path-mask.ts';
import { specPathMask } from './concealed.ts';

/** The last that is known to have written a piece, by the journals of its runs. */
export interface Author {
  readonly playbook: string;
  readonly run: string;
  /** All that it has written there, one entry a write, since another wrote it or it was deleted. */
  readonly wrote: readonly Json[];
}

/** By the piece, in every spelling that is known of it. */
export type Authors = ReadonlyMap<string, Author>;

/** What is known beside what was seen: receipts in journals, and consents that were given before. */
export interface Known {
  readonly authors: Authors;
  /** Consents by component: what piece, saying what, was adopted. */
  readonly adopted: ReadonlyMap<string, Adoption>;
}

/** Somebody has said that a piece is this playbook's, as it was then. */
export interface Adoption {
  /** What tells that piece, saying what it said then, from any other: `adoptionKey`. */
  readonly key: string;
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
}

export const nothingKnown: Known = { authors: new Map(), adopted: new Map() };

export interface ProofInputs {
  readonly playbook: Playbook;
  readonly types: ReadonlyMap<string, ComponentType>;
  readonly outputsOf: (component: string) => Outputs | undefined;
  readonly observed: (component: string) => Observation<unknown> | undefined;
  readonly known: Known;
}

/** Whose a piece is. */
export type Ownership =
  /** The playbook's, and why. */
  | { readonly kind: 'own'; readonly because: string }
  /** Nobody knows, and why; `strange`: it says something of others. */
  | { readonly kind: 'unproven'; readonly because: string; readonly strange: boolean; readonly author?: string };

/** True for a piece of a kind that carries no tags. */
export function isTagless(type: ComponentType, tags: Tags | undefined): boolean {
  return type.judging.claim !== undefined || tags === undefined;
}

/** Whose a piece without tags is; undefined for one that can carry tags, or is shared. */
export function ownershipOf(
  component: Component,
  { state, tags }: Pick<Extract<Observation<unknown>, { kind: 'present' }>, 'state' | 'tags'>,
  inputs: ProofInputs,
): Ownership | undefined {
  const type = typeOf(component, inputs.types);
  if (!isTagless(type, tags) || component.shared) return undefined;
  const { playbook, outputsOf, known } = inputs;
  const spec = resolveReferences(component.spec, (id, output) => outputsOf(id)?.[output]);
  const name = playbook.metadata.name;
  const author = authorOf(type, spec, state, known.authors);
  const wroteIt = author?.playbook === name;
  // A type that cannot tell by its content has receipts alone.
  const { proof, strange } = type.judging.claim?.(spec, state, evidenceOf(inputs, wroteIt ? author.wrote : [])) ?? {
    strange: undefined,
    proof: wroteIt ? 'an earlier run of this playbook wrote it' : undefined,
  };
  const unproven = (
    because: string,
    more: { readonly strange?: boolean; readonly author?: string } = {},
  ): Ownership => ({
    kind: 'unproven',
    because,
    strange: false,
    ...more,
  });
  const marker = type.judging.markerOf?.(spec, state);
  if (strange !== undefined) {
    const text = unprovenText(strange, component);
    if (marker !== undefined && marker.playbook !== name) {
      return unproven(`${text}: it carries the marker of playbook ${marker.playbook}`, {
        strange: true,
        author: marker.playbook,
      });
    }
    if (author === undefined || wroteIt) return unproven(text, { strange: true });
    return unproven(`${text}: playbook ${author.playbook} wrote it in run ${author.run}`, {
      strange: true,
      author: author.playbook,
    });
  }
  if (marker !== undefined && marker.playbook !== name) {
    return unproven(`carries the marker of playbook ${marker.playbook}`, { author: marker.playbook });
  }
  if (author !== undefined && !wroteIt) {
    return unproven(`was written by playbook ${author.playbook} in run ${author.run}`, { author: author.playbook });
  }
  if (marker !== undefined) return { kind: 'own', because: 'it carries the marker of this playbook' };
  if (proof !== undefined) return { kind: 'own', because: proof };
  return unproven(
    "is not provably this playbook's: no tagged piece of it is named there, and no receipt or marker tells",
  );
}

/** What an untagged piece does that the playbook's own would not; undefined where it may well be that. */
export function strangenessOf(
  component: Component,
  { state, tags }: Pick<Extract<Observation<unknown>, { kind: 'present' }>, 'state' | 'tags'>,
  inputs: ProofInputs,
): string | undefined {
  if (component.shared || tags === undefined || tags[ownerTags.playbook] !== undefined) return undefined;
  const type = typeOf(component, inputs.types);
  if (type.judging.stranger === undefined) return undefined;
  const spec = resolveReferences(component.spec, (id, output) => inputs.outputsOf(id)?.[output]);
  const strange = type.judging.stranger(spec, state, evidenceOf(inputs, []));
  return strange === undefined
    ? undefined
    : `carries no relight tags, and is not what this playbook would have there: ${component.sensitive.length > 0 ? 'it says something that is kept hidden' : strange}`;
}

function evidenceOf(inputs: ProofInputs, written: readonly Json[]): Evidence {
  const { components, metadata, target } = inputs.playbook;
  let pieces: readonly KnownPiece[] | undefined;
  return {
    playbook: metadata.name,
    account: target.account,
    region: target.region,
    pieces: () => (pieces ??= [...components.values()].map((each) => knownPiece(each, inputs))),
    written,
  };
}

/**
 * Names that requests for a piece are sent on to, and of which the playbook's components do not tell what answers there.
 *
 * @param owner the piece serves for this component only, whatever else answers behind a shared load balancer
 */
export function namesToAskFor(
  component: Component,
  state: unknown,
  inputs: ProofInputs,
  owner: boolean,
): readonly string[] {
  const names = typeOf(component, inputs.types).judging.leadsTo(state, evidenceOf(inputs, []));
  if (names.length === 0 || !owner || ownershipOf(component, { state, tags: undefined }, inputs)?.kind !== 'own')
    return names;
  const shared = [...inputs.playbook.components.values()].filter((each) => each.shared);
  const known = new Set(
    shared.flatMap(({ id }) => Object.values(inputs.outputsOf(id) ?? {})).map((each) => each?.toLowerCase()),
  );
  return names.filter((each) => !known.has(each));
}

/** What the doubt about a piece is that could carry tags and does not. */
export const untaggedText = "carries no relight tags, and its name alone does not prove that it is this playbook's";

/** Who wrote it last, by any of its spellings. */
function authorOf(type: ComponentType, spec: unknown, state: unknown, authors: Authors): Author | undefined {
  if (authors.size === 0) return undefined;
  const spellings = new Set([type.identity(spec), ...type.judging.spellings(spec, state)]);
  const found = [...spellings].flatMap((each) => authors.get(each) ?? []);
  // One spelling may be known from an older run than the other.
  return found.toSorted((left, right) => (left.run < right.run ? 1 : left.run > right.run ? -1 : 0))[0];
}

function knownPiece(component: Component, { observed, outputsOf, playbook, types }: ProofInputs): KnownPiece {
  const type = typeOf(component, types);
  const outputs = outputsOf(component.id) ?? {};
  const unique = Object.entries(outputs).flatMap(([name, value]) =>
    value !== undefined && (value.startsWith('arn:') || type.traits.outputs[name]?.onReplace === 'new') ? [value] : [],
  );
  return {
    component: component.id,
    type: type.traits.type,
    status: statusOf(component, observed(component.id), playbook),
    outputs,
    unique,
  };
}

function statusOf(component: Component, seen: Observation<unknown> | undefined, playbook: Playbook): PieceStatus {
  if (component.shared || seen === undefined || seen.kind === 'unknown') return 'other';
  if (seen.kind === 'absent') return 'gone';
  if (seen.tags === undefined) return 'other';
  const owner = seen.tags[ownerTags.playbook];
  if (owner === undefined) return 'untagged';
  return owner === playbook.metadata.name ? 'tagged' : 'other';
}

/** What the reason of a piece that says something of others says. */
export function unprovenText(strange: string, { sensitive }: Pick<Component, 'sensitive'>): string {
  // What stands there now is nobody's secret that is known, and a secret all the same.
  if (sensitive.length > 0) return "says something that is kept hidden, and is not provably this playbook's";
  return `says ${strange}, which is not provably this playbook's`;
}

/**
 * What a consent is bound to, as a digest: which piece, and what it says. A piece with tags by its own ARN or id, which no
 * later one has; one without by its identity and its content, what nobody is to read left out.
 */
export function adoptionKey(
  component: Component,
  state: unknown,
  { outputsOf, types }: Pick<ProofInputs, 'outputsOf' | 'types'>,
): string {
  const type = typeOf(component, types);
  const spec = resolveReferences(component.spec, (id, output) => outputsOf(id)?.[output]);
  const content = type.judging.says?.(spec, state);
  const bound: Json =
    content === undefined
      ? { piece: type.identity(spec), is: type.undo.generation?.(state) ?? idsOf(type, outputsOf(component.id) ?? {}) }
      : { piece: pieceOf(type, spec, state), says: conceal(content, specPathMask(component, type)) };
  return createHash('sha256').update(canonicalText(bound)).digest('hex');
}

/** The one name of a piece that all playbooks would give it. */
export function pieceOf(type: ComponentType, spec: unknown, state: unknown): string {
  return type.judging.spellings(spec, state).at(-1) ?? type.identity(spec);
}

function idsOf(type: ComponentType, outputs: Outputs): Json {
  const lasting = Object.entries(type.traits.outputs).filter(
    ([, trait]) => trait.onReplace === 'new' && trait.onUpdate !== 'new',
  );
  return Object.fromEntries(lasting.map(([name]) => [name, outputs[name] ?? null]));
}

function canonicalText(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((each: Json) => canonicalText(each)).join(',')}]`;
  const members = Object.entries(value as Readonly<Record<string, Json>>).sort(([left], [right]) =>
    left < right ? -1 : 1,
  );
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalText(member)}`).join(',')}}`;
}
