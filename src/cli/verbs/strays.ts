// relight strays: what stands in the accounts and is in no playbook, with its evidence; and, by the ids of the findings, the
// removal of strays, as a teardown of a playbook that holds nothing else.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Judged } from '../../scan/beyond/model.ts';
import { strayGroups, strayId, strayPlaybook, isRemovable, type StrayGroup } from '../../scan/beyond/stray-playbook.ts';
import { beyondId, scopedIn } from '../../scan/finding.ts';
import { straysText } from '../../scan/report/text.ts';
import type { ScanReport } from '../../scan/scan-report.ts';
import { systemClock } from '../../util/clock.ts';
import { jsonText, linesText } from '../../util/shown.ts';
import type { RecoverOptions } from '../changing/recover-playbook.ts';
import { exitCodes, UserError, type ExitCode } from '../exit.ts';
import type { GlobalOptions } from '../options.ts';
import { stateDirectoryOf } from '../place/session.ts';
import { runScan } from '../scan/run.ts';
import { subjectOf } from '../scan/subject.ts';
import type { ScanTarget } from '../scan/targets.ts';
import { paintFor, type Io } from '../terminal/io.ts';
import { deadlineOf } from './scan.ts';
import { teardown } from './recover.ts';

export type StraysOptions = Omit<RecoverOptions, 'only' | 'exclude' | 'strategy' | 'plan' | 'anew'> & {
  readonly deadline?: string;
  readonly fleet?: string;
  /** Ids of findings. */
  readonly remove: readonly string[];
};

export async function strays(words: readonly string[], given: StraysOptions, io: Io): Promise<ExitCode> {
  const options: GlobalOptions = { ...given, only: [], exclude: [] };
  const subject = await subjectOf(words, { options, fleet: given.fleet, beyond: true }, io);
  const deadline = deadlineOf(given, subject.fleet?.deadline);
  const request = { subject, beyond: true, deadline, startedAt: systemClock.now(), options, tell: () => undefined };
  const { report, surveyed } = await runScan(request, io);
  if (given.remove.length > 0) {
    const group = groupToRemove(given.remove, surveyed?.judged);
    const lock = given.lock ?? lockOf(group, subject.targets);
    return removeGroup(group, { ...given, ...(lock === undefined ? {} : { lock }) }, report, io);
  }
  const own = { ...report, findings: scopedIn(report.findings, 'beyond') };
  if (given.json === true) {
    const { coverage, findings, tool } = own;
    const removable = strayGroups(surveyed?.judged.found ?? []).flatMap((each) => each.strays.map(idOf));
    const { unread, unseen } = coverage;
    io.out(jsonText({ version: 1, tool, findings, beyond: own.beyond, removable, unseen, unread }));
  } else {
    io.out(straysText(own, paintFor(io, given.color, io.outIsTerminal)));
  }
  if (report.coverage.unseen.length > 0) return exitCodes.incomplete;
  if (report.coverage.unread > 0) return exitCodes.error;
  return own.findings.length > 0 ? exitCodes.pending : exitCodes.fine;
}

function idOf({ kind, piece, place, region }: Judged['found'][number]): string {
  return beyondId({ account: place.account, kind, piece, region });
}

/** All of one playbook's tag and one place: one plan is about one place. */
function groupToRemove(ids: readonly string[], judged: Judged | undefined): StrayGroup {
  const found = judged?.found ?? [];
  const chosen = ids.map((id) => {
    const one = found.find((each) => idOf(each) === id);
    if (one === undefined) throw new UserError(`--remove ${id}: no such finding, or it is gone by now`);
    if (one.kind !== 'stray') {
      throw new UserError(`--remove ${id}: ${one.name} is no stray (${one.kind}): nothing says that it is relight's`);
    }
    if (!isRemovable(one)) {
      throw new UserError(
        `--remove ${id}: ${one.name} (${one.type}) cannot be found by its ARN alone: remove it by hand`,
      );
    }
    const [referrer] = one.stray?.referredBy ?? [];
    if (referrer !== undefined) {
      throw new UserError(
        `--remove ${id}: ${referrer} leads to ${one.name}: whoever got its name would get the requests. Lead that elsewhere first`,
        exitCodes.refused,
      );
    }
    return one;
  });
  const [group, other] = strayGroups([...new Set(chosen)]);
  if (group === undefined) throw new UserError('--remove: name a finding by its id');
  if (other !== undefined) {
    const place = ({ place: { account, region }, playbook }: StrayGroup): string =>
      `${playbook} in ${account} ${region}`;
    throw new UserError(`--remove: ${place(group)} and ${place(other)} are two places: remove those of one at a time`);
  }
  return group;
}

/** The lock of the playbook whose tag they bear keeps out its own runs, too. */
function lockOf({ place, playbook }: StrayGroup, targets: readonly ScanTarget[]): string | undefined {
  const own = targets.find(
    ({ playbook: { metadata, target } }) =>
      metadata.name === playbook && target.account === place.account && target.region === place.region,
  );
  const lock = own?.playbook.lock;
  return lock?.kind === 'dynamodb' ? `dynamodb://${lock.table}` : undefined;
}

async function removeGroup(
  group: StrayGroup,
  given: StraysOptions,
  { coverage, playbooks }: ScanReport,
  io: Io,
): Promise<ExitCode> {
  if (coverage.unseen.length > 0) {
    const what = coverage.unseen.map(({ component, list, playbook }) =>
      list ? component : `${playbook}/${component}`,
    );
    io.err(linesText([`not all was seen (${what.join(', ')}): what was not may refer to a stray`]));
    throw new UserError(
      'nothing was removed, as not all was seen: relight strays tells what, and why',
      exitCodes.incomplete,
    );
  }
  const { place, playbook, strays: all } = group;
  const alias = playbooks.find(({ account }) => account === place.account)?.alias ?? null;
  const folder = join(stateDirectoryOf(given, io), 'strays');
  const path = join(folder, `${playbook}-${place.account}-${place.region}.yaml`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // As before-images do, it holds all of the pieces; it is read by whoever takes back the run.
  writeFileSync(path, strayPlaybook(group, alias), { mode: 0o600 });
  io.err(linesText([all.map((each) => `${strayId(each)} is ${each.piece}`).join('\n'), `written to ${path}`]));
  const region = given.region ?? place.region;
  return teardown(path, { ...given, region, param: {}, only: [], exclude: [], verify: false }, io);
}
