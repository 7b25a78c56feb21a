// One large playbook in a process of its own, so that memory and start are honest: YAML text -> playbook -> graph ->
// judgement -> plan, for a service that is lost in whole, by half, or not at all. Prints one line of JSON.
import { assess } from '../src/assess/assess.ts';
import { componentTypes } from '../src/components/index.ts';
import { graphOf, loadPlaybook } from '../src/engine.ts';
import { makePlan } from '../src/plan/make.ts';
import type { PlanKind } from '../src/plan/plan.ts';
import { head, shapes } from './estate.ts';
import { modelStates, surveyOf } from './surveys.ts';

/** Milliseconds: on the wall, and of CPU in all threads, the garbage collector's among them. */
export interface Spent {
  readonly wall: number;
  readonly cpu: number;
}

export interface ScaleResult {
  readonly name: string;
  readonly bytes: number;
  readonly components: number;
  readonly edges: number;
  readonly validate: Spent;
  readonly graph: Spent;
  /** By what is lost and the strategy: judgement, plan with both strategies' totals, and its JSON. */
  readonly plans: readonly {
    readonly lost: string;
    readonly kind: PlanKind;
    readonly steps: number;
    readonly spent: Spent;
  }[];
  /** Megabytes at the end. */
  readonly rss: number;
}

function timed<T>(work: () => T): readonly [T, Spent] {
  const [wall, cpu] = [performance.now(), process.cpuUsage()];
  const result = work();
  const { user, system } = process.cpuUsage(cpu);
  return [result, { wall: performance.now() - wall, cpu: (user + system) / 1000 }];
}

async function measure(index: number): Promise<ScaleResult> {
  const shape = shapes()[index];
  if (shape === undefined) throw new Error(`no shape ${index}`);
  const states = await modelStates(head);
  const bytes = new TextEncoder().encode(shape.text);
  const [loaded, validate] = timed(() => loadPlaybook({ bytes, file: 'estate.yaml' }));
  if (!loaded.ok) throw new Error(loaded.diagnostics.map((each) => each.message).join('\n'));
  const { playbook } = loaded;
  const [graph, graphSpent] = timed(() => graphOf(playbook));
  const identity = { account: playbook.target.account, alias: null, region: playbook.target.region, arn: 'arn' };
  const ids = [...playbook.components.keys()];
  const half = new Set(ids.filter((_, place) => place % 2 === 1));
  const losses: readonly (readonly [string, (id: string) => boolean])[] = [
    ['half', (id) => half.has(id)],
    ['all', () => true],
    ['none', () => false],
  ];
  const plans = losses.flatMap(([lost, isLost]) => {
    const survey = surveyOf(playbook, states, isLost);
    return (['repair', 'rebuild'] as const).map((kind) => {
      const [plan, spent] = timed(() => {
        const assessments = assess(playbook, graph, survey, componentTypes);
        const made = makePlan({
          playbook,
          graph,
          survey,
          assessments,
          types: componentTypes,
          identity,
          kind,
          awsCalls: 0,
        });
        JSON.stringify(made);
        return made;
      });
      return { lost, kind, steps: plan.steps.length, spent };
    });
  });
  return {
    name: shape.name,
    bytes: bytes.byteLength,
    components: playbook.components.size,
    edges: graph.edges.length,
    validate,
    graph: graphSpent,
    plans,
    rss: process.memoryUsage.rss() / 1_000_000,
  };
}

console.log(JSON.stringify(await measure(Number(process.argv[2] ?? 0))));
