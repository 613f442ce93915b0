import type { Job } from '../../../electron/host/contract/models.ts';

/** Clips as one file that a window elsewhere can fetch: an export with the job's id. Undefined where they lie in a folder alone. */
export function clipsZipOf({
  id,
  kind,
  state,
  outputPath = '',
}: Pick<Job, 'id' | 'kind' | 'state' | 'outputPath'>) {
  if (kind !== 'export-clips' || state !== 'done' || !outputPath.endsWith('.zip')) return undefined;
  const name = outputPath.split(/[/\\]/u).at(-1) ?? '';
  return { name, path: `export/${id}/${encodeURIComponent(name)}` as const };
}
