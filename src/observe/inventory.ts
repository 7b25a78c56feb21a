// What stands in an account and region, whoever's it is: the listings of all component types that have one, and what bears
// relight's tag by the index of tags, confirmed by the services that own it. Changes nothing.
import { apiOf, classify } from '../aws/errors.ts';
import { isOwnFault } from '../aws/gate.ts';
import { taggedPieces, type TaggedPiece } from '../aws/tagged.ts';
import {
  ownerTags,
  unknownReasons,
  type ComponentType,
  type Confirmation,
  type InventoryPiece,
  type Observation,
  type ReadContext,
  type StateEntries,
  type StateEntry,
  type Tags,
  type UnknownReason,
} from '../components/contract.ts';
import { groupBy } from '../util/group-by.ts';
import { readContext, type ObserveContext } from './context.ts';

/** Why something was not to be seen. */
export interface Unlisted {
  readonly kind: 'unknown';
  readonly reason: UnknownReason;
  readonly detail: string;
  readonly code: string;
  /** As IAM calls it; undefined where no call failed. */
  readonly api: string | undefined;
}

export type Listing<Item = InventoryPiece> = { readonly kind: 'listed'; readonly pieces: readonly Item[] } | Unlisted;

/** A piece that bears relight's tag, by the index of tags. */
export interface Hint {
  readonly arn: string;
  /** As the service that owns it tells them, where it does; else as the index has them. */
  readonly tags: Tags;
  /** The component type that it is of; undefined for a kind that no type knows. */
  readonly type: string | undefined;
  /** That describes it as it is; undefined where its type cannot tell, and of what is not there. */
  readonly spec?: unknown;
  readonly confirmed:
    | { readonly kind: 'there' | 'gone' }
    | Unlisted
    /** Nobody could be asked; in words. */
    | { readonly kind: 'unasked'; readonly why: string };
}

export interface PlaceInventory {
  /** Milliseconds since the epoch, when it began. */
  readonly at: number;
  /** By component type. */
  readonly listings: ReadonlyMap<string, Listing>;
  readonly hints: Listing<Hint>;
  readonly states: readonly StateListing[];
}

/** What a table says of services. */
export interface StateListing {
  readonly asked: StateEntries;
  /** The component type of its entries. */
  readonly type: string;
  readonly listing: Listing<StateEntry>;
}

export interface InventoryRequest {
  /** Tables that speak of services. */
  readonly states: readonly StateEntries[];
  /** What all regions of the account have in common is listed too. */
  readonly accountWide: boolean;
  /** Is it known whose piece that is? Then nobody is asked. */
  readonly isKnown: (arn: string) => boolean;
}

/** Lists all that the types list. A listing that fails is unknown, and the others are not touched by it. */
export async function inventoryOf(
  observeContext: ObserveContext,
  { accountWide, isKnown, states: asking }: InventoryRequest,
): Promise<PlaceInventory> {
  const context = readContext(observeContext);
  const { types } = observeContext;
  const at = context.now();
  const asked = [...types].filter(
    ([, { inventory }]) => inventory?.list !== undefined && (accountWide || inventory.accountWide !== true),
  );
  const reading = asking.flatMap((entries) =>
    [...types].flatMap(([type, { inventory }]) =>
      inventory?.entries === undefined ? [] : [{ entries, type, read: inventory.entries }],
    ),
  );
  const [hints, states, ...listings] = await Promise.all([
    listingOf(() => hintsOf(types, isKnown, context)),
    Promise.all(
      reading.map(async ({ entries, read, type }): Promise<StateListing> => ({
        asked: entries,
        type,
        listing: await listingOf(() => read(entries, context)),
      })),
    ),
    ...asked.map(async ([name, { inventory }]): Promise<[string, Listing]> => [
      name,
      await listingOf(() => inventory?.list?.(context) ?? Promise.resolve([])),
    ]),
  ]);
  return { at, listings: new Map(listings), hints, states };
}

async function listingOf<Item>(list: () => Promise<readonly Item[]>): Promise<Listing<Item>> {
  try {
    return { kind: 'listed', pieces: await list() };
  } catch (error) {
    return unlisted(error);
  }
}

