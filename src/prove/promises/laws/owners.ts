// Whose piece it is. Pure.
import { type Broken, type Case, one, seenBy } from './story.ts';

export function ownPiecesOnly(whole: Case): readonly Broken[] {
  return [...aboutNothingOurs(whole), ...neighboursChanged(whole)];
}

/** Whatever was sent, and whoever it said it was about: what was somebody else's before is as it was. */
function neighboursChanged({ context, story }: Case): readonly Broken[] {
  const { lostMeanwhile, neighbours, playbook } = context;
  // What is in a shared piece that others delete goes with it.
  if ([...lostMeanwhile].some((id) => playbook.components.get(id)?.shared === true)) return [];
  const { neighbours: after } = story.end;
  return Object.entries(neighbours).flatMap(([name, before]) => {
    if (after[name] === before) return [];
    const how = after[name] === undefined ? 'gone' : 'not as it was';
    return one([], `${name}, which is somebody else's, is ${how}`);
  });
}

function aboutNothingOurs({ changes, context }: Case): readonly Broken[] {
  return changes.flatMap(({ call, subjects }) => {
    if (subjects.length > 0) return [];
    // A piece that was made and lost again while the recovery ran has an id that no look knows.
    if (context.lostMeanwhile.size > 0) return [];
    return one(
      [],
      `${call.service} ${call.operation} is about no component: ${JSON.stringify(call.input).slice(0, 300)}`,
    );
  });
}

export function handsOff({ changes, context, story, truth }: Case): readonly Broken[] {
  const unknown = new Set(
    story.told
      .slice(0, 1)
      .flatMap(({ attempt }) => seenBy(attempt).filter((each) => each.verdict === 'unknown'))
      .map((each) => each.id),
  );
  const { assessments, observations } = context.truth;
  const isShared = (id: string): boolean => context.playbook.components.get(id)?.shared === true;
  return changes.flatMap(({ call, subjects }) =>
    subjects.flatMap((id) => {
      const says = (why: string): readonly Broken[] => one([id], `${call.operation} was sent to ${id}, which ${why}`);
      // Neither is there anything to be made: whose it is, makes it.
      if (isShared(id)) return says('is shared');
      if (unknown.has(id)) return says('could not be seen');
      // What stands in its place is somebody else's, and it is made beside that.
      const makes = /^(Create|Register)/.test(call.operation);
      if (makes && observations.byId.get(id)?.kind === 'absent') return [];
      if (truth[id] === 'foreign') return says("is tagged as another playbook's");
      const byProtection = assessments.get(id)?.protected === true && truth[id] !== 'missing' && !makes;
      return byProtection ? says('is protected') : [];
    }),
  );
}
