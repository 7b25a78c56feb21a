// What the SDK is given to speak to: nobody. What it has to say goes to the terminal past relight's filter.

/**
 * The SDK copies every input and output for its logger's `info`, without anything that is sensitive, even when the logger
 * is its own that says nothing; one without `info` spares that.
 */
export const quiet = { trace: nothing, debug: nothing, warn: nothing, error: nothing };

/** For what insists on being able to inform. */
export const silent = { ...quiet, info: nothing };

function nothing(): void {
  return undefined;
}
