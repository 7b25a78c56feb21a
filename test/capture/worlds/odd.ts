// Texts that YAML, templates and terminals would take for something else.
import { CreateTableCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { certificateArn } from '../../shapes/hands.ts';
import { place, unprovenEntry, type Scene } from '../scene.ts';
import { service } from '../taking.ts';
import { front, targets, tasks } from './simple.ts';

/** Each stands where AWS takes any text. */
export const oddTexts = [
  '${service.arn}',
  '$${not.a.template}',
  'ends with $',
  'costs 5$${x',
  '# no comment',
  'a # b: c',
  'it\'s "quoted"',
  '- item',
  '{ map: 1 }',
  'yes',
  'null',
  '~',
  '0x1f',
  '1e3',
  '2016-09-05',
  ' spaces around ',
  'line one\nline two\n\nline four',
  'tab\there',
  'Grüße 🐤 \u2028 end',
  '*anchor &alias !tag %dir @at `tick`',
  'x'.repeat(300),
  '\\n is no break',
] as const;

export const odd: Scene = {
  name: 'texts that look like YAML and templates',
  playbook: place,
  start: service('shop/odd'),
  asked: { tables: ['odd-state'], mayWrite: () => true },
  counterExample: unprovenEntry,
  build: async (hands) => {
    const door = await front(hands, 'odd');
    const group = await targets(hands, 'odd', { HealthCheckPath: '/health?q=$%7Bx%7D' });
    const listener = await hands.listener({
      LoadBalancerArn: door.arn,
      Port: 443,
      Protocol: 'HTTPS',
      SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
      Certificates: [{ CertificateArn: certificateArn('shop') }],
      DefaultActions: [
        {
          Type: 'fixed-response',
          FixedResponseConfig: {
            StatusCode: '404',
            ContentType: 'text/plain',
            MessageBody: oddTexts.slice(0, 17).join('\n'),
          },
        },
      ],
    });
    await hands.rule({
      ListenerArn: listener,
      Priority: 1,
      Conditions: [
        { Field: 'path-pattern', PathPatternConfig: { Values: ['/$*', '/health*'] } },
        { Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'q', Value: '${*}' }] } },
      ],
      Actions: [{ Type: 'forward', TargetGroupArn: group }],
    });
    await hands.cluster({ clusterName: 'shop' });
    await tasks(hands, {
      cluster: 'shop',
      name: 'odd',
      groups: [group],
      container: {
        command: [...oddTexts],
        dockerLabels: Object.fromEntries(oddTexts.map((text, index) => [`label-${index}`, text])),
        environment: oddTexts.map((value, index) => ({ name: `TEXT_${index}`, value })),
      },
    });
    await hands.dynamodb.send(
      new CreateTableCommand({
        TableName: 'odd-state',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
    await hands.rig.clock.sleep(60_000);
    await hands.dynamodb.send(
      new PutItemCommand({
        TableName: 'odd-state',
        Item: {
          id: { S: '${odd}' },
          service: { S: 'odd' },
          texts: { L: oddTexts.map((S) => ({ S })) },
          ...Object.fromEntries(oddTexts.map((S, index) => [`text ${index}: #`, { S }])),
        },
      }),
    );
  },
};
