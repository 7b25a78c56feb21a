// What is known of whose a piece is, beside what was seen: the journals of runs in the state directory tell who wrote it.
import { join } from 'node:path';
import { nothingKnown, type Known } from '../../assess/proof.ts';
import { asksForProof, doubtfulPieces, judgeWith, look, lookTogether, type Assessed } from '../../engine.ts';
import type { Patience } from '../../observe/patient.ts';
import { authorsIn } from '../../run/journal/authors.ts';
import type { Records } from '../../undo/changes-made.ts';
import { UserError } from '../exit.ts';
import { adoptionStoreOf } from './adoptions.ts';
import { readRun, runIdsIn } from './run-store.ts';
import { wasHere } from './same-place.ts';
import type { CliSession } from '../place/session.ts';

/** What is older than the last so many runs proves nothing any more. */
const runsRead = 200;

/** Looks and judges, with the journals of earlier runs as proof where one may be needed. */
export async function lookKnowingly(cli: CliSession, patience?: Patience): Promise<Assessed> {
  return judgedKnowingly(cli, await look(cli.session, patience), () => knownTo(cli));
}

/**
 * The same for playbooks of one place that were opened together: see {@link lookTogether}. In the order of the sessions.
 *
 * @param complain told of journals that cannot be read: they prove nothing then, and what was seen is told all the same
 */
export async function lookKnowinglyTogether(
  all: readonly CliSession[],
  patience: Patience,
  complain: (text: string) => void,
): Promise<readonly Assessed[]> {
  const seen = await lookTogether(
    all.map(({ session }) => session),
    patience,
  );
  // Which runs were where is the same for all of them.
  let known: Known | undefined;
  const readable = (cli: CliSession): Known => {
    try {
      return knownTo(cli);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      complain(`${error.message}; what earlier runs wrote is not known`);
      return nothingKnown;
    }
  };
  return Promise.all(
    seen.flatMap((assessed, at) => {
      const cli = all[at];
      return cli === undefined ? [] : [judgedKnowingly(cli, assessed, () => (known ??= readable(cli)))];
    }),
  );
}

async function judgedKnowingly(cli: CliSession, assessed: Assessed, journals: () => Known): Promise<Assessed> {
  if (!asksForProof(cli.session, assessed)) return assessed;
  return judgeWith(cli.session, assessed, await knownOf(cli, assessed, journals()));
}

/** What is known of the pieces: who wrote them, and what was adopted. */
export async function knownOf(cli: CliSession, assessed: Assessed, known = knownTo(cli)): Promise<Known> {
  const judged = judgeWith(cli.session, assessed, known);
  const open = doubtfulPieces(cli.session, judged).filter((each) => each.owner === undefined);
  if (open.length === 0) return known;
  const records = await adoptionStoreOf(cli).find(open.map((each) => each.piece));
  const own = records.filter((each) => each.playbook === cli.session.playbook.metadata.name);
  const adopted = new Map(
    own.flatMap((record) => {
      const piece = open.find((each) => each.piece === record.piece);
      return piece === undefined ? [] : [[piece.component, record] as const];
    }),
  );
  return { ...known, adopted };
}

/** The journals of this account and region, of whichever playbook. A damaged one proves nothing. */
export function knownTo({ session, place, stateDirectory }: CliSession): Known {
  const { types } = session;
  const directory = join(stateDirectory, 'runs');
  const runs = runIdsIn(directory)
    .slice(-runsRead)
    .flatMap((runId): readonly Records[] => {
      const { journal } = readRun(directory, runId);
      if (journal.kind !== 'sound') return [];
      return wasHere(journal.records[0], place) ? [journal.records] : [];
    });
  return { ...nothingKnown, authors: authorsIn(runs, types) };
}
