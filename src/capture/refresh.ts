// What a playbook says of a service that AWS tells otherwise by now, as changes of its text. Pure.
import type { Difference, Json } from '../components/contract.ts';
import { memberOf as memberIn } from '../util/json.ts';
import type { Composed, ComposedComponent } from './compose.ts';
import { looksSecret } from './shorten.ts';
import { withEntry, withoutEntry, withValue, writtenAt, type Path } from './splice.ts';

/** A component of the playbook as it was seen. */
export interface SeenComponent {
  readonly id: string;
  readonly shared: boolean;
  /** Between what the playbook says and what is there. */
  readonly differences: readonly Difference[];
  /** It is not there any more. */
  readonly gone: boolean;
  /** Somebody else's piece stands there: nothing of it is the playbook's. */
  readonly foreign: boolean;
  /** Spec paths that the playbook lets others move. */
  readonly ignore: readonly string[];
}

/** A change of the text, in words for people. */
export interface Change {
  readonly component: string;
  readonly kind: 'changed' | 'new' | 'gone' | 'unsaid' | 'by-hand';
  /** `desiredCount: 2, and 3 in AWS` */
  readonly what: string;
}

export interface Refreshed {
  readonly text: string;
  readonly changes: readonly Change[];
}

/**
 * The text of a playbook as AWS has the service now. What is gone stays in it: that a piece is missing is what a playbook is for.
 *
 * @param text of the playbook
 * @param captured the same service, captured anew under the playbook's ids
 * @param all settings too that the playbook leaves unsaid and AWS has
 */
export function refreshed(text: string, seen: readonly SeenComponent[], captured: Composed, all: boolean): Refreshed {
  const changes: Change[] = [];
  let current = text;
  const known = new Map(seen.map((each) => [each.id, each]));
  const composed = new Map(captured.components.map((each) => [each.id, each]));
  for (const component of seen) {
    const { foreign, gone, id } = component;
    if (foreign) {
      const what = 'what stands there is another playbook’s: nothing of it is taken over';
      changes.push({ component: id, kind: 'by-hand', what });
      continue;
    }
    if (gone) {
      changes.push({ component: id, kind: 'gone', what: 'it is not there any more, and stays in the playbook' });
      continue;
    }
    const spec = composed.get(id)?.fields['spec'];
    for (const difference of component.differences) {
      const made = oneChange(current, id, difference, spec, captured);
      current = made.text;
      changes.push(made.change);
    }
    if (!all || component.shared || spec === undefined) continue;
    for (const [name, value] of unsaidIn(current, id, spec, component.ignore)) {
      current = withValue(current, ['components', id, 'spec', name], value);
      changes.push({ component: id, kind: 'unsaid', what: `${name}: ${shown(value)}` });
    }
  }
  for (const each of captured.components) {
    if (known.has(each.id)) continue;
    current = withComponent(current, each);
    const shared = each.fields['shared'] === true ? ', shared' : '';
    changes.push({ component: each.id, kind: 'new', what: `${each.found.type.traits.type}${shared}` });
  }
  return { text: current, changes };
}

function withComponent(text: string, { comments, fields, id }: ComposedComponent): string {
  return withEntry(text, ['components'], id, fields, comments);
}

/** Top-level fields that AWS has otherwise than it would by itself, and the playbook does not say. */
function unsaidIn(
  text: string,
  id: string,
  spec: Json,
  ignore: readonly string[],
): readonly (readonly [string, Json])[] {
  const written = writtenAt(text, ['components', id, 'spec']);
  if (typeof spec !== 'object' || spec === null || typeof written !== 'object' || written === null) return [];
  return Object.entries(spec).filter(
    ([name, value]) => !(name in written) && !ignore.includes(name) && !isParam(value),
  );
}

function isParam(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith('${params.');
}

