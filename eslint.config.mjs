// @ts-check
import eslint from '@eslint/js';
import prettier from 'eslint-config-prettier';
import importX from 'eslint-plugin-import-x';
import { createNodeResolver } from 'eslint-plugin-import-x';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/**
 * The layers of native-models, lowest first: a folder may import itself, the folders before it, and nothing after it.
 * Outside native-models only `protocol` may be imported (docs/architecture.md).
 */
const engineLayers = [
  'protocol',
  'python-text',
  'text-files',
  'annotation-forms',
  'onnx',
  'runtime',
  'media',
  'architectures',
  'checkpoints',
  'agent',
  'evaluation',
  'process',
];

/** Lower layers that stand side by side and do not import each other. */
const strangers = { onnx: ['protocol'], media: ['onnx', 'runtime'] };

const layerZones = engineLayers
  .map((layer, index) => ({
    target: `./native-models/${layer}`,
    from: [...engineLayers.slice(index + 1), ...(strangers[layer] ?? [])].map(
      (other) => `./native-models/${other}`,
    ),
    message: `native-models/${layer} may not depend on this folder: dependencies point one way, see docs/architecture.md.`,
  }))
  .filter((zone) => zone.from.length > 0);

/** What reads and writes other programs' files is pure, and the same for window, command line and evaluation. */
const sharedLayers = ['protocol', 'text-files', 'annotation-forms'];
const engineInternals = engineLayers
  .filter((layer) => !sharedLayers.includes(layer))
  .map((layer) => `./native-models/${layer}`);
/** The same as patterns: a zone takes folders or patterns, never both. */
const engineInternalFiles = engineInternals.map((folder) => `${folder}/**/*`);

export default tseslint.config(
  {
    ignores: [
      'node_modules/',
      'bench/work/',
      'bench/results/',
      'dist/',
      'out/',
      '.venv/',
      '.venv-lmms/',
      '.trainer-readers/',
      '.cache/',
      // CommonJS, loaded into the program before its own main script.
      'e2e/shells/error-box-to-stdout.cjs',
      'training/',
      // CommonJS, as an old Electron loads it.
      'e2e/electron-25/stand-in/',
    ],
  },
  eslint.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.tsx', '.mjs', '.js'] })],
    },
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ['*.mjs', 'electron/*/*.mjs'] } },
    },
    rules: {
      'import-x/no-restricted-paths': [
        'error',
        {
          zones: [
            ...layerZones,
            { target: './native-models', from: ['./electron', './renderer', './e2e', './bench'] },
            {
              target: ['./electron/!(host)/**/*', './electron/host/!(videos)/**/*'],
              from: engineInternals,
              message: 'The shells speak to the engine through native-models/protocol alone.',
            },
            {
              // What a person sees of a video must be the frames and times that the model sees: media is shared.
              target: './electron/host/videos/**/*',
              from: engineInternals.filter((folder) => folder !== './native-models/media'),
              message: 'The host shares native-models/protocol and media with the engine, nothing else.',
            },
            {
              target: './electron/host/!(evaluation)/**/*',
              from: [
                './electron/main',
                './electron/preload',
                './electron/server',
                './electron/cli',
                './renderer',
              ],
              message: 'The host knows no shell.',
            },
            {
              target: './renderer',
              from: [
                ...engineInternalFiles,
                './electron/!(host)/**/*',
                './electron/host/!(contract)/**/*',
                './electron/host/*.ts',
              ],
              message:
                'The renderer imports native-models/protocol and electron/host/contract, nothing else.',
            },
            {
              target: './electron/preload',
              from: [...engineInternalFiles, './electron/host/!(contract)/**/*', './electron/host/*.ts'],
              message: 'The preload is the bridge alone.',
            },
          ],
        },
      ],
      'import-x/no-cycle': ['error', { maxDepth: 6 }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'no-restricted-imports': [
        'error',
        {
          paths: [
            { name: 'onnxruntime-node', message: 'Only native-models/runtime imports onnxruntime-node.' },
            { name: 'koffi', message: 'Only native-models/runtime calls foreign functions.' },
          ],
        },
      ],
      'no-console': 'error',
    },
  },
  {
    files: ['native-models/runtime/**', 'bench/**', 'native-models/onnx/*.test.ts'],
    rules: { 'no-restricted-imports': 'off' },
  },
  { files: ['bench/**', '.ci/**', 'electron/*/*.mjs'], rules: { 'no-console': 'off' } },
  // Playwright reads from an empty pattern that a fixture needs no other one.
  { files: ['e2e/**'], rules: { 'no-empty-pattern': ['error', { allowObjectPatternsAsParameters: true }] } },
  // System tests may have their data made by the makers that stand beside the engine's own tests.
  { files: ['electron/**/*.system.test.ts'], rules: { 'import-x/no-restricted-paths': 'off' } },
  {
    files: ['**/*.test.ts', '**/test-support/**'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    files: ['renderer/**'],
    plugins: { 'react-hooks': reactHooks },
    rules: {
      ...reactHooks.configs.recommended.rules,
      'no-restricted-globals': ['error', 'process', 'require', 'Buffer'],
      // Lists that only build what is in view; their components opt out of memoization by themselves ('use no memo').
      'react-hooks/incompatible-library': 'off',
    },
  },
  { files: ['**/*.mjs'], ...tseslint.configs.disableTypeChecked },
  prettier,
);
