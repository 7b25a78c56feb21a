// How calls of Elastic Load Balancing name pieces.
import type { NamedPiece, Naming, Place } from '../contract.ts';
import { anySpec, listOf, localPart, text } from './naming.ts';

/** `loadbalancer/app/<name>/<id>`, `targetgroup/<name>/<id>`: of such a name there is one at a time. */
type ArnKind = 'loadbalancer' | 'targetgroup';

function isArnOf(arn: string, kind: ArnKind, piece: NamedPiece, place: Place): boolean {
  if (piece.ids.has(arn)) return true;
  const [first, ...rest] = localPart(arn, place)?.split('/') ?? [];
  return first === kind && anySpec(piece, ({ name }) => rest.at(-2) === name);
}

/** By an ARN, also one that the piece had before it was made again. */
export function byArn(parameter: string, kind: ArnKind): Naming {
  return { names: (input, piece, place) => isArnOf(text(input[parameter]), kind, piece, place) };
}

/** AddTags takes pieces of several types at once [ELB API]. */
export function addingTags(kind?: ArnKind): Naming {
  return {
    things: (input) => listOf(input['ResourceArns']).map((arn) => ({ arn })),
    names: ({ arn }, piece, place) =>
      kind === undefined ? piece.ids.has(text(arn)) : isArnOf(text(arn), kind, piece, place),
  };
}
