// Is the forecast honest? Recoveries in an embedded AWS whose durations are drawn anew for each, held against what was
// forecast before: p95 should hold in 90 to 99 of 100, and p50 lie about in the middle.
import { readFileSync } from 'node:fs';
import { look, openSession, planFrom } from '../src/engine.ts';
import { makeForecast } from '../src/forecast/make.ts';
import { noKnowledge, type Knowledge } from '../src/forecast/knowledge.ts';
import type { PlanKind } from '../src/plan/plan.ts';
import { openSandbox } from '../src/rehearse/world/sandbox.ts';
import { rehearsedTimings } from '../src/rehearse/world/timings.ts';
import { copyData, randomTimings, snapshot, type WorldData } from '../src/sandbox/index.ts';
import type { Playbook } from '../src/playbook/model.ts';
import { tidy, type Row } from './table.ts';
import { deployed, lose, playbookOf, recover } from './world.ts';

interface Disaster {
  readonly file: string;
  readonly name: string;
  /** Undefined: every owned component. */
  readonly lost: readonly string[] | undefined;
  readonly kind: PlanKind;
  /** Taken out of the playbook's text after it was deployed, and put in instead. */
  readonly changed?: readonly [string, string];
}

/** Seconds. */
const betweenLooks = 15;
const deployerApi = 'playbooks/deployer-api.yaml';
const storefront = 'playbooks/storefront.yaml';

export const disasters: readonly Disaster[] = [
  { file: deployerApi, name: 'the service is lost', lost: ['service'], kind: 'repair' },
  { file: deployerApi, name: 'load balancer and record are lost', lost: ['load-balancer', 'cname'], kind: 'repair' },
  { file: deployerApi, name: 'all is lost', lost: undefined, kind: 'repair' },
  { file: deployerApi, name: 'the service is lost, rebuild', lost: ['service'], kind: 'rebuild' },
  { file: deployerApi, name: 'another image', lost: [], kind: 'repair', changed: ['api:1.42', 'api:1.43'] },
  { file: storefront, name: 'two services are lost', lost: ['shop-service', 'cart-service'], kind: 'repair' },
  { file: storefront, name: 'record and check are lost', lost: ['shop-record', 'shop-health-check'], kind: 'repair' },
  { file: storefront, name: 'all is lost', lost: undefined, kind: 'repair' },
  { file: storefront, name: 'nothing is lost, rebuild', lost: [], kind: 'rebuild' },
  { file: storefront, name: 'another version', lost: [], kind: 'repair', changed: ['2026.11.3', '2026.11.4'] },
];

/** How one disaster's recoveries went, in shares of all. */
export interface Honesty {
  readonly disaster: Disaster;
  readonly p50: number;
  readonly p95: number;
  /** A recovery that ended with the very look at p50 counts as half. */
  readonly heldP50: number;
  readonly heldP95: number;
}

/** Recovers from a disaster once for each seed. @param rehearsed false: with the types' defaults alone */
export async function honesty(
  disaster: Disaster,
  seeds: readonly number[],
  rehearsed: boolean,
  worldOf: (file: string) => Promise<WorldData> = deployedIn,
): Promise<Honesty> {
  const { changed, file, kind } = disaster;
  const text = readFileSync(file, 'utf8');
  const before = playbookOf(text);
  const playbook = changed === undefined ? before : playbookOf(text.replaceAll(...changed));
  const data = await withLosses(before, await worldOf(file), disaster);
  const rehearsal = rehearsed ? await rehearsedTimings(playbook) : noKnowledge.rehearsal;
  const { p50Seconds, p95Seconds } = await forecastIn(data, playbook, kind, { ...noKnowledge, rehearsal });
  let heldP50 = 0;
  let heldP95 = 0;
  for (const seed of seeds) {
    const copy = copyData(data);
    const sandbox = openSandbox({ startAt: copy.now, data: copy, timings: randomTimings(seed) });
    const { report } = await recover(playbook, sandbox, kind);
    heldP50 += below(report.durationSeconds, p50Seconds);
    if (report.durationSeconds <= p95Seconds) heldP95 += 1;
  }
  const all = seeds.length;
  return { disaster, p50: p50Seconds, p95: p95Seconds, heldP50: heldP50 / all, heldP95: heldP95 / all };
}

