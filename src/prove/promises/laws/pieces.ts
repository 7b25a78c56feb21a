// What becomes of the pieces. Pure.
import { upstreamOf } from '../../../graph/graph.ts';
import type { Rehearsal } from '../../../components/contract.ts';
import type { PromiseContext } from '../promise-context.ts';
import { type Broken, type Case, one } from './story.ts';

export function nothingTwice({ context, story }: Case): readonly Broken[] {
  const { pieces } = story.end;
  return Object.entries(pieces).flatMap(([id, number]) => {
    const kind = [...context.playbook.types.values()].find(({ rehearsal }) => countedTogether(rehearsal) === id);
    if (kind === undefined) return number <= 1 ? [] : one([id], `there are ${number} of it`);
    const own = [...context.playbook.components.values()].filter((each) => each.type === kind.traits.type);
    const prefix = `${kind.rehearsal.countedAs ?? ''} `;
    const others = Object.keys(story.end.neighbours).filter((each) => each.startsWith(prefix)).length;
    if (number - others <= own.length) return [];
    return one(
      own.map((each) => each.id),
      `there are ${number - others} ${id}, the playbook has ${own.length}`,
    );
  });
}

/** As a world's census names what AWS gives no names: `health checks`. */
function countedTogether({ countedAs }: Pick<Rehearsal, 'countedAs'>): string | undefined {
  return countedAs === undefined ? undefined : `${countedAs}s`;
}

export function leftoversGo({ changes, context, story }: Case): readonly Broken[] {
  const last = story.told.findLast(({ operator }) => operator === 0)?.attempt;
  if (last?.kind !== 'ran' || last.report.result !== 'succeeded') return [];
  const touched = new Set(changes.flatMap((each) => each.subjects));
  return [...context.truth.assessments.values()].flatMap(({ id, leftover, present, shared }) => {
    if (shared || !present || touched.has(id)) return [];
    if (leftover?.disposition === 'replace')
      return one([id, leftover.owner], `${id} was left as it was: ${leftover.because}`);
    const component = context.playbook.components.get(id);
    if (component === undefined || component.onOrphan === 'keep') return [];
    if (context.playbook.types.get(component.type)?.traits.reuse !== false) return [];
    // Whoever its owner is: what it says of a piece that was gone was said of the old one.
    const gone = component.references.find((each) => isGone(each.component, context));
    return gone === undefined
      ? []
      : one(
          [id, gone.component],
          `${id} was left as it was, and its ${gone.path} speaks of ${gone.component}, which was gone`,
        );
  });
}

function isGone(id: string, { truth }: PromiseContext): boolean {
  const assessment = truth.assessments.get(id);
  return assessment !== undefined && (!assessment.present || assessment.settling === 'going');
}

export function soundLeftAlone({ changes, context, story, truth }: Case): readonly Broken[] {
  if (story.kind !== 'repair' || context.lostMeanwhile.size > 0) return [];
  const unsound = (id: string): boolean => truth[id] !== 'healthy';
  const told = new Set<string>();
  return changes.flatMap(({ call, subjects }) => {
    const [id] = subjects;
    if (subjects.length !== 1 || id === undefined || unsound(id) || told.has(id)) return [];
    if ([...upstreamOf(context.graph, [id])].some(unsound)) return [];
    told.add(id);
    return one([id], `${call.operation} was sent to ${id}, which is healthy, as is all that it depends on`);
  });
}
