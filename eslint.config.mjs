import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

// Every strict rule is on; each opt-out below says why.
export default defineConfig(
  { ignores: ['dist', '.bench', 'node_modules', 'coverage', '.relight', '**/*.mjs', '**/*.cjs'] },
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-restricted-globals': ['error', { name: 'setTimeout', message: 'Time passes only through util/clock.ts.' }],
      'no-restricted-syntax': [
        'error',
        {
          selector:
            'ImportDeclaration[source.value=/^@(aws-sdk|smithy)\\u002F/] > ImportSpecifier[imported.name=/^wait(Until|For)|[wW]aiter/]',
          message: "The SDK's waiters take a refusal for 'not yet'; the engine waits.",
        },
      ],
      // Numbers and booleans in messages are what messages are for.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // `noPropertyAccessFromIndexSignature` of tsc asks for the bracket form that this rule forbids.
      '@typescript-eslint/dot-notation': 'off',
      // Component types are generic over spec and state; the parameter documents the plug even when used once.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // An SDK-shaped async method may have nothing to await.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['src/util/clock.ts'],
    rules: { 'no-restricted-globals': 'off' },
  },
  {
    // Everything for a terminal or a log goes through the door (cli/door.ts): nothing else may write there or make escape codes.
    files: ['src/**'],
    rules: {
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        ...['stdout', 'stderr'].map((property) => ({
          object: 'process',
          property,
          message: 'Texts leave through Io, behind the door.',
        })),
        { object: 'process', property: 'emitWarning', message: 'Texts leave through Io, behind the door.' },
      ],
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: [
            { name: 'node:util', importNames: ['styleText'], message: 'Colours are marks: util/style.ts.' },
            {
              name: 'node:fs',
              importNames: ['readFileSync', 'readFile', 'createReadStream', 'promises'],
              message: 'A pipe or a device may stand there: util/storage-read.ts.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['src/cli/terminal/io.ts', 'src/main.ts', 'src/cli/command.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
);
