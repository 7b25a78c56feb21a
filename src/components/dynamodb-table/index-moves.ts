// Changes of a table's billing and of its global indexes: one of these comes or goes at a time. Pure.
import type {
  AttributeDefinition,
  GlobalSecondaryIndex,
  GlobalSecondaryIndexUpdate,
  ProvisionedThroughput,
} from '@aws-sdk/client-dynamodb';
import type { Difference } from '../contract.ts';
import { differsBelow } from '../kit/changing.ts';
import { toInput } from '../kit/members/input.ts';
import { isMap } from '../kit/members/maps.ts';
import { listAt } from './described.ts';
import { billingOf, definitionsOf } from './input.ts';
import type { TableMove } from './move.ts';
import { globalIndexPart } from './parts.ts';
import type { TableSpec, TableState } from './schema.ts';

const list = 'globalSecondaryIndexes';

interface SaidIndex {
  readonly name: string;
  readonly input: GlobalSecondaryIndex;
  readonly differs: (member: string) => boolean;
}

function saidIndexes(spec: TableSpec, differences: readonly Difference[]): readonly SaidIndex[] {
  const said: unknown = (spec as Readonly<Record<string, unknown>>)[list];
  return (Array.isArray(said) ? said.filter(isMap) : []).map((index, at) => {
    const input = toInput(globalIndexPart, index) as unknown as GlobalSecondaryIndex;
    const path = `${list}[${at}]`;
    return { name: input.IndexName ?? '', input, differs: (member) => differsBelow(differences, `${path}${member}`) };
  });
}

function presentIndexes(state: TableState): readonly string[] {
  return (listAt(state.description, 'GlobalSecondaryIndexes') ?? []).map((index) => String(index['IndexName']));
}

/** Another way to pay, with another throughput of the table and of its indexes where they have one. */
export function billingMove(
  spec: TableSpec,
  state: TableState,
  differences: readonly Difference[],
): readonly TableMove[] {
  const isOther = differsBelow(differences, 'billingMode');
  const isThroughput = ['readCapacity', 'writeCapacity'].some((word) => differsBelow(differences, word));
  const mode = spec.billingMode ?? state.billingMode;
  if (!isOther && !(isThroughput && mode === 'PROVISIONED')) return [];
  if (mode !== 'PROVISIONED')
    return [{ what: 'its billing', call: 'UpdateTable', input: { BillingMode: 'PAY_PER_REQUEST' } }];
  const billing = billingOf({ ...spec, billingMode: 'PROVISIONED' });
  const own = billing.ProvisionedThroughput;
  const said = new Map(saidIndexes(spec, differences).map((each) => [each.name, each.input.ProvisionedThroughput]));
  // Whoever begins to pay for a throughput names one for each index [DynamoDB API, UpdateTable].
  const indexes = isOther ? presentIndexes(state).map((name) => updateOf(name, said.get(name) ?? own)) : [];
  return [
    {
      what: 'its billing',
      call: 'UpdateTable',
      input: {
        ...(isOther ? { BillingMode: 'PROVISIONED' as const } : {}),
        ProvisionedThroughput: own,
        ...(indexes.length === 0 ? {} : { GlobalSecondaryIndexUpdates: indexes }),
      },
    },
  ];
}

function updateOf(IndexName: string, throughput: ProvisionedThroughput | undefined): GlobalSecondaryIndexUpdate {
  return { Update: { IndexName, ProvisionedThroughput: throughput } };
}

export function indexMoves(
  spec: TableSpec,
  state: TableState,
  differences: readonly Difference[],
): readonly TableMove[] {
  const present = presentIndexes(state);
  const said = saidIndexes(spec, differences);
  const isProvisioned = (spec.billingMode ?? state.billingMode) === 'PROVISIONED';
  const isPaidAnew = differsBelow(differences, 'billingMode');
  const gone = present.filter((name) =>
    differences.some(({ desired, path }) => desired === undefined && (path === list || path === `${list}[${name}]`)),
  );
  const moves = said.flatMap((index): readonly TableMove[] => {
    const { differs, input, name } = index;
    if (!differs('')) return [];
    const creation: TableMove = {
      what: `its index ${name}`,
      call: 'UpdateTable',
      input: creationOf(spec, state, input, isProvisioned),
    };
    if (!present.includes(name)) return [creation];
    if (differs('.keySchema') || differs('.projection')) return [deletionOf(name), creation];
    const throughput = isProvisioned && !isPaidAnew && differs('.provisionedThroughput');
    const update = {
      ...(throughput ? { ProvisionedThroughput: input.ProvisionedThroughput } : {}),
      ...(differs('.onDemandThroughput') ? { OnDemandThroughput: input.OnDemandThroughput } : {}),
      ...(differs('.warmThroughput') ? { WarmThroughput: input.WarmThroughput } : {}),
    };
    if (Object.keys(update).length === 0) return [];
    return [
      {
        what: `its index ${name}`,
        call: 'UpdateTable',
        input: { GlobalSecondaryIndexUpdates: [{ Update: { IndexName: name, ...update } }] },
      },
    ];
  });
  return [...gone.map(deletionOf), ...moves];
}

function deletionOf(name: string): TableMove {
  return {
    what: `its index ${name}`,
    call: 'UpdateTable',
    input: { GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: name } }] },
  };
}

/** An index that says no throughput of its own gets that of the table. */
function creationOf(
  spec: TableSpec,
  state: TableState,
  input: GlobalSecondaryIndex,
  isProvisioned: boolean,
): TableMove['input'] {
  const { IndexName, KeySchema, OnDemandThroughput, Projection, WarmThroughput } = input;
  const own = {
    ReadCapacityUnits: spec.readCapacity ?? state.readCapacity,
    WriteCapacityUnits: spec.writeCapacity ?? state.writeCapacity,
  };
  return {
    AttributeDefinitions: [...allDefinitions(spec, state, input)],
    GlobalSecondaryIndexUpdates: [
      {
        Create: {
          IndexName,
          KeySchema,
          Projection,
          ...(isProvisioned ? { ProvisionedThroughput: input.ProvisionedThroughput ?? own } : {}),
          ...(OnDemandThroughput === undefined ? {} : { OnDemandThroughput }),
          ...(WarmThroughput === undefined ? {} : { WarmThroughput }),
        },
      },
    ],
  };
}

/** Of the attributes that the table and this index have as keys. */
function allDefinitions(
  spec: TableSpec,
  state: TableState,
  { KeySchema = [] }: GlobalSecondaryIndex,
): readonly AttributeDefinition[] {
  const there = (listAt(state.description, 'AttributeDefinitions') ?? []) as unknown as readonly AttributeDefinition[];
  const known = new Set(there.map((each) => each.AttributeName));
  const needed = new Set(KeySchema.map((each) => each.AttributeName));
  const further = definitionsOf(spec).filter(({ AttributeName: name }) => needed.has(name) && !known.has(name));
  return [...there, ...further];
}
