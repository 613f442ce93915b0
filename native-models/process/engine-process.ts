import path from 'node:path';
import { createAgent } from '../agent/agent.ts';
import { PaceBook } from '../agent/estimate/pace.ts';
import { inspectFolder } from '../checkpoints/inspect-folder.ts';
import { EngineError } from '../protocol/errors.ts';
import { methods } from '../protocol/methods.ts';
import { serve } from '../protocol/server.ts';
import { flushCompiledCode } from './compiled-code.ts';
import { changeKeptFeatures, keptFeaturesState, openKeptFeatures } from './kept-features-setting.ts';
import { endOnDefects } from './end-on-defects.ts';
import { evaluationParts } from './evaluation-parts.ts';
import { examineMachine } from './examine-machine.ts';
import { createHandlers } from './handlers.ts';
import { endWithChildren, parentTransport } from './parent-transport.ts';

// Entry point of the engine process. It lives as long as its parent; Ctrl-C is the parent's to handle, which cancels.
endOnDefects();
process.on('SIGINT', () => undefined);
process.on('SIGTERM', endWithChildren);
process.on('disconnect', endWithChildren);

const cachePath = process.env['VIDEOMIND_CACHE_DIR'];
if (cachePath === undefined)
  throw new EngineError('INTERNAL', 'The engine was started without a cache folder.');

const devicesPath = process.env['VIDEOMIND_DEVICES_DIR'];
/** What devices were found to be worth, beside what was added for them. */
const verdictsFolder = devicesPath === undefined ? undefined : path.join(devicesPath, 'self-checks');

/** How fast packages were on this machine. */
const paces = new PaceBook(path.join(cachePath, 'paces.json'));

serve(
  methods,
  parentTransport(),
  createHandlers({
    createAgent: (model, openSec) =>
      createAgent(model, { keptFeatures: openKeptFeatures(cachePath), paces, openSec }),
    estimateRun: async (request, options) => {
      const { estimateRun } = await import('../agent/estimate/estimate-run.ts');
      return estimateRun(request, { ...options, paces, keptFeatures: openKeptFeatures(cachePath) });
    },
    inspectFolder,
    keptFeatures: () => keptFeaturesState(cachePath),
    changeKeptFeatures: (change) => changeKeptFeatures(cachePath, change),
    evaluation: evaluationParts,
    async examineMachine() {
      const examined = await examineMachine(cachePath, verdictsFolder);
      flushCompiledCode();
      return examined;
    },
    // ONNX Runtime's binding is loaded with the first model: where it does not load, `doctor` still has to say so.
    openPackage: async (folder, options) => {
      const { openPackage } = await import('../checkpoints/open-package.ts');
      const model = await openPackage(folder, {
        ...options,
        prepackedFolder: path.join(cachePath, 'prepacked'),
        ...(verdictsFolder === undefined ? {} : { verdictsFolder }),
      });
      // All that a question needs is compiled now. The program ends engines with a signal: nothing is written at the end.
      flushCompiledCode();
      return model;
    },
    importCheckpoint: async (request, options) => {
      const { importCheckpoint } = await import('../checkpoints/import-checkpoint.ts');
      return importCheckpoint(request, options);
    },
  }),
);
