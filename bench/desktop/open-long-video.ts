import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { createVideosService } from '../../electron/host/videos/create-videos-service.ts';
import { Thumbnails } from '../../electron/host/videos/thumbnails.ts';
import { locateFfmpeg } from '../../native-models/media/ffmpeg.ts';

// How long a three-hour video takes to open, and its thumbnails to fill a timeline: node bench/desktop/open-long-video.ts
// What has no index is shown by what its container says of it while its frames are counted.
const hours = 3;
const shown = 24;
const work = path.join(import.meta.dirname, '..', 'work', 'desktop');
const { path: ffmpeg } = await locateFfmpeg();
const execute = promisify(execFile);

await mkdir(work, { recursive: true });
const mp4 = path.join(work, 'long.mp4');
const mkv = path.join(work, 'long.mkv');
if (!(await exists(mp4))) {
  const picture = `testsrc2=s=320x180:r=25:d=${hours * 3600}`;
  const sources = ['-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', `sine=d=${hours * 3600}`];
  const coding = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '250', '-c:a', 'aac', '-b:a', '48k'];
  await execute(ffmpeg, ['-v', 'error', '-y', ...sources, ...coding, mp4]);
}
if (!(await exists(mkv))) await execute(ffmpeg, ['-v', 'error', '-y', '-i', mp4, '-c', 'copy', mkv]);

const cache = await mkdtemp(path.join(tmpdir(), 'videomind-bench-'));
for (const filePath of [mp4, mkv]) {
  for (const times of ['first', 'later']) {
    const videos = createVideosService(path.join(cache, 'tables'));
    const startMs = performance.now();
    let shownMs: number | undefined;
    const thumbnails = new Thumbnails(path.join(cache, times, path.extname(filePath)), videos.open);
    let early: Promise<number> | undefined;
    const { picture } = await videos.probe(filePath, {
      onEstimate: ({ picture: { durationSec } }) => {
        shownMs = performance.now() - startMs;
        early = fill(durationSec, (timeSec) =>
          thumbnails.beforeCounted(filePath, timeSec, 160, new AbortController().signal),
        );
      },
    });
    const openedMs = performance.now() - startMs;
    const earlyMs = await early;
    const filledMs = await fill(picture.durationSec, (timeSec) =>
      thumbnails.get(filePath, timeSec, 160, new AbortController().signal),
    );
    const meanwhile =
      shownMs === undefined || earlyMs === undefined
        ? ''
        : ` (shown after ${shownMs.toFixed(0)} ms, ${shown} thumbnails ${earlyMs.toFixed(0)} ms later)`;
    console.log(
      `${path.basename(filePath)}, opened for the ${times} time: counted after ${openedMs.toFixed(0)} ms${meanwhile};` +
        ` ${shown} thumbnails of exact frames in ${filledMs.toFixed(0)} ms`,
    );
  }
}
await rm(cache, { recursive: true, force: true });

/** Has thumbnails made all over the video; gives the milliseconds until the last one is there. */
async function fill(durationSec: number, make: (timeSec: number) => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await Promise.all(Array.from({ length: shown }, (_, index) => make((durationSec * (index + 0.5)) / shown)));
  return performance.now() - startMs;
}

function exists(filePath: string): Promise<boolean> {
  return access(filePath).then(
    () => true,
    () => false,
  );
}
