// The import rules of docs/architecture.md. Data flows one way: a stage imports only from stages to its left.
const stages = [
  'playbook',
  'graph',
  'dependence',
  'settings',
  'owners',
  'observe',
  'assess',
  'compare',
  'plan',
  'forecast',
  'run',
  'report',
  'handback',
  'scan',
];

/** A stage may not import the stages to its right (`report` only reads values that `run` and `plan` define). */
const leftOnly = stages.map((stage, index) => ({
  name: `${stage}-imports-to-the-left`,
  severity: 'error',
  from: { path: `^src/${stage}/` },
  to: {
    path: stages
      .slice(index + 1)
      .map((other) => `^src/${other}/`)
      .concat('^src/(cli|rehearse|prove|undo)/', '^src/(engine|main|index)\\.ts$'),
  },
}));

module.exports = {
  forbidden: [
    ...leftOnly,
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-circular-in-aws',
      severity: 'error',
      comment: 'Cycles of types alone included.',
      from: { path: '^src/aws/' },
      to: { circular: true },
    },
    {
      name: 'aws-loads-the-sdk-late',
      severity: 'error',
      comment: 'What is not asked for is not loaded: no SDK module at the start of the process.',
      from: { path: '^src/aws/' },
      to: { path: 'node_modules/@(aws-sdk|smithy)/', dynamic: false, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'stages-know-no-component',
      severity: 'error',
      comment: 'Stages work with any component type: they import the contract, never a component.',
      from: {
        path: '^src/(playbook|graph|dependence|settings|observe|owners|capture|assess|compare|plan|forecast|run|report|handback|scan|guard|permissions|doctor|undo)/',
      },
      to: { path: '^src/components/(?!contract(\\.ts$|/))' },
    },
    {
      name: 'components-stand-alone',
      severity: 'error',
      comment: 'A component imports the contract, the kit, aws/ and util/: never a stage or another component.',
      from: { path: '^src/components/((?!contract/)[a-z0-9-]+)/' },
      to: {
        path: '^src/',
        pathNot: ['^src/components/$1/', '^src/components/(contract(\\.ts$|/)|kit/)', '^src/(aws|util)/'],
      },
    },
    {
      name: 'kit-stands-alone',
      severity: 'error',
      from: { path: '^src/components/kit/' },
      to: { path: '^src/', pathNot: ['^src/components/(contract(\\.ts$|/)|kit/)', '^src/(aws|util)/'] },
    },
    {
      name: 'sdk-only-in-aws-and-components',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(aws|components)/' },
      to: { path: 'node_modules/@(aws-sdk|smithy)/' },
    },
    {
      name: 'sandbox-stands-alone',
      severity: 'error',
      comment: 'An emulator that shares code with its client shares its bugs.',
      from: { path: '^src/sandbox/' },
      to: { path: ['^src/(?!sandbox/|util/)', 'node_modules/@(aws-sdk|smithy)/'] },
    },
    {
      name: 'sandbox-names-no-service',
      severity: 'error',
      comment: 'World, dispatch, faults, census and the rest ask the list of services; index.ts only hands on.',
      from: { path: '^src/sandbox/([^/]+\\.ts$|protocol/)', pathNot: '^src/sandbox/index\\.ts$' },
      to: { path: '^src/sandbox/services/(?!index\\.ts$)' },
    },
    {
      name: 'iam-names-no-service',
      severity: 'error',
      comment:
        'What calls to a service need to be allowed, the service tells itself; tags of all of them have one index.',
      from: { path: '^src/sandbox/services/iam/' },
      to: { path: '^src/sandbox/services/', pathNot: '^src/sandbox/services/(iam|resourcegroupstaggingapi)/' },
    },
    {
      name: 'sandbox-has-no-circle',
      severity: 'error',
      comment: 'Types included: the model knows no service, a service knows the model.',
      from: { path: '^src/sandbox/' },
      to: { circular: true },
    },
    {
      name: 'aws-imports-only-util',
      severity: 'error',
      from: { path: '^src/aws/' },
      to: { path: '^src/(?!aws/|util/)' },
    },
    {
      name: 'util-imports-nothing',
      severity: 'error',
      from: { path: '^src/util/' },
      to: { path: '^src/(?!util/)' },
    },
    {
      name: 'permissions-read-the-playbook',
      severity: 'error',
      comment: 'What a playbook may need follows from the playbook and the types alone.',
      from: { path: '^src/permissions/' },
      to: { path: '^src/(?!permissions/|playbook/|components/contract(\\.ts$|/)|util/)' },
    },
    {
      name: 'capture-runs-backwards',
      severity: 'error',
      comment: 'From AWS to a playbook: what judges, plans and acts is none of its business.',
      from: { path: '^src/capture/' },
      to: { path: '^src/(?!capture/|playbook/|settings/|observe/|owners/|components/contract(\\.ts$|/)|aws/|util/)' },
    },
    {
      name: 'pure-stages',
      severity: 'error',
      comment:
        'graph, dependence, settings, owners, assess, compare, plan, forecast, undo, report, handback, scan, permissions and doctor are pure: no file system, network, process or clock.',
      from: {
        path: '^src/(graph|dependence|settings|owners|assess|compare|plan|forecast|undo|report|handback|scan|permissions|doctor)/',
      },
      to: {
        path: [
          '^(node:)?(fs|net|http|https|dns|tls|child_process|process|timers|os|worker_threads)(/|$)',
          '^src/util/clock\\.ts$',
        ],
      },
    },
    {
      name: 'observe-never-writes',
      severity: 'error',
      from: { path: '^src/(observe|capture|assess|compare|plan|forecast|graph|dependence|playbook|report|scan)/' },
      to: { path: '^src/(run|rehearse)/', pathNot: '^src/run/journal/events\\.ts$' },
    },
    {
      name: 'rehearsals-know-no-proof',
      severity: 'error',
      comment: 'A proof is made of rehearsals: neither they nor the sandbox know of it.',
      from: { path: '^src/(rehearse|sandbox)/' },
      to: { path: '^src/prove/' },
    },
    {
      name: 'only-the-composition-knows-the-sandbox',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/(sandbox|cli|rehearse|prove|laws)/', '^src/component\\.ts$'] },
      to: { path: '^src/sandbox/' },
    },
    {
      name: 'notices-are-on-nobodys-way',
      comment: 'They read reports and are given by the command line; no stage and no AWS client knows of them.',
      severity: 'error',
      from: { path: '^src/notify/' },
      to: {
        path: '^src/(?!notify/|report/|util/|playbook/(checks|yaml|secrets)/|playbook/(diagnostic|schema|json-schema)\\.ts$)',
      },
    },
    {
      name: 'only-the-command-line-notifies',
      severity: 'error',
      from: { path: '^src/(?!notify/|cli/|index\\.ts$)' },
      to: { path: '^src/notify/' },
    },
    {
      name: 'formats-of-notices-are-pure',
      severity: 'error',
      from: { path: '^src/notify/(render/|[^/]+\\.ts$)' },
      to: {
        path: [
          '^(node:)?(fs|net|http|https|dns|tls|child_process|process|timers|os|worker_threads)(/|$)',
          '^src/util/clock\\.ts$',
          '^src/notify/deliver/',
        ],
      },
    },
    {
      name: 'laws-are-for-writers-of-types',
      severity: 'error',
      comment: 'They are no part of the command: only the package for writers of types hands them out.',
      from: { path: '^src/', pathNot: ['^src/laws/', '^src/component\\.ts$'] },
      to: { path: ['^src/laws/', '^src/component\\.ts$'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
