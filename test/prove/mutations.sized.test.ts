// A proof that finds nothing could be a proof that looks at nothing: bugs are planted in the engine's parts, one at a
// time, and the proof must find each, say which promise it breaks, and shrink it to a disaster that an operator can read.
import { CreateClusterCommand, DescribeClustersCommand } from '@aws-sdk/client-ecs';
import { ChangeResourceRecordSetsCommand, ListResourceRecordSetsCommand } from '@aws-sdk/client-route-53';
import { describe, expect, test } from 'vitest';
import { ecs } from '../../src/aws/services/ecs.ts';
import { route53 } from '../../src/aws/services/route53.ts';
import { componentTypes } from '../../src/components/index.ts';
import type { ChangeContext, ComponentType, Observation } from '../../src/components/contract.ts';
import { graphOf, type PlannedAgain } from '../../src/engine.ts';
import type { Plan, Step } from '../../src/plan/plan.ts';
import type { SavedPlan } from '../../src/plan/saved.ts';
import type { Playbook } from '../../src/playbook/model.ts';
import { caseText, type Case } from '../../src/prove/cases/case.ts';
import { explain } from '../../src/prove/promises/explain.ts';
import { tryCase } from '../../src/prove/one.ts';
import { outcomeOf, type Outcome } from '../../src/prove/promises/outcome.ts';
import { openBenchFor } from '../../src/prove/pool.ts';
import type { PromiseId } from '../../src/prove/promises/promises.ts';
import { shrink, type CounterExample } from '../../src/prove/cases/shrink.ts';
import { plainCases, statesOf } from '../../src/prove/cases/states.ts';
import { refusedCases, variedCases } from '../../src/prove/cases/variations.ts';
import type { Disaster } from '../../src/rehearse/disaster/disaster.ts';
import type { Parts } from '../../src/rehearse/world/attempt.ts';
import type { MemoryJournal } from '../../src/run/journal/journal.ts';
import { playbookOf, readShipped } from '../helpers/rig.ts';
import { partOf, sampled, sized } from '../helpers/sized.ts';

const playbook = playbookOf(readShipped('deployer-api.yaml'));
const graph = graphOf(playbook);
const { disasters } = statesOf(playbook, graph, { quick: true, random: 0, seed: 1 });
/** One piece in another state, each by both strategies. */
const plain = plainCases(
  disasters.filter((each) => Object.keys(each).length <= 1),
  playbook,
);

interface Bug {
  readonly bug: string;
  readonly parts: Parts;
  /** Where the playbook that ships does not show it: another one with the same components. */
  readonly playbook?: Playbook;
  readonly promise: PromiseId;
  /** Of the smallest disaster that shows it. */
  readonly pieces: Disaster;
  readonly strategy?: Case['strategy'];
  /** Where it takes more than one piece: the disaster to play. */
  readonly among?: Disaster;
  /** Where it shows itself: in a state alone, or when something else goes wrong on the way back from everything lost. */
  readonly variation?: Case['variation']['kind'];
}

/** The shipped types, one of them changed. */
function withType(name: string, change: (type: ComponentType) => Partial<ComponentType>): Parts {
  const type = componentTypes.get(name);
  if (type === undefined) throw new Error(`no type ${name}`);
  return { types: new Map([...componentTypes, [name, { ...type, ...change(type) }]]) };
}

type Glasses = (seen: Observation<unknown>) => Observation<unknown>;

/** The type's own look, each answer changed. */
function looking(type: ComponentType, change: Glasses): ComponentType['observe'] {
  return async (targets, context) =>
    new Map([...(await type.observe(targets, context))].map(([id, seen]) => [id, change(seen)] as const));
}

function seeing(name: string, change: Glasses): Parts {
  return withType(name, (type) => ({ observe: looking(type, change) }));
}

function absent({ at }: { readonly at: number }): Observation<unknown> {
  return { kind: 'absent', at };
}

/** Leaves the steps out that `drop` names, and those that waited for them wait for what they waited for. */
function without(plan: Plan, drop: (step: Step) => boolean): Plan {
  const dropped = new Map(plan.steps.filter(drop).map((each) => [each.id, each.after] as const));
  const kept = (ids: readonly string[]): readonly string[] =>
    ids.flatMap((id) => (dropped.has(id) ? kept(dropped.get(id) ?? []) : [id]));
  const steps = plan.steps
    .filter((each) => !dropped.has(each.id))
    .map((each) => ({ ...each, after: [...new Set(kept(each.after))] }));
  return { ...plan, steps };
}

