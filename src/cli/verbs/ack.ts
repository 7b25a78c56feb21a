// relight ack: somebody knows of a finding, and wants to hear no more of it for a time. It stays in every list, marked, and the time
// ends by itself. Asks nothing of AWS.
import { parseDuration } from '../../playbook/duration.ts';
import type { Acknowledgement } from '../../scan/memory.ts';
import type { RecordedFinding, ScanRecord } from '../../scan/record.ts';
import { isoNow, systemClock } from '../../util/clock.ts';
import { jsonText, linesText } from '../../util/shown.ts';
import { exitCodes, UserError, type ExitCode } from '../exit.ts';
import type { GlobalOptions } from '../options.ts';
import { memoryPlace, type MemoryOptions, type MemoryPlace } from '../scan/memory-place.ts';
import { whoAmI } from '../state/who-am-i.ts';
import type { Io } from '../terminal/io.ts';

export interface AckOptions extends MemoryOptions, Pick<GlobalOptions, 'json' | 'quiet'> {
  readonly until?: string;
  readonly because?: string;
  readonly takeBack?: boolean;
}

/** Milliseconds: what is to be silent for longer is no alarm, and belongs into the playbook. */
const longest = 366 * 24 * 60 * 60_000;

export async function ack(finding: string, options: AckOptions, io: Io): Promise<ExitCode> {
  const place = await memoryPlace(options, io);
  try {
    return await acknowledge(finding, place, options, io);
  } finally {
    place.close();
  }
}

async function acknowledge(finding: string, place: MemoryPlace, options: AckOptions, io: Io): Promise<ExitCode> {
  if (options.takeBack === true) {
    if (!(await place.forget(finding))) throw new UserError(`${finding}: nobody has acknowledged it`);
    io.out(linesText([`${finding} alarms again`]));
    return exitCodes.fine;
  }
  const { because, until } = options;
  if (until === undefined) throw new UserError('ack needs an end: --until 2026-12-31, or --until 8h');
  if (because === undefined || because.trim() === '') throw new UserError('ack needs a reason: --because "..."');
  const known = knownFinding(finding, await place.records());
  const now = systemClock.now();
  const acknowledged: Acknowledgement = {
    finding,
    until: instantOf(until, now),
    because: because.trim(),
    by: whoAmI(),
    at: now,
    severity: known.severity,
  };
  await place.acknowledge(acknowledged);
  const end = new Date(acknowledged.until).toISOString();
  if (options.json === true) io.out(jsonText({ version: 1, ...acknowledged, until: end, at: isoNow(systemClock) }));
  else {
    const what = `${known.component}: ${known.what}`;
    io.out(
      linesText([`${finding} (${what}) alarms nobody until ${end}, unless it becomes graver than ${known.severity}`]),
    );
  }
  return exitCodes.fine;
}

/** Of the newest scan that saw it. @throws UserError where none has */
function knownFinding(id: string, records: readonly ScanRecord[]): RecordedFinding {
  const known = records
    .flatMap(({ between, beyond, playbooks }) => [
      ...playbooks.flatMap(({ findings }) => findings),
      ...between,
      ...beyond,
    ])
    .find((each) => each.id === id);
  if (known !== undefined) return known;
  const shown = records.length === 0 ? 'no scan is remembered here' : 'no scan that is remembered here saw it';
  throw new UserError(`${id}: ${shown}; relight scan --format json, or --verbose, tells the ids of findings`);
}

/** A day, an instant, or a time from now on. @throws UserError */
function instantOf(until: string, now: number): number {
  const duration = parseDuration(until);
  const instant = duration === undefined ? readInstant(until) : now + duration;
  if (instant === undefined) {
    throw new UserError(`--until ${until}: expected a day (2026-12-31), an instant (2026-12-31T08:00Z) or a time (8h)`);
  }
  if (instant <= now) throw new UserError(`--until ${until}: that is over`);
  if (instant - now > longest) throw new UserError(`--until ${until}: expected at most a year from now`);
  return instant;
}

/** A day lasts to its end, in UTC. */
function readInstant(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/.test(text)) return undefined;
  const instant = Date.parse(text.length === 10 ? `${text}T23:59:59Z` : text);
  // 2026-02-31 is no day, whatever Date makes of it.
  if (Number.isNaN(instant) || (text.length === 10 && !new Date(instant).toISOString().startsWith(text)))
    return undefined;
  return instant;
}
