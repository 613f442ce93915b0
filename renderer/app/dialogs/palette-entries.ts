import { switchProject } from '../actions/project-actions.ts';
import { showRun } from '../actions/run-actions.ts';
import { showVideo } from '../actions/show-video.ts';
import type { Application } from '../application.ts';
import { commands } from '../commands/command-table.ts';
import { keysOf } from '../commands/key-map.ts';
import { openProject, projectVideos, runsNewestFirst } from '../library/selectors.ts';
import { appTexts } from '../texts.ts';

/** Something that the palette offers. */
export interface PaletteEntry {
  readonly id: string;
  readonly group: string;
  readonly title: string;
  readonly chord?: string;
  readonly run: () => void;
}

/** Most entries shown at once. */
const mostEntries = 80;

/** The commands that are possible now, and the videos, questions and projects that can be gone to. */
export function paletteEntries(app: Application): readonly PaletteEntry[] {
  const state = app.library.getState();
  const possible = commands.filter(
    (command) => command.id !== 'window.palette' && command.isPossible?.(app) !== false,
  );
  return [
    ...possible.map((command): PaletteEntry => {
      const [chord] = keysOf(state.settings.keys, command);
      return {
        id: command.id,
        group: command.group,
        title: command.title,
        ...(chord === undefined ? {} : { chord }),
        run: () => command.run(app),
      };
    }),
    ...projectVideos(state.videos, openProject(state)).map((video): PaletteEntry => ({
      id: `video-${video.id}`,
      group: appTexts.videos,
      title: video.name,
      run: () => showVideo(app, video.id),
    })),
    ...runsNewestFirst(state.runs).map((run): PaletteEntry => ({
      id: `run-${run.id}`,
      group: appTexts.runs,
      title: run.question.question,
      run: () => showRun(app, run.id),
    })),
    ...Object.values(state.projects)
      .filter(({ id }) => id !== state.projectId)
      .map((project): PaletteEntry => ({
        id: `project-${project.id}`,
        group: appTexts.project,
        title: project.name,
        run: () => void switchProject(app, project.id),
      })),
  ];
}

/** The entries in which every word occurs; those whose title begins with what is typed come first. */
export function matching(entries: readonly PaletteEntry[], typed: string): readonly PaletteEntry[] {
  const wanted = typed.trim().toLowerCase();
  if (wanted === '') return entries.slice(0, mostEntries);
  const words = wanted.split(/\s+/);
  return entries
    .filter(({ group, title }) => {
      const text = `${group} ${title}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .toSorted((a, b) => Number(startsWith(b, wanted)) - Number(startsWith(a, wanted)))
    .slice(0, mostEntries);
}

function startsWith({ title }: PaletteEntry, words: string): boolean {
  return title.toLowerCase().startsWith(words);
}
