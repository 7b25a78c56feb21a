// All that a playbook says which may lead to what others provide.
import type { Mention } from '../components/contract.ts';
import type { Check, Component, Playbook } from '../playbook/model.ts';
import type { Path } from '../playbook/yaml/found.ts';
import { unreachable } from '../util/unreachable.ts';
import { covers, leadsIn, leadsTo, type Reading } from '../util/leads.ts';
import type { Said } from './model.ts';

/** In the order of the file: what its recovery needs, its own pieces, its probes. */
export function saidIn(playbook: Playbook): readonly Said[] {
  return [
    ...needsIn(playbook),
    ...[...playbook.components.values()].flatMap((each) => ofComponent(each, playbook)),
    ...playbook.verify.flatMap((each, index) => ofCheck(each, index, playbook)),
  ];
}

function needsIn({ file, recovery }: Playbook): readonly Said[] {
  return recovery.needs.map(({ because, named, position }) => ({
    kind: 'need',
    what: 'recovery.needs',
    component: null,
    holds: 'recovery',
    because: because ?? null,
    leadsTo: (provided) => covers(provided, named),
    place: () => ({ file, ...position }),
  }));
}

/** What others make, they say. */
function ofComponent({ id, shared, spec, type }: Component, playbook: Playbook): readonly Said[] {
  const known = playbook.types.get(type);
  if (shared || known === undefined) return [];
  return known.depending.mentions(spec).flatMap((each: Mention) => {
    const { holds, kind, path, reading, text, what } = each;
    return told({ kind, what, holds, component: id }, text, reading, ['components', id, 'spec', ...path], playbook);
  });
}

/** A recovery is over when its probes pass. */
function ofCheck(check: Check, index: number, playbook: Playbook): readonly Said[] {
  const base = { kind: 'probe', what: `probe ${index + 1}`, component: null, holds: 'recovery' } as const;
  return told(base, askedBy(check), 'hosts', ['verify', index], playbook);
}

/** A host by itself is read as part of a URL: nothing else can be meant. */
function askedBy(check: Check): string {
  switch (check.kind) {
    case 'http':
      return check.url;
    case 'dns':
      return `//${check.recordName}`;
    case 'tcp':
      return `//${check.host}`;
    default:
      return unreachable(check);
  }
}

function told(
  base: Pick<Said, 'kind' | 'what' | 'component' | 'holds'>,
  text: string,
  reading: Reading,
  path: Path,
  { file, placeOf }: Playbook,
): readonly Said[] {
  const leads = leadsIn(text, reading);
  // Most texts name nobody.
  if (leads.hosts.length + leads.names.length === 0) return [];
  return [
    { ...base, because: null, leadsTo: (named) => leadsTo(leads, named), place: () => ({ file, ...placeOf(path) }) },
  ];
}
