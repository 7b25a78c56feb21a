// relight notify: trying receivers, sending what waits, and telling what does. None of them looks at AWS, apart from topics that
// notices are published to.
import { randomBytes } from 'node:crypto';
import type { Standing } from '../../notify/deliver/deliverer.ts';
import type { Spooled } from '../../notify/deliver/spool.ts';
import { noticeId, type Notice } from '../../notify/notice.ts';
import type { NotifyConfig } from '../../notify/receivers.ts';
import { createSuggest } from '../../playbook/checks/nearest.ts';
import { isoNow, systemClock } from '../../util/clock.ts';
import { shellWord } from '../../util/shell.ts';
import { jsonText, linesText } from '../../util/shown.ts';
import { StorageFailure } from '../../util/storage.ts';
import { count } from '../../util/words.ts';
import { exitCodes, UserError, type ExitCode } from '../exit.ts';
import { openNotifier, standingLines, type Notifier } from '../notify/notifier.ts';
import { reachWords, type ReachOptions } from '../notify/reach.ts';
import { whoAmI } from '../state/who-am-i.ts';
import type { Io } from '../terminal/io.ts';

export interface NotifyVerbOptions extends ReachOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly receiver: readonly string[];
  /** What was set aside is tried again. */
  readonly setAside?: boolean;
}

/** Milliseconds: whoever types this waits for the answer. */
const longestTest = 30_000;
const longestFlush = 60_000;

/** A test to every receiver. What it did not take is not kept: somebody is there who has seen it. */
export async function notifyTest(file: string, options: NotifyVerbOptions, io: Io): Promise<ExitCode> {
  const notifier = openNotifier(file, options, io);
  const { config, deliverer } = notifier;
  const names = meant(config, options);
  const notice = testNotice();
  deliverer.put(notice);
  // Of the others, nothing is to be left behind.
  for (const { name } of config.receivers) if (!names.includes(name)) withdraw(notifier, name, notice.id);
  const standings = await delivered(notifier, names, longestTest, io);
  const results = standings.map((standing) => {
    const { aside, delivered: taken, receiver, why } = standing;
    const left = withdraw(notifier, receiver, notice.id);
    const refused = aside.find(({ id }) => id === notice.id);
    const isTaken = taken.includes(notice.id);
    const reason = refused?.why ?? why ?? (left ? 'older notices come first, and took all the time' : 'no answer');
    return { receiver, delivered: isTaken, why: isTaken ? null : reason };
  });
  if (options.json === true) {
    io.out(jsonText({ version: 1, id: notice.id, receivers: results }));
  } else {
    const kinds = new Map(config.receivers.map(({ kind, name }) => [name, kind]));
    io.out(
      linesText(
        results.map(({ receiver, why }) => {
          const head = `${receiver} (${kinds.get(receiver) ?? ''})`;
          return why === null ? `ok    ${head}: has taken test ${notice.id}` : `FAIL  ${head}: ${why}`;
        }),
      ),
    );
  }
  return results.every((each) => each.delivered) ? exitCodes.fine : exitCodes.error;
}

/** Sends what waits; exit code 1 while something still does, or was set aside. */
export async function notifyFlush(file: string, options: NotifyVerbOptions, io: Io): Promise<ExitCode> {
  const notifier = openNotifier(file, options, io);
  const { config, spool } = notifier;
  const names = meant(config, options);
  if (options.setAside === true) {
    for (const name of names) for (const entry of spool.aside(name)) spool.takeBack(entry, isoNow(systemClock));
  }
  const standings = await delivered(notifier, names, longestFlush, io);
  const isDone = standings.every(({ aside, waiting }) => waiting === 0 && aside.length === 0);
  if (options.json === true) io.out(jsonText({ version: 1, receivers: standings }));
  else {
    const lines = standings.flatMap((each) => standingLines(each, notifier, reachWords(options)));
    io.out(linesText(lines.length === 0 ? ['nothing waits'] : lines));
  }
  return isDone ? exitCodes.fine : exitCodes.error;
}

