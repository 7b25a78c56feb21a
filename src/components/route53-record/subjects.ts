// How calls name a record: by zone, name, type and set identifier, several in one batch.
import { createHash } from 'node:crypto';
import { canonicalName } from '../../util/dns.ts';
import { groupBy } from '../../util/group-by.ts';
import type { Fields, NamedPiece, Subjects } from '../contract.ts';
import { anySpec, fieldsOf, listOf, text } from '../kit/naming.ts';

export const subjects: Subjects = {
  'route53:ChangeResourceRecordSets': {
    things: (input) =>
      [...groupBy(changesIn(input), recordOf).values()].map((changes) => ({ zone: input['Id'], changes })),
    names: isRecord,
    // To delete and make anew is to change.
    deletes: ({ changes }) => listOf(changes).every((each) => fieldsOf(each)['Action'] === 'DELETE'),
  },
};

/** The record that a change is about; what marks a record goes with it. */
function recordOf(change: unknown): string {
  const { Name, SetIdentifier, Type } = fieldsOf(fieldsOf(change)['ResourceRecordSet']);
  const name = canonicalName(text(Name));
  if (Type === 'TXT' && name.startsWith('_relight-')) return name;
  return markerNameOf({ name, type: Type, setIdentifier: SetIdentifier });
}

function changesIn(input: Fields): readonly unknown[] {
  return listOf(fieldsOf(fieldsOf(input['body'])['ChangeBatch'])['Changes']);
}

function isRecord({ changes, zone }: Fields, piece: NamedPiece): boolean {
  const isIn = piece.states.some((state) => text(fieldsOf(fieldsOf(state)['zone'])['id']) === text(zone));
  return isIn && listOf(changes).every((each) => isAbout(fieldsOf(fieldsOf(each)['ResourceRecordSet']), piece));
}

function isAbout({ Name, SetIdentifier, Type }: Fields, piece: NamedPiece): boolean {
  return anySpec(
    piece,
    (spec) =>
      (Type === spec['type'] &&
        text(SetIdentifier) === text(spec['setIdentifier']) &&
        canonicalName(text(Name)) === canonicalName(text(spec['name']))) ||
      (Type === 'TXT' && canonicalName(text(Name)) === markerNameOf(spec)),
  );
}

/** The TXT record beside a record that says whose it is, as docs/playbook.md has it. */
function markerNameOf({ name, setIdentifier, type }: Fields): string {
  const member = text(setIdentifier);
  const digest = createHash('sha256').update(member).digest('hex').slice(0, 12);
  const below = canonicalName(text(name)).replace(/^\*(?=\.)/, 'any');
  return `_relight-${text(type).toLowerCase()}${member === '' ? '' : `-${digest}`}.${below}`;
}
