import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import { makeFolder } from '../files/make-folder.ts';
import type { RunDescription } from './run-folder.ts';
import { askedFacts, readRunDescription } from './run-folder.ts';
import type { RunSettings } from './run-settings.ts';

/** What a sweep writes beside its runs. */
const tableNames = /^table\.(md|tex|csv|html|json)$/;

/** Where the runs of a sweep lie: each in a folder of its own that is a run like any other. */
export class SweepFolder {
  readonly path: string;

  constructor(folder: string) {
    this.path = folder;
  }

  /** @throws EngineError OUTPUT_EXISTS for a folder of other things or of a single run; OUTPUT_UNWRITABLE */
  async begin(): Promise<void> {
    const present = await readdir(this.path, { withFileTypes: true }).catch(() => []);
    const foreign = present.find((entry) => !entry.isDirectory() && !tableNames.test(entry.name));
    if (foreign !== undefined) {
      throw new EngineError(
        'OUTPUT_EXISTS',
        `${this.path} holds ${foreign.name}: it is no folder of a sweep.`,
        {
          remedy: 'Choose an empty folder, or one of a sweep, with --out.',
        },
      );
    }
    makeFolder(this.path);
  }

  /**
   * Where a run goes: into the folder of an earlier one that was asked in the same way, whatever it is called (sweeps over other
   * settings name theirs otherwise), else into one of its own name.
   */
  async folderOf(name: string, settings: RunSettings): Promise<string> {
    for (const entry of await readdir(this.path, { withFileTypes: true })) {
      if (!entry.isDirectory()) continue;
      const folder = path.join(this.path, entry.name);
      const suffix = settings.shard.of === 1 ? '' : `_${settings.shard.index}`;
      const begun = await readRunDescription(path.join(folder, `run${suffix}.json`)).catch(() => undefined);
      if (begun !== undefined && asksAlike(begun, settings)) return folder;
    }
    return path.join(this.path, name);
  }
}

/** Whether a run that was begun asks what another would; a limit may be raised. */
function asksAlike(begun: RunDescription, asked: RunSettings): boolean {
  const asText = (settings: RunSettings): string => {
    const facts = askedFacts({ settings, model: begun.model });
    const seed = settings.temperature === 0 ? undefined : (settings.seed ?? 0);
    const decided = { ...facts, limit: undefined, seed };
    return JSON.stringify(Object.entries(decided).sort(([a], [b]) => (a < b ? -1 : 1)));
  };
  return asText(begun.settings) === asText(asked);
}
