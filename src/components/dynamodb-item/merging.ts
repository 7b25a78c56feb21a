// What an update writes: attributes that differ, each with what is in it and not spoken of. Pure.
import { isBelow } from '../../util/paths.ts';
import type { Difference, Json, Target } from '../contract.ts';
import type { ItemSpec, ItemState } from './schema.ts';
import { attributeOf, typedLike } from './values.ts';

export interface AttributeChange {
  readonly name: string;
  /** In DynamoDB's own JSON; undefined: it goes. */
  readonly value: Json | undefined;
}

export function changesOf(
  { spec }: Target<ItemSpec>,
  { item }: ItemState,
  differences: readonly Difference[],
): readonly AttributeChange[] {
  const names = new Set([...Object.keys(spec.attributes ?? {}), ...Object.keys(item)]);
  return [...names].flatMap((name): readonly AttributeChange[] => {
    if (name in spec.key) return [];
    const path = `attributes.${name}`;
    const own = differences.filter((each) => isBelow(each.path, path));
    if (own.length === 0) return [];
    const gone = own.filter(({ desired }) => desired === undefined).map((each) => each.path);
    if (gone.includes(path)) return [{ name, value: undefined }];
    const said = spec.attributes?.[name];
    const there = item[name];
    const value = said === undefined ? there : merged(attributeOf(typedLike(said, there)), there);
    return value === undefined ? [] : [{ name, value: without(value, path, gone) }];
  });
}

/** What is in a map and not said stays. */
function merged(said: Json, there: Json | undefined): Json {
  const [own, others] = [membersOf(said), there === undefined ? undefined : membersOf(there)];
  if (own === undefined || others === undefined) return said;
  const both = Object.entries(own).map(([name, value]) => [name, merged(value, others[name])] as const);
  return { M: { ...others, ...Object.fromEntries(both) } };
}

function without(value: Json, path: string, gone: readonly string[]): Json {
  const members = membersOf(value);
  if (members === undefined || gone.length === 0) return value;
  return {
    M: Object.fromEntries(
      Object.entries(members).flatMap(([name, each]) => {
        const at = `${path}.${name}`;
        return gone.includes(at) ? [] : [[name, without(each, at, gone)]];
      }),
    ),
  };
}

function membersOf(value: Json): Readonly<Record<string, Json>> | undefined {
  const { M } = value as { readonly M?: Readonly<Record<string, Json>> };
  return M;
}