function oneChange(
  text: string,
  id: string,
  { actual, desired, path }: Difference,
  spec: Json | undefined,
  captured: Composed,
): { readonly text: string; readonly change: Change } {
  const base: Path = ['components', id, 'spec'];
  const written = writtenAt(text, base);
  const place = placeIn(path, written, spec);
  const value = withoutParams(place.value, captured) ?? actual;
  // Neither in the file nor on the screen.
  const isSecret = [desired, actual, value].some((each) => looksSecret(String(place.written.at(-1) ?? ''), each));
  const what = isSecret ? `${path} is another one in AWS` : `${path}: ${shown(desired)}, and ${shown(actual)} in AWS`;
  const byHand = (why: string): { readonly text: string; readonly change: Change } => ({
    text,
    change: { component: id, kind: 'by-hand', what: `${what}; ${why}` },
  });
  if (isSecret) return byHand('it may be a secret: change it by hand');
  const said = writtenAt(text, [...base, ...place.written]);
  const param = typeof said === 'string' ? /^\$\{params\.([^}]+)\}$/.exec(said)?.[1] : undefined;
  if (param !== undefined) {
    if (value === undefined || writtenAt(text, ['params', param, 'default']) === undefined) {
      return byHand(`it is the parameter ${param}, which has no default: give it another value`);
    }
    return {
      text: withValue(text, ['params', param, 'default'], value),
      change: { component: id, kind: 'changed', what: `${what} (parameter ${param})` },
    };
  }
  const at: Path = [...base, ...place.written];
  const next = value === undefined ? withoutEntry(text, at) : withValue(text, at, value);
  return { text: next, change: { component: id, kind: 'changed', what } };
}

/** A value of the capture, with what its parameters stand for. */
function withoutParams(value: Json | undefined, { params }: Composed): Json | undefined {
  if (typeof value !== 'string') return value;
  const name = /^\$\{params\.([^}]+)\}$/.exec(value)?.[1];
  return name === undefined ? value : params.find((each) => each.name === name)?.fields['default'];
}

interface PlaceInSpec {
  /** Where it stands, or would, in the text. */
  readonly written: Path;
  /** What the capture says there; undefined where it says nothing. */
  readonly value: Json | undefined;
}

/** Along both trees at once: keys may hold dots, and of a list the items of one name belong together. */
function placeIn(path: string, written: Json | undefined, captured: Json | undefined): PlaceInSpec {
  const segments = path.split(/\.|\[|\]\.?/).filter((each) => each !== '');
  const at: (string | number)[] = [];
  let [here, there] = [written, captured];
  for (let index = 0; index < segments.length;) {
    if (Array.isArray(here)) {
      const number = Number(segments[index]);
      const item: Json | undefined = (here as readonly Json[])[number];
      there = itemLike(item, number, there);
      here = item;
      at.push(number);
      index += 1;
      continue;
    }
    const [key, length] = keyIn(segments.slice(index), here, there);
    here = memberOf(here, key);
    there = memberOf(there, key);
    at.push(key);
    index += length;
  }
  return { written: at, value: there };
}

/** The longest key that one of them has. */
function keyIn(
  segments: readonly string[],
  ...trees: readonly (Json | undefined)[]
): readonly [key: string, length: number] {
  for (let length = segments.length; length > 1; length -= 1) {
    const key = segments.slice(0, length).join('.');
    if (trees.some((each) => memberOf(each, key) !== undefined)) return [key, length];
  }
  return [segments[0] ?? '', 1];
}

function itemLike(item: Json | undefined, index: number, list: Json | undefined): Json | undefined {
  if (!Array.isArray(list)) return undefined;
  const items: readonly Json[] = list;
  const name = memberOf(item, 'name');
  return items.find((each) => name !== undefined && memberOf(each, 'name') === name) ?? items[index];
}

function memberOf(value: Json | undefined, name: string): Json | undefined {
  return Array.isArray(value) ? undefined : (memberIn(value, name) as Json | undefined);
}

function shown(value: Json | undefined): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
