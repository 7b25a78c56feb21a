// What the sandbox does not model of DynamoDB's inputs: refused by name, never dropped.

const replaced = 'expressions have replaced it';
const noGlobalTables = 'tables belong to one region';
const noWarmth = 'tables take whatever comes';

export const notModelled: Readonly<Record<string, string>> = {
  'CreateTableInput.GlobalTableSettingsReplicationMode': noGlobalTables,
  'CreateTableInput.GlobalTableSourceArn': noGlobalTables,
  'CreateTableInput.WarmThroughput': noWarmth,
  'GlobalSecondaryIndex.WarmThroughput': noWarmth,
  'CreateGlobalSecondaryIndexAction.WarmThroughput': noWarmth,
  'UpdateGlobalSecondaryIndexAction.WarmThroughput': noWarmth,
  'UpdateTableInput.GlobalTableSettingsReplicationMode': noGlobalTables,
  'UpdateTableInput.GlobalTableWitnessUpdates': noGlobalTables,
  'UpdateTableInput.MultiRegionConsistency': noGlobalTables,
  'UpdateTableInput.ReplicaUpdates': noGlobalTables,
  'UpdateTableInput.WarmThroughput': noWarmth,
  'GetItemInput.AttributesToGet': replaced,
  'KeysAndAttributes.AttributesToGet': replaced,
  'PutItemInput.Expected': replaced,
  'PutItemInput.ConditionalOperator': replaced,
  'UpdateItemInput.Expected': replaced,
  'UpdateItemInput.ConditionalOperator': replaced,
  'DeleteItemInput.Expected': replaced,
  'DeleteItemInput.ConditionalOperator': replaced,
  'QueryInput.AttributesToGet': replaced,
  'QueryInput.ConditionalOperator': replaced,
  'QueryInput.KeyConditions': replaced,
  'QueryInput.QueryFilter': replaced,
  'ScanInput.AttributesToGet': replaced,
  'ScanInput.ConditionalOperator': replaced,
  'ScanInput.ScanFilter': replaced,
};
