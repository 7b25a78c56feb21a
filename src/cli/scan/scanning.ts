// Looks at many playbooks: accounts side by side, those of one account a few at a time. One that cannot be looked at (the wrong
// account, no credentials, a bug) hides its own pieces and nobody else's.
import pLimit from 'p-limit';
import { AnotherPlace } from '../../aws/endpoints/answer-place.ts';
import type { AwsFailure } from '../../aws/errors.ts';
import { throttledIn } from '../../aws/meter.ts';
import { unknownReasons } from '../../components/contract.ts';
import type { Assessed } from '../../engine.ts';
import type { Mismatch } from '../../guard/guard.ts';
import type { Playbook } from '../../playbook/model.ts';
import { placeText } from '../../report/place-text.ts';
import { scanEnded, type Obstacle, type PlaybookOutcome } from '../../scan/outcome.ts';
import { shellWord } from '../../util/shell.ts';
import { linesText } from '../../util/shown.ts';
import { patienceFor } from '../changing/patience.ts';
import { UserError } from '../exit.ts';
import { typeWords, whereWords, type GlobalOptions } from '../options.ts';
import {
  cliSessionOf,
  identityRemedy,
  openPlace,
  placeOf,
  regionOf,
  seedHint,
  verboseListeners,
  type CliSession,
  type OpenedPlace,
  type SharedPlaces,
} from '../place/session.ts';
import { lookKnowingly } from '../state/earlier-writes.ts';
import { bugText } from '../terminal/bug.ts';
import { paintFor, type Io } from '../terminal/io.ts';
import type { ScanEnding } from './ending.ts';
import type { ScanTarget } from './targets.ts';

/** Accounts that are looked at side by side, and playbooks of one account: its rates are shared by all of them. */
const accountsAtOnce = 8;
const playbooksAtOnce = 4;

export interface Scanning {
  readonly shared: SharedPlaces;
  readonly ending: ScanEnding;
  /** Told of each playbook whose place was entered, before it is looked at. */
  readonly entered?: (target: ScanTarget, cli: CliSession) => void;
  /** Told of each playbook that was looked at, with what was seen. */
  readonly looked?: ((target: ScanTarget, cli: CliSession, assessed: Assessed) => void) | undefined;
  /** Told of each playbook when it has been looked at. */
  readonly tell: (outcome: PlaybookOutcome) => void;
}

/** Every target has an outcome, in the order of the targets. */
export async function scanTargets(
  targets: readonly ScanTarget[],
  scanning: Scanning,
  io: Io,
): Promise<readonly PlaybookOutcome[]> {
  const accounts = [...new Set(targets.map(({ playbook }) => playbook.target.account))];
  const places = new Set<string>();
  const outcomes = new Map<ScanTarget, PlaybookOutcome>();
  const limitAccounts = pLimit(accountsAtOnce);
  await Promise.all(
    accounts.map((account) =>
      limitAccounts(async () => {
        const limit = pLimit(playbooksAtOnce);
        const own = targets.filter(({ playbook }) => playbook.target.account === account);
        await Promise.all(
          own.map((target) =>
            limit(async () => {
              const outcome = await outcomeOf(target, scanning, places, io);
              outcomes.set(target, outcome);
              scanning.tell(outcome);
            }),
          ),
        );
      }),
    ),
  );
  return targets.flatMap((each) => outcomes.get(each) ?? []);
}

async function outcomeOf(
  target: ScanTarget,
  scanning: Scanning,
  places: Set<string>,
  io: Io,
): Promise<PlaybookOutcome> {
  const { ending } = scanning;
  if (ending.signal.aborted) return unseenFor(target, io, notReached(ending));
  const work = lookedAt(target, scanning, places, io).catch((error: unknown): PlaybookOutcome => {
    if (error instanceof UserError) return unseenFor(target, io, { reason: 'invalid', detail: error.message });
    if (error instanceof AnotherPlace) return unseenFor(target, io, { reason: 'place', detail: error.message });
    // A bug in one look is no reason to keep from anybody what the others found.
    io.err(bugText(error));
    const detail = error instanceof Error ? error.message : String(error);
    return unseenFor(target, io, { reason: 'failed', detail });
  });
  // What does not notice that the scan is over is not waited for.
  return Promise.race([work, ending.tooLate.then(() => unseenFor(target, io, notReached(ending)))]);
}

function notReached(ending: ScanEnding): Obstacle {
  return { reason: 'not-reached', detail: ending.detail(), code: scanEnded };
}

