// What the three ECS types share: tags, and the forms in which a cluster or a role may be named.
import type { Tag } from '@aws-sdk/client-ecs';
import type { Difference, Tags } from '../contract.ts';

export function toEcsTags(tags: Tags): Tag[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}

export function fromEcsTags(tags: readonly Tag[] | undefined): Tags {
  return Object.fromEntries((tags ?? []).map((tag) => [tag.key ?? '', tag.value ?? '']));
}

/** The last part of an ARN, `wonderland` of `arn:aws:ecs:...:cluster/wonderland`; a plain name is its own. */
export function nameIn(arnOrName: string): string {
  return arnOrName.slice(arnOrName.lastIndexOf('/') + 1);
}

/** True when `desired`, a name or an ARN, means the thing with the ARN `actual`. */
export function means(desired: string, actual: string | undefined): boolean {
  if (actual === undefined) return false;
  return desired === actual || (!desired.startsWith('arn:') && nameIn(actual) === desired);
}

/**
 * True where a Cloud Map namespace is said by its name and AWS tells an ARN, which does not hold the name: nobody can tell
 * them apart [ECS API, ServiceConnectConfiguration].
 */
export function sameNamespace({ actual, desired, path }: Difference): boolean {
  if (!/(^|\.)namespace$/.test(path) || typeof desired !== 'string' || typeof actual !== 'string') return false;
  return !desired.startsWith('arn:') && actual.startsWith('arn:') && actual.includes(':namespace/');
}
