// Where a region belongs.

/** The partition that a region is in [AWS documentation, "Amazon Resource Names"]. */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
