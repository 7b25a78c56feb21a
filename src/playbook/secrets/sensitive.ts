// What of a playbook nobody is to read: where it stands in the document, and what it is. Found by what the playbook
// marks, by what a type declares, by names that promise a secret, and by the parameters that are filled in.
import { createHash, scryptSync } from 'node:crypto';
import type { Json } from '../../components/contract.ts';
import { createRedactor, credentialsInUrls, nothingToRedact, type Redactor } from '../../util/redact.ts';
import { changedList, changedMap, hiddenValue, isList, namesSecret, soundsSecret } from '../../util/secrets.ts';
import { hides, noPathMask, pathMaskBelow, pathMaskOf, type PathMask } from '../../util/path-mask.ts';
import type { ReadCheck } from '../checks/checks.ts';
import { canonicalJson } from '../digest.ts';
import { asMap, type Entry } from '../checks/entries.ts';
import { parseTemplate } from '../expressions.ts';
import type { PlaybookSecrets } from '../model.ts';
import type { ResolvedParams } from '../params.ts';
import type { Path } from '../yaml/found.ts';

/** How surely a value is a secret: said or promised, or only by where it stands. */
type Certainty = 'strong' | 'implied';

/** Met at each text, number and boolean. `certainty` is undefined where it may be read. Answers what is to stand there. */
type Visit = (value: Json, certainty: Certainty | undefined, path: Path) => Json;

interface Rules {
  /** Said by the playbook. */
  readonly strong: PathMask;
  /** Said by the type. */
  readonly implied: PathMask;
}

const noRules: Rules = { strong: noPathMask, implied: noPathMask };
/** Names of secrets in a store, not secrets themselves. */
const storeNames: ReadonlySet<string> = new Set(['secrets', 'secretOptions']);

/** @param path changes on the way, and is as before afterwards */
function walk(value: Json, rules: Rules, known: Certainty | undefined, path: (string | number)[], visit: Visit): Json {
  if (typeof value !== 'object' || value === null) {
    if (value === null) return null;
    return visit(value, known ?? (typeof value === 'string' && hasCredentials(value) ? 'strong' : undefined), path);
  }
  const step = (member: Json, key: string | number, named: boolean): Json => {
    const below: Rules =
      rules.strong === noPathMask && rules.implied === noPathMask
        ? noRules
        : { strong: pathMaskBelow(rules.strong, key), implied: pathMaskBelow(rules.implied, key) };
    const certainty =
      known === 'strong' || named || hides(below.strong)
        ? 'strong'
        : known === 'implied' || hides(below.implied)
          ? 'implied'
          : undefined;
    path.push(key);
    const result = walk(member, below, certainty, path, visit);
    path.pop();
    return result;
  };
  if (isList(value)) return changedList(value, (member, index) => step(member, index, false));
  const paired = namesSecret(value);
  const inStore = storeNames.has(String(path.at(-1)));
  return changedMap(value, (member, name) => {
    // One bit is no secret, and more often a setting such as `privateZone`.
    const named =
      typeof member !== 'boolean' &&
      !inStore &&
      !storeNames.has(name) &&
      (soundsSecret(name) || (paired && /^values?$/i.test(name)));
    return step(member, name, named);
  });
}

function hasCredentials(text: string): boolean {
  return text.includes('://') && credentialsInUrls(text).length > 0;
}

const secretHeader = /auth|cookie|key|signature/i;

function checkRules(headers: Json | undefined, tainted: readonly string[]): Rules {
  const strong = Object.keys(asMap(headers) ?? {}).filter((name) => secretHeader.test(name));
  return {
    strong: pathMaskOf([...strong.map((name) => `http.headers.${name}`), ...tainted]),
    implied: pathMaskOf(['http.headers']),
  };
}

function headersOf(check: Json): Json | undefined {
  return asMap(asMap(check)?.['http'])?.['headers'];
}

function entryRules(entry: Pick<Entry, 'sensitive' | 'type' | 'tainted'> | undefined): Rules {
  if (entry === undefined) return noRules;
  const { sensitive, tainted, type } = entry;
  const declared = type?.traits.sensitive;
  if (sensitive.length > 0 || tainted.length > 0) {
    return { strong: pathMaskOf([...sensitive, ...tainted]), implied: pathMaskOf(declared?.spec ?? []) };
  }
  if (declared === undefined) return noRules;
  let rules = rulesOfTypes.get(declared);
  if (rules === undefined)
    rulesOfTypes.set(declared, (rules = { strong: noPathMask, implied: pathMaskOf(declared.spec) }));
  return rules;
}

