// A service from outside, made of what the sandbox hands out: queues, in which everything that a service may offer occurs.
import {
  AwsError,
  presumable,
  rate,
  type CallContext,
  type Duration,
  type JsonService,
  type Piece,
  type RegionData,
  type World,
} from '../../src/sandbox/index.ts';
import { z } from 'zod';

interface Queue {
  readonly name: string;
  deletedAt: number | null;
  tags: Record<string, string>;
}

interface QueueStore {
  queues: Record<string, Queue>;
  /** Names of queues that never go. */
  lasting: string[];
}

export function queuesOf(local: RegionData): QueueStore {
  return local['queues'] as QueueStore;
}

const timings = { queueDeletion: { usual: 60_000, spread: 0.3 } } as const satisfies Record<string, Duration>;

function gone(world: World, local: RegionData, { deletedAt, name }: Queue): boolean {
  if (deletedAt === null || queuesOf(local).lasting.includes(name)) return false;
  return world.clock.now() >= deletedAt + (world.timings as Record<keyof typeof timings, number>).queueDeletion;
}

function nameIn(input: Readonly<Record<string, unknown>>): string {
  const name = input['QueueName'];
  if (typeof name === 'string') return name;
  throw new AwsError('MissingParameter', 'The request must contain the parameter QueueName.');
}

function create(world: World, local: RegionData, name: string, tags: Record<string, string>): void {
  const known = queuesOf(local).queues[name];
  if (known?.deletedAt === null) return;
  if (known !== undefined && !gone(world, local, known)) {
    throw new AwsError('QueueDeletedRecently', 'You must wait 60 seconds after deleting a queue.');
  }
  queuesOf(local).queues[name] = { name, deletedAt: null, tags };
}

export const queueService = {
  name: 'sqs',
  alias: 'queues',
  scope: 'region',
  protocol: 'json-1.0',
  targetPrefix: 'AmazonSQS',
  errorNamespace: 'com.amazonaws.sqs#',
  operations: {
    CreateQueue: (input, { local, world }: CallContext) => {
      create(world, local, nameIn(input), (input['tags'] ?? {}) as Record<string, string>);
      return { QueueUrl: `https://sqs.example/${nameIn(input)}` };
    },
    DeleteQueue: (input, { local, now }) => {
      const queue = queuesOf(local).queues[nameIn(input)];
      if (queue === undefined) throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
      queue.deletedAt ??= now;
      return {};
    },
    ListQueues: (_input, { local, world }) => ({
      QueueNames: Object.values(queuesOf(local).queues).flatMap((each) =>
        gone(world, local, each) ? [] : [each.name],
      ),
    }),
  },
  store: { name: 'queues', empty: (): QueueStore => ({ queues: {}, lasting: [] }) },
  rates: [rate('all', 3, 1, /^/)],
  stale: { withinMs: 1_000 },
  authorization: {
    permissions: ({ account, input, operation, region }) => {
      const name = input['QueueName'];
      const resource = typeof name === 'string' ? `arn:aws:sqs:${region}:${account}:${name}` : '*';
      return [{ action: `sqs:${operation}`, resource }];
    },
    conditionKeys: { QueueName: ({ input: { QueueName: name } }) => (typeof name === 'string' ? [name] : undefined) },
    hasResourceTags: true,
    // Its pieces are known by their names.
    tagsOf: (arn, { regions }) => {
      const [, , , region = '', , name = ''] = arn.split(':');
      const local = regions[region];
      return local === undefined ? undefined : queuesOf(local).queues[name]?.tags;
    },
  },
  timings,
  errorCodes: { internal: 'InternalError', throttled: 'RequestThrottled' },
  stuck: [
    {
      kind: 'queue-lasts',
      holdsUp: 'queue',
      set: (_data, local) => queuesOf(local).lasting,
      isSet: (world, { region, resource = '' }) => queuesOf(world.region(region)).lasting.includes(resource),
      turn: (world, { region, resource = '' }, on) => {
        const store = queuesOf(world.region(region));
        store.lasting = [...store.lasting.filter((each) => each !== resource), ...(on ? [resource] : [])];
      },
      held: (world, { region, resource }) =>
        Object.values(queuesOf(world.region(region)).queues).flatMap(({ deletedAt, name }) =>
          deletedAt !== null && name === resource ? [name] : [],
        ),
    },
  ],
  presumes: [
    presumable(
      'queue',
      { name: z.string(), region: z.string().optional() },
      (world, { name, region = 'eu-west-1' }) => {
        create(world, world.region(region), name, {});
      },
    ),
  ],
  pieces: ({ local }) =>
    Object.values(queuesOf(local).queues).map((queue): Piece => ({
      id: queue.name,
      title: `queue ${queue.name}`,
      tags: queue.tags,
      gone: queue.deletedAt !== null,
      settings: () => queue.tags,
      putTag: (key, value) => {
        queue.tags = { ...queue.tags, [key]: value };
      },
    })),
} as const satisfies JsonService;
