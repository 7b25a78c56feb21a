// What of a piece a playbook has to say: all that differs from what AWS takes where nobody says anything. Pure.
import type { ComponentType, Json } from '../components/contract.ts';
import { isWithin, type Pattern } from '../settings/paths.ts';
import { holdsCredential } from '../util/credential-shapes.ts';
import { segmentsOf } from '../util/path-mask.ts';
import { hiddenValue, soundsSecret } from '../util/secrets.ts';
import type { Found } from './model.ts';

type Fields = Readonly<Record<string, Json>>;
type Path = readonly (string | number)[];

export interface Shortened {
  readonly spec: Fields;
  /** Paths that stay unsaid since their values are nobody's business: `containers[0].environment`. */
  readonly withheld: readonly Withheld[];
}

export interface Withheld {
  readonly path: string;
  /** Names, where it is a map of such: `DB_HOST`. */
  readonly names: readonly string[];
}

/** May this value be written down, which its type calls private? */
export type MayWrite = (of: Found, path: string, name: string) => boolean;

/** Only what finds a shared piece. */
export function locatorsOf({ described, type }: Found): Fields {
  const { locators } = type.traits;
  return Object.fromEntries(Object.entries(described).filter(([name]) => locators.includes(name)));
}

export function shortened(found: Found, mayWrite: MayWrite): Shortened {
  const { described, state, type } = found;
  const withheld: Withheld[] = [];
  const open = withoutPrivate(type.capturing.shortly(described) as Fields, found, mayWrite, withheld);
  const isUsual = (path: string, value: unknown): boolean =>
    type.settings.isUsual(path, value, state) || type.capturing.isUsual(path, value);
  const fields = Object.entries(open).map(([name, value]) => {
    const kept = pruned(value, [name], type, isUsual);
    return [name, needed(type, name, open) ? (kept ?? value) : kept] as const;
  });
  const spec = said(fields);
  return { spec: completed(spec, open, type), withheld };
}

/** Without these it is not found, or not made; of fields that stand in each other's place, the first that is there. */
function needed({ traits }: ComponentType, name: string, open: Fields): boolean {
  const wanted = (traits.requiredWhenOwned ?? []).map((each) =>
    typeof each === 'string' ? each : each.find((one) => one in open),
  );
  return traits.locators.includes(name) || wanted.includes(name);
}

function said(entries: readonly (readonly [string, Json | undefined])[]): Fields {
  return Object.fromEntries(entries.filter((entry): entry is [string, Json] => entry[1] !== undefined));
}

/** Undefined for what is usual as a whole. */
function pruned(
  value: Json,
  path: Path,
  type: ComponentType,
  isUsual: (path: string, value: unknown) => boolean,
): Json | undefined {
  if (isUsual(textOf(path), value) || (path.length === 1 && isEmptyMap(value))) return undefined;
  if (Array.isArray(value)) {
    const items: readonly Json[] = value;
    // Of a list the items stay, each in its place.
    return items.map((each, index) => prunedMembers(each, [...path, index], type, isUsual) ?? {});
  }
  if (typeof value !== 'object' || value === null || type.settings.isOne(value)) return value;
  return prunedMembers(value, path, type, isUsual);
}

function isEmptyMap(value: Json): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}

function prunedMembers(
  value: Json,
  path: Path,
  type: ComponentType,
  isUsual: (path: string, value: unknown) => boolean,
): Json | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || type.settings.isOne(value)) return value;
  const entries = Object.entries(value).map(
    ([name, each]) => [name, pruned(each, [...path, name], type, isUsual)] as const,
  );
  const fields = said(entries);
  return Object.keys(fields).length === 0 && entries.length > 0 ? undefined : fields;
}

/** What was left out and the schema asks for is put back. */
function completed(spec: Fields, open: Fields, { traits }: ComponentType): Fields {
  let current = spec;
  for (const name of Object.keys(open)) {
    if (name in current && current[name] === open[name]) continue;
    const parsed = traits.schema.safeParse(current);
    if (parsed.success) return inOrder(current, open);
    const asked = parsed.error.issues.some(({ path: [first] }) => first === name);
    if (asked) current = { ...current, [name]: open[name] ?? null };
  }
  return inOrder(current, open);
}

function inOrder(fields: Fields, as: Fields): Fields {
  return Object.fromEntries(
    Object.keys(as).flatMap((name) => {
      const value = fields[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

function withoutPrivate(spec: Fields, found: Found, mayWrite: MayWrite, withheld: Withheld[]): Fields {
  const { capturing, traits } = found.type;
  const patterns = [...capturing.private, ...(traits.sensitive?.spec ?? [])].map((each): Pattern => segmentsOf(each));
  const places = capturing.places.map((each): Pattern => segmentsOf(each));
  const without = (value: Json, path: Path): Json | undefined => {
    if (places.some((each) => isWithin(path, each))) return value;
    if (patterns.some((each) => isWithin(path, each))) {
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
        const entries = Object.entries(value);
        const open = entries.filter(([name]) => mayWrite(found, textOf(path), name));
        const closed = entries.map(([name]) => name).filter((name) => !open.some(([each]) => each === name));
        if (closed.length > 0) withheld.push({ path: textOf(path), names: closed });
        return open.length === 0 && entries.length > 0 ? undefined : Object.fromEntries(open);
      }
      if (mayWrite(found, textOf(path), '')) return value;
      withheld.push({ path: textOf(path), names: [] });
      return undefined;
    }
    const name = path.at(-1);
    if (typeof value === 'string' && (holdsCredential(value) || (typeof name === 'string' && isSecret(name, value)))) {
      withheld.push({ path: textOf(path), names: [] });
      return undefined;
    }
    if (Array.isArray(value)) {
      const items: readonly Json[] = value;
      const open = items.map((each, index) => without(each, [...path, index]));
      // A list that is not whole says what is not true.
      return open.some((each) => each === undefined) ? undefined : (open as Json);
    }
    if (typeof value !== 'object' || value === null) return value;
    return said(Object.entries(value).map(([key, each]) => [key, without(each, [...path, key])]));
  };
  return said(Object.entries(spec).map(([name, value]) => [name, without(value, [name])]));
}

/** Does something in a value look like a secret, by its name or its shape? Such a value is written nowhere. */
export function looksSecret(name: string, value: Json | undefined): boolean {
  if (typeof value === 'string') return value === hiddenValue || holdsCredential(value) || isSecret(name, value);
  if (Array.isArray(value)) return (value as readonly Json[]).some((each) => looksSecret(name, each));
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, each]) => looksSecret(key, each));
}

/** A place where a secret is kept is no secret. */
function isSecret(name: string, value: string): boolean {
  return soundsSecret(name) && !value.startsWith('arn:') && !value.startsWith('/');
}

/** `containers[0].image` */
export function textOf(path: Path): string {
  return path.reduce<string>(
    (text, each) => (typeof each === 'number' ? `${text}[${each}]` : text === '' ? each : `${text}.${each}`),
    '',
  );
}
