// What a look at tables takes.
import { furtherWords, type FurtherWord, type TableSpec } from './schema.ts';

/** What tells of a setting that DescribeTable does not tell of. */
const operations: Readonly<Record<FurtherWord, string>> = {
  timeToLive: 'dynamodb:DescribeTimeToLive',
  pointInTimeRecovery: 'dynamodb:DescribeContinuousBackups',
  resourcePolicy: 'dynamodb:GetResourcePolicy',
  contributorInsights: 'dynamodb:DescribeContributorInsights',
};

/** Tags of a table fit on a page: 50 are the most [DynamoDB guide, tagging restrictions; ListTagsOfResource gives 10 at a time]. */
const tagPages = 5;

export function lookCalls(specs: readonly TableSpec[]): Readonly<Record<string, number>> {
  const said = (word: FurtherWord): number =>
    specs.filter((each) => (each as Readonly<Record<string, unknown>>)[word] !== undefined).length;
  return {
    'dynamodb:DescribeTable': specs.length,
    'dynamodb:ListTagsOfResource': tagPages * specs.length,
    ...Object.fromEntries(furtherWords.map((word) => [operations[word], said(word)])),
  };
}
