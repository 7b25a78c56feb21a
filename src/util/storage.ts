// A failure of the machine's storage: full, read-only, gone, broken. It is no bug and no refusal of AWS's, and whoever
// meets it ends before the next change; so it is told apart from every other error, wherever it comes up.

/** What the system says when it is the storage that fails, and not what was asked of it. */
const storageCodes: ReadonlySet<string> = new Set([
  'EDQUOT',
  'EFBIG',
  'EIO',
  'EMFILE',
  'ENFILE',
  'ENODEV',
  'ENOENT',
  'ENOMEM',
  'ENOSPC',
  'ENOTDIR',
  'ENXIO',
  'EROFS',
  'ESTALE',
  'ETIMEDOUT',
  'EACCES',
  'EPERM',
]);

/** Something could not be written down, or was not there any more where it has to be. */
export class StorageFailure extends Error {
  /** The system's word, as ENOSPC. */
  readonly code: string;
  readonly path: string;

  constructor(code: string, path: string, options?: ErrorOptions) {
    super(`${path}: ${code}`, options);
    this.name = 'StorageFailure';
    this.code = code;
    this.path = path;
  }
}

/** The error as a failure of the storage at `path`; whatever does not come from the system stays what it is. */
export function asStorageFailure(error: unknown, path: string): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  const code = 'code' in error ? error.code : undefined;
  const isFailure = typeof code === 'string' && storageCodes.has(code) && !(error instanceof StorageFailure);
  return isFailure ? new StorageFailure(code, path, { cause: error }) : error;
}
