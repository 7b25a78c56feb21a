// How calls name pieces, for the types' subjects. Told by AWS's own parameters alone, and apart from how the types observe
// and change: a judge that shared their code would share their mistakes.
import type { Fields, NamedPiece, Naming, Place } from '../contract.ts';

export function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/** What stands behind an ARN's account, when it is one of this account and region: `service/<cluster>/<name>`. */
export function localPart(arn: string, { account, region }: Place): string | undefined {
  const [scheme, , , where, whose, ...rest] = arn.split(':');
  return scheme === 'arn' && where === region && whose === account ? rest.join(':') : undefined;
}

/** Two ways to write the same: a name, or an ARN that ends with it. */
export function isNamed(said: unknown, name: unknown, kind: string, place: Place): boolean {
  const bare = (value: string): string => {
    if (!value.startsWith('arn:')) return value;
    const local = localPart(value, place);
    return local?.startsWith(`${kind}/`) === true ? (local.split('/').at(-1) ?? '') : value;
  };
  return text(said) !== '' && bare(text(said)) === bare(text(name));
}

export function anySpec({ specs }: NamedPiece, test: (spec: Fields) => boolean): boolean {
  return specs.some(test);
}

/** By an id that only AWS can have given. */
export function byId(parameter: string): Naming {
  return { names: (input, { ids }) => ids.has(text(input[parameter])) };
}

/** By a field that says it word for word. */
export function byField(parameter: string, field: string): Naming {
  return {
    names: (input, piece) =>
      text(input[parameter]) !== '' && anySpec(piece, (spec) => input[parameter] === spec[field]),
  };
}

/** By its name, or an ARN that ends with it. */
export function byName(parameter: string, kind: string): Naming {
  return {
    names: (input, piece, place) => anySpec(piece, (spec) => isNamed(input[parameter], spec['name'], kind, place)),
  };
}

/** A new one, told by what it is in and by the number that no other in there has. */
export function byPlace(container: readonly [string, string], number: readonly [string, string]): Naming {
  return {
    names: (input, piece) =>
      anySpec(
        piece,
        (spec) => input[container[0]] === spec[container[1]] && text(input[number[0]]) === text(spec[number[1]]),
      ),
  };
}
