// DescribeLimits and DescribeEndpoints.
import type { Operation } from '../../model.ts';

/** The quotas that an account begins with [developer guide, "Quotas"]. */
export const describeLimits: Operation = () => ({
  AccountMaxReadCapacityUnits: 80_000,
  AccountMaxWriteCapacityUnits: 80_000,
  TableMaxReadCapacityUnits: 40_000,
  TableMaxWriteCapacityUnits: 40_000,
});

export const describeEndpoints: Operation = (_input, { region }) => ({
  Endpoints: [{ Address: `dynamodb.${region}.amazonaws.com`, CachePeriodInMinutes: 1440 }],
});
