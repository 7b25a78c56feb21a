// Sets of playbooks that name the same pieces, and what happens to them: who wrote what is told by the wire alone, and held
// against what each run did. Shared by the tests and the bench.
import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DescribeLoadBalancersCommand, RemoveTagsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  ChangeResourceRecordSetsCommand,
  ListHostedZonesByNameCommand,
  ListResourceRecordSetsCommand,
} from '@aws-sdk/client-route-53';
import { elbv2 } from '../../src/aws/services/elbv2.ts';
import { route53 } from '../../src/aws/services/route53.ts';
import type { Known } from '../../src/assess/proof.ts';
import { dynamodb } from '../../src/aws/services/dynamodb.ts';
import {
  judgeWith,
  loadPlaybook,
  look,
  lookBeforeUndo,
  planChange,
  planUndo,
  playbookBeforeRun,
} from '../../src/engine.ts';
import { consentsIn, consentWords, noConsents, type Consents } from '../../src/plan/consent.ts';
import type { PlanKind } from '../../src/plan/plan.ts';
import type { Playbook } from '../../src/playbook/model.ts';
import { seededHarness, harnessFrom, type Planned, type Harness } from '../../src/rehearse/world/harness.ts';
import type { MemoryJournal } from '../../src/run/journal/journal.ts';
import { instantTimings, snapshot, type ObservedCall, type WorldData } from '../../src/sandbox/index.ts';
import { seededRandom } from '../../src/util/random.ts';
import { knownFrom, recallOf } from '../helpers/rig.ts';

const head = (name: string): string => `apiVersion: relight/v1
kind: Playbook
metadata: { name: ${name} }
target: { account: '123456789012', region: eu-west-1 }
components:
  table: { type: dynamodb/table, shared: true, spec: { name: common } }
`;

const balancer = (id: string, shared: boolean): string =>
  shared
    ? `  ${id}: { type: elbv2/load-balancer, shared: true, spec: { name: ${id} } }\n`
    : `  ${id}: { type: elbv2/load-balancer, spec: { name: ${id}, subnets: [subnet-a1, subnet-b1], securityGroups: [sg-web] } }
  ${id}-front:
    type: elbv2/listener
    spec: { loadBalancer: '\${${id}.arn}', port: 80, protocol: HTTP, fixedResponse: { status: '200' } }
`;

interface Lots {
  readonly chance: (likelihood: number) => boolean;
  readonly pick: <Item>(items: readonly [Item, ...Item[]]) => Item;
}

function lotsOf(seed: number): Lots {
  const random = seededRandom(seed);
  return {
    chance: (likelihood) => random() < likelihood,
    pick: (items) => items[Math.floor(random() * items.length)] ?? items[0],
  };
}

function randomPlaybook(name: string, { chance, pick }: Lots): Playbook {
  const parts = [head(name)];
  const known: string[] = [];
  for (const id of ['one', 'two']) {
    if (!chance(0.5)) continue;
    known.push(id);
    parts.push(balancer(id, chance(0.3)));
  }
  const marker = (): string => (chance(0.25) ? '    ownership: marker\n' : '');
  for (const id of ['www', 'api']) {
    if (!chance(0.75)) continue;
    const value = pick(['static.elsewhere.example', ...known.map((each) => `\${${each}.dnsName}`)]);
    parts.push(
      `  ${id}:\n    type: route53/record\n${marker()}    spec: { zone: common.example, name: ${id}.common.example, type: CNAME, ttl: 60, values: ['${value}'] }\n`,
    );
  }
  for (const id of ['red', 'blue']) {
    if (!chance(0.75)) continue;
    const named = pick(['', ...known.map((each) => `at: '\${${each}.arn}', `)]);
    parts.push(
      `  ${id}:\n    type: dynamodb/item\n${marker()}    spec: { table: '\${table.name}', key: { id: ${id} }, attributes: { ${named}note: same } }\n`,
    );
  }
  const result = loadPlaybook({ bytes: new TextEncoder().encode(parts.join('')), file: `${name}.yaml` });
  if (!result.ok) throw new Error(`${parts.join('')}\n${result.diagnostics.map((each) => each.message).join('\n')}`);
  return result.playbook;
}

let world: Promise<WorldData> | undefined;

/** The zone, the table, the subnets: what all of them presume. */
function presumedWorld(): Promise<WorldData> {
  return (world ??= (async () => {
    const text = `${head('nobody')}${balancer('one', false)}  record: { type: route53/record, spec: { zone: common.example, name: x.common.example, type: TXT, ttl: 60, values: [x] } }\n`;
    const result = loadPlaybook({ bytes: new TextEncoder().encode(text), file: 'nobody.yaml' });
    if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
    return snapshot((await seededHarness(result.playbook, { timings: instantTimings })).world);
  })());
}

