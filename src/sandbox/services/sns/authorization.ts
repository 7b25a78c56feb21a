// What policies are asked about calls to SNS.
import type { ServiceAuthorization } from '../../authorization.ts';
import { callOn, taggingOnCreation } from '../../permissions.ts';
import { own } from '../../records.ts';
import { snsOf } from './store.ts';
import { arnOfTopic } from './topics.ts';

export const snsAuthorization: ServiceAuthorization = {
  permissions: (call) => {
    const { account, input, region } = call;
    const { Name: name, TopicArn: arn } = input;
    const topics =
      typeof arn === 'string' ? [arn] : typeof name === 'string' ? [arnOfTopic(name, region, account)] : [];
    return [...callOn(call, topics), ...taggingOnCreation(call, 'sns:TagResource', topics)];
  },
  hasResourceTags: true,
  tagsOf: (arn, { regions }) => {
    const [, , , region = ''] = arn.split(':');
    const local = regions[region];
    return local === undefined ? undefined : own(snsOf(local).topics, arn)?.tags;
  },
};