async function lookedAt(
  target: ScanTarget,
  { ending, entered, looked, shared }: Scanning,
  places: Set<string>,
  io: Io,
): Promise<PlaybookOutcome> {
  const { credentials, playbook } = target;
  const options = optionsOf(target);
  const opening = { shared, signal: ending.signal, ...(credentials === undefined ? {} : { credentials }) };
  const opened = await openPlace(playbook, 'read', options, io, verboseListeners(options, io), opening);
  const { result } = opened;
  switch (result.kind) {
    case 'no-identity':
      return unseenFor(target, io, await identityObstacle(result.failure, opened, options, io), opened);
    case 'refused': {
      tellPlace(opened, playbook, places, options, io);
      const hint = seedHint(playbook, target.options, opened);
      const detail = `${mismatchText(result.mismatches)}; nothing of it was looked at${hint === undefined ? '' : `. ${hint}`}`;
      return unseenFor(target, io, { reason: 'place', detail }, opened);
    }
    case 'open': {
      tellPlace(opened, playbook, places, options, io);
      const cli = cliSessionOf(opened, result.session, options, io);
      entered?.(target, cli);
      const said = {
        err: (text: string) => {
          io.err(`${playbook.metadata.name}: ${text}`);
        },
      };
      const patience = { ...patienceFor(new Set(), options, said), stop: ending.signal };
      const assessed = await lookKnowingly(cli, patience);
      looked?.(target, cli, assessed);
      const { assessments, awsCalls, observations } = assessed;
      const throttled = throttledIn(cli.session.observeContext.aws.meter);
      return {
        ...outcomeBase(target, io, opened),
        awsCalls,
        throttled,
        seen: { kind: 'looked', assessments, observations },
      };
    }
  }
}

/** A region in the environment is that of whoever scans: each playbook is looked at in its own, unless the command says one. */
function optionsOf({ options, playbook }: ScanTarget): GlobalOptions {
  return { ...options, region: options.region ?? playbook.target.region };
}

/** Each place once, however many playbooks are in it. */
function tellPlace(opened: OpenedPlace, playbook: Playbook, places: Set<string>, options: GlobalOptions, io: Io): void {
  const { result } = opened;
  const identity =
    result.kind === 'open' ? result.session.identity : result.kind === 'refused' ? result.identity : null;
  if (identity === null) return;
  const text = placeText(placeOf(identity, playbook, opened), paintFor(io, options.color, io.canRedraw));
  if (places.has(text)) return;
  places.add(text);
  io.err(linesText([text]));
}

/** What the guard says of a place, on one line. */
function mismatchText(mismatches: readonly Mismatch[]): string {
  return mismatches
    .map(({ expected, found, what }) => `${what}: the playbook wants ${expected}, found ${found}`)
    .join('; ');
}

async function identityObstacle(
  failure: AwsFailure,
  { endpoint }: OpenedPlace,
  options: GlobalOptions,
  io: Io,
): Promise<Obstacle> {
  const { class: kind, code, message } = failure;
  if (code === scanEnded) return { reason: 'not-reached', detail: message, code };
  const remedy = await identityRemedy(failure, endpoint, options, io);
  return { reason: unknownReasons[kind], detail: `${code}: ${message}. ${remedy}`, code, api: 'sts:GetCallerIdentity' };
}

function unseenFor(target: ScanTarget, io: Io, because: Obstacle, opened?: OpenedPlace): PlaybookOutcome {
  return { ...outcomeBase(target, io, opened), seen: { kind: 'unseen', because } };
}

function outcomeBase(target: ScanTarget, io: Io, opened: OpenedPlace | undefined): Omit<PlaybookOutcome, 'seen'> {
  const result = opened?.result;
  const identity =
    result?.kind === 'open' ? result.session.identity : result?.kind === 'refused' ? result.identity : null;
  return {
    playbook: target.playbook,
    principal: identity?.arn ?? null,
    alias: identity?.alias ?? null,
    sandbox: opened?.sandbox ?? false,
    commands: commandsFor(target, io),
    awsCalls: 0,
    throttled: 0,
  };
}

/** As they are to be typed where the scan was typed. */
export function commandsFor({ options, playbook }: ScanTarget, io: Io): PlaybookOutcome['commands'] {
  const named = options.region ?? regionOf(options, io);
  const region = named === undefined || named === playbook.target.region ? options.region : playbook.target.region;
  const where = whereWords(region === undefined ? options : { ...options, region });
  const file = shellWord(playbook.file);
  return {
    plan: `relight plan ${file}${where}`,
    permissions: `relight permissions ${file} --for scan${typeWords(options)}`,
  };
}
