// What a scan finds of several playbooks together, which none of them tells by itself: circles through a recovery, and where two
// services that are to be alike are not. Pure: the playbooks, and what the scan saw of them already.
import { z } from 'zod';
import type { Playbook } from '../../playbook/model.ts';
import type { BetweenKind, Finding } from '../finding.ts';
import type { PlaybookOutcome } from '../outcome.ts';
import type { ComparedPair } from './compared.ts';

/** A playbook wherever its file lies: its name, account and region. */
export type PartyKey = readonly [name: string, account: string, region: string];

/** Two services that are to be alike, by the files of their playbooks. */
export interface PlaybookPair {
  readonly left: string;
  readonly right: string;
}

export interface BetweenAsked {
  readonly outcomes: readonly PlaybookOutcome[];
  readonly pairs: readonly PlaybookPair[];
  /** The playbooks are all that a fleet has, and each could be read: one that is not among them is gone. */
  readonly whole: boolean;
  /** When it is judged, in milliseconds since the epoch. */
  readonly at: number;
  /** Commands that tell more of a finding. */
  readonly commands: BetweenCommands;
}

export interface BetweenCommands {
  readonly circle: (files: readonly string[]) => string;
  readonly pair: (pair: PlaybookPair) => string;
}

export interface Between {
  /** As findings that no scan before knows. */
  readonly findings: readonly Finding[];
  readonly compared: readonly ComparedPair[];
  /** Nobody could see whether this finding of an earlier scan still stands. */
  readonly isHidden: (finding: Finding) => boolean;
}

/** What tells what a finding is about from all else: the playbooks, and of two of them which components and what of these. */
export interface BetweenPiece {
  /** Of a circle in its order, from the least on; of two services the least first. */
  readonly parties: readonly PartyKey[];
  /** Of two services: the component's id in each, in their order; null where one has none. */
  readonly ids?: readonly (string | null)[];
  /** Whose value names what is the other one's; left out where it is about both values. */
  readonly crossing?: PartyKey;
}

/** Of one thing that was found, what {@link findingOf} needs to make a finding of it. */
export type BetweenFound = Pick<
  Finding,
  'column' | 'component' | 'evidence' | 'field' | 'file' | 'line' | 'plan' | 'severity' | 'type' | 'what'
> & {
  readonly kind: BetweenKind;
  readonly piece: BetweenPiece;
  /** In whose place it is told. */
  readonly playbook: Playbook;
  /** When it was seen, in milliseconds since the epoch. */
  readonly at: number;
};

export function partyOf({ metadata, target }: Playbook): PartyKey {
  return [metadata.name, target.account, target.region];
}

/** One text for one playbook; they sort in an order that is the same everywhere. */
export function partyText(party: PartyKey): string {
  return JSON.stringify(party);
}

/** Of two playbooks, in whatever order. */
export function pairKey(parties: readonly PartyKey[]): string {
  return JSON.stringify(parties.map(partyText).toSorted(byText));
}

export function pieceText({ crossing, ids, parties }: BetweenPiece): string {
  return JSON.stringify({
    parties,
    ...(ids === undefined ? {} : { ids }),
    ...(crossing === undefined ? {} : { crossing }),
  });
}

const party = z.tuple([z.string(), z.string(), z.string()]);
const pieceSchema = z.object({
  parties: z.array(party),
  ids: z.array(z.string().nullable()).optional(),
  crossing: party.optional(),
});

/** Undefined where no scan wrote it. */
export function readPiece(text: string | null): BetweenPiece | undefined {
  if (text === null) return undefined;
  try {
    const { crossing, ids, parties } = pieceSchema.parse(JSON.parse(text));
    return { parties, ...(ids === undefined ? {} : { ids }), ...(crossing === undefined ? {} : { crossing }) };
  } catch {
    return undefined;
  }
}

/** By code units: the same on every machine. */
export function byText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
