import type { LibraryVideo } from '../../../electron/host/contract/library.ts';
import type { Run } from '../../../electron/host/contract/runs.ts';
import { playerTexts } from '../../player/player-texts.ts';
import { askToRemoveProject, askToRenameProject } from '../actions/project-actions.ts';
import { askToRemoveRun, editAgain, replayRun, runAgain } from '../actions/run-actions.ts';
import { addSubtitles, readAhead, removeVideo } from '../actions/video-actions.ts';
import type { Application } from '../application.ts';
import { isActive, openProject } from '../library/selectors.ts';
import { appTexts } from '../texts.ts';
import type { Command } from './command.ts';

const texts = appTexts.commands;
const { player, project, questions, video: videoGroup } = appTexts.groups;

/** What menus of the shown project, video and question offer; without keys of their own, which can be given. */
export const itemCommands: readonly Command[] = [
  ofShown('project.rename', texts.renameProject, project, shownProject, askToRenameProject),
  ofShown('project.remove', texts.removeProject, project, shownProject, askToRemoveProject),
  ofShown('video.subtitles', texts.addSubtitles, videoGroup, shownVideo, (app, video) => {
    void addSubtitles(app, video);
  }),
  ofShown('video.readAhead', texts.readAhead, videoGroup, readyVideo, (app, { id }) => {
    void readAhead(app, id);
  }),
  ofShown('video.remove', texts.removeVideo, videoGroup, shownVideo, (app, video) => {
    void removeVideo(app, video);
  }),
  ofShown('player.subtitles', playerTexts.toggleSubtitles, player, subtitledVideo, toggleSubtitles),
  ofShown('questions.again', texts.runAgain, questions, endedRun, (app, run) => void runAgain(app, run)),
  ofShown('questions.change', texts.changeRun, questions, endedRun, editAgain),
  ofShown('questions.replay', texts.replayRun, questions, endedRun, (app, { id }) => {
    void replayRun(app, id);
  }),
  ofShown('questions.remove', texts.removeRun, questions, endedRun, askToRemoveRun),
];

/** A command about what is shown; not possible where nothing of the kind is. */
function ofShown<Item>(
  id: string,
  title: string,
  group: string,
  find: (app: Application) => Item | undefined,
  run: (app: Application, item: Item) => void,
): Command {
  return {
    ...{ id, title, group, keys: [] },
    isPossible: (app) => find(app) !== undefined,
    run: (app) => {
      const item = find(app);
      if (item !== undefined) run(app, item);
    },
  };
}

function shownProject(app: Application) {
  return openProject(app.library.getState());
}

function shownVideo(app: Application): LibraryVideo | undefined {
  const { page, videoId } = app.workspace.getState();
  return page === 'workspace' && videoId !== null ? app.library.getState().videos[videoId] : undefined;
}

function readyVideo(app: Application): LibraryVideo | undefined {
  const video = shownVideo(app);
  return video?.state === 'ready' ? video : undefined;
}

function subtitledVideo(app: Application): LibraryVideo | undefined {
  const video = shownVideo(app);
  return (video?.subtitles.length ?? 0) > 0 ? video : undefined;
}

function endedRun(app: Application): Run | undefined {
  const { page, runId } = app.workspace.getState();
  const run = page === 'workspace' && runId !== null ? app.library.getState().runs[runId] : undefined;
  return run === undefined || isActive(run) ? undefined : run;
}

function toggleSubtitles(app: Application, { subtitles }: LibraryVideo): void {
  const { subtitlesId } = app.player.getState();
  const isShown = subtitles.some(({ id }) => id === subtitlesId);
  app.player.actions.showSubtitles(isShown ? undefined : subtitles[0]?.id);
}
