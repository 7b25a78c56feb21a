// What ends a scan before it has seen all: its deadline, or somebody who presses Ctrl-C. Calls under way are let go of, none
// begins, and what was seen until then is the answer.
import { setMaxListeners } from 'node:events';
import { ClassifiedError } from '../../aws/errors.ts';
import { formatDuration } from '../../playbook/duration.ts';
import { scanEnded } from '../../scan/outcome.ts';
import type { ScanReport } from '../../scan/scan-report.ts';
import { setTimer, type Clock } from '../../util/clock.ts';
import type { Io } from '../terminal/io.ts';

export interface ScanEnding extends Disposable {
  /** Aborted when it is over; its reason says so to whoever waits for an answer. */
  readonly signal: AbortSignal;
  /** Why it is over; `complete` while it is not. */
  readonly ended: () => ScanReport['ended'];
  /** Resolves a little after it is over, for work that does not notice. */
  readonly tooLate: Promise<void>;
  /** What is said of pieces that were not looked at. */
  readonly detail: () => string;
}

/** Milliseconds in which whatever waits for AWS is to have noticed. */
const grace = 2_000;

/**
 * @param deadline milliseconds from now on
 * @param clock by which they count: that of the machine, also where a sandbox's time is faster
 */
export function scanEnding(deadline: number, clock: Clock, io: Pick<Io, 'onInterrupt'>): ScanEnding {
  const controller = new AbortController();
  // Every call of every playbook listens to it; Node warns of more than ten.
  setMaxListeners(0, controller.signal);
  let ended: ScanReport['ended'] = 'complete';
  let cancelGrace = (): void => undefined;
  let late = (): void => undefined;
  const tooLate = new Promise<void>((resolve) => {
    late = resolve;
  });
  const detail = (): string =>
    ended === 'interrupted'
      ? 'the scan was interrupted'
      : `the scan ended at its deadline of ${formatDuration(deadline)} (--deadline)`;
  const end = (why: 'deadline' | 'interrupted'): void => {
    if (controller.signal.aborted) return;
    ended = why;
    controller.abort(new ClassifiedError('timeout', detail(), { code: scanEnded }));
    cancelGrace = setTimer(clock, grace, late);
  };
  const cancel = setTimer(clock, deadline, () => {
    end('deadline');
  });
  const silence = io.onInterrupt(() => {
    end('interrupted');
  });
  return {
    signal: controller.signal,
    ended: () => ended,
    tooLate,
    detail,
    [Symbol.dispose]: () => {
      cancel();
      cancelGrace();
      silence();
    },
  };
}
