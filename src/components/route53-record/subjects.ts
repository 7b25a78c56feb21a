// How calls name a record: by zone, name, type and set identifier, several in one batch.
import { createHash } from 'node:crypto';
import { canonicalName } from '../../util/dns.ts';
import type { Fields, NamedPiece, Subjects } from '../contract.ts';
import { anySpec, fieldsOf, listOf, text } from '../kit/naming.ts';

export const subjects: Subjects = {
  'route53:ChangeResourceRecordSets': {
    things: (input) => changesIn(input).map((change) => ({ zone: input['Id'], change })),
    names: isRecord,
    deletes: ({ change }) => fieldsOf(change)['Action'] === 'DELETE',
  },
};

function changesIn(input: Fields): readonly unknown[] {
  return listOf(fieldsOf(fieldsOf(input['body'])['ChangeBatch'])['Changes']);
}

function isRecord({ change, zone }: Fields, piece: NamedPiece): boolean {
  const { Name, SetIdentifier, Type } = fieldsOf(fieldsOf(change)['ResourceRecordSet']);
  return (
    piece.states.some((state) => text(fieldsOf(fieldsOf(state)['zone'])['id']) === text(zone)) &&
    anySpec(
      piece,
      (spec) =>
        (Type === spec['type'] &&
          text(SetIdentifier) === text(spec['setIdentifier']) &&
          canonicalName(text(Name)) === canonicalName(text(spec['name']))) ||
        (Type === 'TXT' && canonicalName(text(Name)) === markerNameOf(spec)),
    )
  );
}

/** The TXT record beside a record that says whose it is, as docs/playbook.md has it. */
function markerNameOf({ name, setIdentifier, type }: Fields): string {
  const member = text(setIdentifier);
  const digest = createHash('sha256').update(member).digest('hex').slice(0, 12);
  const below = canonicalName(text(name)).replace(/^\*(?=\.)/, 'any');
  return `_relight-${text(type).toLowerCase()}${member === '' ? '' : `-${digest}`}.${below}`;
}