// --- What the wire tells ---------------------------------------------------------------------------------------------

/** What a successful change was about: a piece by a name of its own, written or deleted. */
interface Change {
  readonly piece: string;
  readonly kind: 'wrote' | 'deleted';
}

function changesOf({ input, mutating, operation, outcome }: ObservedCall): readonly Change[] {
  if (!mutating || outcome.kind !== 'ok') return [];
  const fields = input;
  const arnName = (arn: unknown): string => /loadbalancer\/app\/([a-z]+)\//.exec(String(arn))?.[1] ?? String(arn);
  const key = (at: string): string => String((fields[at] as { id?: { S?: string } } | undefined)?.id?.S);
  switch (operation) {
    case 'PutItem':
      return [{ piece: `item ${key('Item')}`, kind: 'wrote' }];
    case 'UpdateItem':
      return [{ piece: `item ${key('Key')}`, kind: 'wrote' }];
    case 'DeleteItem':
      return [{ piece: `item ${key('Key')}`, kind: 'deleted' }];
    case 'CreateLoadBalancer':
      return [{ piece: `balancer ${String(fields['Name'])}`, kind: 'wrote' }];
    case 'DeleteLoadBalancer':
      return [{ piece: `balancer ${arnName(fields['LoadBalancerArn'])}`, kind: 'deleted' }];
    case 'ChangeResourceRecordSets': {
      const { ChangeBatch } = fields['body'] as {
        ChangeBatch: { Changes: { Action: string; ResourceRecordSet: { Name: string; Type: string } }[] };
      };
      // Changes of several pieces go out together; what becomes of one is said last.
      const last = new Map(
        ChangeBatch.Changes.flatMap(({ Action, ResourceRecordSet: { Name, Type } }) =>
          Type === 'CNAME' ? [[`record ${Name.replace(/\..*/, '')}`, Action] as const] : [],
        ),
      );
      return [...last].map(([piece, action]) => ({ piece, kind: action === 'DELETE' ? 'deleted' : 'wrote' }));
    }
    default:
      return [];
  }
}

function noteFront({ input, operation, outcome }: ObservedCall, fronts: Set<string>): void {
  if (outcome.kind !== 'ok' || !/^(CreateListener|DeleteListener|DeleteLoadBalancer)$/.test(operation)) return;
  const name = /(?:loadbalancer|listener)\/app\/([a-z]+)\//.exec(JSON.stringify(input))?.[1];
  if (name === undefined) return;
  if (operation === 'CreateListener') fronts.add(name);
  else fronts.delete(name);
}

/** The component that stands for a piece, by its last word. */
function componentOf(piece: string): string {
  return piece.split(' ')[1] ?? piece;
}

// --- One case --------------------------------------------------------------------------------------------------------

export interface Verdict {
  /** What was broken, one sentence each. */
  readonly broken: readonly string[];
  /** What happened, for whoever reads a failure. */
  readonly story: readonly string[];
  /** How many changes were made to pieces of the own, and how many were accepted to pieces of others. */
  readonly own: number;
  readonly accepted: number;
  /** How many pieces were left alone because nothing proved whose they are. */
  readonly blocked: number;
  /** How many runs were taken back. */
  readonly undone: number;
}

interface Run {
  readonly playbook: string;
  readonly journal: MemoryJournal;
  /** Who had written each piece when the run first changed it. */
  readonly origins: ReadonlyMap<string, string | undefined>;
  isUndone: boolean;
}

interface Game {
  readonly harness: Harness;
  readonly lots: Lots;
  /** Who wrote each piece last: a playbook, or a hand. */
  readonly authors: Map<string, string>;
  /** Load balancers with a listener that answers by itself. */
  readonly fronts: Set<string>;
  readonly runs: Run[];
  readonly story: string[];
  readonly broken: string[];
  own: number;
  accepted: number;
  blocked: number;
}

