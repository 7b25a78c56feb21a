// Amazon SNS: notices are published to one topic, by an access that can do nothing else. No recovery needs it.
import type { SNSClient } from '@aws-sdk/client-sns';
import { always, bears } from '../contract/rules.ts';
import { awsService } from './service.ts';

export const sns = awsService({
  name: 'sns',
  signingName: 'sns',
  settingsName: 'sns',
  protocol: 'query',
  accountWide: false,
  optional: true,
  aside: true,
  load: async () => {
    const { SNSClient: Client } = await import('@aws-sdk/client-sns');
    return (settings): SNSClient => new Client(settings);
  },
  // The lowest of the soft quotas: 300 messages a second of a region, and 30 requests a second for topics' attributes
  // ["Amazon SNS endpoints and quotas"].
  rates: { publish: { burst: 100, refill: 100 }, attributes: { burst: 30, refill: 30 } },
  bucketOf: (operation) => (operation === 'Publish' ? 'publish' : 'attributes'),
  reads: new Set(['GetTopicAttributes', 'ListTopics']),
  // Codes on the wire [SNS API reference, Publish, Errors]. InvalidParameter is what any refusal is that is not listed.
  errorCodes: {
    AuthorizationError: 'denied',
    InvalidSecurity: 'denied',
    KMSAccessDenied: 'denied',
    KMSOptInRequired: 'denied',
    KMSDisabled: 'denied',
    KMSInvalidState: 'denied',
    KMSNotFound: 'denied',
    KMSThrottling: 'throttled',
    ParameterValueInvalid: 'invalid',
  },
  // A bare NotFound proves nothing: any proxy may say it.
  errorTexts: [{ code: 'NotFound', text: 'Topic does not exist', class: 'not-found' }],
  absentStatus: 404,
  proofs: { Publish: { rules: [bears('MessageId')], missing: { NotFound: always } } },
  identifyingMembers: {},
  // A topic may be another account's.
  identifyNothing: new Set(['Publish']),
});
