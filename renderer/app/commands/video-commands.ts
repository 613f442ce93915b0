import type { Chapter, LibraryVideo } from '../../../electron/host/contract/library.ts';
import { commandedSec } from '../../player/player-state.ts';
import { changeSettings } from '../actions/project-actions.ts';
import { keepChapters } from '../actions/keep-parts.ts';
import type { Application } from '../application.ts';
import { changeLayout } from '../layout.ts';
import { appTexts } from '../texts.ts';
import type { RightTab } from '../workspace-state.ts';
import { hasVideo } from './command.ts';
import type { Command } from './command.ts';

const texts = appTexts.commands;

/** A step back goes to the chapter before when the playhead stands this near a chapter's beginning. */
const nearStartSec = 1;

function shownVideo(app: Application): LibraryVideo | undefined {
  const { videoId } = app.workspace.getState();
  return videoId === null || !hasVideo(app) ? undefined : app.library.getState().videos[videoId];
}

function chaptersOf(app: Application): readonly Chapter[] {
  return shownVideo(app)?.picture?.chapters ?? [];
}

const hasChapters = (app: Application): boolean => chaptersOf(app).length > 0;

/** The chapter that a step from a time leads to; going back, that which is shown begins anew before the one before. */
export function chapterFrom(
  chapters: readonly Chapter[],
  timeSec: number,
  direction: 1 | -1,
): Chapter | undefined {
  return direction === 1
    ? chapters.find(({ startSec }) => startSec > timeSec)
    : chapters.findLast(({ startSec }) => startSec < timeSec - nearStartSec);
}

const step = (direction: 1 | -1) => (app: Application) => {
  const chapter = chapterFrom(chaptersOf(app), commandedSec(app.player.getState()), direction);
  if (chapter === undefined) {
    const message = direction === 1 ? appTexts.lastChapter : appTexts.firstChapter;
    app.library.dispatch({ type: 'noticed', notice: { level: 'info', message, about: 'key' } });
    return;
  }
  app.timeline.actions.reveal(chapter.startSec);
  app.player.actions.seekToSec(chapter.startSec);
};

const show = (rightTab: RightTab) => (app: Application) => {
  app.workspace.setState({ page: 'workspace', rightTab });
  changeLayout(app, { right: 1 });
};

/** Shows the sound on the timeline, or no longer: kept for whoever works here. */
export function switchWaveform(app: Application): void {
  void changeSettings(app, { showsWaveform: !app.library.getState().settings.showsWaveform });
}

/** What of a video one looks and listens for: its sound, its chapters, what is said. */
export const videoCommands: readonly Command[] = [
  {
    id: 'view.waveform',
    title: texts.waveform,
    group: appTexts.groups.timeline,
    keys: ['Shift+w'],
    isPossible: (app) => shownVideo(app)?.picture?.hasAudio === true,
    run: switchWaveform,
  },
  {
    id: 'view.previousChapter',
    title: texts.previousChapter,
    group: appTexts.groups.player,
    keys: ['Shift+PageUp'],
    isPossible: hasChapters,
    run: step(-1),
  },
  {
    id: 'view.nextChapter',
    title: texts.nextChapter,
    group: appTexts.groups.player,
    keys: ['Shift+PageDown'],
    isPossible: hasChapters,
    run: step(1),
  },
  {
    id: 'view.chapters',
    title: texts.showChapters,
    group: appTexts.groups.player,
    keys: ['Mod+6'],
    isPossible: hasChapters,
    run: show('chapters'),
  },
  {
    id: 'view.chaptersToMoments',
    title: texts.chaptersToMoments,
    group: appTexts.groups.player,
    keys: [],
    isPossible: hasChapters,
    run: (app) => {
      const video = shownVideo(app);
      if (video !== undefined) keepChapters(app, video, chaptersOf(app));
    },
  },
  {
    id: 'view.lines',
    title: texts.showLines,
    group: appTexts.groups.player,
    keys: ['Mod+5'],
    isPossible: (app) => (shownVideo(app)?.subtitles.length ?? 0) > 0,
    run: show('lines'),
  },
];