/** Plays one case: 2 to 4 playbooks, 2 to 4 turns. */
export async function playOwnership(seed: number): Promise<Verdict> {
  const lots = lotsOf(seed);
  const playbooks = ['ann', 'bob', 'cid', 'dan']
    .slice(0, lots.pick([2, 2, 3, 4]))
    .map((name) => randomPlaybook(name, lots));
  const [first] = playbooks;
  if (first === undefined) throw new Error('no playbook');
  const harness = harnessFrom(first, await presumedWorld(), { timings: instantTimings });
  const game: Game = {
    harness,
    lots,
    authors: new Map(),
    fronts: new Set(),
    runs: [],
    story: [],
    broken: [],
    own: 0,
    accepted: 0,
    blocked: 0,
  };
  const turns = lots.pick([2, 3, 4]);
  for (let turn = 0; turn < turns; turn += 1) {
    if (turn > 0 && lots.chance(0.25)) await byHand(game);
    else if (turn > 0 && lots.chance(0.25)) await takeBack(playbooks, game);
    else
      await run(
        playbooks[Math.floor(Math.abs(turn === 0 ? 0 : lots.pick([0, 1, 2, 3])) % playbooks.length)] ?? first,
        game,
      );
  }
  const { accepted, blocked, broken, own, runs, story } = game;
  return { accepted, blocked, broken, own, story, undone: runs.filter((each) => each.isUndone).length };
}

async function run(playbook: Playbook, game: Game): Promise<void> {
  const { lots, harness } = game;
  const own = harness.withPlaybook(playbook);
  const kind: PlanKind = lots.pick(['repair', 'repair', 'rebuild', 'teardown']);
  const allowances = allowancesFor(playbook, lots);
  const session = await own.open('change');
  const assessed = judgeWith(session, await look(session), knownIn(game));
  const planned = await planChange(session, assessed, { kind, ...allowances });
  await carryOut({ session, ...planned }, own, kind, allowances, game);
}

/** Takes the last run back, or an earlier one. */
async function takeBack(playbooks: readonly Playbook[], game: Game): Promise<void> {
  const { lots, runs, harness } = game;
  const [latest] = runs.slice(-1);
  if (latest === undefined) return;
  const run = lots.pick([latest, latest, ...runs]);
  const playbook = playbooks.find((each) => each.metadata.name === run.playbook);
  if (playbook === undefined || run.isUndone) return;
  const past = recallOf([run.journal]);
  const session = await harness.withPlaybook(playbookBeforeRun(playbook, past)).open('change');
  const allowances = allowancesFor(playbook, lots);
  const request = { ...allowances, known: knownIn(game) };
  const seen = await look(session);
  const draft = planUndo(session, seen, playbook, past, request);
  const planned = planUndo(session, await lookBeforeUndo(seen, [draft]), playbook, past, request);
  await carryOut(planned, harness.withPlaybook(playbook), 'undo', allowances, game, run);
}

interface Allowances {
  readonly accepted: Consents;
  readonly allowDowntime: boolean;
}

function allowancesFor({ components }: Playbook, lots: Lots): Allowances {
  const owned = [...components.values()].filter((each) => !each.shared).map((each) => each.id);
  const [some = 'table'] = owned;
  const words = lots.chance(0.15) ? [`${lots.pick([some, ...owned])}:ownership`] : [];
  return { accepted: words.length === 0 ? noConsents : consentsIn(words), allowDowntime: lots.chance(0.5) };
}

function knownIn({ runs }: Game): Known {
  return knownFrom(runs.map((each) => each.journal));
}

/** @param undone the run that is taken back: what it changed goes back to whose it was before */
async function carryOut(
  planned: Planned,
  own: Harness,
  kind: PlanKind,
  { accepted, allowDowntime }: Allowances,
  game: Game,
  undone?: Run,
): Promise<void> {
  const { authors, broken, harness, story } = game;
  const { plan } = planned;
  const name = own.playbook.metadata.name;
  const words = consentWords(accepted);
  game.blocked += plan.components.filter((each) => each.reasons.some((reason) => reason.kind === 'unproven')).length;
  story.push(
    `${name} ${kind}${allowDowntime ? ' --allow-downtime' : ''} ${words.join(' ')} -> ${plan.refusals.length > 0 ? 'refused' : plan.steps.map((each) => each.id).join(', ')}`,
  );
  if (plan.refusals.length > 0 || plan.steps.length === 0) return;
  const serving = await answeringFor(game);
  const from = harness.wire.length;
  const { journal } = await own.run(planned, { verify: false });
  const origins = new Map<string, string | undefined>();
  for (const call of harness.wire.slice(from)) noteFront(call, game.fronts);
  for (const { kind: what, piece } of harness.wire.slice(from).flatMap(changesOf)) {
    const author = authors.get(piece);
    if (!origins.has(piece)) origins.set(piece, author);
    const consented = words.includes(`${componentOf(piece)}:ownership`);
    const told = `${name} ${what} ${piece}`;
    if (author !== undefined && author !== name && author !== 'hand') {
      if (consented && !piece.startsWith('balancer')) game.accepted += 1;
      else broken.push(`${told}, which ${author} wrote last`);
    } else game.own += 1;
    const answers = serving.get(piece);
    if (answers !== undefined && answers !== name && !allowDowntime)
      broken.push(`${told}, which leads to what serves for ${answers}`);
    if (what === 'deleted') {
      authors.delete(piece);
      serving.delete(piece);
    } else {
      const origin = undone === undefined ? name : undone.origins.get(piece);
      if (origin === undefined) authors.delete(piece);
      else authors.set(piece, origin);
      serving.delete(piece);
    }
  }
  game.runs.push({ playbook: name, journal, origins, isUndone: false });
  if (undone !== undefined) undone.isUndone = true;
}

