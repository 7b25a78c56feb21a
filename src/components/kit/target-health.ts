// What the state of a registered target means. Words of TargetHealthStateEnum [ELBv2 API].

/** It gets requests. `unavailable`: nobody checks it, so it may well answer [ELBv2 API, TargetHealth]. */
export function mayAnswer(state: string | undefined): boolean {
  return state === 'healthy' || state === 'unavailable';
}

/** It is deregistered already. */
export function isLeaving(state: string | undefined): boolean {
  return state === 'draining' || state === 'unhealthy.draining';
}
