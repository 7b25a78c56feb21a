// Where consents to ownership are kept: a file in the state directory, or for a team the table of its lock.
import { join } from 'node:path';
import { z } from 'zod';
import { readAdoptionItem, writeAdoptionItem, type AdoptionPlace } from '../../aws/tables/adoption-table.ts';
import type { AwsAccess } from '../../aws/access.ts';
import { classify } from '../../aws/errors.ts';
import { readRegularText } from '../../util/storage-read.ts';
import { writeWhole } from '../../util/write-whole.ts';
import { UserError } from '../exit.ts';
import type { CliSession } from '../place/session.ts';
import { cannotRead, cannotWrite, isMissing } from './state-files.ts';

const recordSchema = z.object({
  state: z.enum(['adopted', 'forgotten']),
  account: z.string(),
  region: z.string(),
  sandbox: z.boolean(),
  /** What all playbooks call the piece. */
  piece: z.string(),
  playbook: z.string(),
  component: z.string(),
  /** What tells the piece, and what it said, from any other. */
  key: z.string(),
  by: z.string(),
  /** ISO 8601. */
  at: z.string(),
});

/** Somebody's word that a piece is a playbook's. */
export type AdoptionRecord = z.infer<typeof recordSchema>;

export interface AdoptionStore {
  /** For people. */
  readonly place: string;
  /** What was adopted of these pieces, by any playbook; what was forgotten is left out. */
  readonly find: (pieces: readonly string[]) => Promise<readonly AdoptionRecord[]>;
  /** Returns the record of another playbook that has the piece; undefined when it was kept. */
  readonly keep: (record: AdoptionRecord) => Promise<AdoptionRecord | undefined>;
}

/** For a team's lock the team's table, else a file. An embedded world has no team. */
export function adoptionStoreOf(cli: CliSession, aws: AwsAccess = cli.session.observeContext.aws): AdoptionStore {
  const { playbook, identity } = cli.session;
  const { account, region } = identity;
  if (playbook.lock.kind === 'file' || cli.embedded !== undefined) {
    return fileStore(join(cli.stateDirectory, 'adopted.json'), { account, region, sandbox: cli.place.sandbox });
  }
  return tableStore(aws, { table: playbook.lock.table, account, region });
}

// --- A file ----------------------------------------------------------------------------------------------------------

const fileSchema = z.object({ version: z.literal(1), adopted: z.array(recordSchema) });

function fileStore(file: string, here: Pick<AdoptionRecord, 'account' | 'region' | 'sandbox'>): AdoptionStore {
  const isHere = (each: AdoptionRecord): boolean =>
    each.account === here.account && each.region === here.region && each.sandbox === here.sandbox;
  const held = (): readonly AdoptionRecord[] =>
    readAll(file).filter((each) => isHere(each) && each.state === 'adopted');
  return {
    place: file,
    find: async (pieces) => {
      const asked = new Set(pieces);
      return Promise.resolve(held().filter((each) => asked.has(each.piece)));
    },
    keep: async (record) => {
      const other = held().find((each) => each.piece === record.piece && each.playbook !== record.playbook);
      if (other !== undefined) return Promise.resolve(other);
      const others = readAll(file).filter((each) => !(isHere(each) && each.piece === record.piece));
      writeAll(file, record.state === 'forgotten' ? others : [...others, record]);
      return Promise.resolve(undefined);
    },
  };
}

function readAll(file: string): readonly AdoptionRecord[] {
  let text: string;
  try {
    text = readRegularText(file);
  } catch (error) {
    if (isMissing(error)) return [];
    throw new UserError(cannotRead(error, file));
  }
  const parsed = fileSchema.safeParse(jsonIn(text));
  if (parsed.success) return parsed.data.adopted;
  throw new UserError(
    `${file} does not hold what \`relight adopt\` writes: nobody can tell what was adopted. Put it back, or move it away and adopt again`,
  );
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** As a whole or not at all. */
function writeAll(file: string, adopted: readonly AdoptionRecord[]): void {
  try {
    writeWhole(file, `${JSON.stringify({ version: 1, adopted }, null, 2)}\n`);
  } catch (error) {
    throw new UserError(cannotWrite(error, file));
  }
}

// --- A table ---------------------------------------------------------------------------------------------------------

function tableStore(aws: AwsAccess, place: AdoptionPlace): AdoptionStore {
  const told = async <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
    try {
      return await work();
    } catch (error) {
      const { code, message } = classify(error);
      throw new UserError(`dynamodb://${place.table}: nobody can tell what was adopted: ${code}: ${message}`);
    }
  };
  return {
    place: `dynamodb://${place.table}`,
    find: async (pieces) => {
      const items = await told(() => Promise.all(pieces.map((each) => readAdoptionItem(aws, place, each))));
      return items.flatMap((each) => recordIn(each) ?? []).filter((each) => each.state === 'adopted');
    },
    keep: async (record) => {
      const other = await told(() => writeAdoptionItem(aws, place, record.piece, record));
      return other === undefined ? undefined : (recordIn(other) ?? { ...record, playbook: 'another playbook' });
    },
  };
}

/** An item that something else wrote proves nothing. */
function recordIn(item: unknown): AdoptionRecord | undefined {
  const parsed = recordSchema.safeParse(item);
  return parsed.success ? parsed.data : undefined;
}
