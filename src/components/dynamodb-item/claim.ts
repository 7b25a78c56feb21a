// Whose is an item? Items carry no tags: the ARNs that it holds must tell, or a receipt. Pure.
import type { Claim, Evidence, Json, KnownPiece } from '../contract.ts';
import { textsIn } from '../kit/evidence.ts';
import type { ItemSpec, ItemState } from './schema.ts';
import { plainValue } from './values.ts';

interface Arn {
  readonly service: string;
  readonly region: string;
  readonly account: string;
  /** Words of the resource: `service`, `wonderland`, `deployer-api`. */
  readonly words: readonly string[];
}

/**
 * Strange are ARNs, in attributes that the playbook speaks of, of another account or region, or of another piece than the
 * one wanted there. Proof is a receipt, or the ARN of a tagged piece of the playbook, or of one that is gone and whose
 * name it bears (docs/decisions/0018). A status or a version that differs is drift.
 */
export function claim(spec: ItemSpec, state: ItemState, evidence: Evidence): Claim {
  const said = Object.entries(spec.attributes ?? {}).flatMap(([name, wanted]) => {
    const actual = state.item[name];
    if (actual === undefined) return [];
    const wantedArns = arnsIn(wanted);
    return arnsIn(plainValue(actual)).map((text) => ({ name, text, strange: isStrange(text, wantedArns, evidence) }));
  });
  if (said.length === 0) return { strange: undefined, proof: receiptOf(evidence) };
  const pieces = evidence.pieces();
  const known = new Set([
    ...pieces.flatMap(({ outputs }) => Object.values(outputs)),
    ...evidence.written.flatMap(textsIn),
  ]);
  const strange = said
    .filter((each) => each.strange && !known.has(each.text))
    .map(({ name, text }) => `${name} ${text}`);
  const named = said.flatMap(({ text }) => pieces.find((piece) => isNamedBy(text, piece, evidence)) ?? [])[0];
  return {
    strange: strange.length === 0 ? undefined : strange.join(', '),
    proof: receiptOf(evidence) ?? (named === undefined ? undefined : `it names ${named.component}`),
  };
}

function receiptOf({ written }: Evidence): string | undefined {
  return written.length === 0 ? undefined : 'an earlier run of this playbook wrote it';
}

/** What the item says where the playbook speaks of it. */
export function says(spec: ItemSpec, state: ItemState): Json {
  return Object.fromEntries(
    Object.keys(spec.attributes ?? {})
      .sort()
      .map((name) => {
        const actual = state.item[name];
        return [name, actual === undefined ? null : plainValue(actual)];
      }),
  );
}

export function arnsIn(value: Json): readonly string[] {
  return textsIn(value).filter((each) => parse(each) !== undefined);
}

/** `arn:partition:service:region:account:resource` [AWS General Reference, ARNs]. */
function parse(text: string): Arn | undefined {
  const match = /^arn:aws[a-z-]*:([a-z0-9-]+):([a-z0-9-]*):(\d{12}|aws|):(.+)$/.exec(text);
  if (match === null) return undefined;
  const [, service = '', region = '', account = '', resource = ''] = match;
  return { service, region, account, words: resource.split(/[/:]/) };
}

function isStrange(text: string, wantedTexts: readonly string[], { account, region }: Evidence): boolean {
  const actual = parse(text);
  if (actual === undefined || wantedTexts.includes(text)) return false;
  const wanted = wantedTexts.flatMap((each) => parse(each) ?? []);
  if (wanted.length > 0) return !wanted.some((each) => isSamePiece(each, actual));
  return (
    (/^\d/.test(actual.account) && actual.account !== account) || (actual.region !== '' && actual.region !== region)
  );
}

/** Where a name stands in ARNs whose rest AWS makes up: service, first word of the resource, place of the name from the end. */
const named: Readonly<Record<string, readonly [service: string, word: string, fromEnd: number]>> = {
  'elbv2/load-balancer': ['elasticloadbalancing', 'loadbalancer', 2],
  'elbv2/target-group': ['elasticloadbalancing', 'targetgroup', 2],
  'ecs/task-definition': ['ecs', 'task-definition', 2],
};

/** Only a piece of the playbook can be meant: it has just this ARN, or it is gone and has borne this name. */
function isNamedBy(text: string, piece: KnownPiece, { account, region }: Evidence): boolean {
  const { outputs, status, type, unique } = piece;
  if (status === 'tagged') {
    const own = parse(outputs['arn'] ?? '');
    const actual = parse(text);
    // An old ECS ARN names no cluster: the same piece, in another spelling.
    return (
      unique.includes(text) ||
      (type === 'ecs/service' && own !== undefined && actual !== undefined && isSamePiece(own, actual))
    );
  }
  if (status !== 'gone') return false;
  const actual = parse(text);
  if (actual?.account !== account || actual.region !== region) return false;
  const foretold = parse(outputs['arn'] ?? '');
  if (foretold !== undefined) return isSamePiece(foretold, actual);
  const [service, word, fromEnd = 0] = named[type] ?? [];
  const name = outputs['name'] ?? outputs['family'];
  return (
    name !== undefined && actual.service === service && actual.words[0] === word && actual.words.at(-fromEnd) === name
  );
}

/** What AWS makes up, ids and revision numbers, is new with each generation; old ECS ARNs name no cluster. */
function isSamePiece(wanted: Arn, actual: Arn): boolean {
  const names = ({ words }: Arn): readonly string[] =>
    words.filter((each, index) => index === 0 || !/^(\d+|[0-9a-f]{16}|[0-9a-f-]{36})$/.test(each));
  const [left, right] = [names(wanted), names(actual)];
  const shorter = Math.min(left.length, right.length);
  const sameEnds = left[0] === right[0] && left.at(-1) === right.at(-1);
  const sameNames = left.length === right.length ? left.every((each, index) => each === right[index]) : shorter === 2;
  return (
    wanted.service === actual.service &&
    wanted.region === actual.region &&
    wanted.account === actual.account &&
    sameEnds &&
    sameNames
  );
}
