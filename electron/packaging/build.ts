import path from 'node:path';
import { build } from 'vite';
import { programPath } from '../host/paths.ts';
import { buildNodeBundles } from './build-node-bundles.ts';

// Builds everything that a packaged program consists of into dist/: renderer, main, preload, engine and command line.
await build({ configFile: path.join(programPath, 'vite.config.ts'), logLevel: 'error' });
await buildNodeBundles(programPath, path.join(programPath, 'dist'));
