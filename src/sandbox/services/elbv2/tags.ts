// Tags of load balancers, target groups, listeners and rules; one call may mix them.
import { AwsError } from '../../model.ts';
import type { CallContext, Input, Output } from '../../model.ts';
import type { RegionData } from '../../world-data.ts';
import { invalid, recordsOf, requiredText, textOf, textsOf } from './input.ts';
import { elbv2Of, type Tag } from './store.ts';
import { unverifiedTexts } from './unverified.ts';

const mostTags = 50;

/** The `Tags` of a request, checked: no key twice, sizes, and `aws:` is AWS's own. */
export function tagsOf(input: Input): Tag[] {
  const tags = (recordsOf(input, 'Tags') ?? []).map((item) => ({
    Key: requiredText(item, 'Key'),
    Value: textOf(item, 'Value') ?? '',
  }));
  const seen = new Set<string>();
  for (const { Key, Value } of tags) {
    if (seen.has(Key)) throw new AwsError('DuplicateTagKeys', `Tag key '${Key}' was specified more than once`);
    seen.add(Key);
    if (Key.length > 128 || Value.length > 256) throw invalid(`Tag '${Key}' is longer than 128 or 256 characters`);
    if (Key.toLowerCase().startsWith('aws:')) throw invalid(`Tag key '${Key}' cannot begin with 'aws:'`);
  }
  if (tags.length > mostTags) throw new AwsError('TooManyTags', unverifiedTexts.tooMany('tags', mostTags));
  return tags;
}

const notFound = {
  loadbalancer: ['LoadBalancerNotFound', 'One or more load balancers not found'],
  targetgroup: ['TargetGroupNotFound', 'One or more target groups not found'],
  listener: ['ListenerNotFound', 'One or more listeners not found'],
  'listener-rule': ['RuleNotFound', unverifiedTexts.ruleNotFound],
} as const;

function holderOf(local: RegionData, arn: string): { tags: Tag[] } {
  const kind =
    /^arn:aws[\w-]*:elasticloadbalancing:[^:]*:[^:]*:(loadbalancer|targetgroup|listener|listener-rule)\//.exec(
      arn,
    )?.[1];
  const { loadBalancers, targetGroups, listeners, rules } = elbv2Of(local);
  const held = loadBalancers[arn] ?? targetGroups[arn] ?? listeners[arn] ?? rules[arn];
  if (held !== undefined) return held;
  if (kind === 'loadbalancer' || kind === 'targetgroup' || kind === 'listener' || kind === 'listener-rule') {
    const [code, text] = notFound[kind];
    throw new AwsError(code, text);
  }
  throw invalid(`'${arn}' is not a valid load balancer ARN`);
}

function holdersOf(input: Input, local: RegionData): { arn: string; held: { tags: Tag[] } }[] {
  const arns = textsOf(input, 'ResourceArns') ?? [];
  if (arns.length === 0) throw invalid("A value must be specified for 'ResourceArns'");
  if (arns.length > 20) throw invalid('A maximum of 20 resource ARNs can be specified');
  return arns.map((arn) => ({ arn, held: holderOf(local, arn) }));
}

export function addTags(input: Input, { local }: CallContext): Output {
  const holders = holdersOf(input, local);
  const added = tagsOf(input);
  const changed = holders.map(({ held }) => {
    const tags = held.tags.filter((tag) => !added.some(({ Key }) => Key === tag.Key));
    tags.push(...added.map((tag) => ({ ...tag })));
    if (tags.length > mostTags) throw new AwsError('TooManyTags', unverifiedTexts.tooMany('tags', mostTags));
    return { held, tags };
  });
  for (const { held, tags } of changed) held.tags = tags;
  return {};
}

export function removeTags(input: Input, { local }: CallContext): Output {
  const holders = holdersOf(input, local);
  const keys = textsOf(input, 'TagKeys') ?? [];
  for (const { held } of holders) held.tags = held.tags.filter((tag) => !keys.includes(tag.Key));
  return {};
}

export function describeTags(input: Input, { local }: CallContext): Output {
  return {
    TagDescriptions: holdersOf(input, local).map(({ arn, held }) => ({ ResourceArn: arn, Tags: held.tags })),
  };
}
