// The body of an answer, collected below the SDK: never more of it than an answer of AWS can hold, and let go of as soon as
// nobody waits for it any more. The SDK itself reads a body to its end, however long that is and takes.

/** Far above AWS's largest answers (DynamoDB's 16 MB), far below what a machine has. */
export const largestAnswer = 64 * 1024 * 1024;

/** What a handler of the SDK gives for a body: bytes, a stream of Node, or nothing. */
interface Readable {
  readonly on: (event: string, listener: (value?: unknown) => void) => unknown;
  readonly destroy: (error?: Error) => unknown;
}

export type Collected =
  | { readonly kind: 'whole'; readonly bytes: Uint8Array }
  /** It was longer than allowed; the connection is closed. */
  | { readonly kind: 'too-large' };

const nothing = new Uint8Array();

/**
 * The whole body, unless it is too large. Closes the connection when it is, and when the signal is aborted; rejects then, and
 * when the connection breaks.
 */
export function collect(
  body: unknown,
  makeSignal: (() => AbortSignal) | undefined,
  most = largestAnswer,
): Promise<Collected> {
  if (body instanceof Uint8Array) return Promise.resolve(within(body, most));
  if (typeof body === 'string') return Promise.resolve(within(Buffer.from(body), most));
  if (!isReadable(body)) return Promise.resolve({ kind: 'whole', bytes: nothing });
  const signal = makeSignal?.();
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let size = 0;
    const abort = (): void => {
      const reason: unknown = signal?.reason;
      body.destroy();
      reject(reason instanceof Error ? reason : new Error('aborted', { cause: reason }));
    };
    const end = (): void => {
      signal?.removeEventListener('abort', abort);
    };
    body.on('data', (chunk) => {
      const bytes = chunk instanceof Uint8Array ? chunk : Buffer.from(String(chunk));
      size += bytes.byteLength;
      if (size <= most) {
        chunks.push(bytes);
        return;
      }
      chunks.length = 0;
      end();
      body.destroy();
      resolve({ kind: 'too-large' });
    });
    body.on('end', () => {
      end();
      resolve({ kind: 'whole', bytes: Buffer.concat(chunks) });
    });
    body.on('error', (error) => {
      end();
      reject(error instanceof Error ? error : new Error(String(error)));
    });
    // A connection that is closed in the middle of an answer ends its stream without an end.
    body.on('close', () => {
      end();
      reject(Object.assign(new Error('the connection was closed before the answer was whole'), { code: 'ECONNRESET' }));
    });
    if (signal?.aborted === true) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}

function within(bytes: Uint8Array, most: number): Collected {
  return bytes.byteLength > most ? { kind: 'too-large' } : { kind: 'whole', bytes };
}

function isReadable(body: unknown): body is Readable {
  return typeof body === 'object' && body !== null && 'on' in body && 'destroy' in body;
}
