// Does an item speak of something else than the playbook does? Items carry no tags; key and table make it ours, unless
// its content says otherwise. Pure.
import type { Evidence, Json } from '../contract.ts';
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
 * ARNs, in attributes that the playbook speaks of, of another account or region, or of another piece than the one wanted
 * there (docs/decisions/0011). A status or a version that differs is drift.
 */
export function stranger(spec: ItemSpec, state: ItemState, evidence: Evidence): string | undefined {
  const strange = Object.entries(spec.attributes).flatMap(([name, wanted]) => {
    const actual = state.item[name];
    if (actual === undefined) return [];
    const wantedArns = arnsIn(wanted);
    return arnsIn(plainValue(actual))
      .filter((text) => isStrange(text, wantedArns, evidence))
      .map((text) => ({ name, text }));
  });
  if (strange.length === 0) return undefined;
  const known = new Set([...evidence.pieces().flatMap(({ outputs }) => Object.values(outputs)), ...evidence.written]);
  const unknown = strange.filter(({ text }) => !known.has(text)).map(({ name, text }) => `${name} ${text}`);
  return unknown.length === 0 ? undefined : unknown.join(', ');
}

function arnsIn(value: Json): readonly string[] {
  if (typeof value === 'string') return parse(value) === undefined ? [] : [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value as Readonly<Record<string, Json>>).flatMap(arnsIn);
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

/** What AWS makes up, ids and revision numbers, is new with each incarnation; old ECS ARNs name no cluster. */
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