/** Records that lead to a load balancer with a listener, by whose that is. */
async function answeringFor({ authors, fronts, harness }: Game): Promise<Map<string, string>> {
  const { LoadBalancers = [] } = await harness.operator.client(elbv2).send(new DescribeLoadBalancersCommand({}));
  const owners = new Map(
    LoadBalancers.flatMap(({ DNSName = '', LoadBalancerName = '' }) => {
      const owner = fronts.has(LoadBalancerName) ? authors.get(`balancer ${LoadBalancerName}`) : undefined;
      return owner === undefined ? [] : [[DNSName.toLowerCase(), owner] as const];
    }),
  );
  if (owners.size === 0) return new Map();
  const serving = (await records(harness)).flatMap(({ name, values }) => {
    const owner = owners.get(values[0] ?? '');
    return owner === undefined ? [] : [[`record ${name}`, owner] as const];
  });
  return new Map(serving);
}

async function records(
  harness: Harness,
): Promise<readonly { readonly name: string; readonly values: readonly string[] }[]> {
  const zone = await zoneOf(harness);
  const answer = await harness.operator.client(route53).send(new ListResourceRecordSetsCommand({ HostedZoneId: zone }));
  return (answer.ResourceRecordSets ?? [])
    .filter((each) => each.Type === 'CNAME')
    .map(({ Name = '', ResourceRecords = [] }) => ({
      name: Name.replace(/\..*/, ''),
      values: ResourceRecords.map(({ Value = '' }) => Value.toLowerCase()),
    }));
}

async function zoneOf(harness: Harness): Promise<string | undefined> {
  const zones = await harness.operator
    .client(route53)
    .send(new ListHostedZonesByNameCommand({ DNSName: 'common.example' }));
  return zones.HostedZones?.[0]?.Id;
}

/** What people do past relight: what they wrote is no playbook's any more. */
async function byHand({ authors, lots, harness, story }: Game): Promise<void> {
  const record = lots.pick(['www', 'api']);
  const item = lots.pick(['red', 'blue']);
  const changeMade = lots.pick(['repoint', 'put', 'drop', 'untag']);
  story.push(`by hand: ${changeMade} ${record} ${item}`);
  switch (changeMade) {
    case 'repoint': {
      const value = {
        Name: `${record}.common.example`,
        Type: 'CNAME' as const,
        TTL: 60,
        ResourceRecords: [{ Value: 'standby.elsewhere.example' }],
      };
      const Changes = [{ Action: 'UPSERT' as const, ResourceRecordSet: value }];
      await harness.operator
        .client(route53)
        .send(new ChangeResourceRecordSetsCommand({ HostedZoneId: await zoneOf(harness), ChangeBatch: { Changes } }));
      authors.set(`record ${record}`, 'hand');
      return;
    }
    case 'put':
      await harness.operator
        .client(dynamodb)
        .send(new PutItemCommand({ TableName: 'common', Item: { id: { S: item }, note: { S: 'by hand' } } }));
      authors.set(`item ${item}`, 'hand');
      return;
    case 'drop':
      await harness.operator
        .client(dynamodb)
        .send(new DeleteItemCommand({ TableName: 'common', Key: { id: { S: item } } }));
      authors.delete(`item ${item}`);
      return;
    case 'untag': {
      const { LoadBalancers = [] } = await harness.operator.client(elbv2).send(new DescribeLoadBalancersCommand({}));
      const arns = LoadBalancers.flatMap((each) => each.LoadBalancerArn ?? []);
      const [arn] = arns;
      if (arn === undefined) return;
      await harness.operator
        .client(elbv2)
        .send(new RemoveTagsCommand({ ResourceArns: [lots.pick([arn, ...arns])], TagKeys: ['relight:playbook'] }));
    }
  }
}
