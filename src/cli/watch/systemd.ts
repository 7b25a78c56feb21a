// What a daemon tells systemd: that it is ready, and that it lives. Node has no datagram sockets of the file system, so that
// systemd's own program says it; nobody waits for it.
import { spawn } from 'node:child_process';

export interface Systemd {
  readonly tell: (state: 'READY=1' | 'STOPPING=1' | 'RELOADING=1' | 'WATCHDOG=1') => void;
  /** Milliseconds after which it wants to hear of life; undefined: it does not mind. */
  readonly watchdog: number | undefined;
}

/** @param env of this process: NOTIFY_SOCKET and WATCHDOG_USEC, where systemd started it */
export function systemdIn(env: Readonly<Record<string, string | undefined>>): Systemd {
  const { NOTIFY_SOCKET: socket, WATCHDOG_USEC: microseconds } = env;
  const wanted = Number(microseconds);
  return {
    watchdog: socket === undefined || !(wanted > 0) ? undefined : wanted / 1000,
    tell: (state) => {
      if (socket === undefined) return;
      // The unit says NotifyAccess=all, since another process says it.
      const child = spawn('systemd-notify', [state], { stdio: 'ignore', env: { ...env } });
      child.on('error', () => undefined);
      child.unref();
    },
  };
}
