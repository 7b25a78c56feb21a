// What scans and watches have around them: time, the way to AWS, the ways to receivers, and processes. The machine's own, unless
// whoever runs a command in this process puts others in their place: a week of a watch takes a minute by a virtual clock.
import { senderFor, type Send, type SenderPorts } from '../notify/deliver/senders.ts';
import { systemClock, wallClock, type Clock } from '../util/clock.ts';
import type { RunningScan } from '../watch/supervisor.ts';
import { sharedPlaces, type SharedPlaces } from './place/session.ts';
import type { GlobalOptions } from './options.ts';
import type { Io } from './terminal/io.ts';

export interface Surroundings {
  /** By which durations are measured, and what is written down is stamped. */
  readonly clock: Clock;
  /** The time of day, which people set: schedules go by it. */
  readonly wallClock: Clock;
  /** Opens what the places share that a scan looks at: the way to AWS above all. */
  readonly places: (options: GlobalOptions, io: Io, share: number | undefined) => Promise<SharedPlaces>;
  /** Makes what sends to receivers. */
  readonly sender: (ports: SenderPorts) => Send;
  /** Begins a scan of a watch; undefined: in a process of its own. */
  readonly startScan?: StartScan;
}

/** Begins what a watch wants to be done. */
export type StartScan = (scan: {
  /** As they are typed after `relight`. */
  readonly words: readonly string[];
  /** What comes by standard input. */
  readonly input: Uint8Array;
  /** Told what it says to people. */
  readonly tell: (text: string) => void;
}) => RunningScan;

/** Those of the machine. */
export const machine: Surroundings = { clock: systemClock, wallClock, places: sharedPlaces, sender: senderFor };
