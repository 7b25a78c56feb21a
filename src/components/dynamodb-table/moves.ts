// The changes that bring a table to its spec, in an order that AWS takes: one a call, each when it is done with the one before
// [DynamoDB API, UpdateTable].
import type {
  PointInTimeRecoverySpecification,
  SSESpecification,
  StreamSpecification,
  TimeToLiveSpecification,
  UpdateTableCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Difference, Json } from '../contract.ts';
import { differsBelow, refusal } from '../kit/changing.ts';
import { toInput } from '../kit/members/input.ts';
import { isMap } from '../kit/members/maps.ts';
import { billingMove, indexMoves } from './index-moves.ts';
import type { Move } from './move.ts';
import { settingsOf } from './described.ts';
import { encryptionPart, recoveryPart, tablePart, timeToLivePart } from './parts.ts';
import type { Further, TableSpec, TableState } from './schema.ts';

/** @param further what is there now of what has operations of its own */
export function movesTo(
  spec: TableSpec,
  state: TableState,
  differences: readonly Difference[],
  further: Further,
): readonly Move[] {
  const isGone = (word: string): boolean =>
    differences.some(({ desired, path }) => path === word && desired === undefined);
  const differs = (word: string): boolean => differsBelow(differences, word);
  const input = toInput(tablePart, spec) as Omit<UpdateTableCommandInput, 'TableName'>;
  const simple = (word: string, what: string, sent: object, without: object | undefined): readonly Move[] => {
    if (!differs(word)) return [];
    if (isGone(word) && without === undefined) {
      throw refusal('ValidationException', `${what} of table ${state.name} cannot be taken away: AWS has no way to`);
    }
    return [{ what, call: 'UpdateTable', input: isGone(word) ? (without ?? {}) : sent }];
  };
  const limits = { MaxReadRequestUnits: -1, MaxWriteRequestUnits: -1 };
  return [
    ...billingMove(spec, state, differences),
    ...indexMoves(spec, state, differences),
    ...(differs('streamSpecification')
      ? streamMoves(isGone('streamSpecification') ? undefined : input.StreamSpecification, state)
      : []),
    ...simple(
      'sseSpecification',
      'its encryption',
      { SSESpecification: encryptionOf(spec) },
      { SSESpecification: { Enabled: false } },
    ),
    ...simple('tableClass', 'its class', { TableClass: input.TableClass }, { TableClass: 'STANDARD' }),
    ...simple(
      'onDemandThroughput',
      'its limits',
      { OnDemandThroughput: { ...limits, ...input.OnDemandThroughput } },
      { OnDemandThroughput: limits },
    ),
    ...simple('warmThroughput', 'its warm throughput', { WarmThroughput: input.WarmThroughput }, undefined),
    ...simple(
      'globalTableSettingsReplicationMode',
      'the replication of its settings',
      { GlobalTableSettingsReplicationMode: input.GlobalTableSettingsReplicationMode },
      undefined,
    ),
    ...furtherMoves(spec, state, differences, further),
    // Last: until then nothing is lost by it.
    ...simple(
      'deletionProtection',
      'its protection',
      { DeletionProtectionEnabled: spec.deletionProtection },
      { DeletionProtectionEnabled: false },
    ),
  ];
}

/** A stream cannot be changed, only ended and begun anew. */
function streamMoves(wanted: StreamSpecification | undefined, state: TableState): readonly Move[] {
  const isOn = 'streamSpecification' in settingsOf(state);
  return [
    ...(isOn
      ? [{ what: 'its stream', call: 'UpdateTable', input: { StreamSpecification: { StreamEnabled: false } } } as const]
      : []),
    ...(wanted?.StreamEnabled === true
      ? [{ what: 'its stream', call: 'UpdateTable', input: { StreamSpecification: wanted } } as const]
      : []),
  ];
}

function encryptionOf(spec: TableSpec): SSESpecification {
  const said: unknown = (spec as Readonly<Record<string, unknown>>)['sseSpecification'];
  return isMap(said) ? toInput(encryptionPart, said) : {};
}

