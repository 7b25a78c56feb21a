// One component of two services: its facts held against each other, field by field. Pure.
import type { Json } from '../components/contract.ts';
import { isBelow } from '../util/paths.ts';
import { holdsHidden } from '../assess/open-values.ts';
import { crossingIn, sameValue, type Canonical } from './canonical.ts';
import { otherSide, type FactDifference, type Severity, type Side, type Unseen } from './comparison.ts';
import type { FactField, PieceFacts, SideFacts } from './facts.ts';
import { aheadIn } from './order.ts';

/** The two services, and how values of each are read. */
export interface Both {
  readonly facts: { readonly [side in Side]: SideFacts };
  readonly readers: { readonly [side in Side]: Canonical };
}

/** A component on either side; at least one of them has it. */
export interface Pair {
  readonly component: string;
  readonly ids: FactDifference['ids'];
  readonly type: string;
  readonly left: PieceFacts | undefined;
  readonly right: PieceFacts | undefined;
}

type Found = Omit<FactDifference, 'expected'>;

export interface PairCompared {
  readonly differences: readonly Found[];
  readonly unseen: readonly Unseen[];
  readonly compared: number;
  readonly hidden: number;
}

const sides = ['left', 'right'] as const;

export function comparePair(pair: Pair, both: Both): PairCompared {
  const { component, ids, left, right, type } = pair;
  const named = { component, ids, type };
  const unseen = sides.flatMap((side): readonly Unseen[] => {
    const piece = pair[side];
    return piece?.kind === 'unknown' ? [{ ...named, side, field: null, why: piece.detail }] : [];
  });
  const whole = (found: Pick<Found, 'kind' | 'side'> & Partial<Found>): PairCompared => {
    const difference: Found = { ...named, field: null, detail: null, follows: null, severity: 'high', ...found };
    return { differences: [difference], unseen, compared: 0, hidden: 0 };
  };
  if (left === undefined || right === undefined) {
    const side = left === undefined ? 'right' : 'left';
    const detail = pair[side]?.kind === 'missing' ? 'and AWS does not have it there either' : null;
    return whole({ kind: 'only', side, detail });
  }
  if (left.type !== right.type) return whole({ kind: 'type', side: null, left: left.type, right: right.type });
  if (left.kind === 'unknown' || right.kind === 'unknown') {
    return { differences: [], unseen, compared: 0, hidden: 0 };
  }
  if (left.kind === 'present' && right.kind === 'present') return compareFields(pair, { left, right }, both);
  const gone = sides.filter((side) => pair[side]?.kind === 'missing');
  const [side] = gone;
  if (side === undefined || gone.length === 2) return { differences: [], unseen, compared: 0, hidden: 0 };
  const piece = pair[side];
  const missing = piece?.kind === 'missing' ? piece : undefined;
  return whole({ kind: 'missing', side, detail: missing?.detail ?? null, follows: missing?.via ?? null });
}

type Present = Extract<PieceFacts, { readonly kind: 'present' }>;
type PresentPair = { readonly [side in Side]: Present };

function compareFields(pair: Pair, pieces: PresentPair, both: Both): PairCompared {
  const { component, ids, type } = pair;
  const named = { component, ids, type };
  const [left, right] = sides.map((side) => byPath(pieces[side], both.readers[side]));
  const paths = [...new Set([...(left?.keys() ?? []), ...(right?.keys() ?? [])])];
  const unseen: Unseen[] = [];
  const differences: Found[] = [];
  let compared = 0;
  let hidden = 0;
  for (const side of sides) {
    const why = pieces[side].shallow?.why ?? null;
    if (why !== null) unseen.push({ ...named, side, field: null, why: `not all of its settings: ${why}` });
    unseen.push(...pieces[side].unread.map((field) => ({ ...named, side, field, why: 'it could not be read' })));
  }
  for (const path of paths) {
    const field = { left: left?.get(path), right: right?.get(path) };
    const isIn = (places: readonly string[]): boolean => places.some((each) => isBelow(path, each));
    const passing = sides.filter((side) => isIn(pieces[side].passing));
    const why = 'it is on its way, and its state says nothing true of it';
    unseen.push(...passing.map((side) => ({ ...named, side, field: path, why })));
    if (passing.length > 0 || sides.some((side) => isIn(pieces[side].unread))) continue;
    // A setting that nobody looked for is neither there nor not.
    if (sides.some((side) => field[side] === undefined && pieces[side].shallow !== undefined)) continue;
    if (sides.some((side) => isSecret(field[side]))) hidden += 1;
    compared += 1;
    differences.push(...compareField(path, field, both).map((each) => ({ ...named, ...each })));
  }
  if (sides.every((side) => pieces[side].shallow === undefined))
    differences.push(...compareBeyond(pieces, both).map((each) => ({ ...named, ...each })));
  return { differences, unseen, compared, hidden };
}

