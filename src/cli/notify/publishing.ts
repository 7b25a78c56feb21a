// How a notice gets to a topic of SNS: with the credentials and endpoints that the options and the environment say, by an access
// that can publish to that one topic and do nothing else.
import { publishTo, topicPlace } from '../../aws/topics/topic.ts';
import { readEndpointSettings } from '../../aws/endpoints/endpoint-settings.ts';
import { endpointMap } from '../../aws/endpoints/endpoints.ts';
import type { AwsFailure } from '../../aws/errors.ts';
import type { Outcome } from '../../notify/deliver/outcome.ts';
import type { SenderPorts } from '../../notify/deliver/senders.ts';
import { systemClock } from '../../util/clock.ts';
import type { Io } from '../terminal/io.ts';
import type { ReachOptions } from './reach.ts';

export function topicPublisher(options: ReachOptions, io: Io): SenderPorts['publish'] {
  const profile = options.profile ?? (io.env['AWS_PROFILE'] || undefined);
  return async (message, signal) => {
    const { TopicArn: topic } = message;
    const settings = await readEndpointSettings({ endpointUrl: options.endpointUrl, profile, env: io.env });
    const endpoints = endpointMap(settings, topicPlace(topic).region);
    const wrong = [...endpoints.mistakes, ...endpoints.problems];
    if (wrong.length > 0) return { kind: 'failed', why: wrong.join('; '), unsure: false, lasting: true };
    const access = { clock: systemClock, profile, endpoints, signal };
    const ended = new Promise<Outcome>((resolve) => {
      const end = (): void => {
        const reason: unknown = signal.reason;
        resolve({ kind: 'failed', why: reason instanceof Error ? reason.message : 'stopped', unsure: true });
      };
      if (signal.aborted) end();
      else signal.addEventListener('abort', end, { once: true });
    });
    const published = publishTo(topic, message, access).then((result): Outcome =>
      result.ok ? { kind: 'accepted', how: `message ${result.messageId}` } : outcomeOf(result.failure, topic),
    );
    return Promise.race([published, ended]);
  };
}

function outcomeOf({ class: found, code, message }: AwsFailure, topic: string): Outcome {
  const why = `${code}: ${message}`;
  switch (found) {
    case 'denied':
    case 'expired':
      return { kind: 'failed', why: `${why}. It needs sns:Publish on ${topic}`, unsure: false, lasting: true };
    case 'not-found':
      return { kind: 'failed', why: `${why}: ${topic}`, unsure: false, lasting: true };
    case 'throttled':
    case 'conflict':
      return { kind: 'failed', why, unsure: false };
    case 'invalid':
      return { kind: 'refused', why };
    case 'unavailable':
    case 'timeout':
      return { kind: 'failed', why, unsure: true };
  }
}
