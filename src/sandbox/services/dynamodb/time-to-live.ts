// UpdateTimeToLive, DescribeTimeToLive and DescribeContinuousBackups. Expired items stay: AWS promises their deletion
// within a few days only, and callers must not count on it.
import { AwsError } from '../../model.ts';
import type { CallContext, Operation } from '../../model.ts';
import { validation } from './errors.ts';
import { decode, flag, required, struct, text } from './request/shapes.ts';
import type { TableRecord } from './store.ts';
import { findTable, tableName, theTable } from './tables.ts';
import { dynamoDbTimes } from './timings.ts';
import { timeToLiveDisabled, timeToLiveEnabled, timeToLiveTooOften } from './unverified.ts';

const name = required(text({ pattern: '[a-zA-Z0-9_.-]+|arn:.+', min: 1, max: 1024 }));
const nameShape = struct({ TableName: name });
const updateShape = struct({
  TableName: name,
  TimeToLiveSpecification: required(
    struct({ Enabled: required(flag), AttributeName: required(text({ min: 1, max: 255 })) }, 'TimeToLiveSpecification'),
  ),
});

export const updateTimeToLive: Operation = (input, context) => {
  const request = decode(updateShape, input);
  const { table } = theTable(context, request.TableName);
  const { Enabled: enabled, AttributeName: attribute } = request.TimeToLiveSpecification;
  const current = table.timeToLive;
  const status = timeToLiveStatus(table, context);
  if (status === 'ENABLING' || status === 'DISABLING') throw validation(timeToLiveTooOften);
  if ((current?.enabled ?? false) === enabled) throw validation(enabled ? timeToLiveEnabled : timeToLiveDisabled);
  table.timeToLive = { attribute, enabled, changedAt: context.now };
  return { TimeToLiveSpecification: { Enabled: enabled, AttributeName: attribute } };
};

export const describeTimeToLive: Operation = (input, context) => {
  const request = decode(nameShape, input);
  const { table } = theTable(context, request.TableName);
  const status = timeToLiveStatus(table, context);
  const attribute = status === 'DISABLED' ? undefined : table.timeToLive?.attribute;
  return { TimeToLiveDescription: { TimeToLiveStatus: status, AttributeName: attribute } };
};

type TimeToLiveStatus = 'ENABLING' | 'ENABLED' | 'DISABLING' | 'DISABLED';

function timeToLiveStatus({ timeToLive }: TableRecord, { now, world }: CallContext): TimeToLiveStatus {
  if (timeToLive === null) return 'DISABLED';
  const changing = now < timeToLive.changedAt + dynamoDbTimes(world).timeToLiveChange;
  if (timeToLive.enabled) return changing ? 'ENABLING' : 'ENABLED';
  return changing ? 'DISABLING' : 'DISABLED';
}

/** Every table has continuous backups; point-in-time recovery is off until somebody asks for it. */
export const describeContinuousBackups: Operation = (input, context) => {
  const request = decode(nameShape, input);
  if (findTable(context, request.TableName) === undefined) {
    throw new AwsError('TableNotFoundException', `Table not found: ${tableName(request.TableName)}`);
  }
  return {
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' },
    },
  };
};
