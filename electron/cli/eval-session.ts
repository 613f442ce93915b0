import { forkEngine } from '../host/engine/fork-engine.ts';
import { EngineSupervisor } from '../host/engine/supervisor.ts';
import { cachePath, engineEntryPath } from '../host/paths.ts';

/** From Ctrl-C to the end there is one second; each engine gets this much of it to stop by itself. */
const cancelGraceMs = 400;

/** Runs `work` with so many engines beside each other; they are gone when this returns. */
export async function withEngines<Result>(
  count: number,
  work: (engines: readonly EngineSupervisor[]) => Promise<Result>,
): Promise<Result> {
  const environment = { VIDEOMIND_CACHE_DIR: cachePath() };
  const launch = () => forkEngine(engineEntryPath, environment);
  const engines = Array.from({ length: count }, () => new EngineSupervisor(launch, { cancelGraceMs }));
  try {
    return await work(engines);
  } finally {
    await Promise.all(engines.map((engine) => engine.dispose()));
  }
}
