import type { VideoMoments } from '../../../native-models/annotation-forms/written-moment.ts';

/**
 * A picture of a video at a time, as JPEG.
 * @param runSec times whose pictures are asked for together.
 */
export type PictureAt = (
  videoPath: string,
  timeSec: number,
  signal: AbortSignal,
  runSec: readonly number[],
) => Promise<Uint8Array>;

/** Pictures in a report are as many at most: it has to stay a file that opens. */
const maxPictures = 200;
/** So many are asked for together. */
const atOnce = 40;

/**
 * A picture of the middle of each moment, by the moment's id; what cannot be decoded has none.
 * @param options.onProgress how many have come, or are known not to.
 */
export async function takePictures(
  videos: readonly VideoMoments[],
  pictureAt: PictureAt,
  options: {
    readonly signal: AbortSignal;
    readonly onProgress: (progress: { readonly done: number; readonly total: number }) => void;
  },
): Promise<ReadonlyMap<string, Uint8Array>> {
  const { signal, onProgress } = options;
  const pictures = new Map<string, Uint8Array>();
  const wanted = videos
    .flatMap(({ video, moments }) =>
      moments.map(({ id, startSec, endSec }) => ({ id, path: video.path, timeSec: (startSec + endSec) / 2 })),
    )
    .slice(0, maxPictures);
  const progress = { done: 0, total: wanted.length };
  for (let from = 0; from < wanted.length && !signal.aborted; from += atOnce) {
    const together = wanted.slice(from, from + atOnce);
    await Promise.all(
      together.map(async ({ id, path, timeSec }) => {
        const runSec = together.filter((each) => each.path === path).map((each) => each.timeSec);
        const picture = await pictureAt(path, timeSec, signal, runSec).catch(() => undefined);
        if (picture !== undefined) pictures.set(id, picture);
        progress.done++;
        onProgress({ ...progress });
      }),
    );
  }
  return pictures;
}
