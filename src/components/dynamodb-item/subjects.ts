// How calls name an item.
import type { Naming, Subjects } from '../contract.ts';
import { anySpec, fieldsOf, isNamed, text } from '../kit/naming.ts';

function byKey(parameter: 'Key' | 'Item'): Naming {
  return {
    names: (input, piece, place) =>
      anySpec(piece, (spec) => {
        const key = fieldsOf(spec['key']);
        const said = fieldsOf(input[parameter]);
        const isWhole = parameter === 'Item' || Object.keys(said).length === Object.keys(key).length;
        return (
          isWhole &&
          isNamed(input['TableName'], spec['table'], 'table', place) &&
          Object.entries(key).every(([name, value]) => {
            const typed = fieldsOf(said[name]);
            if (typeof value === 'object') return JSON.stringify(typed) === JSON.stringify(value);
            return text(typed[typeof value === 'number' ? 'N' : 'S']) === text(value);
          })
        );
      }),
  };
}

export const subjects: Subjects = {
  'dynamodb:PutItem': byKey('Item'),
  'dynamodb:UpdateItem': byKey('Key'),
  'dynamodb:DeleteItem': byKey('Key'),
};
