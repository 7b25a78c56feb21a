// What an update takes from those who are served needs the same consent as a delete, each of its own.
//
//   rule -> group -> service        (requests)
import { describe, expect, test } from 'vitest';
import type { Harm, Lead } from '../../../src/components/contract.ts';
import { consentReasons, consentWord } from '../../../src/plan/consent.ts';
import type { Plan, Step } from '../../../src/plan/plan.ts';
import { accepting } from '../../helpers/accepting.ts';
import type { TypeOptions } from '../../helpers/scripted.ts';
import {
  partOf,
  scriptedRig,
  stepLines,
  type Allowances,
  type Seen,
  type ScriptedRig,
} from '../../helpers/scripted-rig.ts';

const green = 'arn:green';

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

interface World {
  readonly joinable?: boolean;
  readonly harms?: readonly Harm[];
  /** By name, what answers there. */
  readonly leads?: Readonly<Record<string, string>>;
}

function rigOf({ harms = [], joinable = false, leads = {} }: World, text: string = playbook): ScriptedRig {
  const types: Readonly<Record<string, TypeOptions>> = {
    'test/group': { traffic: { from: [], to: [] }, joinable: () => joinable },
    'test/rule': {
      traffic: { from: [], to: ['to'] },
      leadsTo: (state) => [textOf(state.fields['to'])],
      sendsTo: (spec) => [textOf(spec['to'])],
      leads: async (names): Promise<readonly Lead[]> =>
        names.map((to) => ({ to, serves: leads[to] ?? null, seen: true })),
    },
    'test/service': {
      traffic: { from: ['at'], to: [] },
      serves: (state) => (state.status === 'active' ? '2 healthy targets' : undefined),
      harms: () => harms,
    },
  };
  return scriptedRig(text, { types });
}

const playbook = `
  group type=test/group owner=service
  rule type=test/rule owner=service -> to=group.arn
  service type=test/service -> at=group.arn, rule`;

/** Plans as the engine does: with what answers behind, where it is told. */
async function planOf(
  rig: ScriptedRig,
  leads: Readonly<Record<string, string>>,
  allowances: Allowances = {},
): Promise<Plan> {
  return rig.planFrom(await seenWith(rig, leads), 'repair', [], allowances);
}

async function seenWith(rig: ScriptedRig, leads: Readonly<Record<string, string>>): Promise<Seen> {
  const seen = await rig.look();
  const all = [green, 'arn:group:1'].map((to): Lead => ({ to, serves: leads[to] ?? null, seen: true }));
  return { ...seen, observations: { ...seen.observations, leads: new Map([['rule', { kind: 'told', leads: all }]]) } };
}

function stepOf(plan: Plan, id: string): Step | undefined {
  return plan.steps.find((step) => step.id === id);
}

