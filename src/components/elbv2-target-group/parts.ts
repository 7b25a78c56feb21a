// The part of a target group that a spec says by AWS's names.
import { partAt } from '../kit/members/part.ts';
import { members } from './members.ts';

/** The input, but for what has short names, stands in `healthCheck`, or elsewhere (`tags`). */
export const groupPart = partAt(members, '', [
  'Name',
  'Protocol',
  'ProtocolVersion',
  'Port',
  'VpcId',
  'HealthCheckProtocol',
  'HealthCheckPort',
  'HealthCheckEnabled',
  'HealthCheckPath',
  'HealthCheckIntervalSeconds',
  'HealthCheckTimeoutSeconds',
  'HealthyThresholdCount',
  'UnhealthyThresholdCount',
  'Matcher',
  'TargetType',
  'Tags',
]);
