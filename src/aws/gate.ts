// The filter below the clients. Nothing passes but identity reads until the guard has approved the place, and nothing
// passes but reads unless the whole access was made for changing.
import { isRead } from './rates.ts';

/** What may pass: identity reads only, all reads, or everything. */
type GateLevel = 'identity' | 'read' | 'change';

/** A call that the gate refused; it never left the machine. */
export class GateRefusal extends Error {
  constructor(operation: string, level: GateLevel) {
    super(
      level === 'identity'
        ? `${operation} refused: the account, alias and region have not been compared with the playbook yet`
        : `${operation} refused: this command only reads`,
    );
    this.name = 'GateRefusal';
  }
}

const identityReads: ReadonlySet<string> = new Set(['GetCallerIdentity', 'ListAccountAliases']);

/** Opens in one direction only, and to `change` only when made so. Shut once, it stays shut. */
export class Gate {
  #level: GateLevel = 'identity';
  readonly #mayChange: boolean;
  #shut: Error | undefined;

  constructor(mode: 'read' | 'change') {
    this.#mayChange = mode === 'change';
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

  /** From now on nothing passes any more, identity reads included; there is no way back. */
  shut(reason: Error): void {
    this.#shut ??= reason;
  }

  /** Throws {@link GateRefusal} when the operation may not pass, and the reason when the gate was shut. */
  check(operation: string): void {
    if (this.#shut !== undefined) throw this.#shut;
    if (identityReads.has(operation) || this.#level === 'change') return;
    if (this.#level === 'identity' || !isRead(operation)) throw new GateRefusal(operation, this.#level);
  }
}
