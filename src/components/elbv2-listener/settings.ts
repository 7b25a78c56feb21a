// What a listener has beside what its state tells by name.
import type { Json } from '../contract.ts';
import { isMap } from '../kit/members/maps.ts';
import { fromOutput } from '../kit/members/output.ts';
import { listenerPart } from './parts.ts';
import type { ListenerState } from './schema.ts';

/** All members of the input that a spec says by AWS's names, but for the actions. */
export function settingsOf({ description }: Pick<ListenerState, 'description'>): Readonly<Record<string, Json>> {
  if (!isMap(description)) return {};
  const { mutualAuthentication, ...settings } = fromOutput(listenerPart, description);
  if (!isMap(mutualAuthentication)) return settings;
  // AWS alone sets what became of a shared trust store.
  const own = Object.entries(mutualAuthentication).filter(([word]) => word !== 'trustStoreAssociationStatus');
  return { ...settings, mutualAuthentication: Object.fromEntries(own) };
}

/** Settings that are AWS's way to say that there is none. */
export function isNone(word: string, value: unknown): boolean {
  if (word === 'alpnPolicy') return Array.isArray(value) && value.every((each) => each === 'None');
  return word === 'mutualAuthentication' && isMap(value) && value['mode'] === 'off';
}