/**
 * Looks come a quarter of a minute apart, so many recoveries take the very same time. Those that end with the look at p50
 * are on both sides of it.
 */
function below(seconds: number, p50Seconds: number): number {
  if (Math.abs(seconds - p50Seconds) <= betweenLooks / 2) return 0.5;
  return seconds < p50Seconds ? 1 : 0;
}

const worlds = new Map<string, Promise<WorldData>>();

/** A world in which the playbook is deployed; deployed once. */
function deployedIn(file: string): Promise<WorldData> {
  let data = worlds.get(file);
  if (data === undefined) {
    data = deployed(playbookOf(readFileSync(file, 'utf8'))).then(({ world }) => snapshot(world));
    worlds.set(file, data);
  }
  return data;
}

async function withLosses(playbook: Playbook, data: WorldData, { lost }: Disaster): Promise<WorldData> {
  const owned = [...playbook.components.values()].filter((each) => !each.shared).map((each) => each.id);
  const copy = copyData(data);
  const sandbox = openSandbox({ startAt: copy.now, data: copy });
  await lose(playbook, sandbox, lost ?? owned);
  return snapshot(sandbox.world);
}

async function forecastIn(
  data: WorldData,
  playbook: Playbook,
  kind: PlanKind,
  knowledge: Knowledge,
): Promise<{ readonly p50Seconds: number; readonly p95Seconds: number }> {
  const copy = copyData(data);
  const sandbox = openSandbox({ startAt: copy.now, data: copy });
  const opened = await openSession(playbook, sandbox.access(playbook.target.region, 'read'));
  if (opened.kind !== 'open') throw new Error('no session');
  const { session } = opened;
  const assessed = await look(session);
  const plan = planFrom(session, assessed, { kind, allowDowntime: true });
  const { kinds } = makeForecast({
    playbook,
    observations: assessed.observations,
    types: session.types,
    plan,
    knowledge,
  });
  const forecast = kinds[kind];
  if (forecast === undefined) throw new Error(`no forecast of a ${kind}`);
  return forecast;
}

function share(each: readonly Honesty[], of: 'heldP50' | 'heldP95'): number {
  return each.reduce((sum, one) => sum + one[of], 0) / each.length;
}

interface Limits {
  readonly least: number;
  readonly most: number;
}

/** p95 that holds always is as wrong as one that holds seldom. */
const p95Limits: Limits = { least: 0.9, most: 0.99 };
const p50Limits: Limits = { least: 0.4, most: 0.6 };

function between(what: string, share: number, cases: number, { least, most }: Limits): Row {
  const percent = (value: number): string => `${tidy(100 * value)} %`;
  const figure = `${percent(share)} (${tidy(share * cases)} of ${cases})`;
  return { what, figure, target: `${tidy(100 * least)} to ${percent(most)}`, ok: share >= least && share <= most };
}

/** Twenty recoveries from each of ten disasters, every one on a day of its own. */
export async function forecastHonesty(each = 20): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const rehearsed of [true, false]) {
    const results: Honesty[] = [];
    for (const [index, disaster] of disasters.entries()) {
      const seeds = Array.from({ length: each }, (_, turn) => 1_000 * (index + 1) + turn);
      results.push(await honesty(disaster, seeds, rehearsed));
    }
    const from = rehearsed ? 'with a rehearsal' : 'with defaults alone';
    const cases = each * disasters.length;
    rows.push(
      between(`forecast against ${cases} rehearsals, ${from}: p95 holds`, share(results, 'heldP95'), cases, p95Limits),
    );
    const shorter = between('  shorter than p50', share(results, 'heldP50'), cases, p50Limits);
    // Defaults know nothing of the service, and are on the safe side.
    rows.push(rehearsed ? shorter : { what: shorter.what, figure: shorter.figure });
    if (!rehearsed) continue;
    for (const { disaster, heldP50, heldP95, p50, p95 } of results) {
      rows.push({
        what: `    ${disaster.file.replace(/.*\/|\.yaml/g, '')}, ${disaster.name}`,
        figure: `${tidy(p50)} s ${tidy(100 * heldP50)} %, ${tidy(p95)} s ${tidy(100 * heldP95)} %`,
      });
    }
  }
  return rows;
}
