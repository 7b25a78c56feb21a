// The end of a run as a notice: the result, what failed, what to type next. Pure.
import type { RunReport } from '../report/report.ts';
import type { StepReport } from '../report/step-report.ts';
import type { Redactor } from '../util/redact.ts';
import { shellWord } from '../util/shell.ts';
import { count, durationText } from '../util/words.ts';
import { noticeId, type Notice, type NoticeItem, type NoticePlace } from './notice.ts';

/** What a run was about, where no report of it can be made. */
export interface RunSubject {
  readonly runId: string;
  readonly playbook: { readonly name: string; readonly file: string };
  readonly place: NoticePlace;
  /** ISO 8601. */
  readonly at: string;
}

export interface RunNoticeOptions {
  /** Options that say where, for commands: ` --profile prod`. */
  readonly where: string;
  /** Takes the playbook's secrets out: a notice leaves this machine. */
  readonly redactor: Redactor;
  /** The address of a report, with placeholders. */
  readonly link: string | undefined;
}

/** A run that has come to its end. */
export function runNotice(report: RunReport, subject: RunSubject, options: RunNoticeOptions): Notice {
  const took = durationText(report.durationSeconds);
  const what = `${report.playbook.name}: ${report.strategy}`;
  const isDone = report.result === 'succeeded';
  const title = `${what} ${resultWords(report)} after ${took}`;
  const details = isDone ? [] : detailsOf(report);
  const next = isDone ? null : `relight status ${shellWord(report.playbook.file)}${options.where}`;
  return noticeOf(subject, { result: report.result, title, details, next, isDone, command: next }, options);
}

/** A run that was stopped at once, by a second Ctrl-C: what is known of it is that it has not come to its end. */
export function cutOffNotice(subject: RunSubject, options: RunNoticeOptions): Notice {
  const { playbook } = subject;
  const title = `${playbook.name}: the run was stopped at once and has not come to its end`;
  const next = `relight status ${shellWord(playbook.file)}${options.where}`;
  const details = ['Calls may have been under way: the state is in AWS. The same command goes on from what is there.'];
  return noticeOf(subject, { result: 'cut off', title, details, next, isDone: false, command: next }, options);
}

function resultWords({ result }: RunReport): string {
  switch (result) {
    case 'succeeded':
      return 'succeeded';
    case 'partial':
      return 'did only a part';
    case 'failed':
      return 'failed';
    case 'refused':
      return 'was refused';
  }
}

interface Ending {
  readonly result: string;
  readonly title: string;
  readonly details: readonly string[];
  readonly next: string | null;
  readonly isDone: boolean;
  readonly command: string | null;
}

function noticeOf(subject: RunSubject, ending: Ending, { link, redactor }: RunNoticeOptions): Notice {
  const { at, place, playbook, runId } = subject;
  const clean = (text: string): string => redactor.text(text);
  const item: NoticeItem = {
    // The playbook's, not the run's: a later run that succeeds ends the alert of one that failed.
    id: noticeId('run', place.account ?? '', place.region ?? '', place.sandbox ? 'sandbox' : 'aws', playbook.name),
    text: clean(ending.title),
    details: [`run ${runId}`, ...ending.details].map(clean),
    severity: 'high',
    state: ending.isDone ? 'resolved' : 'new',
    command: ending.command === null ? null : clean(ending.command),
  };
  return {
    version: 1,
    id: noticeId('run', runId, ending.result),
    about: { kind: 'run', run: runId, result: ending.result },
    title: clean(ending.title),
    groups: [{ place, playbook: playbook.name, items: [item] }],
    link: linkFor(link, {
      id: runId,
      playbook: playbook.name,
      account: place.account ?? '',
      region: place.region ?? '',
    }),
    at,
  };
}

/** Fills in an address. */
export function linkFor(
  template: string | undefined,
  words: Readonly<Record<'id' | 'playbook' | 'account' | 'region', string>>,
): string | null {
  if (template === undefined) return null;
  return template.replaceAll(/\{(id|playbook|account|region)\}/g, (_whole, name: keyof typeof words) =>
    encodeURIComponent(words[name]),
  );
}

/** So many lines say more than all of them. */
const mostSteps = 10;

/** Root causes first: what they held up is a number. */
function detailsOf({ blocked, interruption, steps }: RunReport): readonly string[] {
  const failed = steps.filter(({ status }) => status === 'failed');
  const skipped = steps.filter(({ status }) => status === 'skipped');
  const lines = [
    ...(interruption === null ? [] : [interruption]),
    ...failed.map(failureText),
    ...blocked.map(({ because, component }) => `${component} is blocked: ${because}`),
  ];
  const shown = lines.slice(0, mostSteps);
  if (lines.length > shown.length) shown.push(`and ${lines.length - shown.length} more`);
  return skipped.length === 0 ? shown : [...shown, `${count(skipped.length, 'step')} not done for that`];
}

function failureText({ detail, error, id }: StepReport): string {
  const why = error === null ? (detail ?? 'no reason is known') : `${error.code}: ${error.message}`;
  return `${id} failed: ${why}`;
}
