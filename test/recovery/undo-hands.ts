// Two looks at one world compared: what is there and how, less ids, ARNs, DNS names and times.
import { expect } from 'vitest';
import { componentTypes } from '../../src/components/index.ts';
import type { Assessed } from '../../src/engine.ts';
import type { NotRestored } from '../../src/plan/plan.ts';
import type { Playbook } from '../../src/playbook/model.ts';
import type { Json } from '../../src/util/json.ts';
import { recallOf, unfinished, type Recovery, type Rig } from '../helpers/rig.ts';

/** Numbers and names that AWS gives to each piece anew. */
const own = new Set(['revision', 'callerReference', 'version', 'serviceArn', 'loadBalancers_of']);

/** Each component: null when it is not there, else its facts and tags, with what AWS chose replaced by its source. */
export function configurationsIn(playbook: Playbook, { observations }: Assessed): Readonly<Record<string, Json>> {
  const chosen = [...playbook.components.values()].flatMap(({ id, type: name }) =>
    Object.entries(observations.outputs.get(id) ?? {}).flatMap(([output, value]) =>
      value !== undefined && componentTypes.get(name)?.traits.outputs[output]?.onReplace === 'new'
        ? [[value, `<${id}.${output}>`] as const]
        : [],
    ),
  );
  const scrub = (value: Json): Json => {
    if (typeof value === 'string') return chosen.reduce((text, [old, word]) => text.replaceAll(old, word), value);
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(scrub);
    const members = Object.entries(value as Readonly<Record<string, Json>>).filter(([name]) => !own.has(name));
    return Object.fromEntries(members.map(([name, member]) => [name, scrub(member)]));
  };
  return Object.fromEntries(
    [...playbook.components.values()].map(({ id, type: name }): [string, Json] => {
      const seen = observations.byId.get(id);
      const type = componentTypes.get(name);
      if (seen?.kind !== 'present' || type === undefined) return [id, seen?.kind === 'absent' ? null : 'unknown'];
      return [id, scrub({ facts: type.judging.facts(seen.state), tags: { ...seen.tags } })];
    }),
  );
}

/** Takes a run back and expects every step of the undo to succeed. */
export async function undone(rig: Rig, recovery: Recovery): Promise<Recovery> {
  const undo = await rig.undo(recallOf([recovery.journal]));
  expect(unfinished(undo.report)).toEqual([]);
  expect(undo.report.blocked).toEqual([]);
  expect(undo.report.result).toBe('succeeded');
  return undo;
}

/** `component what`, one for each thing that an undo told it does not bring back. */
export function toldLost(undo: Pick<Recovery, 'plan'>): readonly string[] {
  const told: readonly NotRestored[] = undo.plan.undoes?.notRestored ?? [];
  return told.map((each) => `${each.component} ${each.what}`);
}
