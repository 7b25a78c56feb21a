// What is remembered of pieces that are gone: by the run that was about to make them again, and by known good.
import { join } from 'node:path';
import type { Assessed } from '../../engine.ts';
import type { PlanKind } from '../../plan/plan.ts';
import type { Memory } from '../../settings/base.ts';
import { readImage } from '../../run/journal/images.ts';
import { imagesBefore, recalledFrom, type ToldRun } from '../../run/journal/recalled.ts';
import type { CliSession } from '../place/session.ts';
import type { Io } from '../terminal/io.ts';
import { rememberedKnownGood, type KnownGoodKeeper } from './known-good.ts';
import { readRun } from './run-store.ts';

/** What a plan is made for, as far as what is remembered matters to it. */
export interface Remembering {
  readonly kind: PlanKind;
  readonly assessed: Assessed;
  /** The run that it goes on with. */
  readonly unfinished: string | undefined;
}

export async function memoryOf(
  cli: CliSession,
  keeper: KnownGoodKeeper,
  { assessed, kind, unfinished }: Remembering,
  io: Io,
): Promise<Memory> {
  // What is healthy stays as it is, unless all is torn down and made again; nor does a teardown make anything.
  const isNeeded =
    kind === 'rebuild' ||
    (kind !== 'teardown' && [...assessed.assessments.values()].some((each) => each.verdict !== 'healthy'));
  const known = await rememberedKnownGood(cli, keeper, isNeeded, io);
  if (unfinished === undefined) return known;
  const memory = new Map(known);
  for (const [id, recalled] of imagesOf(cli, unfinished)) memory.set(id, [...recalled, ...(memory.get(id) ?? [])]);
  return memory;
}

/** What each piece was before any of the runs that go on with each other touched it. */
function imagesOf(cli: CliSession, last: string): Memory {
  const directory = join(cli.stateDirectory, 'runs');
  const { components } = cli.session.playbook;
  const runs: ToldRun[] = [];
  let runId: string | undefined = last;
  while (runId !== undefined) {
    const { journal, place } = readRun(directory, runId);
    if (journal.kind !== 'sound') break;
    const { records } = journal;
    const own = runId;
    runs.unshift({
      records,
      imageOf: ({ digest, file, step }, component) => {
        const answer = readImage(place, { runId: own, step, component, file, digest });
        const isSound = answer.kind === 'sound' && components.get(component)?.type === answer.image.type;
        return isSound ? answer.image : undefined;
      },
    });
    runId = records[0].plan.resumes?.run;
  }
  return recalledFrom(imagesBefore(runs), cli.session.types, cli.session.observeContext.scope);
}