/** Most components have the rules of their type. */
const rulesOfTypes = new WeakMap<object, Rules>();

/** Quick: nothing in it is hidden by its name or its form. A large playbook has a hundred thousand values like this. */
function isHarmless(value: Json): boolean {
  if (typeof value === 'string') return !hasCredentials(value);
  if (typeof value !== 'object' || value === null) return true;
  if (isList(value)) return value.every(isHarmless);
  if (namesSecret(value)) return false;
  for (const name in value) {
    if (soundsSecret(name) || !isHarmless(value[name] ?? null)) return false;
  }
  return true;
}

/** What has been read of a playbook, whether it has mistakes or not. */
export interface ReadParts {
  readonly document: { readonly [key: string]: Json } | undefined;
  readonly params: ResolvedParams;
  readonly entries: ReadonlyMap<string, Entry>;
  readonly checks: readonly ReadCheck[];
  /** Names that may be read wherever they stand. */
  readonly open: readonly string[];
}

/** Visits the document as it is written. */
function walkDocument({ document, params, entries, checks }: ReadParts, visit: Visit): Json {
  if (document === undefined) return null;
  const part = (member: Json, name: string): Json => {
    switch (name) {
      case 'params':
        return eachIn(member, [name], (declared, path) => {
          const secret = params.sensitive.has(String(path.at(-1)));
          const rules = secret ? { strong: pathMaskOf(['default', 'enum']), implied: noPathMask } : noRules;
          return walk(declared, rules, undefined, [...path], visit);
        });
      case 'components': {
        const components = asMap(member);
        return components === undefined
          ? member
          : changedMap(components, (declared, id) => {
              const rules = entryRules(entries.get(id));
              if (rules === noRules && isHarmless(declared)) return declared;
              return eachIn(declared, [name, id], (field, inner) =>
                walk(field, inner.at(-1) === 'spec' ? rules : noRules, undefined, [...inner], visit),
              );
            });
      }
      case 'verify':
        return eachIn(member, [name], (declared, path) => {
          const rules = checkRules(headersOf(declared), checks[Number(path.at(-1))]?.tainted ?? []);
          return walk(declared, rules, undefined, [...path], visit);
        });
      default:
        return walk(member, noRules, undefined, [name], visit);
    }
  };
  return changedMap(document, part);
}

function eachIn(value: Json, path: Path, visit: (member: Json, path: Path) => Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return changedList(value, (member, index) => visit(member, [...path, index]));
  return changedMap(value, (member, name) => visit(member, [...path, name]));
}

/** An expression by itself says nothing. */
function isExpression(text: string): boolean {
  return text.includes('${') && parseTemplate(text).every((each) => each.kind === 'expression');
}

/** The document with secret values hidden; the same one when there are none. */
export function publicDocument(parts: ReadParts): Json {
  return walkDocument(parts, (value, certainty) => {
    if (certainty === undefined || (typeof value === 'string' && isExpression(value))) return value;
    return hiddenValue;
  });
}

/** Where secret values stand in the document. */
export function sensitivePaths(parts: ReadParts): readonly Path[] {
  const found: Path[] = [];
  walkDocument(parts, (value, certainty, path) => {
    if (certainty !== undefined && !(typeof value === 'string' && isExpression(value))) found.push([...path]);
    return value;
  });
  return found;
}

/** True when a finding at a path of the document may not tell the value there. */
export function isSensitivePath(path: Path, { document, params, entries, checks }: ReadParts): boolean {
  const [part, name = '', ...rest] = path;
  const behind = (rules: Rules, inner: Path): boolean => {
    const below = (pathMask: PathMask): PathMask => inner.reduce<PathMask>(pathMaskBelow, pathMask);
    return (
      hides(below(rules.strong)) || hides(below(rules.implied)) || inner.some((each) => soundsSecret(String(each)))
    );
  };
  switch (part) {
    case 'params':
      return params.sensitive.has(String(name)) && (rest[0] === 'default' || rest[0] === 'enum');
    case 'components':
      return rest[0] === 'spec' && behind(entryRules(entries.get(String(name))), rest.slice(1));
    case 'verify': {
      const declared = isListOf(document?.['verify'])?.[Number(name)];
      return (
        declared !== undefined && behind(checkRules(headersOf(declared), checks[Number(name)]?.tainted ?? []), rest)
      );
    }
    default:
      return false;
  }
}

