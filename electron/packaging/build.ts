import path from 'node:path';
import { build } from 'vite';
import { programPath } from '../host/paths.ts';
import { nodeBundles, preloadBundle } from './bundles.ts';

// Builds everything that a packaged program consists of into dist/: renderer, main, preload, engine and command line.
const outputPath = path.join(programPath, 'dist');
await build({ configFile: path.join(programPath, 'vite.config.ts'), logLevel: 'warn' });
await build(nodeBundles(programPath, outputPath));
await build(preloadBundle(programPath, outputPath));
