// relight adopt: somebody says once, and not in an outage, that pieces of which nothing proves it are the playbook's. It
// changes nothing of them; what is recorded holds for the very piece, as long as it says what it said.
import type { AwsAccess } from '../../aws/access.ts';
import { connect } from '../../aws/connect.ts';
import { adoptionScope } from '../../aws/tables/adoption-table.ts';
import { doubtfulPieces, type DoubtfulPiece } from '../../engine.ts';
import type { Playbook } from '../../playbook/model.ts';
import { isoNow } from '../../util/clock.ts';
import { count } from '../../util/words.ts';
import { adoptionStoreOf, type AdoptionRecord, type AdoptionStore } from '../state/adoptions.ts';
import { whoAmI } from '../state/who-am-i.ts';
import { lookKnowingly } from '../state/earlier-writes.ts';
import { askWhetherTo } from '../changing/question.ts';
import { exitCodes, UserError, type ExitCode } from '../exit.ts';
import type { Io } from '../terminal/io.ts';
import { refuseUnknown, whereWords, type ApprovalOptions, type GlobalOptions } from '../options.ts';
import { openCliSession, readPlaybook, type CliSession } from '../place/session.ts';

export type AdoptOptions = GlobalOptions &
  Omit<ApprovalOptions, 'approve'> & {
    /** Show what was adopted. */
    readonly list?: boolean;
    /** Take consents back. */
    readonly forget?: boolean;
  };

export async function adopt(file: string, ids: readonly string[], options: AdoptOptions, io: Io): Promise<ExitCode> {
  const playbook = readPlaybook(file, options, io);
  refuseUnknown('adopt', ids, playbook);
  if (options.list === true && options.forget === true) throw new UserError('adopt: --list or --forget, not both');
  const cli = await openCliSession(playbook, 'read', options, io);
  const pieces = doubtfulPieces(cli.session, await lookKnowingly(cli)).filter(
    ({ component }) => ids.length === 0 || ids.includes(component),
  );
  // A table is written past the session, which only reads.
  const store = adoptionStoreOf(cli, options.list === true ? undefined : accessToWrite(cli));
  const records = await store.find(pieces.map((each) => each.piece));
  const view: View = { cli, file, pieces, records, store };
  if (options.list === true) return list(view, options, io);
  return options.forget === true ? forget(view, options, io) : record(view, ids, options, io);
}

interface View {
  readonly cli: CliSession;
  readonly file: string;
  readonly pieces: readonly DoubtfulPiece[];
  readonly records: readonly AdoptionRecord[];
  readonly store: AdoptionStore;
}

function accessToWrite({ access, session }: CliSession): AwsAccess {
  const { identity, playbook } = session;
  if (playbook.lock.kind === 'file') return session.observeContext.aws;
  const { account, region } = identity;
  const scope = adoptionScope({ table: playbook.lock.table, account, region });
  const aws = connect({ ...access, mode: 'change', scope });
  aws.credentialCache.expect(identity);
  aws.gate.openForReads();
  aws.gate.openForChanges();
  return aws;
}

