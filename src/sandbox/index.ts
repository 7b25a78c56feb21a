// The public face of the embedded AWS; see SPEC.md for what it promises.
export { VirtualClock, scaledClock } from '../util/clock.ts';
export { dispatch, isMutating } from './dispatch.ts';
export type { CallOutcome, DoorOptions, ObservedCall } from './dispatch.ts';
export { Faults } from './faults.ts';
export type { FaultKind, FaultRule } from './faults.ts';
export { sandboxClientConfig, sandboxRequestHandler } from './inprocess.ts';
export type { SandboxClientConfig, SandboxRequestHandler } from './inprocess.ts';
export type { ServiceName, World, WorldData } from './model.ts';
export { awsTimings, instantTimings } from './timings.ts';
export type { Timings } from './timings.ts';
export { createWorld, defaultAccount, fork, snapshot } from './world.ts';
export type { WorldOptions } from './world.ts';
