/** Folders of the hub's cache are called after their repository, with its owner before it. */
const cacheFolder = /^models--(?:.+--)?(.+)$/;

/** Folders that trainers call the same in every run. */
const everyRunsFolder = /^(?:checkpoint(?:-\d+)?|final|best|output|model|adapters|merged)$/;

/**
 * What a checkpoint is called by its folder: a snapshot of the hub's cache after its repository and not after its hash, a
 * trainer's `checkpoint-500` after its run as well.
 */
export function checkpointName(folder: string): string {
  const names = folder.split(/[\\/]/).filter((name) => name !== '');
  const [above = '', parent = '', name = ''] = ['', '', ...names].slice(-3);
  const ofSnapshot = parent === 'snapshots' ? cacheFolder.exec(above)?.[1] : undefined;
  const ofEveryRun = everyRunsFolder.test(name) && parent !== '';
  return ofSnapshot ?? cacheFolder.exec(name)?.[1] ?? (ofEveryRun ? `${parent}-${name}` : name);
}