/** `first` is begun although `second` has not been done, and `second` waits for it. */
function swapped(plan: Plan, first: string, second: string): Plan {
  if (!plan.steps.some((each) => each.id === first)) return plan;
  return {
    ...plan,
    steps: plan.steps.map((each) => {
      if (each.id === first) return { ...each, after: each.after.filter((id) => id !== second) };
      if (each.id === second) return { ...each, after: [...each.after, first] };
      return each;
    }),
  };
}

/** The line that announces a change is written after the change. */
function tardy(journal: MemoryJournal): MemoryJournal {
  let waiting: Parameters<MemoryJournal['record']>[0] | undefined;
  return {
    ...journal,
    record: (event) => {
      if (event.type === 'step-intended') {
        waiting = event;
        return;
      }
      const late = waiting;
      waiting = undefined;
      if (late !== undefined) journal.record(late);
      journal.record(event);
    },
  };
}

/** Deletes the records of a zone, or those of some names, but for what AWS itself keeps there. */
async function wipeZone(
  aws: ChangeContext['aws'],
  zone: string,
  which: (name: string) => boolean = () => true,
): Promise<void> {
  const { ResourceRecordSets = [] } = await aws
    .client(route53)
    .send(new ListResourceRecordSetsCommand({ HostedZoneId: zone }));
  const others = ResourceRecordSets.filter(({ Name = '', Type }) => Type !== 'NS' && Type !== 'SOA' && which(Name));
  if (others.length === 0) return;
  const Changes = others.map((each) => ({ Action: 'DELETE' as const, ResourceRecordSet: each }));
  await aws.client(route53).send(new ChangeResourceRecordSetsCommand({ HostedZoneId: zone, ChangeBatch: { Changes } }));
}

/** Gives up everything for one piece that is none of its business, and blames that piece. */
function givenUp(plan: Plan): Plan {
  const culprit = plan.components.find(({ verdict }) => verdict === 'foreign');
  if (culprit === undefined) return plan;
  const components = plan.components.map((each) =>
    each.verdict === 'healthy'
      ? each
      : { ...each, disposition: 'blocked' as const, blockedBy: culprit.id, because: `waits for ${culprit.id}` },
  );
  return { ...plan, steps: [], components };
}

let made = 0;