function furtherMoves(
  spec: TableSpec,
  { arn, name }: TableState,
  differences: readonly Difference[],
  further: Further,
): readonly Move[] {
  const said = spec as Readonly<Record<string, unknown>>;
  const wantedOf = (word: keyof Further): unknown =>
    differences.some((each) => each.path === word && each.desired === undefined) ? null : said[word];
  const differs = (word: keyof Further): boolean => differsBelow(differences, word);
  return [
    ...(differs('timeToLive') ? timeToLiveMoves(name, wantedOf('timeToLive'), further.timeToLive ?? null) : []),
    ...(differs('pointInTimeRecovery')
      ? recoveryMoves(name, wantedOf('pointInTimeRecovery'), further.pointInTimeRecovery ?? null)
      : []),
    ...(differs('contributorInsights')
      ? insightsMoves(name, wantedOf('contributorInsights'), further.contributorInsights ?? null)
      : []),
    ...(differs('resourcePolicy') ? policyMoves(arn, wantedOf('resourcePolicy'), further.resourcePolicy ?? null) : []),
  ];
}

function timeToLiveMoves(name: string, wanted: unknown, there: Json): readonly Move[] {
  const on = isMap(there) ? there : undefined;
  const attribute = typeof on?.['attributeName'] === 'string' ? on['attributeName'] : '';
  const isWanted = isMap(wanted) && wanted['enabled'] === true;
  if (!isWanted && on === undefined) return [];
  if (isWanted && on !== undefined) {
    if (on['attributeName'] === wanted['attributeName']) return [];
    throw refusal(
      'ValidationException',
      `time to live of table ${name} is on for the attribute ${attribute}: AWS takes another one only ` +
        `after it has been off for up to an hour; take it away by hand first`,
    );
  }
  const specification = isWanted
    ? (toInput(timeToLivePart, wanted) as unknown as TimeToLiveSpecification)
    : { Enabled: false, AttributeName: attribute };
  return [
    {
      what: 'its time to live',
      call: 'UpdateTimeToLive',
      input: { TableName: name, TimeToLiveSpecification: specification },
    },
  ];
}

function recoveryMoves(name: string, wanted: unknown, there: Json): readonly Move[] {
  const isWanted = isMap(wanted) && wanted['pointInTimeRecoveryEnabled'] === true;
  if (!isWanted && there === null) return [];
  const specification: PointInTimeRecoverySpecification = isWanted
    ? (toInput(recoveryPart, wanted) as unknown as PointInTimeRecoverySpecification)
    : { PointInTimeRecoveryEnabled: false };
  return [
    {
      what: 'its recovery',
      call: 'UpdateContinuousBackups',
      input: { TableName: name, PointInTimeRecoverySpecification: specification },
    },
  ];
}

function insightsMoves(name: string, wanted: unknown, there: Json): readonly Move[] {
  const said = isMap(wanted) && wanted['enabled'] === true ? (wanted as { readonly mode?: string }) : undefined;
  if (said === undefined && there === null) return [];
  return [
    {
      what: 'its contributor insights',
      call: 'UpdateContributorInsights',
      input: {
        TableName: name,
        ContributorInsightsAction: said === undefined ? 'DISABLE' : 'ENABLE',
        ...(said?.mode === undefined
          ? {}
          : { ContributorInsightsMode: said.mode as 'ACCESSED_AND_THROTTLED_KEYS' | 'THROTTLED_KEYS' }),
      },
    },
  ];
}

function policyMoves(arn: string, wanted: unknown, there: Json): readonly Move[] {
  if (typeof wanted === 'string' && wanted !== '') {
    return [{ what: 'its policy', call: 'PutResourcePolicy', input: { ResourceArn: arn, Policy: wanted } }];
  }
  return there === null ? [] : [{ what: 'its policy', call: 'DeleteResourcePolicy', input: { ResourceArn: arn } }];
}
