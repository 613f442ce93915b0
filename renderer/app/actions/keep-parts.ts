import type { AnnotationOperation } from '../../../electron/host/contract/annotations.ts';
import { ownTrackId } from '../../../electron/host/contract/library.ts';
import type { Chapter, LibraryVideo, SubtitleLine, Track } from '../../../electron/host/contract/library.ts';
import { chapterTitle, isFixed } from '../../timeline/build-tracks.ts';
import type { Application } from '../application.ts';
import { openProject, shownAnnotations } from '../library/selectors.ts';
import { appTexts } from '../texts.ts';
import { newAnnotationId } from './annotation-actions.ts';

const texts = appTexts.keptParts;

/** A stretch of a video that has words of its own. */
interface Part {
  readonly startSec: number;
  readonly endSec: number;
  readonly text: string;
}

/** Makes moments of chapters, on a track of that name. */
export function keepChapters(app: Application, video: LibraryVideo, chapters: readonly Chapter[]): void {
  const listed = video.picture?.chapters ?? [];
  const parts = chapters.map((chapter) => ({
    ...chapter,
    text: chapterTitle(chapter, listed.indexOf(chapter)),
  }));
  keepParts(app, video, { trackName: texts.chapters, source: video.name }, parts);
}

/** Makes moments of lines of subtitles, on a track of that name. */
export function keepLines(
  app: Application,
  video: LibraryVideo,
  subtitles: string,
  lines: readonly SubtitleLine[],
): void {
  keepParts(app, video, { trackName: texts.lines, source: subtitles }, lines);
}

/** One step of undo. What is there already, with the same words at the same time, is not made again. */
function keepParts(
  app: Application,
  video: LibraryVideo,
  { trackName, source }: { readonly trackName: string; readonly source: string },
  parts: readonly Part[],
): void {
  const state = app.library.getState();
  const project = openProject(state);
  if (project === undefined) return;
  const known = project.tracks.find((track) => track.name === trackName && !isFixed(track));
  const track: Track = known ?? {
    ...{ id: newAnnotationId(), name: trackName, kind: 'own', hidden: false, locked: false },
    origin: { kind: 'file', name: source },
  };
  const there = new Set(
    shownAnnotations(state)
      .ofVideo(video.id)
      .filter(({ trackId = ownTrackId }) => trackId === track.id)
      .map(keyOf),
  );
  const durationSec = video.picture?.durationSec ?? Infinity;
  const added = parts
    .map(({ startSec, endSec, text }) => ({
      ...{ startSec: Math.max(0, startSec), endSec: Math.min(endSec, durationSec), text },
    }))
    .filter((part) => part.endSec > part.startSec && !there.has(keyOf(part)));
  const message = added.length === 0 ? texts.allThere(trackName) : texts.made(added.length, trackName);
  app.library.dispatch({ type: 'noticed', notice: { level: 'info', message, about: 'parts' } });
  if (added.length === 0) return;
  const moments = added.map(({ startSec, endSec, text }): AnnotationOperation => ({
    op: 'add',
    annotation: {
      ...{ id: newAnnotationId(), videoId: video.id, trackId: track.id, startSec, endSec, text },
      ...{ note: '', state: 'open', provenance: 'imported', source },
    },
  }));
  const withTrack: AnnotationOperation[] = known === undefined ? [{ op: 'addTrack', track }] : [];
  app.edits.edit(project.id, texts.title, [...withTrack, ...moments]);
}

function keyOf({ startSec, endSec, text }: Part): string {
  return JSON.stringify([startSec, endSec, text]);
}
