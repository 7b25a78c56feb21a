// The public face of the embedded AWS; see SPEC.md for what it promises.
export { VirtualClock, scaledClock } from '../util/clock.ts';
export { healthCheckHealthy, nameServerAnswer, probeHttp, probeTcp, resolveDns } from './dataplane/index.ts';
export type { DnsResolution, HttpAnswer, HttpProbe, ProbeError, ProbeFailure, TcpProbe } from './dataplane/index.ts';
export { accountWorld } from './accounts.ts';
export type { ConditionKey, NeededPermission, PlacedCall, ServiceAuthorization } from './authorization.ts';
export { countPieces, picturesIn, standingIn } from './census.ts';
export { dispatch, isMutating } from './dispatch.ts';
export type { CallOutcome, TransportOptions, ObservedCall } from './dispatch.ts';
export {
  clearFaults,
  faultSchema,
  faultSchemaFor,
  faultsOf,
  faultsSchema,
  holdsUp,
  inRegion,
  isStuckKind,
  isStuckState,
  readFaults,
  setFaults,
  writeFault,
} from './fault-data.ts';
export type { Fault, FaultsRead } from './fault-data.ts';
export { tokenHeader } from './door-token.ts';
export { Faults } from './faults.ts';
export type { FaultKind, FaultRule, FaultSubject } from './faults.ts';
export { serve } from './http.ts';
export type { ServedSandbox, ServeOptions } from './http.ts';
export { sandboxClientConfig, sandboxRequestHandler } from './inprocess.ts';
export type { SandboxClientConfig, SandboxRequestHandler } from './inprocess.ts';
export { AwsError } from './model.ts';
export type {
  CallContext,
  Duration,
  Durations,
  Ec2Service,
  Input,
  JsonService,
  Operation,
  Output,
  Piece,
  PiecePlace,
  QueryService,
  RestXmlService,
  ServiceName,
  ServicePlug,
  Services,
  SilentService,
  StuckKind,
  World,
} from './model.ts';
export type { RegionData, StuckState, WorldData } from './world-data.ts';
export { dynamoDbOf } from './services/dynamodb/store.ts';
export { setServiceBehaviour, setTargetBehaviour } from './services/ecs/behaviours.ts';
export { ecsOf } from './services/ecs/store.ts';
export { elbv2Of } from './services/elbv2/store.ts';
export { servicesWith } from './service-set.ts';
export { failLoadBalancer } from './services/elbv2/trouble.ts';
export { waitingIn } from './services/names/store.ts';
export type { Darkness, Waiting } from './services/names/store.ts';
export { networkOf } from './services/network/store.ts';
export { route53Of } from './services/route53/store.ts';
export type { Latency } from './latency.ts';
export { rate } from './rate.ts';
export { randomTimings } from './random-timings.ts';
export { heldUp, releaseStuck, setStuck } from './stuck.ts';
export { presumable } from './presumable.ts';
export { losableKinds, lose, presume } from './presume.ts';
export type { LostItem, PresumedItem } from './presume.ts';
export { loadWorldData, saveWorldData } from './statefile.ts';
export { awsTimings, instantTimings } from './timings.ts';
export type { Timings } from './timings.ts';
export { putTag } from './trouble.ts';
export { copyData, createWorld, defaultAccount, fork, reset, snapshot } from './world.ts';
export type { WorldOptions } from './world.ts';
