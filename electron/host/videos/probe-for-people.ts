import { decodeFirstFrame } from '../../../native-models/media/first-frame.ts';
import { locateFfmpeg } from '../../../native-models/media/ffmpeg.ts';
import type { Video } from '../../../native-models/media/video.ts';
import type { ProbedVideo, ProbeWork } from '../videos-service.ts';
import { textTracks } from './embedded-subtitles.ts';
import type { KnownFacts } from './known-facts.ts';
import { browsersPlay, mediaStartSec } from './playback.ts';
import type { StreamFacts } from './stream-facts.ts';

/** What probing stands on. */
export interface ProbeParts {
  /** Lists the frames. */
  readonly open: (videoPath: string, signal?: AbortSignal) => Promise<Video>;
  readonly facts: KnownFacts;
}

/** Containers whose frames are counted from their index, in no time. */
const indexed = /^mov/;

/**
 * What people want to know of a file. Where counting the frames takes reading all of it, its container's own word is told
 * meanwhile, so that nobody waits for minutes to see the picture.
 * @throws EngineError as `parts.open`.
 */
export async function probeForPeople(
  { open, facts: known }: ProbeParts,
  videoPath: string,
  { onEstimate, signal }: ProbeWork,
): Promise<ProbedVideo> {
  const opening = open(videoPath, signal);
  let counted = false;
  const isCounted = (): boolean => counted;
  opening.then(
    () => (counted = true),
    () => undefined, // awaited below; what is said of the file is what `open` says
  );
  const ffmpeg = await locateFfmpeg();
  const facts = await known.read(videoPath, signal).catch(() => undefined);
  if (onEstimate !== undefined && facts !== undefined && !isCounted() && !indexed.test(facts.container)) {
    const first = await decodeFirstFrame(ffmpeg, videoPath, signal).catch(() => undefined);
    const estimate = first && estimateOf(first, facts);
    if (estimate?.playback === 'direct' && !isCounted()) onEstimate(estimate);
  }
  const video = await opening;
  return probed(
    video,
    !video.constantRate,
    video.seekIndex?.startTimeSec ?? 0,
    facts ?? (await known.read(videoPath, signal)),
  );
}

type PictureFacts = Pick<Video, 'durationSec' | 'fps' | 'totalFrames' | 'width' | 'height'>;

function probed(
  { durationSec, fps, totalFrames, width, height }: PictureFacts,
  variableFrameRate: boolean,
  firstFrameSec: number,
  facts: StreamFacts,
): ProbedVideo {
  return {
    picture: {
      ...{ durationSec, fps, totalFrames, width, height, variableFrameRate },
      codec: facts.videoCodec,
      hasAudio: facts.audioCodecs.length > 0,
      mediaStartSec: mediaStartSec(firstFrameSec, facts),
    },
    playback: browsersPlay(firstFrameSec, facts) ? 'direct' : 'proxy-needed',
    subtitleTracks: textTracks(facts),
  };
}

function estimateOf(
  first: { readonly timeSec: number; readonly width: number; readonly height: number },
  facts: StreamFacts,
): ProbedVideo | undefined {
  const { durationSec, fps } = facts;
  if (durationSec === undefined || fps === undefined) return undefined;
  const totalFrames = Math.max(1, Math.round(durationSec * fps));
  const { picture, ...others } = probed(
    { durationSec, fps, totalFrames, width: first.width, height: first.height },
    false,
    first.timeSec,
    facts,
  );
  return { ...others, picture: { ...picture, estimated: true } };
}
