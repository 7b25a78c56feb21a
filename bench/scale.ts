// One large playbook in a process of its own, so that memory and start are honest: YAML text -> playbook -> graph ->
// judgement -> plan, for a service that is lost in whole, by half, or not at all. Prints one line of JSON.
import { assess } from '../src/assess/assess.ts';
import { componentTypes } from '../src/components/index.ts';
import { graphOf, loadPlaybook } from '../src/engine.ts';
import { makeForecast } from '../src/forecast/make.ts';
import { makePlan } from '../src/plan/make.ts';
import type { Observations } from '../src/observe/observe.ts';
import type { Plan, PlanKind } from '../src/plan/plan.ts';
import type { Playbook } from '../src/playbook/model.ts';
import { head, shapes } from './estate.ts';
import { modelStates, observationsOf } from './observations.ts';

/** Milliseconds: on the wall, and of CPU in all threads, the garbage collector's among them. */
export interface Spent {
  readonly wall: number;
  readonly cpu: number;
}

/** The whole way once; the plan is a repair of what is lost by half, with both strategies' totals and its JSON. */
export interface Round {
  readonly validate: Spent;
  readonly graph: Spent;
  readonly plan: Spent;
}

export interface ScaleResult {
  readonly name: string;
  readonly bytes: number;
  readonly edges: number;
  readonly steps: number;
  /** The first one begins in a fresh process. */
  readonly rounds: readonly Round[];
  /** Of other strategies and losses. */
  readonly plans: readonly { readonly lost: string; readonly kind: PlanKind; readonly spent: Spent }[];
  /** Of the first plan and its alternative, with settings tried. */
  readonly forecast: Spent;
  /** Megabytes after the first round. */
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
  const load = (): Playbook => {
    const loaded = loadPlaybook({ bytes, file: 'estate.yaml' });
    if (!loaded.ok) throw new Error(loaded.diagnostics.map((each) => each.message).join('\n'));
    return loaded.playbook;
  };
  const [playbook, validate] = timed(load);
  const [graph, graphSpent] = timed(() => graphOf(playbook));
  const identity = { account: playbook.target.account, alias: null, region: playbook.target.region, arn: 'arn' };
  const planned = (observations: Observations, kind: PlanKind): readonly [Plan, Spent] =>
    timed(() => {
      const assessments = assess(playbook, graph, observations, componentTypes);
      const all = { playbook, graph, observations, assessments, types: componentTypes, identity, kind, awsCalls: 0 };
      const made = makePlan(all);
      JSON.stringify(made);
      return made;
    });
  const half = new Set([...playbook.components.keys()].filter((_, place) => place % 2 === 1));
  const halfLost = observationsOf(playbook, states, (id) => half.has(id));
  const [plan, planSpent] = planned(halfLost, 'repair');
  const rss = process.memoryUsage.rss() / 1_000_000;

  const first: Round = { validate, graph: graphSpent, plan: planSpent };
  const again = [1, 2].map((): Round => ({
    validate: timed(load)[1],
    graph: timed(() => graphOf(playbook))[1],
    plan: planned(halfLost, 'repair')[1],
  }));
  const others: readonly (readonly [string, PlanKind, Observations])[] = [
    ['half', 'rebuild', halfLost],
    ['all', 'repair', observationsOf(playbook, states, () => true)],
    ['none', 'rebuild', observationsOf(playbook, states, () => false)],
  ];
  const alternatives = [planned(halfLost, 'rebuild')[0]];
  const inputs = { playbook, observations: halfLost, types: componentTypes, plan, alternatives };
  const [, forecast] = timed(() => makeForecast(inputs));
  const plans = others.map(([lost, kind, observations]) => ({ lost, kind, spent: planned(observations, kind)[1] }));
  return {
    name: shape.name,
    bytes: bytes.byteLength,
    edges: graph.edges.length,
    steps: plan.steps.length,
    rounds: [first, ...again],
    plans,
    forecast,
    rss,
  };
}

console.log(JSON.stringify(await measure(Number(process.argv[2] ?? 0))));
