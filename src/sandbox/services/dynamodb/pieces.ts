// What of DynamoDB is looked at in a census: tables carry tags, items say whose they are.
import type { Piece, PiecePlace } from '../../model.ts';
import { dynamoDbOf } from './store.ts';

export function dynamoDbPieces({ data, local, region }: PiecePlace): readonly Piece[] {
  return Object.values(dynamoDbOf(local).tables).map((table) => {
    const { billingMode, deletedAt, deletionProtection, indexes, kmsKey, name, onDemand, tags, throughput } = table;
    const { insights, policy, recovery, stream, tableClass, timeToLive } = table;
    return {
      id: `arn:aws:dynamodb:${region}:${data.account}:table/${name}`,
      title: `table ${name}`,
      gone: deletedAt !== null,
      tags,
      settings: () => ({
        ...{ billingMode, deletedAt, deletionProtection, indexes, kmsKey, onDemand, tableClass, tags, throughput },
        ...{
          insights,
          policy: policy?.text,
          stream,
          timeToLive,
          recovery: recovery ? { days: recovery.days, since: recovery.since } : null,
        },
      }),
      putTag: (key, value) => {
        table.tags = { ...table.tags, [key]: value };
      },
    };
  });
}

/** Items of which an attribute is just that name. */
export function itemsOf({ local }: PiecePlace, owner: string): readonly Pick<Piece, 'title' | 'settings'>[] {
  return Object.values(dynamoDbOf(local).tables).flatMap(({ deletedAt, items, name }) => {
    if (deletedAt !== null) return [];
    return Object.entries(items).flatMap(([place, item]) => {
      const says = Object.values(item).some((each) => 'S' in each && each.S === owner);
      return says ? [{ title: `item ${place} of ${name}`, settings: () => item }] : [];
    });
  });
}
