// Access keys of which the served sandbox was told something: that AWS calls them expired, or whose they are. All others
// are good, and the world's own caller's; signatures are not checked. They belong to a transport, not to the world.

export interface AccessKey {
  readonly expired: boolean;
  /** Undefined: the world's caller. */
  readonly callerArn: string | undefined;
}

export class AccessKeys {
  readonly #known = new Map<string, AccessKey>();

  set(accessKeyId: string, key: AccessKey): void {
    this.#known.set(accessKeyId, key);
  }

  /** What is known of a key. */
  of(accessKeyId: string): AccessKey | undefined {
    return this.#known.get(accessKeyId);
  }
}
