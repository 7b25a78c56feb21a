// How bad a difference is: what each field of it stands for.
import type { FieldSeverity } from '../contract.ts';

export const severities: readonly FieldSeverity[] = [
  {
    field: 'attributes.deletion_protection.enabled',
    wanted: ['true'],
    severity: 'critical',
    means: 'its protection against deletion is off',
  },
  { field: 'attributes.deletion_protection.enabled', severity: 'low' },
  { field: 'scheme', wanted: ['internal'], severity: 'critical', means: 'it can be reached from the internet' },
  { field: 'scheme', severity: 'high' },
  { field: 'securityGroups', severity: 'high', means: 'others may reach it than are meant to' },
  {
    field: 'enforceSecurityGroupInboundRulesOnPrivateLinkTraffic',
    wanted: ['on'],
    severity: 'high',
    means: 'its security groups do not hold for PrivateLink',
  },
  { field: 'subnets', severity: 'high' },
  { field: 'subnetMappings', severity: 'high' },
  {
    field: 'attributes.routing.http.drop_invalid_header_fields.enabled',
    wanted: ['true'],
    severity: 'high',
    means: 'malformed headers reach what is behind it',
  },
  { field: 'attributes.routing.http.desync_mitigation_mode', severity: 'high' },
  { field: 'attributes.access_logs.s3.enabled', wanted: ['true'], severity: 'high', means: 'its access is not logged' },
];
