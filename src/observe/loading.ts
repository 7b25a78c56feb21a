// Types load what acts when it is first used. Who lives by a virtual clock, whose time passes while a file is read, has it
// loaded beforehand.
import type { ComponentType } from '../components/contract.ts';
import type { Playbook } from '../playbook/model.ts';
import { kindsIn } from './needs.ts';

/** Resolves once these types can act without reading files; at once when they can already. */
export async function loadActing(types: Iterable<ComponentType>): Promise<void> {
  const loads = [...types].flatMap((each) => each.load?.() ?? []);
  if (loads.length > 0) await Promise.all(loads);
}

/** Resolves once these types can look whether what a playbook's pieces need is there. */
export async function loadLooking(playbook: Playbook, types: ReadonlyMap<string, ComponentType>): Promise<void> {
  await Promise.all([...kindsIn(playbook, types)].map(([type, kinds]) => type.needs.load(kinds)));
}
