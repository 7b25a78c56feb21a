// Many recoveries that might be: durations drawn for each step, and the longest chain of each. The seed is fixed, so that
// the same plan has the same forecast, and a changed setting is tried on the very same days.
import { seededRandom } from '../util/random.ts';
import { seenAfter, type StepModel } from './knowledge.ts';

/** A step as the simulation needs it. Steps stand in an order in which they could run. */
export interface SimulatedStep {
  readonly id: string;
  readonly after: readonly string[];
  /** Steps of the same kind share a part of their luck: `ecs/service create`. */
  readonly kind: string;
  readonly model: StepModel;
}

export const forecastSeed = 2016;

/** Draws for a whole simulation; more steps get fewer recoveries. */
const drawBudget = 1_000_000;
const mostSamples = 2_000;
const fewestSamples = 200;

export function samplesFor(steps: number): number {
  return Math.max(fewestSamples, Math.min(mostSamples, Math.floor(drawBudget / Math.max(1, steps))));
}

/**
 * How much of a step's luck is that of the day (AWS is slow as a whole), that of its kind on that day (services are slow to
 * start), and its own. The squares add up to 1.
 */
const luck = { day: Math.sqrt(0.15), kind: Math.sqrt(0.7), own: Math.sqrt(0.15) } as const;

/** Nothing takes more than so many times as long, or as short, as usual: AWS has time-outs of its own. */
const furthest = 4;

export interface Simulation {
  /** Seconds of each recovery, ascending. */
  readonly totals: Float64Array;
  /** Seconds by step (in the order of the steps), one for each recovery. */
  readonly durations: readonly Float64Array[];
  /** By step: on how many recoveries' longest chain it was. */
  readonly critical: Float64Array;
  /** The chain that the longest chains followed most often, as places of steps. */
  readonly chain: readonly number[];
}

/** Runs recoveries by chance: each step begins when all that it waits for have ended. */
export function simulate(steps: readonly SimulatedStep[], samples: number): Simulation {
  const draw = drawer(samples);
  return runDrawn(steps, steps.map(draw), samples);
}

/** The same recoveries with some steps changed: what is the very same step takes as long as before. */
export function simulateAgain(
  steps: readonly SimulatedStep[],
  before: readonly SimulatedStep[],
  run: Simulation,
): Simulation {
  const samples = run.totals.length;
  const draw = drawer(samples);
  const durations = steps.map(
    (step, index) => (step === before[index] ? run.durations[index] : undefined) ?? draw(step),
  );
  return runDrawn(steps, durations, samples);
}

/** Draws the durations of a step, one for each recovery. */
function drawer(samples: number): (step: SimulatedStep) => Float64Array {
  const kinds = new Map<string, Float64Array>();
  const days = normals(forecastSeed, samples);
  return ({ id, kind, model }) => {
    let ofKind = kinds.get(kind);
    if (ofKind === undefined) kinds.set(kind, (ofKind = normals(seedOf(`kind ${kind}`), samples)));
    // Each step has a stream of its own: one that comes or goes changes no other.
    const own = normals(seedOf(`step ${id}`), samples);
    const progress = model.begun ? seededRandom(seedOf(`begun ${id}`)) : undefined;
    const drawn = new Float64Array(samples);
    for (let index = 0; index < samples; index += 1) {
      const place = luck.day * at(days, index) + luck.kind * at(ofKind, index) + luck.own * at(own, index);
      const factor = Math.min(furthest, Math.max(1 / furthest, Math.exp(model.spread * place)));
      const whole = model.setting + model.usual * factor;
      const left = progress === undefined ? whole : whole * (0.5 + 0.5 * progress());
      drawn[index] = model.looks === 'growing' ? seenAfter(left, model.expected) : left;
    }
    return drawn;
  };
}

export function runDrawn(
  steps: readonly Pick<SimulatedStep, 'id' | 'after'>[],
  durations: readonly Float64Array[],
  samples: number,
): Simulation {
  const places = new Map(steps.map((step, index) => [step.id, index]));
  const befores = steps.map(({ after }) => after.flatMap((id) => places.get(id) ?? []));
  const ends = new Float64Array(steps.length);
  const causes = new Int32Array(steps.length);
  const critical = new Float64Array(steps.length);
  const totals = new Float64Array(samples);
  const followed = new Map<number, Map<number, number>>();
  for (let sample = 0; sample < samples; sample += 1) {
    let last = -1;
    let total = 0;
    for (const [index, before] of befores.entries()) {
      let start = 0;
      let cause = -1;
      for (const each of before) {
        const ended = at(ends, each);
        if (cause !== -1 && ended <= start) continue;
        start = ended;
        cause = each;
      }
      const ended = start + at(durations[index], sample);
      ends[index] = ended;
      causes[index] = cause;
      if (last !== -1 && ended < total) continue;
      last = index;
      total = ended;
    }
    totals[sample] = total;
    count(followed, end, last);
    for (let index = last; index !== -1; index = causes[index] ?? -1) {
      critical[index] = at(critical, index) + 1;
      count(followed, index, causes[index] ?? -1);
    }
  }
  return { totals: totals.sort(), durations, critical, chain: chainIn(followed) };
}

/** Stands for what comes after the last step. */
const end = -2;

function count(followed: Map<number, Map<number, number>>, later: number, earlier: number): void {
  let counts = followed.get(later);
  if (counts === undefined) {
    counts = new Map<number, number>();
    followed.set(later, counts);
  }
  counts.set(earlier, (counts.get(earlier) ?? 0) + 1);
}

/** Back from the end, each time to what was waited for most often. */
function chainIn(followed: ReadonlyMap<number, ReadonlyMap<number, number>>): readonly number[] {
  const chain: number[] = [];
  for (let place = end; ;) {
    const before = [...(followed.get(place) ?? [])].toSorted((left, right) => right[1] - left[1])[0]?.[0];
    if (before === undefined || before === -1) return chain.reverse();
    chain.push(before);
    place = before;
  }
}

/** @param values ascending */
export function quantile(values: Float64Array, share: number): number {
  return values[Math.min(values.length - 1, Math.floor(share * values.length))] ?? 0;
}

/** Tenths of a second: no forecast is truer than that. */
export function tidy(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}

function at(values: Float64Array | undefined, index: number): number {
  return values?.[index] ?? 0;
}

/** Draws from the standard normal distribution [Box and Muller]. */
function normals(seed: number, number: number): Float64Array {
  const random = seededRandom(seed);
  const values = new Float64Array(number);
  for (let index = 0; index < number; index += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    values[index] = radius * Math.cos(angle);
    if (index + 1 < number) values[index + 1] = radius * Math.sin(angle);
  }
  return values;
}

/** FNV-1a. */
function seedOf(text: string): number {
  let value = 0x811c9dc5 ^ forecastSeed;
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value >>> 0;
}
