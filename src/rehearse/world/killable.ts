// One process of relight on an operator's machine. A rehearsal can kill it at any instant, as `kill -9` would: what it
// has sent is carried out, nothing more is sent, and no line of its code runs again.
import type { AccessOptions } from '../../aws/access.ts';
import type { AwsService } from '../../aws/services/service.ts';
import { setTimer, type Clock } from '../../util/clock.ts';

export interface Process {
  /** The clock that the process lives by; for a dead one no sleep ever ends. */
  readonly clock: Clock;
  /** Its way to AWS. */
  readonly access: AccessOptions;
  readonly alive: () => boolean;
  readonly kill: () => void;
  /** Resolves when it is killed. */
  readonly killed: Promise<void>;
}

/** What of a client's settings can be taken over by a process: the sandbox's transport is one handler. */
interface Transport {
  readonly requestHandler: { readonly handle: (request: unknown, options?: unknown) => Promise<unknown> };
}

/**
 * Starts a process.
 *
 * @param access the way to a sandbox, as `OpenSandbox.access` gives it
 */
export function startProcess(access: AccessOptions): Process {
  let living = true;
  const alive = (): boolean => living;
  let announce: () => void = () => undefined;
  const killed = new Promise<void>((resolve) => {
    announce = resolve;
  });
  const sleeps = new Set<AbortController>();
  const timers = new Set<() => void>();
  const clock: Clock = {
    now: () => access.clock.now(),
    sleep: (ms, signal) => {
      if (!alive()) return never();
      const end = new AbortController();
      sleeps.add(end);
      const pass = (): void => {
        end.abort(signal?.reason);
      };
      if (signal?.aborted === true) pass();
      else signal?.addEventListener('abort', pass, { once: true });
      return access.clock.sleep(ms, end.signal).then(
        () => {
          if (!alive()) return never();
          done(end);
          return undefined;
        },
        (error: unknown) => {
          if (!alive()) return never();
          done(end);
          throw error;
        },
      );

      function done(controller: AbortController): void {
        sleeps.delete(controller);
        signal?.removeEventListener('abort', pass);
      }
    },
    timer: (ms, action) => {
      if (!alive()) return () => undefined;
      const cancel = setTimer(access.clock, ms, () => {
        timers.delete(cancel);
        if (alive()) action();
      });
      timers.add(cancel);
      return () => {
        timers.delete(cancel);
        cancel();
      };
    },
  };
  return {
    clock,
    access: { ...access, clock, transport: (service) => killableTransport(service) },
    alive,
    kill: () => {
      if (!living) return;
      living = false;
      // Nobody waits any more: the world's time must not stop at what a dead process wanted to wait for.
      for (const sleep of sleeps) sleep.abort(new Error('killed'));
      sleeps.clear();
      for (const cancel of timers) cancel();
      timers.clear();
      announce();
    },
    killed,
  };

  function killableTransport(service: AwsService): object {
    const transport = access.transport?.(service) as Transport & object;
    const { requestHandler } = transport;
    return {
      ...transport,
      requestHandler: {
        ...requestHandler,
        handle: async (request: unknown, options?: unknown) => {
          if (!alive()) return never();
          const answer = await requestHandler.handle(request, options);
          return alive() ? answer : never();
        },
      },
    };
  }
}

/** A promise that nobody will hear of again. */
function never(): Promise<never> {
  return new Promise(() => undefined);
}
