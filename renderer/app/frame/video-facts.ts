import type { LibraryVideo } from '../../../electron/host/contract/library.ts';
import type { Job } from '../../../electron/host/contract/models.ts';
import { formatSeconds } from '../../player/timecode.ts';
import { formatProgress } from '../../ui/format.ts';
import { appTexts } from '../texts.ts';

/** What a video's row says below its name: its length and size, or what keeps it from being used. */
export function videoFacts(
  { state, picture, playback }: Pick<LibraryVideo, 'state' | 'picture' | 'playback'>,
  proxyJob: Pick<Job, 'state' | 'done' | 'total'> | undefined,
): string {
  if (state === 'probing') return appTexts.probing;
  if (state === 'missing') return appTexts.missing;
  if (state === 'unreadable' || picture === undefined) return appTexts.unreadable;
  if (playback === 'impossible') return appTexts.cannotBePlayed;
  if (playback === 'proxy-needed') return proxyWords(proxyJob);
  if (picture.estimated) return appTexts.counting(formatSeconds(picture.durationSec, 0));
  return `${formatSeconds(picture.durationSec, 0)} · ${picture.width} × ${picture.height}`;
}

/** True where a person has to do something before the video can be seen. */
export function isHeldUp(
  { state, playback }: Pick<LibraryVideo, 'state' | 'playback'>,
  proxyJob: Pick<Job, 'state'> | undefined,
): boolean {
  if (state !== 'ready') return state !== 'probing';
  return playback === 'impossible' || (playback === 'proxy-needed' && !isUnderWay(proxyJob));
}

function proxyWords(job: Pick<Job, 'state' | 'done' | 'total'> | undefined): string {
  if (job?.state === 'queued') return appTexts.copyWaits;
  if (job === undefined || !isUnderWay(job)) return appTexts.copyNeeded;
  return appTexts.makingCopy(formatProgress(job.done, job.total));
}

function isUnderWay(job: Pick<Job, 'state'> | undefined): boolean {
  return job?.state === 'queued' || job?.state === 'running' || job?.state === 'done';
}
