// The words in which the rows of services/ say what proves an answer. Each rule is pure, and tells in a few words what
// an answer lacks, or has and should not have; undefined when nothing is wrong.
import { brace, bytesOf } from './envelope.ts';

export type Members = Readonly<Record<string, unknown>>;

/** What was asked, and what the SDK made of the answer; members as the SDK names them. */
export interface Answer {
  readonly input: Members;
  readonly output: Members;
  readonly body: Uint8Array;
}

export type Rule = (answer: Answer) => string | undefined;

/** How an operation pages. Texts that tell a page from others; undefined for the first one, and after the last. */
export interface Paging {
  readonly from: (input: Members) => string | undefined;
  readonly next: (output: Members) => string | undefined;
  /** The most pages that one listing may have; `usualPages` unless told. */
  readonly most?: number;
}

/** What proves the answers of one operation, beyond their envelope. */
export interface Proof {
  readonly rules: readonly Rule[];
  readonly paging?: Paging;
}

/** The paths of the rows, which are few, taken apart once: they are gone along for every entry of every answer. */
const namesIn = new Map<string, readonly string[]>();

/** The names in a path that a row holds: `Target.Id`. */
export function namesOf(path: string): readonly string[] {
  let names = namesIn.get(path);
  if (names === undefined) {
    names = path.split('.');
    namesIn.set(path, names);
  }
  return names;
}

/** The member at a path. */
export function memberAt(value: unknown, path: string): unknown {
  let found = value;
  for (const name of namesOf(path)) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = (found as Members)[name];
  }
  return found;
}

export function textAt(value: unknown, path: string): string | undefined {
  const found = memberAt(value, path);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

function listAt(value: unknown, path: string): readonly unknown[] {
  const found = memberAt(value, path);
  return Array.isArray(found) ? found : [];
}

/** A list that AWS always sends, also when nothing is in it, and what each entry bears at least. */
export function lists(name: string, ...borne: readonly string[]): Rule {
  return ({ output, body }) => {
    const found = memberAt(output, name);
    if (!Array.isArray(found)) return `no ${name}`;
    if (found.length === 0) return isEmptyIn(body, name) ? undefined : `${name} that cannot be read`;
    for (const entry of found as readonly unknown[]) {
      const lacking = borne.find((path) => !isThere(memberAt(entry, path)));
      if (lacking !== undefined) return `an entry of ${name} without ${lacking}`;
    }
    return undefined;
  };
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

/** The SDK makes an empty list of an XML element that holds something else than the list's items. */
function isEmptyIn(body: Uint8Array, name: string): boolean {
  // Of JSON the SDK takes nothing else for a list.
  if (body[0] === brace) return true;
  const bytes = bytesOf(body);
  if (bytes.includes(`<${name}/>`) || bytes.includes(`<${name}></${name}>`)) return true;
  if (!bytes.includes(`<${name}`)) return true;
  return new RegExp(`<${name}(?:\\s[^>]*)?(?:/>|>\\s*</${name}>)`).test(bytes.toString('utf8'));
}

/** A list of texts that AWS always sends. */
export function listsTexts(name: string): Rule {
  return (answer) => {
    const problem = lists(name)(answer);
    if (problem !== undefined) return problem;
    return listAt(answer.output, name).every((each) => typeof each === 'string' && each !== '')
      ? undefined
      : `an entry of ${name} that is no text`;
  };
}

/** A list in which there is always something. */
export function fills(name: string): Rule {
  return ({ output }) => (listAt(output, name).length === 0 ? `empty ${name}` : undefined);
}

/** Members that are always there. */
export function bears(...paths: readonly string[]): Rule {
  return ({ output }) => {
    const lacking = paths.find((path) => !isThere(memberAt(output, path)));
    return lacking === undefined ? undefined : `no ${lacking}`;
  };
}

export interface Asking {
  /** Where the input names what is asked for: a list, or one text. */
  readonly asked: string;
  readonly list: string;
  /** Members of an entry, one of which names what it describes. */
  readonly by: readonly string[];
  /** Where AWS refuses some of them by name: a list of entries with an `arn`. */
  readonly refused?: string;
  /** Whether a name that was asked for and one that was told mean the same; equal texts unless told. */
  readonly same?: (asked: string, told: string) => boolean;
}

/** What is asked for by name is described or refused by name, and nothing else is. Nothing to say when no name was given. */
export function answersFor({ asked, list, by, refused, same = (left, right) => left === right }: Asking): Rule {
  return ({ input, output }) => {
    const names = textsAt(input, asked);
    if (names.length === 0) return undefined;
    const told = listAt(output, list).map((entry) => by.flatMap((path) => textAt(entry, path) ?? []));
    const alien = told.find((each) => !each.some((text) => names.some((name) => same(name, text))));
    if (alien !== undefined) return `${alien[0] ?? 'something'}, which was not asked for`;
    const refusals = refused === undefined ? [] : listAt(output, refused).map((entry) => textAt(entry, 'arn') ?? '');
    const silent = names.find(
      (name) =>
        !told.some((each) => each.some((text) => same(name, text))) && !refusals.some((text) => same(name, text)),
    );
    return silent === undefined ? undefined : `nothing about ${silent}`;
  };
}

function textsAt(input: Members, path: string): readonly string[] {
  const found = memberAt(input, path);
  if (typeof found === 'string') return [found];
  return Array.isArray(found) ? found.filter((each): each is string => typeof each === 'string') : [];
}

/** All entries of a list are of what was asked for. */
export function belongs(asked: string, list: string, by: string, isOf = (own: string, of: string) => own === of): Rule {
  return ({ input, output }) => {
    const of = textAt(input, asked);
    if (of === undefined) return undefined;
    const alien = listAt(output, list)
      .map((entry) => (by === '' ? entry : memberAt(entry, by)))
      .find((own) => typeof own !== 'string' || !isOf(own, of));
    if (alien === undefined) return undefined;
    return `${typeof alien === 'string' ? alien : 'something'}, which is not of ${of}`;
  };
}

/** What is described is what was asked for. */
export function isAbout(asked: string, path: string, same = (own: string, of: string) => own === of): Rule {
  return ({ input, output }) => {
    const of = textAt(input, asked);
    const own = textAt(output, path);
    if (of === undefined || own === undefined || same(own, of)) return undefined;
    return `${own} instead of ${of}`;
  };
}

/** The last part of an ARN or id: `api` of `arn:...:service/wonderland/api`, `Z1` of `/hostedzone/Z1`. */
export function lastPart(text: string): string {
  return text.slice(text.lastIndexOf('/') + 1);
}

/** ARN or name, on either side. */
export function sameEnd(left: string, right: string): boolean {
  return left === right || lastPart(left) === lastPart(right);
}

export function pagesBy(from: string, next: string, most?: number): Paging {
  const tokenAt = (value: Members, path: string): string | undefined => {
    const found = memberAt(value, path);
    if (found === undefined || found === null || found === '') return undefined;
    return typeof found === 'string' ? found : JSON.stringify(found);
  };
  return {
    from: (input) => tokenAt(input, from),
    next: (output) => tokenAt(output, next),
    ...(most === undefined ? {} : { most }),
  };
}
