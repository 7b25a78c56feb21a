// Compares what a spec says of an item: attribute by attribute, maps key by key, all else as a whole, with its type.
import type { Difference, Json } from '../contract.ts';
import { field, toJson } from '../kit/compare.ts';
import { hiddenValue, soundsSecret } from '../../util/secrets.ts';
import { withSecretsHidden } from '../kit/secrets.ts';
import type { ItemSpec, ItemState } from './schema.ts';
import { isValue } from './values.ts';
import { isMembers, typedOf, wordsOf } from './words.ts';

export function diff(spec: ItemSpec, state: ItemState): readonly Difference[] {
  const found = [
    ...Object.entries(spec.attributes ?? {}).flatMap(([name, desired]) =>
      valueDiff(`attributes.${name}`, desired, state.item[name]),
    ),
    ...(spec.without ?? []).flatMap((name): readonly Difference[] => {
      const actual = state.item[name];
      return actual === undefined ? [] : [{ path: `attributes.${name}`, desired: undefined, actual: wordsOf(actual) }];
    }),
  ];
  return withSecretsHidden(found).map(hiddenBelow);
}

/** A name that promises a secret promises it for all that is in it. */
function hiddenBelow({ actual, desired, path }: Difference): Difference {
  if (!path.split(/[.[]/).some(soundsSecret)) return { actual, desired, path };
  const hide = (value: Json | undefined): Json | undefined => (value === undefined ? undefined : hiddenValue);
  return { path, desired: hide(desired), actual: hide(actual) };
}

function valueDiff(path: string, said: unknown, actual: Json | undefined): readonly Difference[] {
  if (said === undefined) return [];
  if (actual === undefined) return field(path, said, undefined);
  const there = membersIn(actual);
  const typed = typedOf(said);
  const members = typed?.word === 'M' ? typed.value : typed === undefined ? said : undefined;
  if (there !== undefined && isMembers(members)) {
    return Object.entries(members).flatMap(([name, each]) => valueDiff(`${path}.${name}`, each, there[name]));
  }
  return isValue(said, actual) ? [] : different(path, said, wordsOf(actual));
}

/** A number in a text is another value than the number. */
function different(path: string, desired: unknown, actual: Json): readonly Difference[] {
  return [{ path, desired: toJson(desired), actual }];
}

function membersIn(attribute: Json): Readonly<Record<string, Json>> | undefined {
  const { M } = attribute as { readonly M?: Readonly<Record<string, Json>> };
  return M;
}
