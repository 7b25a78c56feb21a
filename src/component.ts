// For writers of component types outside of relight: `relight/component`. The contract, what helps to keep it, a row for an
// AWS service, a service for the sandbox, and the laws. What is not exported here may change without notice.

// The contract, and types made of what their authors write.
export * from './components/contract.ts';
export { completeType, componentType } from './components/kit/type.ts';
export { loading, whenUsed } from './components/kit/when-used.ts';

// Schemas, looks, comparisons, descriptions.
export * from './components/kit/as-spec.ts';
export * from './components/kit/changing.ts';
export * from './components/kit/compare.ts';
export * from './components/kit/observing.ts';
export * from './components/kit/policy.ts';
export * from './components/kit/schema.ts';

// To be rehearsed and proved.
export * from './components/kit/injecting.ts';
export { anySpec, byField, byId, byName, fieldsOf, isNamed, listOf, localPart } from './components/kit/naming.ts';
export { text as textOf } from './components/kit/naming.ts';
export * from './components/kit/neighbour.ts';

// AWS: what its errors mean, and what is known of a service.
export { classify, ClassifiedError, isNotFound, isNotOffered } from './aws/errors.ts';
export type { AwsFailure, ErrorClass } from './aws/errors.ts';
export type { AwsAccess, Sender } from './aws/access.ts';
export { services } from './aws/services/index.ts';
export { awsService } from './aws/services/service.ts';
export type { AwsService, CallKind, Rate, SdkClient } from './aws/services/service.ts';
export * as rules from './aws/contract/rules.ts';
export type { Answer, Members, Paging, Proof, Rule } from './aws/contract/rules.ts';

// The embedded AWS: a service of one's own.
export { AwsError, presumable, rate } from './sandbox/index.ts';
export { timestamp } from './sandbox/model.ts';
export type {
  CallContext,
  ConditionKey,
  Duration,
  Input,
  JsonService,
  NeededPermission,
  Operation,
  Output,
  Piece,
  PiecePlace,
  PlacedCall,
  QueryService,
  RegionData,
  RestXmlService,
  ServiceAuthorization,
  ServicePlug,
  StuckKind,
  World,
} from './sandbox/index.ts';

// The laws, for any runner.
export { laws } from './laws/laws.ts';
export type { Law } from './laws/laws.ts';
export type { Fixture, Prepared } from './laws/fixture.ts';
export { bench, changing, establish, look, reading, settle, stateOf } from './laws/bench.ts';
export type { Bench } from './laws/bench.ts';
