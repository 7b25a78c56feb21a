// How calls name a health check.
import type { Fields, NamedPiece, Subjects } from '../contract.ts';
import { anySpec, byId, fieldsOf, text } from '../kit/naming.ts';

/** A new one has neither name nor tags: by what it asks. */
function asksTheSame(input: Fields, piece: NamedPiece): boolean {
  const config = fieldsOf(fieldsOf(input['body'])['HealthCheckConfig']);
  const fields = [
    ['FullyQualifiedDomainName', 'fqdn'],
    ['IPAddress', 'ipAddress'],
    ['Port', 'port'],
    ['ResourcePath', 'path'],
  ] as const;
  return anySpec(
    piece,
    (spec) =>
      text(config['Type']).startsWith(text(spec['protocol'])) &&
      fields.every(([said, field]) => spec[field] === undefined || text(config[said]) === text(spec[field])),
  );
}

export const subjects: Subjects = {
  'route53:CreateHealthCheck': { names: asksTheSame },
  'route53:UpdateHealthCheck': byId('HealthCheckId'),
  'route53:DeleteHealthCheck': byId('HealthCheckId'),
  'route53:ChangeTagsForResource': {
    names: (input, { ids }) => input['ResourceType'] === 'healthcheck' && ids.has(text(input['ResourceId'])),
  },
};
