// What calls need to be allowed: the common part of what services say of it.
import type { NeededPermission, PlacedCall } from './authorization.ts';
import type { World } from './model.ts';

/** All that has to be allowed for a call, as its service tells. */
export function permissionsFor(call: PlacedCall, { data, services }: World): readonly NeededPermission[] {
  const { permissions, prefix = call.service } = services.byName.get(call.service)?.authorization ?? {};
  return permissions?.(call, data) ?? onEach(`${prefix}:${call.operation}`, []);
}

/** A call's operation on each of the resources; on `*` where it has none. */
export function callOn({ operation, service }: PlacedCall, resources: readonly string[]): readonly NeededPermission[] {
  return onEach(`${service}:${operation}`, resources);
}

/** An action on each of the resources; on `*` where it has none. */
export function onEach(action: string, resources: readonly string[]): readonly NeededPermission[] {
  const all = resources.length === 0 ? ['*'] : new Set(resources);
  return [...all].map((resource) => ({ action, resource }));
}

/**
 * Tags at creation need the permission to tag [developer guides, "Grant permission to tag resources on creation"].
 *
 * @param tagging the action that it is
 * @param made what the call makes; `*` where nothing is known of it
 */
export function taggingOnCreation(
  { input, operation, service }: PlacedCall,
  tagging: string,
  made: readonly string[],
): readonly NeededPermission[] {
  const tags = input['tags'] ?? input['Tags'];
  const isNone = typeof tags !== 'object' || tags === null || Object.keys(tags).length === 0;
  if (isNone || !/^(Create|Register|Run|Start|Put)/.test(operation)) return [];
  const conditionValues = { [`${service}:CreateAction`]: operation };
  return onEach(tagging, made).map((each) => ({ ...each, conditionValues }));
}

/** The ARN of what an input names, by an ARN or by a name in the caller's account; none where it names nothing. */
export function arnsNamed({ account, region, service }: PlacedCall, kind: string, name: unknown): readonly string[] {
  if (typeof name !== 'string' || name === '') return [];
  return [name.startsWith('arn:') ? name : `arn:aws:${service}:${region}:${account}:${kind}${name}`];
}

/** ARNs among the values of an input, as deep as services put them: a list of them, tags of one. */
export function arnsIn(value: unknown, depth: number): readonly string[] {
  if (typeof value === 'string') return /^arn:[^:]*:[^:]+:[^:]*:\w*:./.test(value) ? [value] : [];
  if (typeof value !== 'object' || value === null || depth === 0) return [];
  return Object.values(value).flatMap((each) => arnsIn(each, depth - 1));
}

/** The last part of a path or an ARN. */
export function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