/** What is still to be adopted, and what must not be. */
async function record(view: View, ids: readonly string[], options: AdoptOptions, io: Io): Promise<ExitCode> {
  const { cli, file, pieces, records, store } = view;
  const { playbook } = cli.session;
  const name = playbook.metadata.name;
  const otherOwner = (piece: DoubtfulPiece): string | undefined =>
    piece.owner ?? records.find((each) => each.piece === piece.piece && each.playbook !== name)?.playbook;
  const refused = pieces.filter((each) => each.adopted === undefined && otherOwner(each) !== undefined);
  const open = pieces.filter((each) => each.adopted === undefined && otherOwner(each) === undefined);
  if (options.json !== true) {
    for (const each of [...open, ...refused]) io.out(pieceText(each, otherOwner(each)));
  }
  // Where there is something else to adopt, and nobody asked for these, they are only told.
  if (refused.length > 0 && (ids.length > 0 || open.length === 0)) {
    const words = refused.map((each) => `${each.component} is playbook ${otherOwner(each) ?? ''}'s`).join('; ');
    throw new UserError(`refused: ${words}. Nothing was recorded.`, exitCodes.refused);
  }
  if (open.length === 0) {
    tell('nothing to adopt: whose the pieces are is proven, or was said before\n', [], options, io);
    return exitCodes.fine;
  }
  const question = `Record that ${open.length === 1 ? 'this piece is' : `these ${open.length} pieces are`} ${name}'s?`;
  await approve(playbook, question, options, io);
  const { account, region } = cli.session.identity;
  const at = isoNow(cli.session.observeContext.clock);
  for (const { component, key, piece } of open) {
    const other = await store.keep({
      state: 'adopted',
      account,
      region,
      sandbox: cli.place.sandbox,
      piece,
      playbook: name,
      component,
      key,
      by: whoAmI(),
      at,
    });
    if (other === undefined) continue;
    throw new UserError(
      `refused: ${component} was adopted for playbook ${other.playbook} by ${other.by} at ${other.at} (${store.place})`,
      exitCodes.refused,
    );
  }
  const what = count(open.length, 'piece');
  const undo = `relight adopt ${file} --forget${whereWords(options)}`;
  tell(`adopted ${what} (${store.place}); to take that back: ${undo}\n`, open, options, io);
  return exitCodes.fine;
}

function list({ pieces, records, store, cli }: View, options: AdoptOptions, io: Io): ExitCode {
  const own = records.filter((each) => each.playbook === cli.session.playbook.metadata.name);
  const rows = own.map((each) => {
    const piece = pieces.find((other) => other.piece === each.piece);
    return { ...each, holds: piece?.key === each.key };
  });
  if (options.json === true) {
    io.out(`${JSON.stringify({ version: 1, place: store.place, adopted: rows }, null, 2)}\n`);
    return exitCodes.fine;
  }
  if (rows.length === 0) io.out(`nothing was adopted (${store.place})\n`);
  for (const { at, by, component, holds, piece } of rows) {
    const state = holds ? 'holds' : 'no longer holds: it is another piece, or says something else by now';
    io.out(`${component}: ${piece}\n  adopted by ${by} at ${at}; ${state}\n`);
  }
  return exitCodes.fine;
}

async function forget({ cli, records, store }: View, options: AdoptOptions, io: Io): Promise<ExitCode> {
  const own = records.filter((each) => each.playbook === cli.session.playbook.metadata.name);
  for (const each of own)
    await store.keep({ ...each, state: 'forgotten', at: isoNow(cli.session.observeContext.clock) });
  if (options.json === true) io.out(`${JSON.stringify({ version: 1, place: store.place, forgotten: own }, null, 2)}\n`);
  else io.out(`forgot ${count(own.length, 'consent')} (${store.place})\n`);
  return exitCodes.fine;
}

function pieceText({ against, component, found, piece, proof }: DoubtfulPiece, owner: string | undefined): string {
  const lines = [
    `${component}: ${piece}`,
    `  there:   ${found}`,
    `  for:     ${proof}`,
    `  against: ${against}`,
    ...(owner === undefined ? [] : [`  it is playbook ${owner}'s and cannot be adopted`]),
  ];
  return `${lines.join('\n')}\n\n`;
}

function tell(text: string, adopted: readonly DoubtfulPiece[], options: AdoptOptions, io: Io): void {
  io.out(options.json === true ? `${JSON.stringify({ version: 1, adopted }, null, 2)}\n` : text);
}

async function approve(playbook: Playbook, question: string, options: AdoptOptions, io: Io): Promise<void> {
  const how = await askWhetherTo(
    {
      environment: playbook.target.environment,
      playbook: playbook.metadata.name,
      usual: `${question} [y/N] `,
      inProduction: `This is PRODUCTION. ${question} Type the playbook's name: `,
    },
    options,
    io,
  );
  if (how === undefined) throw new UserError('refused: not approved. Nothing was recorded.', exitCodes.refused);
}
