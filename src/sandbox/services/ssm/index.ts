// Systems Manager: parameters and their tags. The contract is in SPEC.md.
import type { JsonService, Operation, Piece } from '../../model.ts';
import { ssmAuthorization } from './authorization.ts';
import { ssmStuck } from './keys.ts';
import { listOf } from './input.ts';
import { inputs } from './inputs.ts';
import { arnOf, find, named } from './names.ts';
import { presumedParameter } from './presume.ts';
import { putParameter } from './put-parameter.ts';
import { ssmRates } from './rates.ts';
import { describeParameters, getParameter, getParameters, getParametersByPath } from './reads.ts';
import { emptySsmStore, ssmOf } from './store.ts';
import { addTagsToResource, listTagsForResource, removeTagsFromResource } from './tags.ts';
import { getParameterHistory, labelParameterVersion, unlabelParameterVersion } from './versions.ts';

const deleteParameter: Operation = (input, context) => {
  const { name } = named(input, context);
  const store = ssmOf(context.local);
  store.parameters = Object.fromEntries(Object.entries(store.parameters).filter(([each]) => each !== name));
  return {};
};

/** Those that are not there are told by name. */
const deleteParameters: Operation = (input, context) => {
  const store = ssmOf(context.local);
  const names = (listOf(input, 'Names', 10) ?? []).map(String);
  const found = names.flatMap((asked) => find(context, asked)?.name ?? []);
  store.parameters = Object.fromEntries(Object.entries(store.parameters).filter(([name]) => !found.includes(name)));
  return { DeletedParameters: found, InvalidParameters: names.filter((name) => !found.includes(name)) };
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
    GetParametersByPath: getParametersByPath,
    GetParameterHistory: getParameterHistory,
    LabelParameterVersion: labelParameterVersion,
    UnlabelParameterVersion: unlabelParameterVersion,
    DeleteParameter: deleteParameter,
    DeleteParameters: deleteParameters,
    AddTagsToResource: addTagsToResource,
    RemoveTagsFromResource: removeTagsFromResource,
    ListTagsForResource: listTagsForResource,
  },
  store: { name: 'ssm', empty: emptySsmStore },
  rates: ssmRates,
  // Nothing is documented of how soon a write is seen (unverified).
  stale: { withinMs: 1_000 },
  inputs: {
    model: inputs,
    code: 'ValidationException',
    notModelled: { 'DescribeParametersRequest.Filters': 'ParameterFilters have replaced it' },
  },
  authorization: ssmAuthorization,
  errorCodes: { internal: 'InternalServerError' },
  presumes: [presumedParameter],
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
