// Which of two values is ahead: counts, versions, dates, revisions. Where nothing orders them, neither is. Pure.
import type { Json } from '../components/contract.ts';

/** Numbers by which something is told from others, not how much there is of it. */
const nominal = /(?:port|priority|code|status|weight)s?$/i;
const image = /image$/i;
const revision = /(?:definition|revision)$/i;

/**
 * @param field its path: `containers[api].image`
 * @returns undefined where they have no order, or are the same
 */
export function aheadIn(field: string, left: Json, right: Json): 'left' | 'right' | undefined {
  const name = lastOf(field);
  const [one, other] = [numberIn(left), numberIn(right)];
  if (one !== undefined && other !== undefined) return nominal.test(name) ? undefined : greater(one - other);
  if (typeof left !== 'string' || typeof right !== 'string') return undefined;
  if (image.test(name)) return tagged(left, right, compareTags);
  if (revision.test(name)) return tagged(left, right, compareRevisions);
  return isVersion(left) && isVersion(right) ? compareTags(left, right) : undefined;
}

/** The last name of a path: `image` of `containers[api].image`. */
export function lastOf(field: string): string {
  const parts = field.split(/\.|\[|\]/).filter((each) => each !== '');
  return parts.at(-1) ?? field;
}

function numberIn(value: Json): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}

/** Two parts and more, no address: a plain value that can only be a version or a date. */
function isVersion(text: string): boolean {
  return (
    /^v?\d+\.\d+(?:\.\d+)?(?:-[\w.-]+)?(?:\+[\w.-]+)?$/.test(text) || /^\d{4}-\d\d-\d\d(?:T[\d:.]+Z?)?$/.test(text)
  );
}

function greater(difference: number): 'left' | 'right' | undefined {
  return difference === 0 ? undefined : difference > 0 ? 'left' : 'right';
}

type Ordering = (left: string, right: string) => 'left' | 'right' | undefined;

/** `registry.example/api:1.42`, `api:12`: ordered by what is behind the colon where all before it is the same. */
function tagged(left: string, right: string, order: Ordering): 'left' | 'right' | undefined {
  const [one, other] = [left, right].map((text) => {
    const plain = text.replace(/@sha256:[0-9a-f]{64}$/, '');
    const at = plain.lastIndexOf(':');
    return at > plain.lastIndexOf('/') ? { head: plain.slice(0, at), tail: plain.slice(at + 1) } : undefined;
  });
  return one === undefined || other === undefined || one.head !== other.head ? undefined : order(one.tail, other.tail);
}

function compareRevisions(left: string, right: string): 'left' | 'right' | undefined {
  return /^\d+$/.test(left) && /^\d+$/.test(right) ? greater(Number(left) - Number(right)) : undefined;
}

/** Tags of one kind and with one prefix, `release-` say, are ordered; a commit and a number are not. */
function compareTags(left: string, right: string): 'left' | 'right' | undefined {
  for (const read of [dateIn, versionIn, countIn]) {
    const [one, other] = [read(left), read(right)];
    if (one === undefined && other === undefined) continue;
    if (one === undefined || other === undefined || one.kind !== other.kind) return undefined;
    return greater(compareNumbers(one.numbers, other.numbers) || compareStages(one.stage, other.stage));
  }
  return undefined;
}

interface Tag {
  /** Only tags of one kind have an order. */
  readonly kind: string;
  readonly numbers: readonly number[];
  /** Parts of what comes before a release (`rc`, `1`), or after it; undefined for the release itself. */
  readonly stage: Stage | undefined;
}

interface Stage {
  readonly after: boolean;
  readonly parts: readonly string[];
}

/** `20260131`, `2026-01-31.4`, `main-20260131-1a2b3c4` */
function dateIn(text: string): Tag | undefined {
  const found =
    /^(?<prefix>(?:[A-Za-z]+[-_.])*)(?<year>(?:19|20)\d\d)(?<between>[-.]?)(?<month>0[1-9]|1[0-2])\k<between>(?<day>0[1-9]|[12]\d|3[01])(?:[-._T]?(?<more>\d{1,6}))?(?:[-._][0-9a-f]{7,40})?$/.exec(
      text,
    );
  if (found?.groups === undefined) return undefined;
  const { day, month, more = '0', prefix = '', year } = found.groups;
  return { kind: `date ${prefix}`, numbers: [year, month, day, more].map(Number), stage: undefined };
}

/** `1.42`, `v1.2.3-rc.1`, `1.2.3-alpine`, `1.2.3-4-g1a2b3c4` [semver.org 2.0.0, item 11; git describe] */
function versionIn(text: string): Tag | undefined {
  const found =
    /^(?<prefix>(?:[A-Za-z]+[-_])*)v?(?<numbers>\d+(?:\.\d+){1,3})(?:-(?<suffix>[0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/.exec(
      text,
    );
  if (found?.groups === undefined) return undefined;
  const { numbers = '', prefix = '', suffix } = found.groups;
  const isStage = suffix !== undefined && /^(?:alpha|beta|rc|pre|preview|dev|snapshot|canary|next|m|\d)/i.test(suffix);
  const variant = suffix === undefined || isStage ? '' : suffix;
  const described = suffix === undefined ? null : /^(\d+)-g[0-9a-f]{7,40}$/.exec(suffix);
  return {
    kind: `version ${prefix} ${variant}`,
    numbers: numbers.split('.').map(Number),
    stage: !isStage
      ? undefined
      : described === null
        ? { after: false, parts: suffix.split('.') }
        : { after: true, parts: [described[1] ?? '0'] },
  };
}

/** `17`, `build-17` */
function countIn(text: string): Tag | undefined {
  const found = /^(?<prefix>(?:[A-Za-z]+[-_.]?)?)(?<number>\d{1,15})$/.exec(text);
  if (found?.groups === undefined) return undefined;
  const { number, prefix = '' } = found.groups;
  return { kind: `count ${prefix}`, numbers: [Number(number)], stage: undefined };
}

function compareNumbers(left: readonly number[], right: readonly number[]): number {
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** What comes before a release is behind it, what comes after it ahead. */
function compareStages(left: Stage | undefined, right: Stage | undefined): number {
  const [one, other] = [left, right].map((each) => (each === undefined ? 0 : each.after ? 1 : -1));
  if (one !== other || left === undefined || right === undefined) return (one ?? 0) - (other ?? 0);
  for (let index = 0; index < Math.max(left.parts.length, right.parts.length); index += 1) {
    const difference = compareParts(left.parts[index], right.parts[index]);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Numbers by their value and before words, words by their letters, a longer list after its own beginning. */
function compareParts(left: string | undefined, right: string | undefined): number {
  if (left === undefined || right === undefined) return Number(left !== undefined) - Number(right !== undefined);
  const [one, other] = [left, right].map((each) => (/^\d+$/.test(each) ? Number(each) : undefined));
  if (one !== undefined && other !== undefined) return one - other;
  if (one !== undefined || other !== undefined) return one === undefined ? 1 : -1;
  return left === right ? 0 : left < right ? -1 : 1;
}
