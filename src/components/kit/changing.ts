// Small helpers for the change.ts files.
import { askingEachTime } from '../../aws/asked-once.ts';
import { isBelow } from '../../util/paths.ts';
import { ownerTags, type Difference, type ReadContext, type Scope, type Tags } from '../contract.ts';

/** True when one of the differences is at `path` or below it: `values` covers `values[0]`. */
export function differsBelow(differences: readonly Difference[], path: string): boolean {
  return differences.some((each) => isBelow(each.path, path));
}

/** A map of attributes in ELBv2's list form. */
export function toAttributes(attributes: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
  return Object.entries(attributes).map(([Key, Value]) => ({ Key, Value }));
}

/**
 * The attributes that a change sends: those that differ, and AWS's default for one that is taken away.
 *
 * @throws Error when nobody knows the default of one that is taken away
 */
export function attributesToSend(
  wanted: Readonly<Record<string, string>> | undefined,
  differences: readonly Difference[],
  defaults: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const differing = Object.entries(wanted ?? {}).filter(([key]) => differsBelow(differences, `attributes.${key}`));
  const gone = differences.flatMap(({ desired, path }) =>
    desired === undefined && path.startsWith('attributes.') ? [path.slice('attributes.'.length)] : [],
  );
  const reset = gone.map((key): readonly [string, string] => {
    const value = defaults[key];
    if (value !== undefined) return [key, value];
    const text = `AWS takes no attribute away, and its default for ${key} is not known: say the value it is to have`;
    throw refusal('ValidationError', text);
  });
  return Object.fromEntries([...differing, ...reset]);
}

/** A context that shares no read with an earlier look: for "is it there by now?". */
export function afresh<Context extends ReadContext>(context: Context): Context {
  return { ...context, aws: askingEachTime(context.aws), once: (_key, read) => read() };
}

/** False when the tags name another playbook: the piece is someone else's. Untagged pieces are taken by name. */
export function mayBeOurs(tags: Tags | undefined, scope: Scope): boolean {
  const owner = tags?.[ownerTags.playbook];
  return owner === undefined || owner === scope.playbook;
}

/** True when a piece carries all the tags that this step would put on it: an earlier try of the same step made it. */
export function isOwnWork(tags: Tags | undefined, wanted: Tags): boolean {
  return Object.entries(wanted).every(([key, value]) => tags?.[key] === value);
}

/** What AWS would have refused, refused before it is asked: an error that is classified like AWS's own of that code. */
export function refusal(code: string, message: string): Error {
  return Object.assign(new Error(message), { name: code, $metadata: { httpStatusCode: 400 } });
}

/** The top-level field of a spec path: `values` of `values[0]`. */
export function topOf(path: string): string {
  return /^[^.[]*/.exec(path)?.[0] ?? path;
}

/** A setting that AWS has always some value of was to be taken away: the playbook has to say which. */
export function cannotTakeAway(path: string): Error {
  return refusal('InvalidParameterException', `${path} cannot be taken away: a piece always has one, so say which`);
}
