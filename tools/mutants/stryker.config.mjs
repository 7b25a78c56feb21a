// Mutants of the stages that decide and act: which of them does a test notice? docs/decisions/0031-mutation-testing.md
export default {
  plugins: ['./tools/mutants/runner.mjs', './tools/mutants/chosen.mjs'],
  testRunner: 'warm',
  warm: { configFile: 'tools/mutants/vitest.config.mjs' },
  warnings: { unknownOptions: false },
  checkers: ['chosen'],
  mutate: ['src/{plan,assess,run,guard,observe,undo,settings}/**/*.ts'],
  // Words for people have golden files; words for the code (`kind: ''`) do not compile.
  mutator: { excludedMutations: ['StringLiteral'] },
  coverageAnalysis: 'perTest',
  // What is only reached while modules are loaded would have them loaded anew for each mutant.
  ignoreStatic: true,
  // One checker, one runner.
  concurrency: 2,
  reporters: ['progress-append-only', 'clear-text', 'json'],
  jsonReporter: { fileName: process.env.MUTANTS_REPORT ?? 'coverage/mutants/report.json' },
  tempDirName: 'coverage/mutants/tmp',
  ignorePatterns: ['/dist', '/bench', '/coverage', '/tools/mutants/node_modules'],
  // They end what hangs; none of them is a measure of speed.
  dryRunTimeoutMinutes: 60,
  timeoutMS: 20_000,
  timeoutFactor: 3,
};
