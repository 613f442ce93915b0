import { EngineError } from '../../../native-models/protocol/errors.ts';
import type { Ffmpeg } from '../../../native-models/media/ffmpeg.ts';
import { askFfmpeg } from '../../../native-models/media/ffmpeg-process.ts';

/** Arguments that encode pictures and sound, for the encoders of this build of ffmpeg. */
export interface Encoding {
  readonly video: readonly string[];
  readonly audio: readonly string[];
}

/** Without pictures that refer to later ones: no decoder has to guess an order, and cuts may fall anywhere. */
const videoEncoders = [
  { name: 'libx264', args: ['-preset', 'veryfast', '-crf', '20', '-bf', '0'] },
  { name: 'libopenh264', args: ['-b:v', '6M', '-allow_skip_frames', '0'] },
  {
    name: 'libvpx-vp9',
    args: ['-deadline', 'realtime', '-cpu-used', '7', '-row-mt', '1', '-crf', '30', '-b:v', '0'],
  },
];
const audioEncoders = [
  { name: 'aac', args: ['-b:a', '160k'] },
  { name: 'libopus', args: ['-b:a', '128k'] },
];

const listed = new Map<string, Promise<ReadonlySet<string>>>();

/**
 * Chooses among H.264 and VP9, AAC and Opus what this build can write; `webm` files hold the second of each alone.
 * @throws EngineError FFMPEG_MISSING when it can write neither.
 */
export async function chooseEncoding(ffmpeg: Ffmpeg, container: 'mp4' | 'webm'): Promise<Encoding> {
  let names = listed.get(ffmpeg.path);
  if (names === undefined) {
    names = listEncoders(ffmpeg);
    listed.set(ffmpeg.path, names);
  }
  const available = await names;
  const fitting = (name: string): boolean => container === 'mp4' || /^lib(vpx|opus)/.test(name);
  const choose = (encoders: typeof videoEncoders): (typeof videoEncoders)[number] | undefined =>
    encoders.find(({ name }) => available.has(name) && fitting(name));
  const video = choose(videoEncoders);
  const audio = choose(audioEncoders);
  if (video === undefined) {
    throw new EngineError('FFMPEG_MISSING', `The ffmpeg at ${ffmpeg.path} encodes neither H.264 nor VP9.`, {
      remedy: 'Install a full build of ffmpeg, or set FFMPEG_BIN to one.',
    });
  }
  return {
    // Even sides, which the encoders ask for; upright and with square pixels, which all players show alike.
    video: ['-c:v', video.name, ...video.args, '-pix_fmt', 'yuv420p', '-g', '50'],
    audio: audio === undefined ? ['-an'] : ['-c:a', audio.name, ...audio.args, '-ac', '2'],
  };
}

async function listEncoders(ffmpeg: Ffmpeg): Promise<ReadonlySet<string>> {
  const stdout = await askFfmpeg(ffmpeg, ['-encoders']);
  return new Set(Array.from(stdout.matchAll(/^ [VA]\S{5} (\S+)/gm), (match) => match[1] ?? ''));
}
