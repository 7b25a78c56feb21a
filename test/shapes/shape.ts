// A service as teams run them: how its world is made, and what its playbook says.
import type { Hands } from './hands.ts';

export interface Shape {
  readonly name: string;
  /** What a team says of it; all else that its pieces have is in AWS alone. */
  readonly playbook: string;
  /** What stands in for params that only AWS tells, until it has. */
  readonly params?: Readonly<Record<string, string>>;
  /** Makes the pieces, and waits until they are at rest. @returns those params */
  readonly build: (hands: Hands) => Promise<Readonly<Record<string, string>>>;
  /** By what AWS tells of it (described.ts), the piece that each owned component is. */
  readonly pieces: Readonly<Record<string, string>>;
  /** Components whose pieces are not lost by themselves: others, that the playbook does not name, hold them. */
  readonly held?: readonly string[];
  /** The playbook is not told what others have moved: without a known good, pieces are made where they were before. */
  readonly movedByOthers?: true;
  /** What AWS deletes with a piece, and relight does not put back: by its component, the names of what goes. */
  readonly along?: Readonly<Record<string, readonly string[]>>;
  /** What a rebuild needs consent for, beside the ownership of all. */
  readonly consents?: readonly string[];
  /** Losses that a repair cannot make good, and says so: by the lost component. */
  readonly refusals?: Readonly<Record<string, Refusal>>;
  /** What a repair leaves beside the pieces, by the lost component: the name of the only piece that is new afterwards. */
  readonly strays?: Readonly<Record<string, string>>;
  /** What goes another way than what the playbook says: by what is done, which step puts it right. */
  readonly drifts: readonly Drift[];
  /** Takes off what keeps pieces from being deleted, as who deletes them by hand has to. */
  readonly unlock?: (hands: Hands) => Promise<void>;
}

/** The plan names the component and the reason, and makes all else. */
export interface Refusal {
  readonly blocked: string;
  readonly because: RegExp;
}

export interface Drift {
  readonly what: string;
  readonly by: (hands: Hands) => Promise<void>;
  readonly steps: readonly string[];
  /** What a plan tells to be unlike the known good, where it takes that on request alone (`--settings known-good`). */
  readonly unlike?: readonly string[];
}

/** The head of a playbook. */
export function head(name: string, more = ''): string {
  return `apiVersion: relight/v1
kind: Playbook
metadata: { name: ${name} }
target: { account: '123456789012', region: eu-west-1 }
objectives: { rto: 30m }
recovery: { deadline: 60m }
${more}`;
}
