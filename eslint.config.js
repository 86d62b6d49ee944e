import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import reactHooks from 'eslint-plugin-react-hooks';
import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';

const frameworks = {
  patterns: [
    {
      group: ['@nestjs/*', 'mongoose', 'fastify', '@fastify/*'],
      message: 'A pure file knows neither framework nor database.',
    },
  ],
};

export default defineConfig(
  {
    // The types of an example are those of packages that it installs itself: its own `tsc` checks it.
    ignores: [
      'dist',
      'build',
      'coverage',
      'data',
      'bench/node_modules',
      'examples',
      'client/api.ts',
      '**/*.js',
      '**/*.mjs',
    ],
  },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [js.configs.recommended, tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      'max-lines': ['error', 350],
      // DTO classes are shapes: they are filled field by field, never constructed with behaviour.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
    },
  },
  {
    files: ['console/**/*.{ts,tsx}'],
    extends: [reactHooks.configs.flat.recommended],
    rules: {
      // A component's props and what it returns say more than its type would.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    // A story keeps its cases together, however many they are.
    files: ['test/**/*.ts'],
    rules: { 'max-lines': ['error', 600] },
  },
  {
    // No text that a client sends may make an expression take quadratic time.
    files: ['{src,client,testing,cli}/**/*.ts'],
    ignores: ['src/**/*.spec.ts'],
    plugins: { regexp },
    rules: {
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': ['error', { report: 'potential', ignoreSticky: false, ignorePartial: false }],
    },
  },
  {
    // Pure files have no role suffix (house plan, rule 3): time and randomness come in as arguments.
    files: ['src/**/*.ts'],
    ignores: [
      'src/*.ts',
      'src/platform/embedded-mongo/**',
      'src/**/*.{module,controller,service,schema,guard,strategy,decorator,decorators,filter,pipe,interceptor,worker,hooks,dto,spec}.ts',
      'src/platform/{common,config,database,errors,http,validation}/**',
      // The queries of all due work; beside what it implements.
      'src/platform/due-work/due-documents.ts',
      // How requests are read.
      'src/idempotency/keyed-answers.ts',
      'src/stripe-dialect/wire/{dialect-request,multipart}.ts',
      // What decorators say of the operations.
      'src/stripe-dialect/operations.ts',
      'src/**/dto/**',
    ],
    rules: { 'no-restricted-imports': ['error', frameworks] },
  },
);
