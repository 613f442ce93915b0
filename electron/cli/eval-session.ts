import { EngineSupervisor } from '../host/engine/supervisor.ts';
import { engineLauncher } from './engine-launcher.ts';

/** From Ctrl-C to the end there is one second; each engine gets this much of it to stop by itself. */
const cancelGraceMs = 400;

/** Runs `work` with so many engines beside each other; they are gone when this returns. */
export async function withEngines<Result>(
  count: number,
  work: (engines: readonly EngineSupervisor[]) => Promise<Result>,
): Promise<Result> {
  const { launch } = engineLauncher;
  const engines = Array.from({ length: count }, () => new EngineSupervisor(launch, { cancelGraceMs }));
  try {
    return await work(engines);
  } finally {
    await Promise.all(engines.map((engine) => engine.dispose()));
  }
}
