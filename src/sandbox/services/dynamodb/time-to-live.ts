// UpdateTimeToLive and DescribeTimeToLive. Expired items stay: AWS promises their deletion within a few days only, and
// callers must not count on it. Texts are those observed.
import type { CallContext, Operation } from '../../model.ts';
import { validation } from './errors.ts';
import { decode, flag, required, struct, text } from './request/shapes.ts';
import { tableNameShape } from './request/table-shapes.ts';
import type { TableRecord } from './store.ts';
import { theMadeTable } from './tables.ts';
import { dynamoDbTimes } from './timings.ts';

const name = tableNameShape(3);
export const describeTimeToLiveShape = struct({ TableName: name });
export const updateTimeToLiveShape = struct({
  TableName: name,
  TimeToLiveSpecification: required(
    struct({ Enabled: required(flag), AttributeName: required(text({ min: 1, max: 255 })) }, 'TimeToLiveSpecification'),
  ),
});

export const updateTimeToLive: Operation = (input, context) => {
  const request = decode(updateTimeToLiveShape, input);
  const { table } = theMadeTable(context, request.TableName);
  const { Enabled: enabled, AttributeName: attribute } = request.TimeToLiveSpecification;
  const current = table.timeToLive;
  const status = timeToLiveStatus(table, context);
  if (status === 'ENABLING' || status === 'DISABLING') {
    throw validation('Time to live has been modified multiple times within a fixed interval');
  }
  if (current?.enabled === true && current.attribute !== attribute) {
    const own = `current AttributeName is ${current.attribute}`;
    throw validation(`TimeToLive is active on a different AttributeName: ${own}`);
  }
  if ((current?.enabled ?? false) === enabled) {
    throw validation(`TimeToLive is already ${enabled ? 'enabled' : 'disabled'}`);
  }
  table.timeToLive = { attribute, enabled, changedAt: context.now };
  return { TimeToLiveSpecification: { Enabled: enabled, AttributeName: attribute } };
};

export const describeTimeToLive: Operation = (input, context) => {
  const request = decode(describeTimeToLiveShape, input);
  const { status: state, table } = theMadeTable(context, request.TableName);
  if (state === 'CREATING' || state === 'DELETING') {
    const now = `Current table state is ${state}`;
    throw validation(`Cannot describe time to live while table is in ${state} state: ${now}`);
  }
  const status = timeToLiveStatus(table, context);
  return { TimeToLiveDescription: timeToLiveDescription(table, context) ?? { TimeToLiveStatus: status } };
};

/** Also of a backup's source; none while it is off. */
export function timeToLiveDescription(table: TableRecord, context: TimedContext): object | undefined {
  const status = timeToLiveStatus(table, context);
  if (status === 'DISABLED') return undefined;
  return { TimeToLiveStatus: status, AttributeName: table.timeToLive?.attribute };
}

type TimedContext = Pick<CallContext, 'now' | 'world'>;

type TimeToLiveStatus = 'ENABLING' | 'ENABLED' | 'DISABLING' | 'DISABLED';

function timeToLiveStatus({ timeToLive }: TableRecord, { now, world }: TimedContext): TimeToLiveStatus {
  if (timeToLive === null) return 'DISABLED';
  const changing = now < timeToLive.changedAt + dynamoDbTimes(world).timeToLiveChange;
  if (timeToLive.enabled) return changing ? 'ENABLING' : 'ENABLED';
  return changing ? 'DISABLING' : 'DISABLED';
}
