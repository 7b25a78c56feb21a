// Systems Manager: parameters and their tags. The contract is in SPEC.md.
import type { JsonService, Operation, Piece } from '../../model.ts';
import { ssmStuck } from './keys.ts';
import { arnOf, named } from './names.ts';
import { putParameter } from './put-parameter.ts';
import { ssmRates } from './rates.ts';
import { describeParameters, getParameter, getParameters } from './reads.ts';
import { emptySsmStore, ssmOf } from './store.ts';
import { addTagsToResource, listTagsForResource, removeTagsFromResource } from './tags.ts';

const deleteParameter: Operation = (input, context) => {
  const { name } = named(input, context);
  const store = ssmOf(context.local);
  store.parameters = Object.fromEntries(Object.entries(store.parameters).filter(([each]) => each !== name));
  return {};
};

export const ssmService = {
  name: 'ssm',
  scope: 'region',
  protocol: 'json-1.1',
  targetPrefix: 'AmazonSSM',
  errorNamespace: '',
  operations: {
    PutParameter: putParameter,
    GetParameter: getParameter,
    GetParameters: getParameters,
    DescribeParameters: describeParameters,
    DeleteParameter: deleteParameter,
    AddTagsToResource: addTagsToResource,
    RemoveTagsFromResource: removeTagsFromResource,
    ListTagsForResource: listTagsForResource,
  },
  store: { name: 'ssm', empty: emptySsmStore },
  rates: ssmRates,
  // Nothing is documented of how soon a write is seen (unverified).
  stale: { withinMs: 1_000 },
  errorCodes: { internal: 'InternalServerError' },
  stuck: ssmStuck,
  pieces: ({ data, local, region }) =>
    Object.values(ssmOf(local).parameters).map((parameter): Piece => {
      const { allowedPattern, dataType, description, keyId, name, policies, tags, tier, type, value } = parameter;
      return {
        id: arnOf(name, region, data),
        title: `parameter ${name}`,
        tags,
        settings: () => ({ allowedPattern, dataType, description, keyId, policies, tags, tier, type, value }),
        putTag: (key, added) => {
          parameter.tags = { ...parameter.tags, [key]: added };
        },
      };
    }),
} as const satisfies JsonService;
