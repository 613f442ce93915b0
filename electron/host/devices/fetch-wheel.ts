import path from 'node:path';
import { downloadFile, liesThere } from '../downloads/download-file.ts';
import { defaultRetryDelaysMs } from '../downloads/download-network.ts';
import type { PinnedWheel } from './device-parts.ts';
import { findWheel, wheelIndex } from './wheel-index.ts';

/** How a wheel is fetched; where is set otherwise only in tests. */
export interface WheelFetching {
  readonly indexUrl?: string | undefined;
  readonly retryDelaysMs?: readonly number[] | undefined;
  readonly signal: AbortSignal;
  /** Bytes of the wheel that are there, as they arrive. */
  readonly onProgress?: (doneBytes: number) => void;
}

/**
 * Brings a pinned wheel into `folder`, unless it lies there whole; gives its path.
 * @throws EngineError as `findWheel` and `downloadFile`.
 */
export async function fetchWheel(
  wheel: PinnedWheel,
  folder: string,
  { indexUrl, signal, onProgress = () => undefined, retryDelaysMs = defaultRetryDelaysMs }: WheelFetching,
): Promise<string> {
  const place = path.join(folder, wheel.file);
  const file = {
    repository: wheel.project,
    revision: '',
    path: wheel.file,
    bytes: wheel.bytes,
    checksum: { algorithm: 'sha256', hex: wheel.sha256 },
  } as const;
  if (await liesThere(file, place)) {
    onProgress(wheel.bytes);
    return place;
  }
  const index = await wheelIndex(indexUrl);
  const url = await findWheel(wheel, index, signal);
  await downloadFile(file, place, { url, fetch: index.fetch, signal, onProgress, retryDelaysMs });
  return place;
}
