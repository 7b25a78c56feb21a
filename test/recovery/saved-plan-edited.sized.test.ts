// A saved plan whose seal anybody can make anew: each field of it is deleted, changed and added to, the file is sealed again
// as relight does, and it is refused, or what would be run is what a plan without the file would be.
import { describe, expect, test } from 'vitest';
import {
  look,
  planAgain,
  savedPlanFrom,
  tool,
  type PlanRequest,
  type Session,
  type Assessed,
} from '../../src/engine.ts';
import type { Plan } from '../../src/plan/plan.ts';
import {
  otherPlace,
  otherPlaybook,
  otherSayings,
  otherTool,
  outOfTime,
  readSavedPlan,
} from '../../src/plan/saved-check.ts';
import { savedPlanText, sealOf, type SavedPlan } from '../../src/plan/saved.ts';
import type { Json } from '../../src/util/json.ts';
import { deployedRig, readShipped, type Rig } from '../helpers/rig.ts';
import { sampled, sized } from '../helpers/sized.ts';

const key = 'a key of at least thirty-two characters';

interface Case {
  readonly rig: Rig;
  readonly session: Session;
  readonly assessed: Assessed;
  readonly saved: SavedPlan;
  readonly fresh: Plan;
}

/** The service of the Deployer API is gone: its state entry goes too, and both are made anew. */
async function outage(request: Partial<PlanRequest> = {}): Promise<Case> {
  const rig = await deployedRig(readShipped('deployer-api.yaml'));
  await rig.break(['service']);
  const made = await rig.plan('repair', request);
  const id = '20160905-090000-0123456789abcdef';
  const saved = savedPlanFrom(made.session, made.assessed, made.plan, {
    id,
    ttl: 15 * 60_000,
    excluded: request.excluded ?? new Set(),
    sandbox: true,
  });
  const session = await rig.open('change');
  const assessed = await look(session);
  const { plan: fresh } = await rig.plan('repair');
  return { rig, session, assessed, saved, fresh };
}

/** A reason, or the plan that would be run; as `relight recover --plan` goes about it. */
async function outcomeOf({ rig, session, assessed }: Case, file: string, given?: string): Promise<string | Plan> {
  const read = readSavedPlan(file, given);
  if (read.kind === 'refused') return read.reason;
  const { saved } = read;
  const reason =
    otherTool(saved, tool) ??
    otherPlaybook(saved, session.playbook) ??
    otherSayings(saved, session.playbook) ??
    otherPlace(saved, { ...session.identity, sandbox: true }) ??
    outOfTime(saved, rig.clock.now());
  if (reason !== undefined) return reason;
  const request = { kind: saved.strategy, excluded: new Set(saved.excluded) };
  const { apart, moved, plan } = await planAgain(session, assessed, saved, request);
  if (moved.length > 0) return `moved: ${JSON.stringify(moved)}`;
  return apart.length > 0 ? `apart: ${JSON.stringify(apart)}` : plan;
}

/** What a run goes by and what it is allowed. */
function actsOf(plan: Plan): unknown {
  const { accepted, allowDowntime, approvals, environment, identity, playbook, refusals, resumes, steps } = plan;
  return { accepted, allowDowntime, approvals, environment, identity, playbook, refusals, resumes, steps };
}

function without(map: { readonly [key: string]: Json }, name: string): { readonly [key: string]: Json } {
  return Object.fromEntries(Object.entries(map).filter(([each]) => each !== name));
}

type Edit = readonly [where: string, value: Json];

/** Each place of a value, deleted, changed, or added to. */
function* editsOf(value: Json, where = ''): Generator<Edit> {
  if (Array.isArray(value)) {
    const list = value as readonly Json[];
    yield [`${where}: one more`, [...list, list.at(-1) ?? 'more']];
    for (const [index, each] of list.entries()) {
      yield [`${where}[${index}] deleted`, list.filter((_, at) => at !== index)];
      for (const [what, edited] of editsOf(each, `${where}[${index}]`)) yield [what, list.with(index, edited)];
    }
    return;
  }
  if (typeof value === 'object' && value !== null) {
    const map = value as { readonly [key: string]: Json };
    yield [`${where}: a member more`, { ...map, more: 'more' }];
    for (const [name, each] of Object.entries(map)) {
      yield [`${where}.${name} deleted`, without(map, name)];
      for (const [what, edited] of editsOf(each, `${where}.${name}`)) yield [what, { ...map, [name]: edited }];
    }
    return;
  }
  yield [`${where} changed`, changed(value)];
}

function changed(value: string | number | boolean | null): Json {
  switch (typeof value) {
    case 'boolean':
      return !value;
    case 'number':
      return value + 1;
    case 'string':
      return /^\d{4}-\d\d-\d\dT/.test(value) ? new Date(Date.parse(value) + 1_000).toISOString() : `${value}x`;
    default:
      return 'x';
  }
}

/** Whatever a step does: all but its words and its estimate, and what a version to come may add. */
function isOfTheSteps(where: string): boolean {
  return where.startsWith('.plan.steps') && !/\.(because|before|estimateSeconds)\b|: a member more$/.test(where);
}

function sealed(value: Json, withKey?: string): string {
  const body = without(value as { readonly [key: string]: Json }, 'seal') as unknown as Omit<SavedPlan, 'seal'>;
  return savedPlanText({ ...body, seal: sealOf(body, withKey) });
}

