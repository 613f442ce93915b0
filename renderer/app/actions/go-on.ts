import type { Annotation } from '../../../electron/host/contract/annotations.ts';
import { ownTrackId } from '../../../electron/host/contract/library.ts';
import type { Track } from '../../../electron/host/contract/library.ts';
import { isFixed } from '../../timeline/build-tracks.ts';
import type { Application } from '../application.ts';
import type { AnnotationSet } from '../library/annotation-set.ts';
import { openProject, shownAnnotations } from '../library/selectors.ts';
import { appTexts } from '../texts.ts';
import { showMoment } from './show-moment.ts';

type Place = Pick<Annotation, 'videoId' | 'startSec' | 'endSec'>;

/**
 * The moment that is to be decided next: the first open one after a place, then from the beginning of its video, then of
 * the next videos in their order. Those on hidden tracks, or on tracks where nothing can be changed, are left out.
 */
export function nextOpen(
  annotations: AnnotationSet,
  tracks: readonly Track[],
  videoIds: readonly string[],
  after: Place,
): Annotation | undefined {
  const worked = new Set(tracks.filter((track) => !track.hidden && !isFixed(track)).map(({ id }) => id));
  const isOpen = ({ state, trackId = ownTrackId }: Annotation): boolean =>
    state === 'open' && worked.has(trackId);
  // Of the video itself what lies ahead comes first; what lies behind, before any other video.
  const here = annotations.ofVideo(after.videoId).filter(isOpen);
  const found = here.find((moment) => byTime(moment, after) > 0) ?? here[0];
  if (found !== undefined) return found;
  const at = videoIds.indexOf(after.videoId);
  for (const videoId of [...videoIds.slice(at + 1), ...videoIds.slice(0, Math.max(0, at))]) {
    const next = annotations.ofVideo(videoId).find(isOpen);
    if (next !== undefined) return next;
  }
  return undefined;
}

/** Goes on to the next open moment behind these, in whichever video it is, or says that there is none. */
export function goOnBehind(app: Application, decided: readonly Place[]): void {
  const last = decided.toSorted(byTime).at(-1);
  if (last === undefined) return;
  const state = app.library.getState();
  const project = openProject(state);
  const next = nextOpen(shownAnnotations(state), project?.tracks ?? [], project?.videoIds ?? [], last);
  if (next !== undefined) showMoment(app, next);
  else {
    const message = appTexts.allDecided;
    app.library.dispatch({ type: 'noticed', notice: { level: 'info', message, about: 'key' } });
  }
}

function byTime(one: Place, other: Place): number {
  return one.startSec - other.startSec || one.endSec - other.endSec;
}
