// The way into the places of playbooks that are looked at together: each compares for itself, and one that cannot be entered hides its
// own pieces and nobody else's.
import type { AwsFailure } from '../../aws/errors.ts';
import type { CallMeter } from '../../aws/meter.ts';
import { unknownReasons } from '../../components/contract.ts';
import type { SharedEntry } from '../../engine.ts';
import type { Mismatch } from '../../guard/guard.ts';
import type { Playbook } from '../../playbook/model.ts';
import { placeText } from '../../report/place-text.ts';
import { scanEnded, type Obstacle } from '../../scan/outcome.ts';
import { linesText } from '../../util/shown.ts';
import type { GlobalOptions } from '../options.ts';
import {
  cliSessionOf,
  identityRemedy,
  openPlace,
  placeOf,
  seedHint,
  verboseListeners,
  type CliSession,
  type OpenedPlace,
  type SharedPlaces,
} from '../place/session.ts';
import { paintFor, type Io } from '../terminal/io.ts';
import type { ScanEnding } from './ending.ts';
import type { ScanTarget } from './targets.ts';

/** Calls under way at once in a place. */
const concurrency = 16;

/** What those share that are opened together. */
export interface Place {
  readonly shared: SharedPlaces;
  readonly entry: SharedEntry;
  readonly ending: ScanEnding;
  readonly meters: Set<CallMeter>;
  /** The places that were told of. */
  readonly told: Set<string>;
  /** Told of each playbook whose place was entered, before it is looked at. */
  readonly entered?: (target: ScanTarget, cli: CliSession) => void;
}

/** A playbook whose place was entered. */
export interface Entered {
  readonly target: ScanTarget;
  readonly opened: OpenedPlace;
  readonly cli: CliSession;
}

interface Failing {
  readonly unseen: (target: ScanTarget, because: Obstacle, opened?: OpenedPlace) => void;
  readonly failing: (targets: readonly ScanTarget[], error: unknown) => void;
}

/** Those of a group whose place is the right one, and can be entered. */
export async function enteredOf(
  group: readonly ScanTarget[],
  entering: Place,
  { failing, unseen }: Failing,
  io: Io,
): Promise<readonly Entered[]> {
  const { ending, entered, entry, meters, shared, told } = entering;
  const all: Entered[] = [];
  for (const target of group) {
    if (ending.signal.aborted) break;
    const { credentials, playbook } = target;
    const options = optionsOf(target);
    const own = { entry, shared, concurrency, signal: ending.signal };
    const opening = { ...own, ...(credentials === undefined ? {} : { credentials }) };
    try {
      const opened = await openPlace(playbook, 'read', options, io, verboseListeners(options, io), opening);
      const { result } = opened;
      switch (result.kind) {
        case 'no-identity':
          unseen(target, await identityObstacle(result.failure, opened, target, io), opened);
          break;
        case 'refused': {
          tellPlace(opened, playbook, told, options, io);
          const hint = seedHint(playbook, target.options, opened);
          const text = `${mismatchText(result.mismatches)}; nothing of it was looked at${hint === undefined ? '' : `. ${hint}`}`;
          unseen(target, { reason: 'place', detail: text }, opened);
          break;
        }
        case 'open': {
          tellPlace(opened, playbook, told, options, io);
          const cli = cliSessionOf(opened, result.session, options, io);
          meters.add(result.session.observeContext.aws.meter);
          entered?.(target, cli);
          all.push({ target, opened, cli });
        }
      }
    } catch (error) {
      failing([target], error);
    }
  }
  return all;
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
  target: ScanTarget,
  io: Io,
): Promise<Obstacle> {
  const { class: kind, code, message } = failure;
  if (code === scanEnded) return { reason: 'not-reached', detail: message, code };
  const remedy =
    target.credentials === undefined ? await identityRemedy(failure, endpoint, optionsOf(target), io) : roleRemedy;
  return { reason: unknownReasons[kind], detail: `${code}: ${message}. ${remedy}`, code, api: 'sts:GetCallerIdentity' };
}

/** Of an account that a fleet file has entered by a role. */
const roleRemedy =
  "Is there such a role, may whoever scans assume it (its trust policy, sts:AssumeRole), and is its external id the fleet file's?";
