// What waits to be told is sent for as long as the watch lives: scans leave there what their receivers did not take at once.
import type { Notifier } from '../notify/notifier.ts';
import { wallClock } from '../../util/clock.ts';

/** Milliseconds between two rounds, and for one of them. */
const pause = 30_000;
const within = 20_000;

/** @param notifier of the fleet file as it was read last */
export async function keepDelivering(
  notifier: () => Notifier | undefined,
  stop: AbortSignal,
  tell: (text: string) => void,
): Promise<void> {
  const isOver = (): boolean => stop.aborted;
  while (!isOver()) {
    try {
      await notifier()?.deliverer.deliver({ within, signal: stop });
    } catch (error) {
      if (!isOver())
        tell(`what waits to be told could not be sent: ${error instanceof Error ? error.message : String(error)}`);
    }
    try {
      await wallClock.sleep(pause, stop);
    } catch {
      return;
    }
  }
}
