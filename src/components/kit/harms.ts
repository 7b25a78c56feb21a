// What of a network an update takes away.
import type { Difference, Harm, Json } from '../contract.ts';

export function interrupts(subject: string, what: string): Harm {
  return { effect: 'interrupts', subject, what };
}

/** Each subnet or security group that is there and shall not be: what answers may be reached, and reach others, through it alone. */
export function takenAway({ actual, desired, path }: Difference, answering: string): readonly Harm[] {
  const what = path.replace('network.', '');
  return taken(desired, actual).map((each) =>
    interrupts(`${path} ${each}`, `${what} loses ${each}, through which ${answering} may be reached`),
  );
}

function taken(desired: Json | undefined, actual: Json | undefined): readonly string[] {
  const wanted = new Set(Array.isArray(desired) ? desired : []);
  return Array.isArray(actual)
    ? actual.filter((each): each is string => typeof each === 'string' && !wanted.has(each))
    : [];
}
