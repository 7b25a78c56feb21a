// How bad a difference is: what each field of it stands for.
import type { FieldSeverity } from '../contract.ts';

export const severities: readonly FieldSeverity[] = [
  {
    field: 'deletionProtection',
    wanted: [true],
    severity: 'critical',
    means: 'its protection against deletion is off',
  },
  {
    field: 'pointInTimeRecovery.pointInTimeRecoveryEnabled',
    wanted: [true],
    severity: 'critical',
    means: 'its point-in-time recovery is off: what is lost from now on cannot be put back',
  },
  { field: 'pointInTimeRecovery', severity: 'high' },
  { field: 'sseSpecification', severity: 'high', means: 'it is not encrypted as it is to be' },
  { field: 'resourcePolicy', severity: 'high', means: 'others may do with it than are meant to' },
  { field: 'hashKey', severity: 'high' },
  { field: 'rangeKey', severity: 'high' },
  { field: 'tableClass', severity: 'low' },
  { field: 'contributorInsights', severity: 'low' },
];
