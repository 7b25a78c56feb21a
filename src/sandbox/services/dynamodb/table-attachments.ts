// What is attached to a table by operations of its own: its policy, and contributor insights. Policies are kept and obeyed
// by nobody; insights are on or off and count nothing. Nothing streams into Kinesis.
import { AwsError } from '../../model.ts';
import type { CallContext, Operation, Output } from '../../model.ts';
import { own } from '../../records.ts';
import { decode, required, struct, text } from './request/shapes.ts';
import { tableNameShape } from './request/table-shapes.ts';
import type { InsightsRecord, TableRecord } from './store.ts';
import { tableName, theMadeTable } from './tables.ts';
import { notAPolicy, policyMoved, policyNotFound } from './unverified.ts';

const named = struct({ TableName: tableNameShape(1) });
const ofArn = struct({ ResourceArn: required(text()), ExpectedRevisionId: text() });
const policyOf = struct({ ResourceArn: required(text()), Policy: required(text()), ExpectedRevisionId: text() });
const insightsOf = struct({
  TableName: tableNameShape(1),
  IndexName: text(),
  ContributorInsightsAction: required(text()),
  ContributorInsightsMode: text(),
});

export const getResourcePolicy: Operation = (input, context) => {
  const { table } = theMadeTable(context, tableName(decode(ofArn, input).ResourceArn));
  if (table.policy === undefined) throw noPolicy(table);
  return { Policy: table.policy.text, RevisionId: table.policy.revision };
};

/** AWS keeps the text; a revision tells whether it is still the one that was seen. */
export const putResourcePolicy: Operation = (input, context) => {
  const { ExpectedRevisionId: expected, Policy: policy, ResourceArn: arn } = decode(policyOf, input);
  const { table } = theMadeTable(context, tableName(arn));
  checkPolicy(policy);
  const current = table.policy?.revision ?? 'NO_POLICY';
  if (expected !== undefined && expected !== current) throw new AwsError('PolicyNotFoundException', policyMoved);
  table.policy = newPolicy(policy, context);
  return { RevisionId: table.policy.revision };
};

/** A table without a policy is no error, unless a revision was expected. */
export const deleteResourcePolicy: Operation = (input, context) => {
  const { ExpectedRevisionId: expected, ResourceArn: arn } = decode(ofArn, input);
  const { table } = theMadeTable(context, tableName(arn));
  const revision = table.policy?.revision;
  if (expected !== undefined && expected !== revision) throw new AwsError('PolicyNotFoundException', policyMoved);
  delete table.policy;
  return { RevisionId: revision };
};

/** @throws AwsError for what is no JSON */
export function newPolicy(policy: string, { now }: CallContext): { readonly text: string; readonly revision: string } {
  checkPolicy(policy);
  return { text: policy, revision: String(now) };
}

function checkPolicy(policy: string): void {
  try {
    JSON.parse(policy);
  } catch {
    throw new AwsError('ValidationException', notAPolicy);
  }
}

function noPolicy({ name }: TableRecord): AwsError {
  return new AwsError('PolicyNotFoundException', `${policyNotFound} ${name}`);
}

const modes = 'ACCESSED_AND_THROTTLED_KEYS';

/** At once; AWS is ENABLING or DISABLING for some seconds. */
export const updateContributorInsights: Operation = (input, context) => {
  const request = decode(insightsOf, input);
  const { table } = theMadeTable(context, request.TableName);
  const place = request.IndexName ?? '';
  const record: InsightsRecord = {
    enabled: request.ContributorInsightsAction === 'ENABLE',
    mode: request.ContributorInsightsMode ?? own(table.insights, place)?.mode ?? modes,
  };
  table.insights = { ...table.insights, [place]: record };
  return told(table, request.IndexName);
};

export const describeContributorInsights: Operation = (input, context) => {
  const { IndexName: index, TableName: name } = decode(
    struct({ TableName: tableNameShape(1), IndexName: text() }),
    input,
  );
  return told(theMadeTable(context, name).table, index);
};

function told(table: TableRecord, index: string | undefined): Output {
  const record = own(table.insights, index ?? '');
  return {
    TableName: table.name,
    IndexName: index,
    ContributorInsightsStatus: record?.enabled === true ? 'ENABLED' : 'DISABLED',
    ContributorInsightsMode: record?.enabled === true ? record.mode : undefined,
  };
}

export const describeKinesisStreamingDestination: Operation = (input, context) => {
  const { table } = theMadeTable(context, decode(named, input).TableName);
  return { TableName: table.name, KinesisDataStreamDestinations: [] };
};
