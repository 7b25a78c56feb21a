// What STS remembers: the temporary credentials that it gave out. They lie in the world's own account, whichever account
// they are for.
import type { WorldData } from '../../world-data.ts';

export interface RoleSession {
  readonly accessKeyId: string;
  readonly token: string;
  readonly account: string;
  /** `arn:aws:sts::<account>:assumed-role/<role>/<session>` */
  readonly arn: string;
  /** `AROA...:<session>` */
  readonly userId: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** What the session may do of that, as JSON; all of it unless told. */
  readonly sessionPolicy?: string;
  /** Managed policies that limit it likewise. */
  readonly policyArns?: readonly string[];
  readonly sourceIdentity?: string;
  /** What it is called besides its role's tags, and which of it goes on to the sessions that it begins. */
  readonly tags?: Readonly<Record<string, string>>;
  readonly transitive?: readonly string[];
}

export interface StsStore {
  /** By access key id. */
  sessions: Record<string, RoleSession>;
}

export function emptyStsStore(): StsStore {
  return { sessions: {} };
}

export function stsOf(data: WorldData): StsStore {
  return data['sts'] as StsStore;
}
