// A journal whose stamps went back: somebody set the machine's clock while the run was under way, and the version that
// wrote it counted by that clock. Pure.

/** What a stamp is on, ISO 8601. */
interface Stamped {
  readonly at: string;
}

export interface Steadied<Entry> {
  /** The same records, with stamps that never go back: what follows a jump is counted on from where it happened. */
  readonly records: readonly Entry[];
  /** By how many seconds the clock was set back, all times together; 0 when it was not. */
  readonly setBackSeconds: number;
}

/** A step of the clock that is no correction of a server of time, in milliseconds. */
const leastJump = 1_000;

export function steadied<Entry extends Stamped>(records: readonly Entry[]): Steadied<Entry> {
  let offset = 0;
  let last = Number.NEGATIVE_INFINITY;
  let setBack = 0;
  const steady = records.map((record) => {
    const at = Date.parse(record.at);
    const back = last - (at + offset);
    if (back > 0) {
      offset += back;
      if (back >= leastJump) setBack += back;
    }
    last = at + offset;
    return offset === 0 ? record : { ...record, at: new Date(last).toISOString() };
  });
  return { records: setBack === 0 ? records : steady, setBackSeconds: setBack / 1000 };
}