const bugs: readonly Bug[] = [
  {
    bug: 'the orphaned state entry is ignored',
    parts: { plan: (plan) => without(plan, (step) => step.component === 'state-entry') },
    promise: 'leftovers-go',
    pieces: { service: 'lost' },
  },
  {
    bug: 'a denied read is taken as missing',
    parts: seeing('dynamodb/item', (seen) => (seen.kind === 'unknown' ? absent(seen) : seen)),
    promise: 'sees-what-is-there',
    pieces: { 'state-entry': 'unreadable' },
  },
  {
    bug: 'a service that is DRAINING is taken as missing',
    parts: seeing('ecs/service', (seen) =>
      seen.kind === 'present' && (seen.state as { readonly status: string }).status === 'DRAINING'
        ? absent(seen)
        : seen,
    ),
    promise: 'sees-what-is-there',
    pieces: { service: 'settling' },
  },
  {
    bug: 'the record is deleted after the load balancer that it leads to',
    parts: {
      plan: (plan) => swapped(plan, 'load-balancer.delete', 'cname.delete'),
      // A step looks itself whether a name still leads to what it deletes: that has to be blind too.
      ...withType('elbv2/load-balancer', ({ judging }) => ({ judging: { ...judging, aliases: () => [] } })),
    },
    promise: 'holders-first',
    pieces: {},
    strategy: 'rebuild',
  },
  {
    bug: 'a task definition is written as the playbook says it, and no more',
    parts: withType('ecs/task-definition', ({ undo }) => ({
      undo: { ...undo, specOf: (spec) => ({ spec, notRepresented: [] }) },
    })),
    promise: 'loses-nothing',
    pieces: { 'task-definition': 'lost' },
  },
  {
    bug: 'a load balancer is made again without a look at its attributes',
    parts: withType('elbv2/load-balancer', ({ undo }) => ({
      undo: { ...undo, capture: () => Promise.resolve(null) },
    })),
    promise: 'loses-nothing',
    pieces: {},
    strategy: 'rebuild',
  },
  {
    bug: "another playbook's tag is not seen",
    // A listener's tags would be seen once more, with what goes along with its load balancer.
    parts: seeing('ecs/service', (seen) =>
      seen.kind === 'present' ? { ...seen, tags: { ...seen.tags, 'relight:playbook': 'deployer-api' } } : seen,
    ),
    promise: 'hands-off',
    pieces: { service: 'foreign' },
    strategy: 'rebuild',
  },
  {
    bug: 'the journal line comes after the call',
    parts: { journal: tardy },
    promise: 'intention-first',
    pieces: {},
    strategy: 'rebuild',
  },
  {
    bug: 'the listener is deleted after the target group that it forwards to',
    parts: { plan: (plan) => swapped(plan, 'target-group.delete', 'listener.delete') },
    promise: 'order',
    pieces: {},
    strategy: 'rebuild',
  },
  {
    bug: 'a health check is made again without looking whether it was made',
    parts: withType('route53/health-check', (type) => ({
      observe: looking(type, (seen) =>
        seen.kind === 'present' && seen.tags?.['relight:component'] === undefined ? absent(seen) : seen,
      ),
      create: (target, context) => {
        made += 1;
        return type.create(
          { ...target, id: `${target.id}-${made}` },
          { ...context, token: `${context.token.slice(0, 30)}-${made}` },
        );
      },
    })),
    promise: 'nothing-twice',
    pieces: { 'health-check': 'lost' },
    variation: 'lost-answer',
  },
  {
    bug: 'no lock is taken',
    parts: { lock: false },
    promise: 'one-run',
    pieces: { 'load-balancer': 'lost' },
    variation: 'rival',
  },
  {
    bug: 'everything is given up for a foreign piece that nothing needs',
    parts: { plan: givenUp },
    promise: 'heals',
    among: { 'health-check': 'foreign', service: 'lost', cname: 'lost' },
    pieces: { 'health-check': 'foreign', cname: 'lost' },
    strategy: 'repair',
  },
  {
    bug: "the record's delete wipes every other record of the zone",
    parts: withType('route53/record', (type) => ({
      delete: async (target, state, context) => {
        const receipt = await type.delete(target, state, context);
        await wipeZone(context.aws, (state as { readonly zone: { readonly id: string } }).zone.id);
        return receipt;
      },
    })),
    promise: 'own-pieces-only',
    pieces: {},
    strategy: 'rebuild',
  },
  {
    bug: 'with a weighted record all others of its name go',
    playbook: playbookOf(
      readShipped('deployer-api.yaml').replace(
        'type: CNAME',
        'type: CNAME\n      setIdentifier: blue\n      weight: 10',
      ),
    ),
    parts: withType('route53/record', (type) => ({
      delete: async (target, state, context) => {
        const receipt = await type.delete(target, state, context);
        const { name, zone } = { ...(target.spec as { name: string }), ...(state as { zone: { id: string } }) };
        await wipeZone(context.aws, zone.id, (each) => each.startsWith(name));
        return receipt;
      },
    })),
    promise: 'own-pieces-only',
    pieces: {},
    strategy: 'rebuild',
  },
  {
    bug: 'the service of next door is deleted along',
    parts: withType('ecs/service', (type) => ({
      delete: async (target, state, context) => {
        const spec = { ...(target.spec as object), name: 'deployer-api-canary' };
        const other = { ...(state as object), name: 'deployer-api-canary' };
        await type.delete({ ...target, spec }, other, context);
        return type.delete(target, state, context);
      },
    })),
    promise: 'own-pieces-only',
    pieces: {},
    strategy: 'rebuild',
  },
  {
    bug: 'a listener that answers with a fixed response is taken as missing by every look',
    playbook: {
      ...playbook,
      types:
        seeing('elbv2/listener', (seen) =>
          seen.kind === 'present' && JSON.stringify(seen.state).includes('under maintenance') ? absent(seen) : seen,
        ).types ?? playbook.types,
    },
    parts: {},
    promise: 'sees-what-is-there',
    pieces: { listener: 'drifted' },
  },
  {
    bug: 'the tag that protects a piece is not heeded',
    parts: seeing('elbv2/load-balancer', (seen) => {
      if (seen.kind !== 'present') return seen;
      return {
        ...seen,
        tags: Object.fromEntries(Object.entries(seen.tags ?? {}).filter(([key]) => key !== 'relight:protect')),
      };
    }),
    promise: 'hands-off',
    pieces: { 'load-balancer': 'guarded' },
    strategy: 'rebuild',
  },
  {
    bug: 'no limit of deletes is enforced',
    parts: { playbook: withoutLimit },
    promise: 'max-deletes',
    pieces: {},
    strategy: 'rebuild',
    variation: 'limit',
  },
  {
    bug: 'before-images hold nothing',
    parts: {
      journal: (journal) => ({
        ...journal,
        saveBeforeImage: (image) => journal.saveBeforeImage({ ...image, state: {} }),
      }),
    },
    promise: 'before-image',
    pieces: {},
    strategy: 'rebuild',
  },
  {
    bug: 'before-images leave out what AWS tells only when it is asked for it',
    parts: {
      journal: (journal) => ({
        ...journal,
        saveBeforeImage: (image) => journal.saveBeforeImage({ ...image, captured: null }),
      }),
    },
    promise: 'before-image',
    pieces: {},
    strategy: 'rebuild',
  },
  {
    bug: 'a shared cluster that is gone is made',
    parts: withType('elbv2/load-balancer', (type) => ({
      create: async (target, context) => {
        const clusters = context.aws.client(ecs);
        const { clusters: found = [] } = await clusters.send(new DescribeClustersCommand({ clusters: ['wonderland'] }));
        if (!found.some(({ status }) => status === 'ACTIVE'))
          await clusters.send(new CreateClusterCommand({ clusterName: 'wonderland' }));
        return type.create(target, context);
      },
    })),
    promise: 'hands-off',
    among: { cluster: 'lost', 'load-balancer': 'lost' },
    pieces: { cluster: 'lost', 'load-balancer': 'lost' },
  },
  {
    bug: 'the TTL of a deleted record is not waited for',
    // The service takes longer to stop than a minute's TTL.
    playbook: playbookOf(readShipped('deployer-api.yaml').replace('ttl: 60', 'ttl: 600')),
    parts: withType('route53/record', ({ time }) => ({ time: { ...time, propagationSeconds: () => 0 } })),
    promise: 'holders-first',
    pieces: {},
    strategy: 'rebuild',
  },
  {
    bug: 'a saved plan is run although the world has moved',
    parts: { saved: blindly },
    promise: 'saved-plan',
    pieces: { service: 'lost' },
    variation: 'stale-plan',
  },
  {
    bug: 'a saved plan is run a second time',
    parts: { saved: blindly },
    promise: 'saved-plan',
    pieces: { service: 'lost' },
    variation: 'used-plan',
  },
  {
    bug: 'a saved plan is refused although nothing has changed',
    parts: { saved: (planned) => ({ ...planned, moved: [{ component: 'service', path: '', then: null, now: null }] }) },
    promise: 'saved-plan',
    among: { service: 'lost' },
    pieces: {},
    variation: 'used-plan',
  },
  {
    bug: 'AWS is not asked what it would refuse',
    parts: withType('elbv2/load-balancer', ({ safety }) => ({
      safety: { ...safety, blockers: () => Promise.resolve([]) },
    })),
    promise: 'no-dead-end',
    pieces: { 'load-balancer': 'held' },
    strategy: 'rebuild',
  },
  {
    bug: 'nobody looks whether what a listener needs is there',
    parts: withType('elbv2/listener', ({ needs }) => ({ needs: { ...needs, of: () => [] } })),
    promise: 'no-dead-end',
    pieces: { listener: 'wanting' },
    strategy: 'rebuild',
  },
  {
    bug: 'subnets are not looked for among what is needed',
    parts: {
      types: new Map(
        [...componentTypes].map(([name, type]) => [
          name,
          {
            ...type,
            needs: { ...type.needs, of: (spec) => type.needs.of(spec).filter(({ kind }) => kind !== 'subnet') },
          },
        ]),
      ),
    },
    promise: 'no-dead-end',
    pieces: { 'load-balancer': 'wanting-subnet' },
    strategy: 'rebuild',
  },
  {
    bug: 'what is left over by its owner is deleted, and not made again',
    parts: { plan: (plan) => without(plan, (step) => step.id === 'state-entry.create') },
    promise: 'no-dead-end',
    among: { service: 'lost', 'target-group': 'guarded' },
    pieces: { service: 'lost', 'target-group': 'guarded' },
  },
  {
    bug: 'nobody is told that what serves is taken down',
    parts: withType('ecs/service', ({ judging }) => ({ judging: { ...judging, serves: () => undefined } })),
    promise: 'keeps-answering',
    pieces: {},
    strategy: 'rebuild',
  },
  {
    bug: 'it is told that more people get in, and nobody gets an answer',
    parts: { plan: softened },
    promise: 'keeps-answering',
    pieces: {},
    strategy: 'rebuild',
  },
];

