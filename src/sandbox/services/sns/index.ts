// SNS: topics, and what is published to them. The contract is in SPEC.md.
import type { Piece, QueryService } from '../../model.ts';
import { snsAuthorization } from './authorization.ts';
import { inputs } from './inputs.ts';
import { publish } from './publish.ts';
import { emptySnsStore, snsOf } from './store.ts';
import { createTopic, getTopicAttributes } from './topics.ts';

export const snsService = {
  name: 'sns',
  scope: 'region',
  protocol: 'query',
  version: '2010-03-31',
  xmlns: 'http://sns.amazonaws.com/doc/2010-03-31/',
  operations: { CreateTopic: createTopic, GetTopicAttributes: getTopicAttributes, Publish: publish },
  store: { name: 'sns', empty: emptySnsStore },
  inputs: {
    model: inputs,
    code: 'ValidationError',
    notModelled: {
      'CreateTopicInput.DataProtectionPolicy': 'nothing is looked for in messages',
      'MessageAttributeValue.BinaryValue': 'attributes are texts and numbers',
      'PublishInput.MessageStructure': 'nobody subscribes, by whatever protocol',
      'PublishInput.PhoneNumber': 'there are no telephones',
      'PublishInput.TargetArn': 'there are no endpoints of mobile devices',
    },
  },
  authorization: snsAuthorization,
  errorCodes: { internal: 'InternalError', throttled: 'Throttled', denied: 'AuthorizationError' },
  pieces: ({ local }) =>
    Object.values(snsOf(local).topics).map((topic): Piece => ({
      id: topic.arn,
      title: `topic ${topic.name}`,
      tags: topic.tags,
      settings: () => ({ attributes: topic.attributes, tags: topic.tags }),
      putTag: (name, value) => {
        topic.tags = { ...topic.tags, [name]: value };
      },
    })),
} as const satisfies QueryService;