describe('a saved plan, edited and sealed again', () => {
  test('each field deleted, changed, added to: refused, or what runs is what would be planned without it', async () => {
    const of = await outage();
    const wanted = JSON.stringify(actsOf(of.fresh));
    const body = without(of.saved as unknown as { readonly [key: string]: Json }, 'seal');
    let [refused, harmless] = [0, 0];
    // Of each kind of edit, of steps and of all else, a part is drawn.
    const edits = sampled([...editsOf(body)], 70, ([where]) => `${isOfTheSteps(where)} ${where.replace(/^\S+/, '')}`);
    for (const [where, value] of edits) {
      const outcome = await outcomeOf(of, sealed(value));
      if (isOfTheSteps(where)) expect(typeof outcome, where).toBe('string');
      if (typeof outcome === 'string') refused += 1;
      else {
        harmless += 1;
        expect(JSON.stringify(actsOf(outcome)), where).toBe(wanted);
      }
    }
    console.log(`${refused + harmless} edits of a saved plan: ${refused} refused, ${harmless} without effect`);
    expect(await outcomeOf(of, savedPlanText(of.saved))).toEqual(expect.objectContaining({ version: 1 }));
    expect(refused).toBeGreaterThan(sized({ quick: 10, long: 200 }));
  });

  test.each<[string, (saved: SavedPlan) => SavedPlan, RegExp]>([
    [
      'a step more, and what was seen of it',
      (saved) => ({
        ...saved,
        plan: {
          ...saved.plan,
          steps: [
            ...saved.plan.steps,
            {
              ...saved.plan.steps[0],
              id: 'cname.delete',
              component: 'cname',
              action: 'delete',
              destructive: true,
              after: [],
            } as Plan['steps'][number],
          ],
        },
        observed: { ...saved.observed, cname: saved.observed['cname'] ?? { fingerprint: '', facts: null } },
      }),
      /apart: .*cname\.delete/,
    ],
    [
      'a step less',
      (saved) => ({ ...saved, plan: { ...saved.plan, steps: saved.plan.steps.slice(1) } }),
      /^(moved|apart): /,
    ],
    [
      'staging, twice',
      (saved) => ({ ...saved, environment: 'staging', plan: { ...saved.plan, environment: 'staging' } }),
      /the environment is staging, the playbook says production/,
    ],
    [
      'a teardown',
      (saved) => ({ ...saved, strategy: 'teardown', plan: { ...saved.plan, strategy: 'teardown' } }),
      /it lacks what a plan has: strategy/,
    ],
    ['a component left out that has steps', (saved) => ({ ...saved, excluded: ['state-entry'] }), /^apart: /],
    ['good for a year', (saved) => ({ ...saved, expiresAt: '2099-01-01T00:00:00.000Z' }), /no plan is/],
    [
      'the order of two steps',
      (saved) => ({ ...saved, plan: { ...saved.plan, steps: saved.plan.steps.toReversed() } }),
      /apart: .*order/,
    ],
  ])('%s: refused, and what differs is named', async (_what, edit, reason) => {
    const of = await outage();
    expect(await outcomeOf(of, sealed(edit(of.saved) as unknown as Json))).toMatch(reason);
  });

  test('another strategy in it makes no other steps', async () => {
    const of = await outage();
    const edited = { ...of.saved, strategy: 'rebuild', plan: { ...of.saved.plan, strategy: 'rebuild' } };
    expect(await outcomeOf(of, sealed(edited as unknown as Json))).toMatchObject({
      steps: of.fresh.steps.map(({ action, after, afterImage, id }) => ({ id, action, after, afterImage })),
    });
  });

  test('what it permits is not taken from it', async () => {
    const of = await outage();
    const permitting = {
      ...of.saved,
      plan: {
        ...of.saved.plan,
        allowDowntime: true,
        accepted: ['cname'],
        refusals: [],
        approvals: [],
        resumes: { run: 'x', made: ['service'], deletes: [], tokens: {} },
      },
    };
    const outcome = await outcomeOf(of, sealed(permitting as unknown as Json));
    expect(outcome).toMatchObject({ allowDowntime: false, accepted: [], resumes: null });
  });

  test('steps that downtime was allowed for are not planned again without', async () => {
    const rig = await deployedRig(readShipped('deployer-api.yaml'));
    const made = await rig.plan('rebuild', { allowDowntime: true });
    expect(made.plan.refusals).toEqual([]);
    const saved = savedPlanFrom(made.session, made.assessed, made.plan, {
      id: '20160905-090000-0123456789abcdef',
      ttl: 15 * 60_000,
      excluded: new Set(),
      sandbox: true,
    });
    const session = await rig.open('change');
    const { plan } = await planAgain(session, await look(session), saved, { kind: 'rebuild' });
    expect(plan.refusals.map((each) => each.rule)).toEqual(['allowDowntime']);
  });
});

describe('a key', () => {
  test('proves who made a plan: without it, with another one, or edited, it is refused', async () => {
    const of = await outage();
    const file = sealed(of.saved as unknown as Json, key);
    expect(await outcomeOf(of, file, key)).toMatchObject({ version: 1 });
    expect(await outcomeOf(of, file)).toMatch(/sealed with a key, and RELIGHT_PLAN_KEY is not set/);
    expect(await outcomeOf(of, file, `${key}x`)).toMatch(/sealed with another key/);
    expect(await outcomeOf(of, savedPlanText(of.saved), key)).toMatch(
      /not sealed with a key, and RELIGHT_PLAN_KEY asks/,
    );
    expect(await outcomeOf(of, file.replace('"production"', '"staging"'), key)).toMatch(/its seal does not fit/);
    expect(await outcomeOf(of, file.replace('"repair"', '"rebuild"'), key)).toMatch(/its seal does not fit/);
  });
});
