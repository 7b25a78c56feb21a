// What a revision says beside its containers, and where in its facts the values of a spec stand.
import type { Json } from '../contract.ts';
import { toJson } from '../kit/compare.ts';
import { fromOutput } from '../kit/members/output.ts';
import { genericMembers } from '../kit/members/part.ts';
import { isMap } from '../kit/members/maps.ts';
import { containerPart, taskPart } from './parts.ts';
import type { TaskDefinitionState } from './schema.ts';

/** All members of the task that a spec says by AWS's names. */
export function settingsOf({ description }: TaskDefinitionState): Readonly<Record<string, Json>> {
  return isMap(description) ? fromOutput(taskPart, description) : {};
}

/** The state, and the settings for which it has no member of its own. */
export function facts(state: TaskDefinitionState): Json {
  const { description, ...own } = state;
  const further = Object.entries(settingsOf({ ...own, description })).filter(([word]) => !(word in own));
  return toJson({ ...own, ...Object.fromEntries(further) });
}

/** Containers may stand in another order in AWS, and their members have mostly the same names. */
export function factsPath(path: string): string | undefined {
  const member = /^containers\[?\.?(\d+|\*)\]?\.(\w+)/.exec(path)?.[2];
  if (member === 'environment') return 'containers[*].environment[*].value';
  if (member !== undefined) {
    const found = genericMembers(containerPart).find(({ word }) => word === member);
    return found === undefined ? undefined : `containers[*].${found.name}`;
  }
  const [word = ''] = path.split(/[.[]/);
  return genericMembers(taskPart).some((each) => each.word === word) ? word : undefined;
}