/** What the index of tags tells, each asked for where it lives. */
async function hintsOf(
  types: ReadonlyMap<string, ComponentType>,
  isKnown: InventoryRequest['isKnown'],
  context: ReadContext,
): Promise<readonly Hint[]> {
  const all = await context.limit(() => taggedPieces(context.aws, ownerTags.playbook));
  const open = all.filter(({ arn }) => !isKnown(arn));
  const owned = groupBy(
    open,
    ({ arn }) => [...types].find(([, { inventory }]) => inventory?.owns?.(arn) === true)?.[0],
  );
  const groups = await Promise.all(
    [...owned].map(async ([name, pieces]): Promise<readonly Hint[]> => {
      const type = name === undefined ? undefined : types.get(name);
      if (type === undefined) {
        const why = 'no component type knows its kind';
        return pieces.map((each) => ({ ...each, type: undefined, confirmed: { kind: 'unasked', why } }));
      }
      return confirmedBy(type, pieces, context);
    }),
  );
  return groups.flat();
}

async function confirmedBy(
  type: ComponentType,
  pieces: readonly TaggedPiece[],
  context: ReadContext,
): Promise<readonly Hint[]> {
  const { inventory, traits } = type;
  const arns = pieces.map(({ arn }) => arn);
  const answers =
    inventory?.confirm === undefined ? await byObserving(type, arns, context) : await inventory.confirm(arns, context);
  return pieces.map(({ arn, tags }): Hint => {
    const answer = answers.get(arn);
    const base = { arn, tags, type: traits.type };
    if (answer === undefined) {
      return { ...base, confirmed: { kind: 'unasked', why: 'its ARN does not tell its name' } };
    }
    switch (answer.kind) {
      case 'there':
        return { ...base, tags: answer.tags, spec: answer.spec, confirmed: { kind: 'there' } };
      case 'gone':
        return { ...base, confirmed: { kind: 'gone' } };
      case 'failed':
        return { ...base, confirmed: unlisted(answer.error) };
      case 'unknown':
        return { ...base, confirmed: answer };
    }
  });
}

/** Looks for each by the least that finds it: what stands there under its name now may be another piece. */
async function byObserving(
  type: ComponentType,
  arns: readonly string[],
  context: ReadContext,
): Promise<ReadonlyMap<string, Confirmation | Unlisted>> {
  const { inventory, traits } = type;
  const targets = arns.flatMap((arn) => {
    const spec = traits.schema.safeParse(inventory?.specOfArn?.(arn));
    return spec.success ? [{ id: arn, spec: spec.data }] : [];
  });
  const seen = targets.length === 0 ? new Map<string, never>() : await type.observe(targets, context);
  return new Map(
    targets.flatMap(({ id, spec }): readonly [string, Confirmation | Unlisted][] => {
      const observation = seen.get(id);
      return observation === undefined ? [] : [[id, confirmationOf(id, spec, observation, type, context)]];
    }),
  );
}

function confirmationOf(
  arn: string,
  spec: unknown,
  observation: Observation<unknown>,
  type: ComponentType,
  { scope }: ReadContext,
): Confirmation | Unlisted {
  switch (observation.kind) {
    case 'absent':
      return { kind: 'gone' };
    case 'unknown': {
      const { api, code = '', detail, reason } = observation;
      return { kind: 'unknown', reason, detail, code, api };
    }
    case 'present': {
      const same = type.inventory?.sameAs ?? ((each: string): string => each);
      const found = type.outputsOf(spec, observation.state, scope)['arn'];
      if (found !== undefined && same(found) !== same(arn)) return { kind: 'gone' };
      const { spec: described } = type.undo.specOf(spec, observation.state, undefined);
      return { kind: 'there', tags: observation.tags ?? {}, spec: described };
    }
  }
}

function unlisted(error: unknown): Unlisted {
  if (isOwnFault(error)) throw error;
  const { class: kind, code, message } = classify(error);
  return { kind: 'unknown', reason: unknownReasons[kind], detail: `${code}: ${message}`, code, api: apiOf(error) };
}
