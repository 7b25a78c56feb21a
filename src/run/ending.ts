// What ends a run before its steps do: whoever runs it, its own deadline, or credentials or a lock that are gone. From then on
// nothing new begins and no wait goes on; calls under way are finished, each within its own time-out.
import { setMaxListeners } from 'node:events';
import { setTimer, type Clock } from '../util/clock.ts';

/** The reason that an ended run's signal carries. */
export class RunEnd extends Error {
  readonly kind: 'interrupted' | 'deadline' | 'credentials' | 'lock' | 'place' | 'storage';

  constructor(kind: RunEnd['kind'], message: string) {
    super(message);
    this.name = 'RunEnd';
    this.kind = kind;
  }
}

export interface Ending {
  /** Aborted, with a {@link RunEnd}, when the run is over before its steps are. */
  readonly signal: AbortSignal;
  /** Ends the run; only the first reason counts. */
  readonly end: (reason: RunEnd) => void;
  /** The run is over by itself: nothing ends it any more. */
  readonly close: () => void;
}

export interface EndingOptions {
  readonly clock: Clock;
  /** Aborted by whoever runs it. */
  readonly stop: AbortSignal;
  /** Milliseconds from now. */
  readonly deadline: number;
  /** Told once, when the run is ended. */
  readonly onEnd: (reason: RunEnd) => void;
}

export function watchForEnd({ clock, stop, deadline, onEnd }: EndingOptions): Ending {
  const ending = new AbortController();
  let closed = false;
  // Every wait of every step listens to it; Node warns of more than ten.
  setMaxListeners(0, ending.signal);
  const end = (reason: RunEnd): void => {
    if (ending.signal.aborted || closed) return;
    onEnd(reason);
    ending.abort(reason);
  };
  const onStop = (): void => {
    end(new RunEnd('interrupted', 'told to stop: calls under way are finished, nothing new begins'));
  };
  if (stop.aborted) onStop();
  else stop.addEventListener('abort', onStop, { once: true });
  const cancel = setTimer(clock, deadline, () => {
    const minutes = `${deadline / 60_000} min`;
    end(
      new RunEnd(
        'deadline',
        `deadline: the run's ${minutes} are over: calls under way are finished, nothing new begins`,
      ),
    );
  });
  return {
    signal: ending.signal,
    end,
    close: () => {
      stop.removeEventListener('abort', onStop);
      cancel();
      closed = true;
    },
  };
}
