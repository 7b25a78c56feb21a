// What is there is seen as it is. Pure.
import type { PromiseContext } from '../promise-context.ts';
import { type Broken, type Case, one, seenBy } from './story.ts';

export function seesWhatIsThere(whole: Case): readonly Broken[] {
  return [...seenOtherwise(whole), ...notAsInTheWorld(whole)];
}

/** The look that all is judged by, held against the world's own data, and against what the disaster did. */
function notAsInTheWorld({ context, story }: Case): readonly Broken[] {
  const { deployed, struck } = context.standing;
  const states = Object.entries(story.disaster);
  return [...context.truth.assessments.values()].flatMap(({ id, verdict }) => {
    const state = story.disaster[id];
    const seen = context.truth.observations.byId.get(id);
    if (state === 'drifted' && states.length === 1 && verdict === 'healthy') {
      return one([id], `${id} was changed by hand, and was seen as healthy`);
    }
    // What stands in its place is another piece, without its tag.
    if (!deployed.has(id) || state === 'displaced') return [];
    if (seen?.kind === 'absent' && struck.has(id)) return one([id], `${id} is there, and was taken as missing`);
    return seen?.kind === 'present' && !struck.has(id) && !goesOn(id, seen.state, context)
      ? one([id], `${id} is gone, and was seen as ${verdict}`)
      : [];
  });
}

/** On its way out, or deleted and still used. */
function goesOn(id: string, state: unknown, { playbook }: PromiseContext): boolean {
  const component = playbook.components.get(id);
  const type = playbook.types.get(component?.type ?? '');
  const readiness = type?.readiness(state, component?.spec);
  return readiness?.kind === 'settling' || type?.judging.spent?.(state) !== undefined;
}

function seenOtherwise({ context, story, truth }: Case): readonly Broken[] {
  const attempt = story.told.find(({ operator }) => operator === 0)?.attempt;
  const seen = attempt === undefined ? [] : seenBy(attempt);
  const hidden = Object.values(story.disaster).includes('unreadable');
  return seen.flatMap(({ found, id, reason, verdict }) => {
    const real = truth[id] ?? 'healthy';
    if (verdict === real) return [];
    // What could not be seen, and what is judged by it, may be judged less surely; never as gone.
    if (hidden && verdict !== 'missing') return [];
    const there = context.truth.assessments.get(id);
    return one(
      [id],
      `it was seen as ${verdict} (${reason ?? found ?? 'no reason'}), and is ${real} (${there?.reasons[0]?.text ?? there?.found ?? 'there'})`,
    );
  });
}
