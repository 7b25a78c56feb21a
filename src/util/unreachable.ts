/** Guards the end of an exhaustive switch: the compiler refuses a call with a value that can still occur. */
export function unreachable(value: never): never {
  throw new Error(`Internal error: unexpected ${JSON.stringify(value)}`);
}
