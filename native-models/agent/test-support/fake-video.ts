import type { Frame, Video } from '../../media/video.ts';
import type { VideoReader } from '../run.ts';
import type { Subtitle } from '../../media/subtitles/subtitle.ts';

/** For tests: a video of 25 frames a second without a file. */
export function fakeVideo(changes: Partial<Video> = {}): Video {
  const totalFrames = changes.totalFrames ?? 600;
  const fps = changes.fps ?? 25;
  return {
    path: '/fake.mp4',
    identity: 'fake',
    fps,
    totalFrames,
    width: 84,
    height: 28,
    durationSec: totalFrames / fps,
    frameTimesSec: Float64Array.from({ length: totalFrames }, (_, frame) => frame / fps),
    constantRate: true,
    warnings: [],
    ...changes,
  };
}

/** For tests: what a frame shows, as so many bytes. */
export type FakePicture = (frameIndex: number, bytes: number) => Uint8Array;

/** No frame shows what another does, nor anything like its neighbours. */
const unlikeAll: FakePicture = (frameIndex, bytes) => {
  const picture = new Uint8Array(bytes).fill((frameIndex * 101) % 256);
  picture.set(new Uint8Array(Uint32Array.of(frameIndex).buffer));
  return picture;
};

/** For tests: a reader of fake videos by path that notes which frames were decoded. */
export function fakeReader(
  videos: readonly Video[],
  subtitles: readonly Subtitle[] = [],
  picture: FakePicture = unlikeAll,
): VideoReader & { readonly decoded: number[] } {
  const decoded: number[] = [];
  return {
    decoded,
    probe: (path) => {
      const video = videos.find((candidate) => candidate.path === path);
      return video === undefined ? Promise.reject(new Error(`no ${path}`)) : Promise.resolve(video);
    },
    readFrames: async function* (_, frameIndices, size) {
      for (const frameIndex of frameIndices) {
        await Promise.resolve();
        decoded.push(frameIndex);
        const frame: Frame = { frameIndex, rgb: picture(frameIndex, size.height * size.width * 3) };
        yield frame;
      }
    },
    readSubtitles: () =>
      Promise.resolve({
        ...{ form: 'srt', encoding: 'utf-8', encodingCertain: true },
        ...{ cues: subtitles, skipped: [], warnings: [] },
      }),
  };
}
