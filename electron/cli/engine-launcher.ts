import { forkEngine, type EngineLauncher } from '../host/engine/fork-engine.ts';
import { engineEntryPath, engineEnvironment } from '../host/paths.ts';

/** How the commands start engines: as children of Node, unless the program that they run in has another way. */
export const engineLauncher: { launch: EngineLauncher } = {
  launch: () => forkEngine(engineEntryPath, engineEnvironment()),
};
