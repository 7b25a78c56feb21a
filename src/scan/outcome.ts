// What a scan is told of each playbook: what was seen of it, or why nothing was.
import type { Assessments } from '../assess/assess.ts';
import type { UnknownReason } from '../components/contract.ts';
import type { Observations } from '../observe/observe.ts';
import type { Playbook } from '../playbook/model.ts';

/** AWS's place in the failure of whatever was under way when a scan was over. */
export const scanEnded = 'ScanEnded';

/**
 * Why a piece was not seen. `place`: the credentials lead to another account, alias or region. `not-reached`: the scan ended
 * before. `failed`: relight itself failed.
 */
export type UnseenReason = UnknownReason | 'place' | 'not-reached' | 'failed';

/** Why nothing of a playbook was seen. */
export interface Obstacle {
  readonly reason: UnseenReason;
  readonly detail: string;
  /** AWS's code, and what was asked: `sts:GetCallerIdentity`. */
  readonly code?: string | undefined;
  readonly api?: string | undefined;
}

/** What was sent. */
export interface Calls {
  readonly awsCalls: number;
  /** Of these, those that AWS refused for its rate and that were sent again. */
  readonly throttled: number;
}

/** One playbook, as far as it could be looked at. */
export interface PlaybookOutcome {
  readonly playbook: Playbook;
  /** As whom: an ARN; null where nobody could tell. */
  readonly principal: string | null;
  readonly alias: string | null;
  /** A sandbox answered. */
  readonly sandbox: boolean;
  /** The commands that plan the repair, and that tell what has to be allowed. */
  readonly commands: { readonly plan: string; readonly permissions: string };
  readonly seen:
    | { readonly kind: 'looked'; readonly assessments: Assessments; readonly observations: Observations }
    | { readonly kind: 'unseen'; readonly because: Obstacle };
}

/** A file of which nothing could be made. */
export interface Unread {
  readonly file: string;
  readonly mistakes: readonly {
    /** From 1; null where the file as a whole is meant. */
    readonly line: number | null;
    readonly column: number | null;
    readonly message: string;
  }[];
}
