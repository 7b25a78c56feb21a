// How calls name a task definition.
import type { Fields, NamedPiece, Place, Subjects } from '../contract.ts';
import { anySpec, byField, byId, localPart, text } from '../kit/naming.ts';

/** `family:revision`, alone or at the end of an ARN. */
function isRevision(input: Fields, piece: NamedPiece, place: Place): boolean {
  const said = text(input['taskDefinition']);
  const local = said.startsWith('arn:') ? (localPart(said, place) ?? '') : `task-definition/${said}`;
  return anySpec(piece, ({ family }) => local.replace(/:\d+$/, '') === `task-definition/${text(family)}`);
}

export const subjects: Subjects = {
  'ecs:RegisterTaskDefinition': byField('family', 'family'),
  'ecs:DeregisterTaskDefinition': { names: isRevision },
  'ecs:TagResource': byId('resourceArn'),
};