/** Tells what waits; exit code 2 when something does. */
export function notifyStatus(file: string, options: NotifyVerbOptions, io: Io): ExitCode {
  const { config, spool } = openNotifier(file, options, io);
  const names = meant(config, options);
  // Of a receiver that was renamed, or taken out of the file, something may still be there.
  const others = options.receiver.length > 0 ? [] : spool.receivers().filter((name) => !names.includes(name));
  const rows = [...names, ...others].map((name) => {
    const { damaged, entries } = spool.waiting(name);
    const known = config.receivers.some((each) => each.name === name);
    return { name, known, waiting: entries, aside: [...spool.aside(name)], damaged };
  });
  const told = rows.filter(
    ({ aside, damaged, known, waiting }) => known || waiting.length + aside.length + damaged.length > 0,
  );
  if (options.json === true) {
    const receivers = told.map(({ aside, damaged, known, name, waiting }) => {
      return { receiver: name, inFile: known, waiting: waiting.map(viewOf), setAside: aside.map(viewOf), damaged };
    });
    io.out(jsonText({ version: 1, directory: spool.directory, receivers }));
  } else {
    io.out(
      linesText(
        told.flatMap(({ aside, damaged, known, name, waiting }) => {
          const head = `${name}: ${waiting.length === 0 ? 'nothing waits' : `${count(waiting.length, 'notice')} waiting`}`;
          const strange = known ? '' : ` (no receiver of this name in ${file})`;
          return [
            `${head}${strange}`,
            ...waiting.map((each) => `  ${lineOf(each)}`),
            ...aside.map((each) => `  set aside: ${lineOf(each)}`),
            ...damaged.map((each) => `  damaged: ${each.file}: ${each.why}`),
          ];
        }),
      ),
    );
    const next = `relight notify flush ${shellWord(file)}${reachWords(options)}`;
    if (told.some(({ waiting }) => waiting.length > 0)) io.err(linesText([`send it: ${next}`]));
    if (told.some(({ aside }) => aside.length > 0))
      io.err(linesText([`try again what was set aside: ${next} --set-aside`]));
  }
  return told.some(({ waiting }) => waiting.length > 0) ? exitCodes.pending : exitCodes.fine;
}

async function delivered(
  notifier: Notifier,
  only: readonly string[],
  within: number,
  io: Io,
): Promise<readonly Standing[]> {
  const stop = new AbortController();
  const listenNoMore = io.onInterrupt(() => {
    stop.abort(new Error('interrupted'));
  });
  try {
    return await notifier.deliverer.deliver({ within, signal: stop.signal, only });
  } finally {
    listenNoMore();
  }
}

/** The receivers that are named; all unless some are. @throws UserError for one that there is not */
function meant({ receivers }: NotifyConfig, { receiver }: NotifyVerbOptions): readonly string[] {
  const names = receivers.map(({ name }) => name);
  const wrong = receiver.find((each) => !names.includes(each));
  if (wrong !== undefined) {
    const near = createSuggest()(wrong, names);
    const guess = near === undefined ? '' : `; did you mean ${near}?`;
    throw new UserError(`--receiver ${wrong}: no such receiver; there are ${names.join(', ')}${guess}`);
  }
  return receiver.length === 0 ? names : names.filter((each) => receiver.includes(each));
}

function testNotice(): Notice {
  const at = isoNow(systemClock);
  return {
    version: 1,
    id: noticeId('test', at, randomBytes(8).toString('hex')),
    about: { kind: 'test' },
    title: 'relight test: this receiver is reached',
    groups: [
      {
        place: { account: null, alias: null, region: null, environment: null, sandbox: false },
        playbook: null,
        items: [
          {
            id: noticeId('test'),
            text: `a test, sent by ${whoAmI()}: nothing is wrong`,
            details: [],
            severity: 'info',
            state: 'new',
            command: null,
          },
        ],
      },
    ],
    link: null,
    at,
  };
}

/** Takes a test back that waits, or was set aside. True when it was there. */
function withdraw({ spool }: Notifier, receiver: string, id: string): boolean {
  try {
    const own = [...spool.waiting(receiver).entries, ...spool.aside(receiver)].filter((each) => each.notice.id === id);
    for (const each of own) spool.remove(each);
    return own.length > 0;
  } catch (error) {
    if (error instanceof StorageFailure) return false;
    throw error;
  }
}

function viewOf({ attempts, file, mayHaveArrived, notBefore, notice, spooledAt, underWay, why }: Spooled): object {
  return {
    id: notice.id,
    title: notice.title,
    since: spooledAt,
    attempts,
    mayHaveArrived: mayHaveArrived || underWay,
    notBefore,
    why,
    file,
  };
}

function lineOf({ attempts, notice, spooledAt, why }: Spooled): string {
  return `${spooledAt} ${notice.title} (${notice.id}): ${count(attempts, 'attempt')}${why === null ? '' : `, ${why}`}`;
}