function isListOf(value: Json | undefined): readonly Json[] | undefined {
  return value !== undefined && isList(value) ? value : undefined;
}

// --- What it is ------------------------------------------------------------------------------------------------------

interface Gathered {
  readonly strong: Set<string>;
  readonly implied: Set<string>;
  readonly open: Set<string>;
}

function gather(parts: ReadParts): Gathered {
  const found: Gathered = { strong: new Set(), implied: new Set(), open: new Set() };
  const visit: Visit = (value, certainty) => {
    if (typeof value !== 'string' && typeof value !== 'number') return value;
    for (const text of textsOf(value)) {
      if (certainty === undefined) found.open.add(text);
      // What a store calls a secret is its name: an error has to be able to tell it.
      else if (!text.startsWith('arn:')) found[certainty].add(text);
      if (certainty === 'strong') for (const each of partsOf(text)) found.strong.add(each);
      for (const each of credentialsInUrls(text)) found.strong.add(each);
    }
    return value;
  };
  const { params, entries, checks, document } = parts;
  for (const each of parts.open) found.open.add(each);
  for (const [name, value] of Object.entries(params.values)) {
    visit(value, params.sensitive.has(name) ? 'strong' : undefined, []);
  }
  for (const name of params.sensitive) {
    const declared = asMap(asMap(document?.['params'])?.[name]);
    for (const member of ['default', 'enum']) walk(declared?.[member] ?? null, noRules, 'strong', [], visit);
  }
  for (const entry of entries.values()) {
    found.open.add(entry.id);
    walk(entry.texts, entryRules(entry), undefined, [], visit);
  }
  for (const check of checks)
    walk(check.texts, checkRules(headersOf(check.texts), check.tainted), undefined, [], visit);
  for (const part of ['metadata', 'target']) walk(document?.[part] ?? null, noRules, undefined, [], visit);
  return found;
}

/** The texts that a value of a playbook stands for: those between the references in it, where there are some. */
function textsOf(value: string | number): readonly string[] {
  if (typeof value === 'number') return [String(value)];
  if (!value.includes('${')) return [value];
  return parseTemplate(value).flatMap((each) => (each.kind === 'literal' ? [each.text] : []));
}

/** `Bearer abc` is `abc`; `Basic ...` holds a user's name and password. */
function partsOf(text: string): readonly string[] {
  const [, scheme = '', token = ''] = /^(Basic|Bearer|Digest|Token|Negotiate|ApiKey)\s+(\S+)$/i.exec(text) ?? [];
  if (token === '') return [];
  if (scheme.toLowerCase() !== 'basic') return [token];
  const pair = Buffer.from(token, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  return [token, pair, ...(colon < 0 ? [] : [pair.slice(colon + 1)])];
}

/** Takes the secret values of a playbook out of texts, also of one with mistakes. */
export function redactorFor(parts: ReadParts): Redactor {
  return createRedactor(() => gather(parts));
}

/** @param open as `publicDocument` makes it */
export function secretsOf(parts: ReadParts, open: Json): PlaybookSecrets {
  const { document, params } = parts;
  if (open === document && params.sensitive.size === 0) {
    return { redactor: nothingToRedact, params: params.sensitive, fingerprint: () => null };
  }
  return {
    redactor: redactorFor(parts),
    params: params.sensitive,
    fingerprint: (salt) => {
      const whole = createHash('sha256').update(canonicalJson({ document, params: params.values }));
      return scryptSync(whole.digest(), salt, 32).toString('hex');
    },
  };
}

/** Values of parameters, for people and files. */
export function publicParams({
  values,
  sensitive,
}: Pick<ResolvedParams, 'values' | 'sensitive'>): ResolvedParams['values'] {
  if (sensitive.size === 0) return values;
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, sensitive.has(name) ? hiddenValue : value]),
  );
}
