// The AWS of a week: one embedded world with three accounts, entered as a fleet enters real ones (signed calls, roles that are
// assumed), in which the fleet's playbooks are deployed; and hands that lose, change and mend its pieces.
import {
  CreateClusterCommand,
  DeleteClusterCommand,
  DescribeClustersCommand,
  ECSClient,
  UpdateClusterSettingsCommand,
} from '@aws-sdk/client-ecs';
import { DeleteItemCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  DeleteParameterCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  ListTagsForResourceCommand,
  PutParameterCommand,
  SSMClient,
  type PutParameterCommandInput,
} from '@aws-sdk/client-ssm';
import type { AccessOptions } from '../../../src/aws/access.ts';
import { fixedSource } from '../../../src/aws/credentials/credentials.ts';
import { createPacers } from '../../../src/aws/pacing.ts';
import type { SharedPlaces } from '../../../src/cli/place/session.ts';
import { componentTypes } from '../../../src/components/index.ts';
import { execute, look, openSession, planFrom } from '../../../src/engine.ts';
import { loadActing } from '../../../src/observe/loading.ts';
import { openSandbox, sandboxNameOf } from '../../../src/rehearse/world/sandbox.ts';
import { createMemoryJournal } from '../../../src/run/journal/journal.ts';
import {
  accountWorld,
  Faults,
  presume,
  sandboxClientConfig,
  type ServiceName,
  type TransportOptions,
} from '../../../src/sandbox/index.ts';
import { AccessKeys } from '../../../src/sandbox/keys.ts';
import { SwitchableClock, type VirtualClock } from '../../../src/util/clock.ts';
import { playbookOf } from '../rig.ts';
import { accounts, playbooks, roleName, type Piece } from './fleet.ts';

/** What somebody does to a piece; `mend` makes it as the playbook wants it, whatever was done. */
export type Deed = 'lose' | 'change' | 'describe' | 'mend';

export interface WeekWorld {
  readonly clock: VirtualClock;
  /** Of the scans' own calls. */
  readonly faults: Faults;
  readonly places: () => Promise<SharedPlaces>;
  readonly deed: (deed: Deed, piece: Piece) => Promise<void>;
  /** Calls that scans made. */
  readonly calls: () => number;
}

/** Of whoever scans. */
const ownKeys = { accessKeyId: 'AKIAWEEKWEEKWEEKWEEK', secretAccessKey: 'week' };

/** A world in which all of the fleet is deployed and well. */
export async function openWorld(startAt: number): Promise<WeekWorld> {
  const faults = new Faults();
  let calls = 0;
  const transportOptions = {
    faults,
    onCall: () => {
      calls += 1;
    },
  };
  const sandbox = openSandbox({ startAt, transportOptions });
  const { clock, world } = sandbox;
  const [home] = accounts;
  presume(world, [{ kind: 'account', account: home?.id ?? '' }]);
  for (const { id } of accounts.slice(1)) presume(accountWorld(world, id), [{ kind: 'role', role: roleName }]);
  const access: WeekAccess = (region, mode) => ({
    region,
    mode,
    clock,
    credentials: fixedSource(ownKeys, 'the week'),
    transport: (service) => {
      const config = sandboxClientConfig(world, sandboxNameOf(service), region, transportOptions);
      // Whoever brings no signer signs: by the signature the world knows whose account is meant.
      return { ...config, signer: undefined };
    },
    nameServers: sandbox.access(region, mode).nameServers,
  });
  /** Who deploys, and who does things by hand, has a key in each account that nobody limits. */
  const keys = new AccessKeys();
  const byHand = (account: string): TransportOptions => {
    const accessKeyId = `AKIAHAND${account}`;
    keys.set(accessKeyId, { expired: false, callerArn: `arn:aws:iam::${account}:user/hands` });
    return { keys, signature: { accessKeyId } };
  };
  await loadActing(componentTypes.values());
  for (const { account, region, text } of playbooks) {
    const opened = await openSession(playbookOf(text), {
      ...sandbox.access(region, 'change'),
      transport: (service) => sandboxClientConfig(world, sandboxNameOf(service), region, byHand(account)),
    });
    if (opened.kind !== 'open') throw new Error(`${text}: ${JSON.stringify(opened)}`);
    const assessed = await look(opened.session);
    const report = await execute(opened.session, assessed, planFrom(opened.session, assessed, { kind: 'repair' }), {
      openJournal: (sink) => createMemoryJournal('week', clock, sink),
      prober: sandbox.prober,
      verify: false,
      stop: new AbortController().signal,
    });
    if (report.result !== 'succeeded') throw new Error(JSON.stringify(report.steps));
  }
  const hands = new Map<string, Hands>();
  for (const playbook of playbooks) {
    const client = (name: ServiceName): object =>
      sandboxClientConfig(world, name, playbook.region, byHand(playbook.account));
    const own = handsWith(client);
    for (const piece of playbook.pieces) await own.learn(piece);
    hands.set(playbook.name, own);
  }
  calls = 0;
  return {
    clock,
    faults,
    calls: () => calls,
    places: () => {
      const embedded = { ...sandbox, access, faults, save: () => undefined };
      return Promise.resolve({
        embedded,
        clock: new SwitchableClock(clock),
        pacers: createPacers(clock),
        found: {},
      });
    },
    deed: async (deed, piece) => {
      await hands.get(piece.playbook)?.do(deed, piece);
    },
  };
}