/** What interrupts is told as something that lets more people in. */
function softened(plan: Plan): Plan {
  return {
    ...plan,
    steps: plan.steps.map((each) => (each.effect === 'interrupts' ? { ...each, effect: 'exposes' as const } : each)),
  };
}

/** Each change of the world by hand is told to be none, and the saved plan is run as it was. */
function blindly(planned: PlannedAgain, saved: SavedPlan): PlannedAgain {
  return { ...planned, moved: [], apart: [], plan: saved.plan };
}

function withoutLimit(own: Playbook): Playbook {
  return { ...own, recovery: { ...own.recovery, maxDeletes: undefined } };
}

/** Plays cases until one breaks the promise. */
async function findIn(
  bench: Awaited<ReturnType<typeof openBenchFor>>,
  cases: readonly Case[],
  promise: PromiseId,
): Promise<CounterExample | undefined> {
  for (const each of cases) {
    const { broken } = await tryCase(bench, each);
    const found = broken.find((one) => one.promise === promise);
    if (found !== undefined) return shrink(bench, each, found);
  }
  return undefined;
}

describe('a planted bug is found', () => {
  // In the long run all, since it looks for each among more states.
  test.each(sized({ quick: partOf(bugs, 4, () => ''), long: bugs }))(
    '$bug',
    async ({ among, parts, pieces, playbook: other = playbook, promise, strategy, variation }) => {
      const bench = await openBenchFor(other, parts);
      const everything: Case = {
        disaster: Object.fromEntries(bench.environment.owned.map((id) => [id, 'lost'] as const)),
        strategy: 'repair',
        variation: { kind: 'none' },
        accepted: [],
      };
      const isToBeRefused = ['limit', 'stale-plan', 'used-plan'].includes(variation ?? '');
      const varied = async (): Promise<readonly Case[]> => {
        const outcomes: Outcome[] = [];
        for (const each of isToBeRefused ? near : [everything]) outcomes.push(outcomeOf(await tryCase(bench, each)));
        const { cases } = isToBeRefused ? refusedCases(outcomes) : variedCases(outcomes, []);
        return cases.filter((each) => each.variation.kind === variation);
      };
      // The proof begins with all states of a piece; a quick run goes to the piece at once.
      const named = Object.keys(among ?? pieces).join();
      const near = plain.filter((each) => Object.keys(each.disaster).join() === named);
      const unvaried = among === undefined ? sized({ quick: near, long: plain }) : plainCases([among], playbook);
      const found = await findIn(bench, variation === undefined ? unvaried : await varied(), promise);
      if (found === undefined) throw new Error('the proof finds nothing');
      expect(found.promise.promise).toBe(promise);
      expect(found.tried.disaster, caseText(found.tried)).toEqual(pieces);
      if (strategy !== undefined) expect(found.tried.strategy).toBe(strategy);
      expect(found.tried.variation.kind).toBe(variation ?? 'none');
      const { disaster, expected, seen } = explain(found, playbook, graph);
      expect(Math.min(disaster.length, expected.length, seen.length)).toBeGreaterThan(10);
    },
  );
});

test('what ships breaks no promise in any of these states', async () => {
  const bench = await openBenchFor(playbook);
  const some = plain.filter((_each, index) => index % 4 === 0);
  for (const each of sampled(some, 8, ({ strategy }) => strategy)) {
    const { broken } = await tryCase(bench, each);
    expect(broken, caseText(each)).toEqual([]);
  }
});
