import { stat } from 'node:fs/promises';
import { dropPrepacked, isPrepacked, makePrepacked, prepackedEntry } from './prepacked-cache.ts';
import type { PrepackedEntry } from './prepacked-cache.ts';

/** How a binding opens a graph, as far as prepacked copies need to know. */
export interface PrepackingBinding<Opened> {
  /** Opens a graph; `optimize` false: it was saved rewritten, and doing it again would undo the packing. */
  open(model: string, options: { readonly optimize: boolean }): Promise<Opened>;
  /** Opens a graph such that it is saved rewritten, with weights of this size and more packed in a file beside it, and lets it go. */
  save(model: string, saved: SavedGraph): Promise<void>;
}

/** Where a binding saves a graph, with the entries of its session options. */
export interface SavedGraph {
  readonly modelPath: string;
  readonly entries: Readonly<Record<string, string>>;
}

/** Smaller weights are packed faster than a copy of them is found. */
const smallestWorthwhileBytes = 64e6;

/** Does one piece of work after the other. */
class OneAtATime {
  #last: Promise<void> = Promise.resolve();

  run(work: () => Promise<void>): Promise<void> {
    this.#last = this.#last.then(work, work);
    return this.#last;
  }
}

/** Opens graphs from their prepacked copies, which are made first where there are none; one runtime has one of these. */
export class PrepackedSessions {
  readonly #packings = new OneAtATime();

  /** @param key What the graph computes and by what. */
  async open<Opened>(
    binding: PrepackingBinding<Opened>,
    model: string,
    cacheFolder: string,
    key: string,
  ): Promise<Opened> {
    const entry = prepackedEntry(cacheFolder, key);
    const prepacked = await openCopy(binding, entry);
    if (prepacked !== undefined) return prepacked;
    const weightBytes = (await stat(model.replace(/\.onnx$/, '.weights'))).size;
    if (weightBytes >= smallestWorthwhileBytes) {
      const pack = (modelPath: string, weightsFile: string): Promise<void> =>
        binding.save(model, {
          modelPath,
          entries: {
            'session.save_external_prepacked_constant_initializers': '1',
            'session.optimized_model_external_initializers_file_name': weightsFile,
            'session.optimized_model_external_initializers_min_size_in_bytes': '1024',
          },
        });
      // While weights are packed they are in memory twice: one graph after the other.
      await this.#packings.run(() => makePrepacked(cacheFolder, entry, weightBytes, pack));
    }
    return (await openCopy(binding, entry)) ?? (await binding.open(model, { optimize: true }));
  }
}

/** Undefined where there is no copy, or one that does not load, which is then deleted. */
async function openCopy<Opened>(
  binding: PrepackingBinding<Opened>,
  entry: PrepackedEntry,
): Promise<Opened | undefined> {
  if (!(await isPrepacked(entry))) return undefined;
  try {
    return await binding.open(entry.modelPath, { optimize: false });
  } catch {
    await dropPrepacked(entry);
    return undefined;
  }
}
