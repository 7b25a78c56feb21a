// Access keys of which the served sandbox was told something: that AWS calls them expired, or whose they are. All others
// are good, and the world's own caller's; signatures are not checked. They belong to a transport, not to the world.
import type { SandboxRequest } from './protocol/wire.ts';

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

  /** What is known of the key that signed a request. */
  of(request: SandboxRequest): AccessKey | undefined {
    const id = /Credential=([^/,\s]+)\//.exec(request.headers['authorization'] ?? '')?.[1];
    return id === undefined ? undefined : this.#known.get(id);
  }
}
