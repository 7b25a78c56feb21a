// The body of an answer that somebody else sends: never more of it than is asked for.

/**
 * The text of a body, of at most so many bytes; the rest is not waited for, and its connection is closed. Rejects when the
 * request's signal is aborted meanwhile.
 */
export async function boundedText(answer: Response, mostBytes: number): Promise<string> {
  if (answer.body === null) return '';
  const decoder = new TextDecoder();
  const reader = answer.body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  let text = '';
  let left = mostBytes;
  try {
    while (left > 0) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      text += decoder.decode(value.subarray(0, left), { stream: true });
      left -= value.byteLength;
    }
    return text;
  } finally {
    // Of a body that was read to its end there is nothing to cancel.
    await reader.cancel().catch(() => undefined);
  }
}
