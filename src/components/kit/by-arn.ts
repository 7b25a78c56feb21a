// Kinds whose pieces an ARN names in full: by it they are owned, and found.
import type { Inventory, Json } from '../contract.ts';

/** @param specOf the least spec that finds a piece, of the groups of the pattern */
export function byArn(
  pattern: RegExp,
  specOf: (...groups: readonly string[]) => Readonly<Record<string, Json>>,
): Required<Pick<Inventory, 'owns' | 'specOfArn'>> {
  return {
    owns: (arn) => pattern.test(arn),
    specOfArn: (arn) => {
      const [, ...groups] = pattern.exec(arn) ?? [];
      return groups.length === 0 ? undefined : specOf(...groups);
    },
  };
}
