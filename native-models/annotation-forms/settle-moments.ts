import type { Findings } from './findings.ts';
import type { FoundMoment, KnownVideo, ReadMoment } from './found-moment.ts';
import { baseName, videoMatcher } from './match-videos.ts';
import { usualFps } from './times/frame-bounds.ts';
import type { WrittenTime } from './times/parse-time.ts';
import { firstFrameNumber, frameOfTimecode } from './times/timecode.ts';

/** What is known beside the file. */
export interface SettleOptions {
  /** What frames count by, as a person says; before what file and video say. */
  readonly fps?: number | undefined;
  readonly videos?: readonly KnownVideo[] | undefined;
  /** Id of the video that the file is about where it does not say. */
  readonly videoId?: string | undefined;
}

/**
 * Gives a file's moments their videos and seconds: frames by their rate, empty ends by the video's length, ends beyond the
 * video cut to it. What cannot be a moment of its video is skipped; what had to be supposed is said.
 */
export function settleMoments(findings: Findings, options: SettleOptions): ReadMoment[] {
  const { moments } = findings;
  const matches = videoMatcher(
    options.videos ?? [],
    moments.map(({ videos }) => videos),
    options.videoId,
  );
  const rates = { asked: options.fps, likely: likelyFps(moments) };
  return moments.flatMap((moment) => {
    const match = matches(moment.videos);
    const picture = match?.video.picture;
    const clock = new Clock(moment, picture, rates, findings);
    const offsetSec =
      (match?.offsetSec ?? moment.videos[0]?.offsetSec ?? 0) -
      (moment.onPlayersClock === true ? (picture?.mediaStartSec ?? 0) : 0);
    const settled = settle(moment, clock, offsetSec, picture?.durationSec, findings);
    if (typeof settled === 'string') {
      findings.skip(moment.place, settled);
      return [];
    }
    const { place, text, label, note, state, provenance, region } = moment;
    const named = match?.video.name ?? (moment.videos[0] && baseName(moment.videos[0].name));
    return [
      {
        place,
        ...(named !== undefined && { video: named }),
        ...(match !== undefined && { videoId: match.video.id }),
        ...settled,
        ...{ text, label, note, state, provenance },
        ...(region === undefined ? {} : { region }),
      },
    ];
  });
}

/** The first usual rate at which all the frames that the file's timecodes name exist. */
function likelyFps(moments: readonly FoundMoment[]): number {
  let most = 0;
  for (const { start, end } of moments) {
    for (const time of [start, end !== undefined && 'after' in end ? end.after : end]) {
      if (time?.kind === 'timecode') most = Math.max(most, time.frames);
    }
  }
  return [usualFps, 30, 50, 60, 100, 120].find((fps) => fps > most) ?? usualFps;
}

/** The times of a moment in its video, or why it is none. */
function settle(
  { place, start, end }: FoundMoment,
  clock: Clock,
  offsetSec: number,
  durationSec: number | undefined,
  findings: Findings,
): { readonly startSec: number; readonly endSec: number } | string {
  const impossible = [start, end !== undefined && 'after' in end ? end.after : end]
    .map((time) => time && clock.impossible(time))
    .find((reason) => reason !== undefined);
  if (impossible !== undefined) return impossible;
  const writtenStart = start === undefined ? 0 : clock.seconds(start);
  const writtenEnd =
    end === undefined
      ? undefined
      : 'after' in end
        ? writtenStart + clock.lengthSec(end.after)
        : clock.seconds(end);
  if (writtenStart < 0 || (writtenEnd ?? 0) < 0) return 'a time is below zero';
  if (writtenEnd === undefined && durationSec === undefined) {
    return 'its end is empty, and the length of its video is not known';
  }
  const startSec = start === undefined ? 0 : Math.max(0, writtenStart + offsetSec);
  const endSec = writtenEnd === undefined ? (durationSec ?? 0) : Math.max(0, writtenEnd + offsetSec);
  if (![startSec, endSec].every(Number.isFinite)) return 'a time is too large';
  if (endSec < startSec) {
    return writtenEnd === undefined ? 'it starts after the end of the video' : 'it ends before it starts';
  }
  if (start !== undefined && writtenStart + offsetSec < 0) {
    findings.assume('the start lies before the first frame and was set to it', place);
  }
  if (start === undefined) findings.assume('an empty start was taken as the beginning of the video', place);
  if (writtenEnd === undefined) findings.assume('an empty end was taken as the end of the video', place);
  if (durationSec === undefined || endSec <= durationSec) return { startSec, endSec };
  if (startSec >= durationSec) return 'it starts after the end of the video';
  findings.assume(`an end beyond the video was cut to its end, ${rounded(durationSec)} s`, place);
  return { startSec, endSec: durationSec };
}

/** Turns the times of one moment into seconds. */
class Clock {
  readonly #moment: FoundMoment;
  readonly #picture: KnownVideo['picture'];
  readonly #askedFps: number | undefined;
  readonly #likelyFps: number;
  readonly #findings: Findings;

  constructor(
    moment: FoundMoment,
    picture: KnownVideo['picture'],
    { asked, likely }: { readonly asked: number | undefined; readonly likely: number },
    findings: Findings,
  ) {
    this.#moment = moment;
    this.#picture = picture;
    this.#askedFps = asked;
    this.#likelyFps = likely;
    this.#findings = findings;
  }

  seconds(time: WrittenTime): number {
    if (time.kind !== 'timecode') return this.lengthSec(time);
    const fps = this.#fps(time.fps);
    const frame = frameOfTimecode(time, fps);
    const first = firstFrameNumber(this.#picture?.timecode);
    const { durationSec } = this.#picture ?? {};
    // A list made in an editor counts from the timecode that the file carries.
    const countsFromIt =
      first > 0 && frame >= first && durationSec !== undefined && frame / fps > durationSec;
    if (countsFromIt) {
      const start = this.#picture?.timecode?.start ?? '';
      this.#findings.assume(`timecodes were counted from the video's own, ${start}`);
    }
    return rounded((countsFromIt ? frame - first : frame) / fps);
  }

  lengthSec(time: WrittenTime): number {
    if (time.kind === 'seconds') return time.sec;
    const fps = this.#fps(time.fps);
    return rounded((time.kind === 'frames' ? time.frames : frameOfTimecode(time, fps)) / fps);
  }

  /** Why a timecode cannot be one at the rate that it counts by: a frame's number in its second is below the rate. */
  impossible(time: WrittenTime): string | undefined {
    if (time.kind !== 'timecode') return undefined;
    const fps = this.#fps(time.fps);
    if (time.frames < Math.max(1, Math.round(fps))) return undefined;
    return `its timecode has frame ${time.frames}, and at ${rounded(fps)} frames a second there is none: give the right rate`;
  }

  #fps(written: number | undefined): number {
    if (this.#askedFps !== undefined) return this.#askedFps;
    if (written !== undefined) return written;
    const { usualFps: usual } = this.#moment;
    const known = this.#picture?.fps;
    if (known !== undefined) {
      if (usual !== undefined) {
        this.#findings.assume(
          `the file names no frame rate; frames were counted at the video's ${rounded(known)} a second (${usual.why})`,
        );
      }
      return known;
    }
    const fps = usual?.fps ?? this.#likelyFps;
    const why = usual === undefined ? '' : ` (${usual.why})`;
    this.#findings.assume(
      `neither file nor video names a frame rate; frames were counted at ${fps} a second${why}`,
    );
    return fps;
  }
}

/** To the microsecond: what a division by a frame rate leaves behind is no precision. */
function rounded(sec: number): number {
  return Math.round(sec * 1e6) / 1e6;
}
