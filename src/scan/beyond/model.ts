// What a scan is told of whole accounts, beside their playbooks, and what it finds there that is in no playbook. Pure: all is
// told by inventory against inventory; no name is ever resolved, as whoever owns it now would answer.
import type { ComponentType, Severity } from '../../components/contract.ts';
import type { PlaceInventory } from '../../observe/inventory.ts';
import type { BeyondKind } from '../finding.ts';
import type { PlaybookOutcome } from '../outcome.ts';

/** An account and region that was listed. */
export interface SurveyedPlace {
  readonly account: string;
  readonly region: string;
  readonly environment: string | null;
  /** As whom: an ARN; null where nobody could tell. */
  readonly principal: string | null;
  /** The playbook by whose place it was entered; findings and gaps are told in its file. */
  readonly entry: { readonly playbook: string; readonly file: string; readonly permissions: string };
  readonly inventory: PlaceInventory;
}

/** What a fleet file says, as far as it matters here. */
export interface FleetSaid {
  readonly accounts: readonly {
    readonly id: string;
    readonly regions: readonly string[];
    readonly inventory: 'complete' | 'partial';
  }[];
  /** Names outside of AWS that records may lead to: `*.vendor.example`. */
  readonly external: readonly string[];
}

export interface Survey {
  readonly places: readonly SurveyedPlace[];
  /** All playbooks that were scanned. */
  readonly outcomes: readonly PlaybookOutcome[];
  readonly types: ReadonlyMap<string, ComponentType>;
  /** Undefined without a fleet file. */
  readonly fleet: FleetSaid | undefined;
  /** The playbooks are all that there are: those of the fleet, and each could be read. */
  readonly wholeFleet: boolean;
  /** The command that lists, and removes, what was found. */
  readonly command: string;
}

/** Where what all regions of an account share is said to be. */
export const everywhere = 'global';

/** One thing that was found. */
export interface BeyondFound {
  readonly kind: BeyondKind;
  readonly severity: Severity;
  readonly place: SurveyedPlace;
  /** `global` for what all regions share. */
  readonly region: string;
  readonly type: string;
  /** ARN, id, or zone, name and type of a record: what tells it from all others of the account. */
  readonly piece: string;
  /** For people. */
  readonly name: string;
  readonly what: string;
  readonly evidence: readonly string[];
  /** Of a stray: what it takes to write it down as a component, and so to remove it. */
  readonly stray?: StrayPiece;
}

export interface StrayPiece {
  /** As its tag says. */
  readonly playbook: string;
  /** That describes it as it is; undefined where its type cannot tell by its ARN alone. */
  readonly spec: unknown;
  /** What goes by it, in words: records that lead to its name. */
  readonly referredBy: readonly string[];
}

/** One thing of which nobody can tell whether it is well. */
export interface CannotTell {
  readonly account: string;
  readonly region: string;
  readonly type: string | null;
  readonly name: string;
  /** Alike for all of which it holds. */
  readonly why: string;
}

export interface Judged {
  readonly found: readonly BeyondFound[];
  readonly cannotTell: readonly CannotTell[];
}

export function together(all: readonly Judged[]): Judged {
  return {
    found: all.flatMap(({ found }) => found),
    cannotTell: all.flatMap(({ cannotTell }) => cannotTell),
  };
}
