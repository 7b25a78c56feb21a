// One process at a time does something, by a file that says who: sends to a receiver, settles what scans remember. A claim of a
// process that is gone is taken over; two that take one over at the same instant may both have it.
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Clock } from './clock.ts';
import { readRegularText } from './storage-read.ts';
import { asStorageFailure } from './storage.ts';

export interface ClaimPorts {
  readonly clock: Clock;
  readonly pid: number;
  /** Whether a process of this machine runs. */
  readonly isAlive: (pid: number) => boolean;
}

export interface Claim {
  /** The claim holds for another while. @throws StorageFailure */
  readonly refresh: () => void;
  readonly release: () => void;
}

/** Longer than anything takes that is done under a claim without a word. Milliseconds. */
const holdsFor = 5 * 60_000;

const claimSchema = z.object({ token: z.string(), host: z.string(), pid: z.int(), at: z.number() });

/** @returns undefined while another one has it. @throws StorageFailure */
export function claimFile(file: string, ports: ClaimPorts): Claim | undefined {
  const folder = dirname(file);
  const token = randomBytes(8).toString('hex');
  const { clock, pid } = ports;
  const text = (): string => `${JSON.stringify({ token, host: hostname(), pid, at: clock.now() })}\n`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (let round = 0; ; round += 1) {
      if (made(file, text())) break;
      if (round > 0 || !isStale(file, ports)) return undefined;
      rmSync(file, { force: true });
    }
  } catch (error) {
    throw asStorageFailure(error, folder);
  }
  const isOwn = (): boolean => read(file)?.token === token;
  return {
    refresh: () => {
      try {
        if (isOwn()) writeFileSync(file, text(), { mode: 0o600 });
      } catch (error) {
        throw asStorageFailure(error, folder);
      }
    },
    release: () => {
      if (isOwn()) rmSync(file, { force: true });
    },
  };
}

function made(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { mode: 0o600, flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function isStale(file: string, { clock, isAlive, pid }: ClaimPorts): boolean {
  const found = read(file);
  // Gone meanwhile, or being written right now.
  if (found === undefined) return true;
  const age = clock.now() - found.at;
  // A clock that was set back must not make a claim hold for ever.
  if (age > holdsFor || age < -holdsFor) return true;
  return found.host === hostname() && (found.pid === pid ? false : !isAlive(found.pid));
}

function read(file: string): z.infer<typeof claimSchema> | undefined {
  try {
    const parsed = claimSchema.safeParse(JSON.parse(readRegularText(file)));
    return parsed.success ? parsed.data : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof Error && 'code' in error)) return undefined;
    throw error;
  }
}
