// Names that lie outside of AWS, or are served from somewhere in it, and that do not answer: whoever asks them hangs. Kept
// once for all accounts, in the world that they lie in, for the same name is dark to everybody.
import { leadsTo, readNamed, type Leads, type Named } from '../../../util/leads.ts';
import { homeOf } from '../../accounts.ts';
import type { World } from '../../model.ts';
import { own, put } from '../../records.ts';

/** `name-dark`: to everybody. `name-dark-to-tasks`: to tasks only, for a name that the recovery itself brings back. */
export type Darkness = 'name-dark' | 'name-dark-to-tasks';

export interface NamesStore {
  /** How each name is dark: `orders.example.org`, `*.example.org`, `product:orders`. */
  dark: Record<string, Darkness[]>;
  /** What could not start, by the name that it waits for, and why: ARN of a service, or of a task that none started. */
  waited: Record<string, Record<string, string[]>>;
}

export function emptyNamesStore(): NamesStore {
  return { dark: {}, waited: {} };
}

export function namesOf(world: World): NamesStore {
  return homeOf(world).data['names'] as NamesStore;
}

/** Names that are dark now, as they were set. @param to whom: to tasks, or to anybody */
function darkNames(world: World, to: 'tasks' | 'anybody'): readonly { readonly name: string; readonly named: Named }[] {
  return Object.entries(namesOf(world).dark).flatMap(([name, kinds]) => {
    if (to === 'anybody' && !kinds.includes('name-dark')) return [];
    const named = readNamed(name);
    return named === undefined ? [] : [{ name, named }];
  });
}

/** Whether a client on the internet that asks for this host waits in vain. */
export function isDarkHost(world: World, host: string): boolean {
  const leads: Leads = { hosts: [{ host: host.toLowerCase().replace(/\.$/, ''), path: '' }], names: [] };
  return darkNames(world, 'anybody').some(({ named }) => leadsTo(leads, named));
}

/** Names that are dark to tasks and that something of these leads leads to. */
export function darkToTasks(world: World, leads: Leads): readonly string[] {
  return darkNames(world, 'tasks').flatMap(({ name, named }) => (leadsTo(leads, named) ? [name] : []));
}

/** Whether anything is dark at all: the question that costs nothing. */
export function anyDark(world: World): boolean {
  for (const _name in namesOf(world).dark) return true;
  return false;
}

/** Writes down that something waits for a name. */
export function noteWaiting(world: World, name: string, holder: string, because: string): void {
  const { waited } = namesOf(world);
  const holders = own(waited, name) ?? {};
  put(waited, name, holders);
  const known = own(holders, holder) ?? [];
  if (!known.includes(because)) put(holders, holder, [...known, because]);
}

/** One that could not start, or did not get healthy, for want of a name. */
export interface Waiting {
  readonly name: string;
  /** ARN of a service, or of a task that none started. */
  readonly holder: string;
  /** `environment LICENCE_BACKEND of container api` */
  readonly because: readonly string[];
}

/** All that has waited so far, in the order in which it began to. */
export function waitingIn(world: World): readonly Waiting[] {
  return Object.entries(namesOf(world).waited).flatMap(([name, holders]) =>
    Object.entries(holders).map(([holder, because]) => ({ name, holder, because })),
  );
}