describe('requests that an update leads elsewhere', () => {
  const ledAway = (): ScriptedRig => {
    const rig = rigOf({});
    rig.world.drift('rule', 'to', green);
    return rig;
  };

  test('from what answers to what does not: the plan is refused, says why, and what to type', async () => {
    const plan = await planOf(ledAway(), { [green]: 'group green: 2 healthy targets' });
    expect(stepOf(plan, 'rule.update')?.effect).toBe('interrupts');
    expect(plan.refusals.map((each) => [each.rule, each.components])).toEqual([['allowDowntime', ['rule']]]);
    expect(plan.refusals[0]?.text).toContain('leads to group green: 2 healthy targets');
    expect(plan.refusals[0]?.text).toContain('--allow-downtime, or --accept rule:effect');
    expect(partOf(plan, 'rule').consents).toMatchObject([
      { reason: 'effect', subject: `interrupts ${green}`, given: false },
    ]);
  });

  test('is allowed by consent to its effect, and by allowing downtime, and by no other word', async () => {
    const leads = { [green]: 'group green: 2 healthy targets' };
    const words = consentReasons.filter((each) => each !== 'effect').map((each) => consentWord('rule', each));
    expect((await planOf(ledAway(), leads, { accepted: accepting(...words, 'service:effect') })).refusals).toHaveLength(
      1,
    );
    const consented = await planOf(ledAway(), leads, { accepted: accepting('rule:effect') });
    expect(consented.refusals).toEqual([]);
    expect(consented.steps[0]?.effect).toBe('interrupts');
    expect(partOf(consented, 'rule').consents).toMatchObject([{ reason: 'effect', given: true }]);
    expect((await planOf(ledAway(), leads, { allowDowntime: true })).refusals).toEqual([]);
  });

  test('from what does not answer: nobody has to be asked', async () => {
    const plan = await planOf(ledAway(), {});
    expect(plan.refusals).toEqual([]);
    expect(stepOf(plan, 'rule.update')?.effect).toBe('none');
  });

  test('from what is in no component to what answers as well: exposes', async () => {
    const plan = await planOf(ledAway(), {
      [green]: 'group green: 2 healthy targets',
      'arn:group:1': 'group: 1 target',
    });
    expect(stepOf(plan, 'rule.update')?.effect).toBe('exposes');
    expect(plan.refusals[0]?.text).toContain('which is in no component');
  });

  test('between pieces of the playbook, both of which answer: no effect', async () => {
    const text = `${playbook}; green type=test/group owner=service name=green`;
    const rig = rigOf({}, text);
    const own = 'arn:green:1';
    rig.world.drift('rule', 'to', own);
    const seen = await rig.look();
    const leads = [own, 'arn:group:1'].map((to): Lead => ({ to, serves: '1 target', seen: true }));
    const told = new Map([['rule', { kind: 'told' as const, leads }]]);
    const plan = rig.planFrom({ ...seen, observations: { ...seen.observations, leads: told } }, 'repair');
    expect(plan.refusals).toEqual([]);
    expect(stepOf(plan, 'rule.update')?.effect).toBe('none');
  });
});

describe('a service that moves, and the requests with it', () => {
  const moving = (joinable: boolean): ScriptedRig => {
    const rig = rigOf({ joinable });
    rig.world.drift('rule', 'to', green);
    rig.world.drift('service', 'at', green);
    return rig;
  };
  const leads = { [green]: 'group green: 2 healthy targets' };

  test('goes first where it can: the rule waits in its own step, and nothing is interrupted', async () => {
    const plan = await planOf(moving(true), leads, { accepted: accepting('rule:effect') });
    expect(stepLines(plan).slice(0, 2)).toEqual(['service.update', 'rule.update']);
    // Led from what is in no component.
    expect(stepOf(plan, 'rule.update')?.effect).toBe('exposes');
    expect(stepOf(plan, 'service.update')?.effect).toBe('none');
    expect(stepOf(plan, 'rule.update')?.estimateSeconds).toBe(10);
  });

  test('where it cannot, the plan says for how long nothing answers', async () => {
    const plan = await planOf(moving(false), leads);
    expect(stepLines(plan).slice(0, 2)).toEqual(['rule.update', 'service.update after rule.update']);
    expect(stepOf(plan, 'rule.update')?.effect).toBe('interrupts');
    expect(plan.refusals[0]?.text).toContain('nothing answers for about 10 s, until service has moved');
  });

  test('alone, without the requests, it is interrupted', async () => {
    const rig = rigOf({ joinable: true });
    rig.world.drift('service', 'at', green);
    const plan = await planOf(rig, {});
    expect(stepOf(plan, 'service.update')?.effect).toBe('interrupts');
    expect(plan.refusals.map((each) => each.components)).toEqual([['service']]);
  });
});

describe('what a type tells of an update', () => {
  const harm: Harm = { effect: 'interrupts', subject: 'size', what: 'size 0 stops its 2 healthy targets' };

  test('is asked about under its own subject', async () => {
    const rig = rigOf({ harms: [harm] });
    rig.world.drift('service', 'size', 7);
    const plan = await planOf(rig, {});
    expect(plan.refusals[0]?.text).toContain(harm.what);
    expect(stepOf(plan, 'service.update')?.effect).toBe('interrupts');
  });

  test('is not asked about where nothing is updated', async () => {
    const plan = await planOf(rigOf({ harms: [harm] }), {});
    expect(plan.refusals).toEqual([]);
  });
});