/** There is something in it that is not even compared. */
function isSecret(field: FactField | undefined): boolean {
  return field !== undefined && field.veiled === undefined && holdsHidden(field.value);
}

/** What of a field is compared. */
function comparedIn({ value, veiled }: FactField): Json {
  return veiled?.() ?? value;
}

/** Fields by a path that is the same on both sides: keys of lists may be ARNs. */
function byPath({ fields }: Present, reader: Canonical): ReadonlyMap<string, FactField> {
  const found = new Map<string, FactField>();
  for (const [path, field] of fields) {
    const plain = reader.path(path);
    // Two of which nothing but their ids tells one from the other.
    let name = plain;
    for (let number = 2; found.has(name); number += 1) name = `${plain}#${number}`;
    found.set(name, field);
  }
  return found;
}

type AtField = Omit<Found, 'component' | 'ids' | 'type'>;

function compareField(
  path: string,
  { left, right }: { readonly [side in Side]: FactField | undefined },
  both: Both,
): readonly AtField[] {
  const values = {
    ...(left === undefined ? {} : { left: left.value }),
    ...(right === undefined ? {} : { right: right.value }),
  };
  const at = { field: path, follows: null, ...values };
  const crossings = crossingsIn(path, { left, right }, both);
  const found = crossings.map(([side, detail]): AtField => ({
    ...at,
    kind: 'crosses',
    side,
    detail,
    severity: 'high',
  }));
  if (left === undefined || right === undefined) {
    const only = left ?? right;
    if (only?.usual === true || only === undefined || found.length > 0) return found;
    const side = left === undefined ? 'right' : 'left';
    return [{ ...at, kind: 'only', side, detail: null, severity: severityOf(path, 'only', only.value) }];
  }
  const anyOrder = left.anyOrder === true || right.anyOrder === true;
  if (sameField(left, right, both, anyOrder)) return found;
  // Of what is not shown, that it differs is enough.
  const isTold = left.veiled === undefined && right.veiled === undefined;
  const ahead = isTold ? aheadOf(path, left.value, right.value, both.readers) : undefined;
  if (ahead !== undefined) {
    return [
      ...found,
      { ...at, kind: 'ahead', side: ahead, detail: null, severity: severityOf(path, 'ahead', left.value) },
    ];
  }
  if (found.length > 0) return found;
  return [{ ...at, kind: 'differs', side: null, detail: null, severity: severityOf(path, 'differs', left.value) }];
}

/** A secret on one side at least: that both have one is all that is compared. */
function sameField(left: FactField, right: FactField, { readers }: Both, anyOrder: boolean): boolean {
  const [one, other] = [left, right].map((each) => (isSecret(each) ? each.value : comparedIn(each)));
  if (isSecret(left) !== isSecret(right)) return sameValue(left.value, right.value, readers, anyOrder);
  return sameValue(one ?? null, other ?? null, readers, anyOrder);
}

/** What each side names of the other; labels that people write do not lead anywhere. */
function crossingsIn(
  path: string,
  fields: { readonly [side in Side]: FactField | undefined },
  { facts }: Both,
): readonly (readonly [Side, string])[] {
  if (isTag(path)) return [];
  return sides.flatMap((side) => {
    const field = fields[side];
    const found = field === undefined ? undefined : crossingIn(comparedIn(field), facts[side], facts[otherSide(side)]);
    return found === undefined ? [] : [[side, found] as const];
  });
}

function aheadOf(path: string, left: Json, right: Json, readers: Both['readers']): Side | undefined {
  if (typeof left !== 'string' || typeof right !== 'string') return aheadIn(path, left, right);
  const [one, other] = [readers.left.readings(left), readers.right.readings(right)];
  for (const [index, each] of one.entries()) {
    const found = aheadIn(path, each, other[index] ?? right);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What no playbook can say of them is compared by what it is, as far as that is told. */
function compareBeyond(pieces: PresentPair, { readers }: Both): readonly AtField[] {
  const { left, right } = { left: pieces.left.beyond, right: pieces.right.beyond };
  if (sameValue(left, right, readers, true)) return [];
  return [
    {
      field: 'notRepresented',
      kind: 'differs',
      side: null,
      left,
      right,
      detail: null,
      follows: null,
      severity: 'medium',
    },
  ];
}

function isTag(path: string): boolean {
  return path.startsWith('tags.');
}

/** What decides who can reach a piece, and whether it can be deleted by mistake. */
const exposing = /protect|public|scheme|securitygroups|sslpolicy|certificate/i;

function severityOf(path: string, kind: FactDifference['kind'], value: Json): Severity {
  if (exposing.test(path)) return 'high';
  if (isTag(path)) return 'low';
  const isCount = typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value));
  return kind === 'ahead' && isCount ? 'low' : 'medium';
}
