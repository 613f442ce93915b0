import { chaptersOfFilm, warnOfChapters } from '../../../native-models/media/chapters.ts';
import { filmStreams, isDropFrame } from '../../../native-models/media/container-facts.ts';
import type { FirstFrame } from '../../../native-models/media/first-frame.ts';
import type { Video } from '../../../native-models/media/video.ts';
import type { ProbedVideo, ProbeWork } from '../videos-service.ts';
import { textTracks } from './embedded-subtitles.ts';
import type { KnownFacts } from './known-facts.ts';
import type { PlayedFile } from './playback.ts';
import { browsersPlay, filmOf, mediaStartSec, playedFile } from './playback.ts';

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
  if (onEstimate !== undefined) {
    const first = await known.read(videoPath, signal).catch(() => undefined);
    const estimate = first && !isCounted() ? estimateOf(first) : undefined;
    if (estimate?.playback === 'direct' && !isCounted()) onEstimate(estimate);
  }
  const video = await opening;
  return probed(video, !video.constantRate, video.seekIndex?.startTimeSec ?? 0, playedFile(video));
}

type PictureFacts = Pick<Video, 'durationSec' | 'fps' | 'totalFrames' | 'width' | 'height' | 'warnings'> &
  Partial<Pick<Video, 'frameTimesSec'>>;

function probed(
  { durationSec, fps, totalFrames, width, height, warnings: known, frameTimesSec }: PictureFacts,
  variableFrameRate: boolean,
  firstFrameSec: number,
  file: PlayedFile,
): ProbedVideo {
  const { timecode, chapters: listed = [] } = file.facts;
  const film = { startSec: firstFrameSec, durationSec, frameTimesSec };
  const chapters = chaptersOfFilm(listed, film);
  const warnings = [...known, ...warnOfChapters(listed, film)];
  return {
    picture: {
      ...{ durationSec, fps, totalFrames, width, height, variableFrameRate },
      codec: filmOf(file)?.codec ?? '',
      hasAudio: file.facts.streams.some(({ kind }) => kind === 'audio'),
      tracks: tracksOf(file),
      ...(warnings.length > 0 && { warnings }),
      mediaStartSec: mediaStartSec(firstFrameSec, file),
      ...(chapters.length > 0 && { chapters: [...chapters] }),
      ...(timecode !== undefined && { timecode: { start: timecode, dropFrame: isDropFrame(timecode), fps } }),
    },
    playback: browsersPlay(firstFrameSec, file) ? 'direct' : 'proxy-needed',
    subtitleTracks: textTracks(file.facts),
  };
}

/** Players take the first sound; the film is the one that was chosen. */
function tracksOf(file: PlayedFile): NonNullable<ProbedVideo['picture']['tracks']> {
  const { streams } = file.facts;
  const used = [filmOf(file), streams.find(({ kind }) => kind === 'audio')];
  return streams.map((stream) => {
    const { index, codec, language, attachedPicture } = stream;
    // Cover art can be no film.
    const kind = attachedPicture ? 'other' : stream.kind;
    return {
      ...{ index, kind, codec },
      ...(language !== undefined && { language }),
      used: used.includes(stream),
    };
  });
}

function playedFirst({ facts }: FirstFrame): PlayedFile {
  return { facts, input: { videoStream: filmStreams(facts)[0]?.index ?? 0, clock: 'own' } };
}

/** Nothing where it is not yet known which of several streams is the film. */
function estimateOf(first: FirstFrame): ProbedVideo | undefined {
  const file = playedFirst(first);
  const { durationSec } = first.facts;
  const fps = filmOf(file)?.fps;
  if (indexed.test(first.facts.container) || filmStreams(first.facts).length > 1) return undefined;
  if (durationSec === undefined || fps === undefined) return undefined;
  const totalFrames = Math.max(1, Math.round(durationSec * fps));
  const { picture, ...others } = probed(
    { durationSec, fps, totalFrames, width: first.width, height: first.height, warnings: [] },
    false,
    first.timeSec,
    file,
  );
  return { ...others, picture: { ...picture, estimated: true } };
}
