// The words in which the rows of services/ say what proves an answer. Each rule is pure, and tells in a few words what
// an answer lacks, or has and should not have; undefined when nothing is wrong.

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
  /**
   * The codes with which AWS says that something does not exist, and of which questions it says so; none unless told. A code
   * that is not here is no word about anything's absence.
   */
  readonly missing?: Readonly<Record<string, (input: Members) => boolean>>;
}

/** For `missing`: whatever was asked. */
export function always(): boolean {
  return true;
}

/** For `missing`: one of these members says what was asked for. */
export function asks(...members: readonly string[]): (input: Members) => boolean {
  return (input) => members.some((member) => isThere(input[member]));
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
  return along(value, namesOf(path));
}

function along(value: unknown, names: readonly string[]): unknown {
  let found = value;
  // By index: this is done for every member of every entry that a row speaks of.
  for (let index = 0; index < names.length; index += 1) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = (found as Members)[names[index] ?? ''];
  }
  return found;
}

export function textAt(value: unknown, path: string): string | undefined {
  return textAlong(value, namesOf(path));
}

function textAlong(value: unknown, names: readonly string[]): string | undefined {
  const found = along(value, names);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

function listAt(value: unknown, path: string): readonly unknown[] {
  const found = memberAt(value, path);
  return Array.isArray(found) ? found : [];
}

/** A list that AWS always sends, also when nothing is in it, and what each entry bears at least. */
export function lists(name: string, ...borne: readonly string[]): Rule {
  const list = namesOf(name);
  const ways = borne.map(namesOf);
  return ({ output }) => {
    const found = along(output, list);
    if (!Array.isArray(found)) return `no ${name}`;
    for (const entry of found as readonly unknown[]) {
      for (const way of ways) if (!isThere(along(entry, way))) return `an entry of ${name} without ${way.join('.')}`;
    }
    return undefined;
  };
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

/** The first problem with what stands at a path of names, in all entries of the lists on the way. */
function problemIn(
  value: unknown,
  names: readonly string[],
  rules: readonly EntryRule[],
  depth = 0,
): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) {
    for (const entry of value as readonly unknown[]) {
      const problem = problemIn(entry, names, rules, depth);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }
  const name = names[depth];
  if (name !== undefined) return problemIn((value as Members)[name], names, rules, depth + 1);
  for (const rule of rules) {
    const problem = rule(value as Members);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Whether something is true of an entry; the words for what is not. */
export type EntryRule = (entry: Members) => string | undefined;

/** Each entry at a path keeps all these rules. Nothing to say where there is none. */
export function each(path: string, ...rules: readonly EntryRule[]): Rule {
  const keeps = inEach(path, ...rules);
  return ({ output }) => keeps(output)?.slice('with '.length);
}

/** Entries of a list within an entry keep these rules. */
export function inEach(path: string, ...rules: readonly EntryRule[]): EntryRule {
  const names = path.split('.');
  return (entry) => {
    const problem = problemIn(entry, names, rules);
    return problem === undefined ? undefined : `with an entry of ${path} ${problem}`;
  };
}

/** Members that an entry always has. */
export function has(...paths: readonly string[]): EntryRule {
  const ways = paths.map((path) => path.split('.'));
  return (entry) => {
    for (const way of ways) if (!isThere(along(entry, way))) return `without ${way.join('.')}`;
    return undefined;
  };
}

/** One of these at least; of a list, one with something in it. */
export function hasOneOf(...paths: readonly string[]): EntryRule {
  const ways = paths.map((path) => path.split('.'));
  return (entry) => {
    for (const way of ways) if (isFilled(along(entry, way))) return undefined;
    return `without ${paths.join(' or ')}`;
  };
}

/** Rules for some entries only. */
export function where(is: (entry: Members) => boolean, ...rules: readonly EntryRule[]): EntryRule {
  return (entry) => {
    if (!is(entry)) return undefined;
    for (const rule of rules) {
      const problem = rule(entry);
      if (problem !== undefined) return problem;
    }
    return undefined;
  };
}

/** What tells entries from each other is told once: of two descriptions of one thing, one is false. */
export function once(list: string, ...by: readonly string[]): Rule {
  const twice = twiceIn(list, by);
  return ({ output }) => twice(output);
}

/** The same of a list within an entry. */
export function hasOnce(list: string, ...by: readonly string[]): EntryRule {
  const twice = twiceIn(list, by);
  return (entry) => {
    const problem = twice(entry);
    return problem === undefined ? undefined : `with ${problem}`;
  };
}

function twiceIn(list: string, by: readonly string[]): (value: unknown) => string | undefined {
  const ways = by.map((path) => path.split('.'));
  return (value) => {
    const entries = listAt(value, list);
    if (entries.length < 2) return undefined;
    const seen = new Set<string>();
    for (const entry of entries) {
      let name = ways.length === 0 ? textOf(entry) : '';
      for (const way of ways) name += `${name === '' ? '' : ' '}${textOf(along(entry, way))}`;
      if (seen.has(name)) return `${name.slice(0, 200)} twice among ${list}`;
      seen.add(name);
    }
    return undefined;
  };
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined ? '' : JSON.stringify(value);
}

/** The tags of an entry: each with a key of its own and a value, which may be empty. */
export function tagged(list: string, key: string, value: string): EntryRule {
  const twice = twiceIn(list, [key]);
  const keyWay = namesOf(key);
  const valueWay = namesOf(value);
  return (entry) => {
    for (const tag of listAt(entry, list)) {
      if (textAlong(tag, keyWay) === undefined || typeof along(tag, valueWay) !== 'string') {
        return 'with a tag that is none';
      }
    }
    const problem = twice(entry);
    return problem === undefined ? undefined : `with ${problem}`;
  };
}

/** The same of tags that the answer itself holds. */
export function bearsTags(list: string, key: string, value: string): Rule {
  const rule = tagged(list, key, value);
  return ({ output }) => rule(output);
}

function isFilled(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : isThere(value);
}

/** A list of texts that AWS always sends. */
export function listsTexts(name: string): Rule {
  const isList = lists(name);
  return (answer) => {
    const problem = isList(answer);
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
  const ways = paths.map(namesOf);
  return ({ output }) => {
    for (const way of ways) if (!isThere(along(output, way))) return `no ${way.join('.')}`;
    return undefined;
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
  const ways = by.map(namesOf);
  return ({ input, output }) => {
    const names = textsAt(input, asked);
    if (names.length === 0) return undefined;
    const entries = listAt(output, list);
    // As nearly always: one thing is asked for, and described.
    if (names.length === 1 && entries.length === 1 && refused === undefined) {
      const [name = ''] = names;
      if (ways.some((way) => same(name, textAlong(entries[0], way) ?? ''))) return undefined;
    }
    const told = entries.map((entry) => ways.flatMap((way) => textAlong(entry, way) ?? []));
    const alien = told.find((each) => !each.some((text) => names.some((name) => same(name, text))));
    if (alien !== undefined) return `${alien[0] ?? 'something'}, which was not asked for`;
    const refusals = refused === undefined ? [] : listAt(output, refused).map((entry) => textAt(entry, 'arn') ?? '');
    const both = names.find(
      (name) => refusals.some((text) => same(name, text)) && told.some((each) => each.some((text) => same(name, text))),
    );
    if (both !== undefined) return `${both} described and refused at once`;
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

/** An entry for each piece that was asked for, once, with its tags. */
export function tagsOfEach(asked: string, list: string, by: string): readonly Rule[] {
  return [
    lists(list, by, 'Tags'),
    answersFor({ asked, list, by: [by] }),
    once(list, by),
    each(list, tagged('Tags', 'Key', 'Value')),
  ];
}
