// Where in the facts of a task definition the values of a spec stand.
import { genericMembers } from '../kit/members/part.ts';
import { containerPart, taskPart } from './parts.ts';

/** Containers may stand in another order in AWS, and their members have mostly the same names. */
export function factsPath(path: string): string | undefined {
  const member = /^containers\[?\.?(\d+|\*)\]?\.(\w+)/.exec(path)?.[2];
  if (member === 'environment') return 'containers[*].environment[*].value';
  if (member !== undefined) {
    const found = genericMembers(containerPart).find(({ word }) => word === member);
    return found === undefined ? undefined : `containers[*].${found.name}`;
  }
  const [word = ''] = path.split(/[.[]/);
  return genericMembers(taskPart).some((each) => each.word === word) ? `settings.${word}` : undefined;
}