type WeekAccess = (region: string, mode: AccessOptions['mode']) => AccessOptions;

interface Hands {
  /** Looks how it is when it is well. */
  readonly learn: (piece: Piece) => Promise<void>;
  readonly do: (deed: Deed, piece: Piece) => Promise<void>;
}

function handsWith(config: (name: ServiceName) => object): Hands {
  const ssm = new SSMClient(config('ssm'));
  const dynamodb = new DynamoDBClient(config('dynamodb'));
  const ecs = new ECSClient(config('ecs'));
  const known = new Map<string, (deed: Deed) => Promise<unknown>>();
  const learned: Readonly<Record<Piece['kind'], (piece: Piece) => Promise<(deed: Deed) => Promise<unknown>>>> = {
    parameter: async ({ name: Name }) => {
      const { Parameter } = await ssm.send(new GetParameterCommand({ Name }));
      const { Parameters: [described] = [] } = await ssm.send(
        new DescribeParametersCommand({ ParameterFilters: [{ Key: 'Name', Values: [Name] }] }),
      );
      const { TagList } = await ssm.send(
        new ListTagsForResourceCommand({ ResourceType: 'Parameter', ResourceId: Name }),
      );
      const well = { Name, Type: 'String', Value: Parameter?.Value, Description: described?.Description } as const;
      const put = (more: Partial<PutParameterCommandInput>): Promise<unknown> =>
        ssm.send(new PutParameterCommand({ ...well, Overwrite: true, ...more }));
      let lost = false;
      return async (deed) => {
        switch (deed) {
          case 'lose':
            lost = true;
            return ssm.send(new DeleteParameterCommand({ Name }));
          case 'change':
            return put({ Value: 'changed by hand' });
          case 'describe':
            return put({ Description: 'described by hand' });
          case 'mend': {
            const answer = await (lost ? put({ Overwrite: false, Tags: TagList }) : put({}));
            lost = false;
            return answer;
          }
        }
      };
    },
    item: async ({ name: TableName, playbook }) => {
      const Key = { service: { S: playbook } };
      const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key }));
      const put = (more: object): Promise<unknown> =>
        dynamodb.send(new PutItemCommand({ TableName, Item: { ...Item, ...more } }));
      return (deed) => {
        switch (deed) {
          case 'lose':
            return dynamodb.send(new DeleteItemCommand({ TableName, Key }));
          case 'change':
            return put({ status: { S: 'changed by hand' } });
          case 'describe':
            // What the playbook says nothing of is nobody's business.
            return put({ note: { S: 'by hand' } });
          case 'mend':
            return put({});
        }
      };
    },
    cluster: async ({ name }) => {
      const { clusters: [cluster] = [] } = await ecs.send(
        new DescribeClustersCommand({ clusters: [name], include: ['TAGS'] }),
      );
      const settings = (value: string) => [{ name: 'containerInsights' as const, value }];
      let lost = false;
      return async (deed) => {
        switch (deed) {
          case 'lose':
            lost = true;
            return ecs.send(new DeleteClusterCommand({ cluster: name }));
          case 'change':
          case 'describe':
            return ecs.send(new UpdateClusterSettingsCommand({ cluster: name, settings: settings('enabled') }));
          case 'mend': {
            const answer = await (lost
              ? ecs.send(
                  new CreateClusterCommand({ clusterName: name, tags: cluster?.tags, settings: settings('disabled') }),
                )
              : ecs.send(new UpdateClusterSettingsCommand({ cluster: name, settings: settings('disabled') })));
            lost = false;
            return answer;
          }
        }
      };
    },
  };
  const keyOf = ({ component, playbook }: Piece): string => `${playbook} ${component}`;
  return {
    learn: async (piece) => {
      known.set(keyOf(piece), await learned[piece.kind](piece));
    },
    do: async (deed, piece) => {
      const own = known.get(keyOf(piece));
      if (own === undefined) throw new Error(`nobody knows ${keyOf(piece)}`);
      await own(deed);
    },
  };
}
