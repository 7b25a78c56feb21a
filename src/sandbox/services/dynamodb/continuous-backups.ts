// UpdateContinuousBackups and DescribeContinuousBackups: point-in-time recovery, for which each write is kept.
import { timestamp } from '../../model.ts';
import type { CallContext, Operation, Output } from '../../model.ts';
import { backedTableNotFound, validation } from './errors.ts';
import { restorableBounds } from './recovery.ts';
import { decode, flag, integer, required, struct } from './request/shapes.ts';
import { tableNameShape } from './request/table-shapes.ts';
import type { TableRecord } from './store.ts';
import { findTable, isBeingRestored, readyForBackups, tableName } from './tables.ts';

const longestPeriod = 35;

export const updateContinuousBackupsShape = struct({
  TableName: tableNameShape(3),
  PointInTimeRecoverySpecification: required(
    struct(
      {
        PointInTimeRecoveryEnabled: required(flag),
        RecoveryPeriodInDays: integer({ min: 1, max: longestPeriod }),
      },
      'PointInTimeRecoverySpecification',
    ),
  ),
});

/** Whoever switches it off and on again begins anew, and with the usual period. */
export const updateContinuousBackups: Operation = (input, context) => {
  const { PointInTimeRecoverySpecification: given, TableName: name } = decode(updateContinuousBackupsShape, input);
  const { PointInTimeRecoveryEnabled: enabled, RecoveryPeriodInDays: days } = given;
  if (!enabled && days !== undefined) {
    throw validation('Invalid Request: Cannot specify RecoveryPeriodInDays when disabling point-in-time recovery.');
  }
  const { table } = readyForBackups(context, name);
  if (!enabled) table.recovery = null;
  else if (table.recovery) table.recovery.days = days ?? table.recovery.days;
  else table.recovery = { since: context.now, days: days ?? longestPeriod, writes: [] };
  return told(table, context);
};

export const describeContinuousBackups: Operation = (input, context) => {
  const name = String(input['TableName']);
  const found = findTable(context, name);
  if (found === undefined || isBeingRestored(found)) throw backedTableNotFound(tableName(name));
  return told(found.table, context);
};

/** Backups on demand are possible for every table; recovery is off until somebody asks for it. */
function told({ recovery }: TableRecord, { now }: CallContext): Output {
  const bounds = recovery ? restorableBounds(recovery, now) : undefined;
  return {
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription:
        recovery && bounds
          ? {
              PointInTimeRecoveryStatus: 'ENABLED',
              RecoveryPeriodInDays: recovery.days,
              EarliestRestorableDateTime: timestamp(bounds.earliest),
              LatestRestorableDateTime: timestamp(bounds.latest),
            }
          : { PointInTimeRecoveryStatus: 'DISABLED' },
    },
  };
}
