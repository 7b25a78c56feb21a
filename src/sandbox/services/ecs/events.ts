// The event log of a service: newest first, at most 100.
import type { World } from '../../model.ts';
import type { ServiceRecord } from './store.ts';

const mostEvents = 100;

/** @param text without the leading `(service <name>)`, which every event has */
export function tell(world: World, service: ServiceRecord, at: number, text: string): void {
  const hex = world.hex(32);
  const id = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  service.events.unshift({ id, createdAt: at, message: `(service ${service.name}) ${text}` });
  if (service.events.length > mostEvents) service.events.length = mostEvents;
}

/** `(task a) (task b)`, as events name tasks. */
export function taskList(ids: readonly string[]): string {
  return ids.map((id) => `(task ${id})`).join(' ');
}
