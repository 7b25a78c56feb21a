// The one way in which items change: views and figures are kept up to date with them.
import type { CallContext } from '../../model.ts';
import { own, put } from '../../records.ts';
import { keepWrite } from './recovery.ts';
import { primaryKey } from './keys.ts';
import { itemSize } from './size.ts';
import type { Counted, Figures, TableRecord } from './store.ts';
import type { Item } from './value.ts';
import { heldItem, updateViews } from './views.ts';

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html
/** DynamoDB counts items about every six hours. */
const countInterval = 6 * 3_600_000;

/** @param after undefined to delete the item */
export function writeItem(
  context: CallContext,
  table: TableRecord,
  before: Item | undefined,
  after: Item | undefined,
): void {
  const either = after ?? before;
  if (either === undefined) return;
  table.counted = countedAt(table, context.now);
  const key = primaryKey(table, either);
  if (table.recovery) keepWrite(table.recovery, { at: context.now, key, before: before ?? null });
  updateViews(table, key, before, after);
  if (after === undefined) Reflect.deleteProperty(table.items, key);
  else table.items[key] = after;
  const figures: Record<string, Figures> = {};
  for (const index of [undefined, ...table.indexes]) {
    const name = index?.name ?? '';
    const counted = own(table.figures, name) ?? noFigures;
    put(figures, name, changed(counted, heldItem(table, index, before), heldItem(table, index, after)));
  }
  table.figures = figures;
}

export const noFigures: Figures = { items: 0, bytes: 0 };

function changed({ items, bytes }: Figures, before: Item | undefined, after: Item | undefined): Figures {
  return {
    items: items + (after === undefined ? 0 : 1) - (before === undefined ? 0 : 1),
    bytes: bytes + (after === undefined ? 0 : itemSize(after)) - (before === undefined ? 0 : itemSize(before)),
  };
}

/** The figures as they are told: those of the last count. */
export function countedAt(table: TableRecord, now: number): Counted {
  const { counted } = table;
  const rounds = Math.floor((now - counted.at) / countInterval);
  if (rounds < 1) return counted;
  return { at: counted.at + rounds * countInterval, figures: table.figures };
}
