// Quotas and counts.
import { AwsError } from '../../model.ts';
import type { Operation } from '../../model.ts';
import { mostRecordsOfZone } from './batch.ts';
import { zoneOf } from './errors.ts';
import { mostHealthChecks } from './health-checks.ts';
import * as read from './input.ts';
import { route53Of } from './store.ts';
import { unverifiedTexts } from './unverified.ts';
import { mostZones } from './zones.ts';

const accountLimits = {
  MAX_HEALTH_CHECKS_BY_OWNER: mostHealthChecks,
  MAX_HOSTED_ZONES_BY_OWNER: mostZones,
  MAX_REUSABLE_DELEGATION_SETS_BY_OWNER: 100,
  MAX_TRAFFIC_POLICIES_BY_OWNER: 50,
  MAX_TRAFFIC_POLICY_INSTANCES_BY_OWNER: 5,
} as const;

const accountLimitTypes = Object.keys(accountLimits) as (keyof typeof accountLimits)[];

export const getAccountLimit: Operation = (input, { world }) => {
  const type = read.oneOf(input, 'Type', accountLimitTypes);
  if (type === undefined) throw read.invalidInput(unverifiedTexts.missing('type'));
  const { healthChecks, zones } = route53Of(world.data);
  const count =
    type === 'MAX_HEALTH_CHECKS_BY_OWNER'
      ? Object.keys(healthChecks).length
      : type === 'MAX_HOSTED_ZONES_BY_OWNER'
        ? Object.keys(zones).length
        : 0;
  return { Limit: { Type: type, Value: accountLimits[type] }, Count: count };
};

export const getHostedZoneLimit: Operation = (input, context) => {
  const zone = zoneOf(context, read.requiredText(input, 'Id', 32));
  const type = read.oneOf(input, 'Type', ['MAX_RRSETS_BY_ZONE', 'MAX_VPCS_ASSOCIATED_BY_ZONE']);
  switch (type) {
    case undefined:
      throw read.invalidInput(unverifiedTexts.missing('type'));
    case 'MAX_RRSETS_BY_ZONE':
      return { Limit: { Type: type, Value: mostRecordsOfZone }, Count: zone.recordCount };
    case 'MAX_VPCS_ASSOCIATED_BY_ZONE':
      if (!zone.privateZone) throw new AwsError('HostedZoneNotPrivate', unverifiedTexts.hostedZoneNotPrivate);
      return { Limit: { Type: type, Value: 300 }, Count: zone.vpcs.length };
  }
};

export const getHealthCheckCount: Operation = (_input, { world }) => ({
  HealthCheckCount: Object.keys(route53Of(world.data).healthChecks).length,
});

export const getHostedZoneCount: Operation = (_input, { world }) => ({
  HostedZoneCount: Object.keys(route53Of(world.data).zones).length,
});
