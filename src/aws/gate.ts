// The filter below the clients. Nothing passes but identity calls until the guard has approved the place, and nothing
// passes but reads unless the whole access was made for changing.
import type { Members } from './contract/rules.ts';
import type { CallKind } from './services/service.ts';

/** What may pass: identity calls only, all reads, or everything. */
type GateLevel = 'identity' | 'read' | 'change';

/** Tells a refusal, as `classified-error.ts` tells its errors. */
const mark = Symbol.for('relight.gate-refusal');

/** A call that the gate refused; it never left the machine. */
export class GateRefusal extends Error {
  readonly [mark] = true;

  constructor(operation: string, reason: string) {
    super(`${operation} refused: ${reason}`);
    this.name = 'GateRefusal';
  }
}

export function isGateRefusal(error: unknown): boolean {
  return error instanceof Error && mark in error;
}

/** No answer of AWS's: a call that relight itself refused, or a bug. */
export function isOwnFault(error: unknown): boolean {
  return isGateRefusal(error) || error instanceof TypeError;
}

/** A change that was held back right before the wire: surely not sent. It may be sent later, if what held it back is over. */
export class HeldBack extends Error {
  constructor(operation: string, reason: string) {
    super(`${operation} was not sent: ${reason}`);
    this.name = 'HeldBack';
  }
}

/** What every change must pass right before it leaves: whoever holds the lock. */
export interface ChangeGuard {
  /** Why no change may leave now; undefined when it may. */
  readonly obstacle: () => string | undefined;
  /** Milliseconds that a change which leaves now may take at most. */
  readonly left: () => number;
}

/** A call as the gate sees it. */
export interface GatedCall {
  readonly operation: string;
  readonly kind: CallKind;
  /** Whoever makes it has said that it is to give away a secret value. */
  readonly reveals?: boolean;
  /** Its row. */
  readonly service?: { readonly name: string };
  readonly input?: Members;
}

/** What an access of its own is limited to, its reads too: why a call is none of it; undefined when it is. */
export type GateScope = (call: GatedCall) => string | undefined;

/** Opens in one direction only, and to `change` only when made so. Shut once, it stays shut. */
export class Gate {
  readonly #listeners = new Set<(reason: Error) => void>();
  #level: GateLevel = 'identity';
  readonly #mayChange: boolean;
  #shut: Error | undefined;
  #guard: ChangeGuard | undefined;
  readonly #scope: GateScope | undefined;

  /** @param scope what may pass at all, beside identity calls; everything that its level lets unless told */
  constructor(mode: 'read' | 'change', scope?: GateScope) {
    this.#mayChange = mode === 'change';
    this.#scope = scope;
  }

  /** The guard has compared the identity with the playbook's target. */
  openForReads(): void {
    if (this.#level === 'identity') this.#level = 'read';
  }

  /** The plan has been confirmed. Throws when the access was made for reading: a bug, not a user's mistake. */
  openForChanges(): void {
    if (!this.#mayChange || this.#level === 'identity') {
      throw new Error('Internal error: the gate was asked to open for changes without approval');
    }
    this.#level = 'change';
  }

  /** From now on nothing passes any more, identity calls included; there is no way back. */
  shut(reason: Error): void {
    if (this.#shut !== undefined) return;
    this.#shut = reason;
    for (const listener of this.#listeners) listener(reason);
  }

  /** False for a command that only reads, from its beginning to its end. */
  get mayEverChange(): boolean {
    return this.#mayChange;
  }

  /** Why nothing passes any more; undefined while it is not shut. */
  get shutBecause(): Error | undefined {
    return this.#shut;
  }

  /** Told once when it is shut, at once where it is already; returns a function that stops listening. */
  onShut(listener: (reason: Error) => void): () => void {
    if (this.#shut !== undefined) listener(this.#shut);
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Throws {@link GateRefusal} when the operation may not pass, and the reason when the gate was shut. */
  check(call: GatedCall): void {
    const { kind, operation, reveals = false } = call;
    if (this.#shut !== undefined) throw this.#shut;
    if (kind === 'identity') return;
    if (this.#level === 'identity') {
      throw new GateRefusal(operation, 'the account, alias and region have not been compared with the playbook yet');
    }
    if (kind === 'secret-read' && !reveals) {
      throw new GateRefusal(operation, 'it gives away a secret value, and nobody has said that it may');
    }
    if (kind === 'change' && this.#level !== 'change') throw new GateRefusal(operation, 'this command only reads');
    const beyond = this.#scope?.(call);
    if (beyond !== undefined) throw new GateRefusal(operation, beyond);
  }

  /** From now on every change asks this guard right before it leaves. */
  guardChanges(guard: ChangeGuard): void {
    this.#guard = guard;
  }

  /**
   * The last thing before the wire, with nothing awaited after it. Throws {@link HeldBack} when the guard says no, and the
   * reason when the gate was shut while the call was made ready.
   */
  leave(operation: string, change: boolean): void {
    if (this.#shut !== undefined) throw this.#shut;
    if (!change) return;
    const obstacle = this.#guard?.obstacle();
    if (obstacle !== undefined) throw new HeldBack(operation, obstacle);
  }

  /** Milliseconds that a call may take; no limit without a guard. */
  timeFor(kind: CallKind): number {
    return kind === 'change' ? (this.#guard?.left() ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
  }
}
