// Beyond the usual checks, this file keeps the core pure: what a trial runs may not touch clocks, timers, randomness,
// the network, the process or the locale. It asks the host instead.
import { builtinModules } from 'node:module';
import { defineConfig, globalIgnores } from 'eslint/config';
import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Runs inside a trial: same seed, same history. */
const PURE = [
  'strategies/**/*.ts',
  'workloads/**/*.ts',
  'src/{contract,simulator,explore,oracle,metrics,replication,document,random,store}/**/*.ts',
];

/** Strategies and what they are built from: told what happens, never waiting. */
const SYNCHRONOUS = ['strategies/**/*.ts', 'src/{replication,store}/**/*.ts'];

/** Does no I/O, but isn't part of a trial. */
const WITHOUT_EFFECTS = ['src/**/*.ts', 'reports/**/*.ts'];

/** The edge, where effects belong. */
const EDGE = ['src/{cli,perf,live,conductor,shared-state,langgraph}/**/*.ts'];

/** Catches what libraries do to the globals below, so it has to touch them. */
const GUARD = 'src/simulator/guard.ts';

const forbidGlobals = (message, names) => names.map((name) => ({ name, message }));
const forbidProperties = (message, names) => names.map((property) => ({ property, message }));

const EDGE_GLOBALS = forbidGlobals('Only the edge does I/O: take what you need as an argument.', [
  'process',
  'console',
]);

const PURE_GLOBALS = [
  ...forbidGlobals('Ask the host for the time: host.now().', ['Date', 'performance']),
  ...forbidGlobals('Ask the host for a timer: host.after(delay, task).', [
    'setTimeout',
    'setInterval',
    'setImmediate',
    'clearTimeout',
    'clearInterval',
    'clearImmediate',
    'queueMicrotask',
  ]),
  ...forbidGlobals('Ask the host for randomness: host.random(), or a named stream of src/random.', ['crypto']),
  ...forbidGlobals('Ask the host: host.send() for messages, host.judge() for the model.', ['fetch']),
  ...forbidGlobals('Ask the host: host.trace() tells the story; a trial does no I/O.', ['process', 'console']),
  ...forbidGlobals('The locale differs between machines: compare with < and format in reports.', ['Intl']),
  ...forbidGlobals('When the garbage collector runs is not ours to know: free in close().', [
    'WeakRef',
    'FinalizationRegistry',
  ]),
  ...forbidGlobals('Name what you need directly, so that the other rules can see it.', ['globalThis', 'global']),
];

const LOCALE_PROPERTIES = forbidProperties(
  'The locale differs between machines: compare with < and write the order down.',
  [
    'localeCompare',
    'toLocaleString',
    'toLocaleDateString',
    'toLocaleTimeString',
    'toLocaleLowerCase',
    'toLocaleUpperCase',
  ],
);

const RANDOM_PROPERTY = {
  object: 'Math',
  property: 'random',
  message: 'Ask the host for randomness: host.random(), or a named stream of src/random.',
};

const NODE_MODULES_MESSAGE = 'Ask the host: only the edge imports Node modules.';
const NODE_MODULES = {
  paths: builtinModules.map((name) => ({ name, message: NODE_MODULES_MESSAGE })),
  patterns: [{ regex: '^node:', message: NODE_MODULES_MESSAGE }],
};

const FOR_IN = { selector: 'ForInStatement', message: 'Write the order down: iterate over sorted keys with for-of.' };
const DYNAMIC_IMPORT = {
  selector: 'ImportExpression',
  message: 'Import at the top: a trial is one synchronous function.',
};
const ASYNC = {
  selector: ':matches(FunctionDeclaration, FunctionExpression, ArrowFunctionExpression)[async=true]',
  message: 'A replica does not wait: ask the host, and go on when it calls back.',
};
const PROMISE = { name: 'Promise', message: 'A replica does not wait: ask the host, and go on when it calls back.' };

export default defineConfig(
  globalIgnores(['dist/', 'results/', 'coverage/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },

  {
    files: ['**/*.{js,cjs}'],
    extends: [eslint.configs.recommended],
    languageOptions: { globals: { module: 'readonly' } },
  },

  {
    files: ['**/*.ts'],
    extends: [eslint.configs.recommended, tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.json', './reports/html/browser/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      eqeqeq: 'error',
      'object-shorthand': 'error',
      'no-restricted-syntax': ['error', FOR_IN],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/prefer-readonly': 'error',
      '@typescript-eslint/require-array-sort-compare': ['error', { ignoreStringArrays: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { allowDefaultCaseForExhaustiveSwitch: true, considerDefaultExhaustiveForUnions: false },
      ],
    },
  },

  {
    files: ['{src,strategies,workloads,reports}/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
    },
  },

  {
    files: WITHOUT_EFFECTS,
    ignores: [...EDGE, GUARD],
    rules: {
      'no-restricted-globals': ['error', ...EDGE_GLOBALS],
      'no-restricted-imports': ['error', NODE_MODULES],
      'no-restricted-properties': ['error', RANDOM_PROPERTY, ...LOCALE_PROPERTIES],
    },
  },

  {
    files: PURE,
    ignores: [GUARD],
    rules: {
      'no-restricted-globals': ['error', ...PURE_GLOBALS],
      'no-restricted-imports': ['error', NODE_MODULES],
      'no-restricted-properties': ['error', RANDOM_PROPERTY, ...LOCALE_PROPERTIES],
      'no-restricted-syntax': ['error', FOR_IN, DYNAMIC_IMPORT],
    },
  },

  {
    files: SYNCHRONOUS,
    rules: {
      'no-restricted-globals': ['error', ...PURE_GLOBALS, PROMISE],
      'no-restricted-syntax': ['error', FOR_IN, DYNAMIC_IMPORT, ASYNC],
    },
  },

  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
);
