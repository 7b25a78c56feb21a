// What came of one case, as plain data that can leave the thread that played it.
import { stepGraph } from '../../plan/make.ts';
import type { Plan } from '../../plan/plan.ts';
import type { ServiceName } from '../../sandbox/index.ts';
import type { PieceState } from '../../rehearse/disaster/disaster.ts';
import { fallenIn } from '../../rehearse/disaster/inject.ts';
import type { Performance } from '../../rehearse/disaster/performance.ts';
import type { Case } from '../cases/case.ts';
import { isUntagged, mayBeOthers, obstaclesOf } from './obstacles.ts';
import type { Tried } from '../one.ts';
import type { BrokenPromise } from './promises.ts';

export interface Outcome {
  readonly tried: Case;
  /** `stopped`: short of the goal, for a stated reason that the state deserves. */
  readonly result: 'healed' | 'stopped' | 'broken';
  readonly broken: readonly BrokenPromise[];
  /** AWS time of the whole recovery. */
  readonly seconds: number;
  /** Of the first plan. */
  readonly steps: number;
  /** The longest chain of steps of the first plan, by number. */
  readonly deepest: readonly string[];
  readonly calls: number;
  /** How often the first operator typed the command. */
  readonly commands: number;
  /** Journal records of the first run. */
  readonly records: number;
  /** Calls that change something, in order. */
  readonly changes: readonly { readonly service: ServiceName; readonly operation: string }[];
  /** Steps of the first plan that delete. */
  readonly deleted: number;
  /** A component that stands and that the first plan is to delete or change; null when there is none. */
  readonly standing: string | null;
  /** Components that were not changed since nothing proves their content to be the playbook's. */
  readonly unproven: readonly string[];
  /** Disruptions of its disaster that did not fall, and why: what AWS said, where it refused them. */
  readonly unfallen: readonly { readonly component: string; readonly state: PieceState; readonly because: string }[];
  /** By a saved plan: whether it came to what it was to try, a run of the plan before it is run again; else null. */
  readonly savedPlan: 'tried' | 'never-run' | null;
  /** The same for recoveries that go on from the same; null where it was played by itself. */
  readonly future: string | null;
  /** What stood in the way of one that stopped: component and reason. */
  readonly because: readonly { readonly component: string; readonly reason: string }[];
}

export function outcomeOf({ broken, context, future, performance, tried }: Tried): Outcome {
  const { end, endedAt, marks, played, startedAt, wire } = performance;
  const disaster = fallenIn(marks);
  const [first] = played;
  const plan = first !== undefined && 'plan' in first.attempt ? first.attempt.plan : null;
  const healed = end.healthy && end.serving && end.plan.steps.length === 0;
  const result = broken.length > 0 ? 'broken' : healed ? 'healed' : 'stopped';
  const obstacles = result === 'stopped' ? obstaclesOf(disaster, tried.strategy, context) : new Map<string, string>();
  return {
    tried,
    result,
    broken,
    seconds: (endedAt - startedAt) / 1000,
    steps: plan?.steps.length ?? 0,
    deepest: plan === null ? [] : deepestIn(plan),
    calls: wire.length,
    commands: played.filter((each) => each.operator === 0).length,
    records: first?.records.length ?? 0,
    changes: wire.filter((each) => each.mutating).map(({ operation, service }) => ({ operation, service })),
    deleted: plan?.steps.filter((each) => each.destructive).length ?? 0,
    standing: plan?.steps.find(({ action }) => action === 'delete' || action === 'update')?.component ?? null,
    unproven: [...context.truth.assessments.values()]
      .filter(
        (each) =>
          (each.reasons.some((reason) => reason.kind === 'unproven') ||
            isDisplaced(each.id, { disaster, strategy: tried.strategy }, context)) &&
          mayBeOthers(each.id, context.accepted),
      )
      .map((each) => each.id),
    unfallen: marks
      .filter(({ component, state }) => disaster[component] !== state)
      .map(({ component, refused, state }) => ({ component, state, because: refused ?? notToBe })),
    savedPlan: savedPlanOf(performance),
    future,
    because: [...obstacles].map(([component, reason]) => ({ component, reason })),
  };
}

const notToBe = 'it could not be brought about in this world';

function savedPlanOf({ played, script }: Performance): Outcome['savedPlan'] {
  const { saved } = script.command;
  if (saved === undefined) return null;
  const kind = played[0]?.attempt.kind;
  return kind === 'ran' || (kind === 'refused' && !saved.twice) ? 'tried' : 'never-run';
}

/** Somebody else's piece stands in its place, and it could be made beside that. */
function isDisplaced(
  id: string,
  { disaster, strategy }: Pick<Case, 'disaster' | 'strategy'>,
  { truth }: Tried['context'],
): boolean {
  const seen = truth.observations.byId.get(id);
  if (seen?.kind === 'absent') return seen.taken !== undefined;
  return disaster[id] === 'displaced' && strategy === 'rebuild' && isUntagged(id, truth);
}

function deepestIn({ steps }: Plan): readonly string[] {
  const graph = stepGraph(steps);
  const paths = new Map<string, readonly string[]>();
  let deepest: readonly string[] = [];
  for (const id of graph.createOrder) {
    const before = graph
      .dependenciesOf(id)
      .map((each) => paths.get(each) ?? [])
      .reduce<readonly string[]>((best, each) => (each.length > best.length ? each : best), []);
    const path = [...before, id];
    paths.set(id, path);
    if (path.length > deepest.length) deepest = path;
  }
  return deepest;
}
