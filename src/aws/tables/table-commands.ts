// What the tables of locks and consents need of the SDK, loaded when a table is used first.
import { lazily } from '../loading.ts';

export const tableCommands = lazily(async () => {
  const {
    ConditionalCheckFailedException,
    CreateTableCommand,
    DescribeTableCommand,
    GetItemCommand,
    UpdateItemCommand,
  } = await import('@aws-sdk/client-dynamodb');
  const { marshall, unmarshall } = await import('@aws-sdk/util-dynamodb');
  return {
    ConditionalCheckFailedException,
    CreateTableCommand,
    DescribeTableCommand,
    GetItemCommand,
    UpdateItemCommand,
    marshall,
    unmarshall,
  };
});
