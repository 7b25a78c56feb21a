// What the tables of locks, consents and known good need of the SDK, loaded when a table is used first.
import { lazily } from '../loading.ts';

export const tableCommands = lazily(async () => {
  const {
    BatchGetItemCommand,
    ConditionalCheckFailedException,
    CreateTableCommand,
    DescribeTableCommand,
    GetItemCommand,
    PutItemCommand,
    UpdateItemCommand,
  } = await import('@aws-sdk/client-dynamodb');
  const { marshall, unmarshall } = await import('@aws-sdk/util-dynamodb');
  return {
    BatchGetItemCommand,
    ConditionalCheckFailedException,
    CreateTableCommand,
    DescribeTableCommand,
    GetItemCommand,
    PutItemCommand,
    UpdateItemCommand,
    marshall,
    unmarshall,
  };
});
