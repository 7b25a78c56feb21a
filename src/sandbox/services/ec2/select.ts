// How EC2's Describe operations choose what they tell: by ids, by filters, in pages.
import { AwsError, type Input } from '../../model.ts';
import { notModelledCode } from '../../inputs/check.ts';
import { unverifiedTexts } from './unverified.ts';

/** What one filter compares with: the values that a thing has for it. */
export type Filters<Thing> = Readonly<Record<string, (thing: Thing) => readonly string[]>>;

export interface Selection<Thing> {
  readonly all: readonly Thing[];
  readonly idOf: (thing: Thing) => string;
  readonly tagsOf: (thing: Thing) => Readonly<Record<string, string>>;
  readonly filters: Filters<Thing>;
  /** Filters that EC2 has and the sandbox cannot answer. */
  readonly notModelled: readonly string[];
  /** The input's member with the ids. */
  readonly ids: string;
  /** `subnet-`: how ids of the kind begin. */
  readonly prefix: string;
  /** Codes and texts of ids that are not there or cannot be. */
  readonly missing: (ids: readonly string[]) => AwsError;
  readonly malformed: string;
}

/**
 * The things that an input asks for, of one page.
 *
 * @throws AwsError for ids that are not there, filters that do not exist, tokens that EC2 never gave
 */
export function select<Thing>(
  input: Input,
  selection: Selection<Thing>,
): { readonly page: readonly Thing[]; readonly nextToken: string | undefined } {
  refuseDryRun(input);
  const { all, idOf } = selection;
  const ids = textsOf(input[selection.ids]);
  const size = input['MaxResults'] === undefined ? undefined : Number(input['MaxResults']);
  if (ids.length > 0 && size !== undefined) {
    throw new AwsError('InvalidParameterCombination', unverifiedTexts.idsAndPages(selection.ids));
  }
  const known = new Set(all.map(idOf));
  const missing = ids.filter((id) => !known.has(id));
  const bent = missing.find((id) => !id.startsWith(selection.prefix));
  if (bent !== undefined) throw new AwsError(selection.malformed, unverifiedTexts.malformed(bent, selection.prefix));
  if (missing.length > 0) throw selection.missing(missing);
  const tests = filtersOf(input).map(([name, values]) => testOf(name, values, selection));
  const found = all
    .filter((thing) => (ids.length === 0 || ids.includes(idOf(thing))) && tests.every((test) => test(thing)))
    .sort((left, right) => (idOf(left) < idOf(right) ? -1 : 1));
  const from = startOf(input, found.length);
  const to = size === undefined ? found.length : from + size;
  return { page: found.slice(from, to), nextToken: to < found.length ? tokenOf(to) : undefined };
}

/** [EC2 API, DryRun] */
function refuseDryRun(input: Input): void {
  if (input['DryRun'] !== 'true') return;
  throw new AwsError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];
}

function filtersOf(input: Input): [name: string, values: string[]][] {
  const filters = Array.isArray(input['Filters']) ? (input['Filters'] as readonly Input[]) : [];
  return filters.map(({ Name, Values }) => [typeof Name === 'string' ? Name : '', textsOf(Values)]);
}

function testOf<Thing>(
  name: string,
  values: readonly string[],
  { filters, notModelled, tagsOf }: Selection<Thing>,
): (thing: Thing) => boolean {
  const patterns = values.map(patternOf);
  const holds = (own: readonly string[]): boolean => own.some((each) => patterns.some((one) => one.test(each)));
  if (name.startsWith('tag:')) {
    const key = name.slice('tag:'.length);
    return (thing) => {
      const tags = tagsOf(thing);
      return Object.hasOwn(tags, key) && holds([tags[key] ?? '']);
    };
  }
  if (name === 'tag-key') return (thing) => holds(Object.keys(tagsOf(thing)));
  const valuesOf = Object.hasOwn(filters, name) ? filters[name] : undefined;
  if (valuesOf !== undefined) return (thing) => holds(valuesOf(thing));
  if (notModelled.some((each) => (each.endsWith('*') ? name.startsWith(each.slice(0, -1)) : name === each))) {
    throw new AwsError(notModelledCode, `The sandbox does not model the filter ${name}, and would rather refuse it.`);
  }
  throw new AwsError('InvalidParameterValue', `The filter '${name}' is invalid`);
}

/** `*` stands for any text, `?` for one character, both plain after a backslash [EC2 user guide, "Filter your resources"]. */
function patternOf(value: string): RegExp {
  const source = value.replace(
    /\\([*?\\])|([*?])|([^\w\s])/gs,
    (_all, escaped?: string, wild?: string, other?: string) => {
      if (wild !== undefined) return wild === '*' ? '.*' : '.';
      return `\\${escaped ?? other ?? ''}`;
    },
  );
  return new RegExp(`^${source}$`, 's');
}

function tokenOf(from: number): string {
  return Buffer.from(`ec2 ${String(from)}`).toString('base64url');
}

function startOf(input: Input, count: number): number {
  const token = input['NextToken'];
  if (typeof token !== 'string' || token === '') return 0;
  const [, place = ''] = /^ec2 (\d+)$/.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  if (place === '' || Number(place) === 0) throw new AwsError('InvalidNextToken', unverifiedTexts.nextToken);
  return Math.min(Number(place), count);
}

export function tagSet(tags: Readonly<Record<string, string>>): readonly { key: string; value: string }[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}

/** `The subnet ID 'x' does not exist`, `The subnet IDs 'x, y' do not exist`. */
export function absent(code: string, what: string, many: string): (ids: readonly string[]) => AwsError {
  return (ids) =>
    new AwsError(
      code,
      ids.length === 1
        ? `The ${what} '${ids[0] ?? ''}' does not exist`
        : `The ${many} '${ids.join(', ')}' do not exist`,
    );
}
