// `expected`: differences from another playbook's service that are meant. Its shape; links of it are judged in
// checks/differences.ts.
import { z } from 'zod';
import { meanings } from './model.ts';

const expectedPath = 'a path such as desiredCount, containers[api].image, containers[*].environment or tags.team';

/** Names, then keys or indexes in brackets; a key of a list may be nearly anything. */
const path = z
  .string({ error: `expected ${expectedPath}` })
  .max(500)
  .regex(/^(?:[^.[\]]+|\[[^[\]]+\])(?:\.[^.[\]]+|\[[^[\]]+\])*$/, { error: `expected ${expectedPath}` });

/** One entry. @param componentId the shape of ids */
export function differenceSchema(componentId: z.ZodString) {
  return z
    .strictObject({
      component: componentId.describe('The component that it is about, as this playbook calls it.'),
      field: path
        .optional()
        .describe(
          'What differs, with all below it; * stands for any key or index. Without it: that one side has the component at all.',
        ),
      is: z
        .enum(meanings)
        .optional()
        .describe('Only this way of differing, seen from this playbook; default: whatever way.'),
      as: componentId.optional().describe('What the other playbook calls the component; said alone.'),
      because: z.string().min(1).max(500).describe('Why it is meant.'),
      with: z
        .string()
        .min(1)
        .max(128)
        .optional()
        .describe('The other playbook, by its name, environment or alias; default: any.'),
    })
    .refine((each) => each.is === undefined || each.field !== undefined, {
      error: 'expected a field beside it',
      path: ['is'],
    })
    .refine((each) => each.as === undefined || each.field === undefined, {
      error: 'expected to stand without field: it only says what the component is called there',
      path: ['as'],
    });
}
