import { copyFile, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EngineError, throwIfCancelled } from '../protocol/errors.ts';
import { locateFfmpeg } from './ffmpeg.ts';
import { FfmpegProcess } from './ffmpeg-process.ts';

/** Pictures as a video that can be read like any other; disposing of it removes the file. */
export interface PictureVideo extends AsyncDisposable {
  readonly path: string;
}

/** A picture is there for a second in two frames, so that roles can look once or twice a second. */
const framesPerPicture = 2;
/** A video needs as many: the last picture fills up. */
const fewestFrames = 4;
/** What the container adds at most. */
const containerBytes = 2 ** 24;
const patience = { silence: 30_000, total: 120_000 };

/**
 * Makes a temporary video of JPEG (or PNG) pictures, in their order and one a second. They are copied into it as they are: no pixel
 * changes.
 *
 * @throws EngineError VIDEO_NOT_FOUND for a picture that is not there, VIDEO_NOT_RECOGNIZED where ffmpeg cannot join them,
 *   FFMPEG_MISSING, CANCELLED
 */
export async function makePictureVideo(
  picturePaths: readonly string[],
  signal?: AbortSignal,
): Promise<PictureVideo> {
  const last = picturePaths.at(-1);
  if (last === undefined) throw new EngineError('VIDEO_EMPTY', 'There is no picture to make a video of.');
  const ending = path.extname(last).toLowerCase() === '.png' ? 'png' : 'jpg';
  const ffmpeg = await locateFfmpeg();
  const folder = await mkdtemp(path.join(tmpdir(), 'videomind-pictures-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const count = Math.max(fewestFrames, picturePaths.length * framesPerPicture);
    let copiedBytes = 0;
    for (let index = 0; index < count; index++) {
      throwIfCancelled(signal);
      const picture = picturePaths[Math.floor(index / framesPerPicture)] ?? last;
      const copy = path.join(folder, `${String(index).padStart(5, '0')}.${ending}`);
      await copyPicture(picture, copy);
      copiedBytes += (await stat(copy)).size;
    }
    const filePath = path.join(folder, 'pictures.mkv');
    const numbered = [
      '-framerate',
      String(framesPerPicture),
      '-start_number',
      '0',
      '-i',
      `file:${path.join(folder, `%05d.${ending}`)}`,
    ];
    await writeFile(filePath, ''); // a jail lets through what is there
    const joining = new FfmpegProcess(
      ffmpeg,
      ['-f', 'image2', ...numbered, '-c:v', 'copy', '-y', `file:${filePath}`],
      { patience, signal, outputBytes: 2 * copiedBytes + containerBytes },
    );
    while ((await joining.readChunk()) !== undefined);
    if (!(await joining.ended)) {
      throwIfCancelled(signal);
      const reason = joining.lastLines.at(-1) ?? 'ffmpeg ended early';
      throw new EngineError(
        'VIDEO_NOT_RECOGNIZED',
        `${path.dirname(last)} holds other pictures than JPEG, or PNG, of one size: ${reason}`,
      );
    }
    return { path: filePath, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function copyPicture(picture: string, target: string): Promise<void> {
  try {
    await copyFile(picture, target);
  } catch (cause) {
    throw new EngineError('VIDEO_NOT_FOUND', `The picture ${picture} cannot be read.`, { cause });
  }
}
