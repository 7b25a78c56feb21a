// What the three ECS types share: tags, and the forms in which a cluster or a role may be named.
import type { Tag } from '@aws-sdk/client-ecs';
import type { Tags } from '../contract.ts';

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
