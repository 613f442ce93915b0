import { switchProject } from '../actions/project-actions.ts';
import { showRun } from '../actions/run-actions.ts';
import { showVideo } from '../actions/show-video.ts';
import type { Application } from '../application.ts';
import { commands } from '../commands/command-table.ts';
import { keysOf } from '../commands/key-map.ts';
import { openProject, projectVideos, runsNewestFirst } from '../library/selectors.ts';
import { appTexts } from '../texts.ts';
import { paletteWords } from './palette-words.ts';
import { beginsNearly } from './slips.ts';

/** Something that the palette offers. */
export interface PaletteEntry {
  readonly id: string;
  readonly group: string;
  readonly title: string;
  /** What else it is called; not shown. */
  readonly words?: string;
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
        words: paletteWords[command.id] ?? '',
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

/**
 * The entries that have every word that is typed: those whose title begins with it first, then by title, by what else they
 * are called, and last those that have it but for a slip of the keys.
 */
export function matching(entries: readonly PaletteEntry[], typed: string): readonly PaletteEntry[] {
  const wanted = typed.trim().toLowerCase();
  if (wanted === '') return entries.slice(0, mostEntries);
  const words = wanted.split(/\s+/);
  return entries
    .map((entry) => ({ entry, rank: rankOf(entry, wanted, words) }))
    .filter(({ rank }) => rank < Infinity)
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, mostEntries)
    .map(({ entry }) => entry);
}

function rankOf(
  { group, title, words = '' }: PaletteEntry,
  wanted: string,
  typed: readonly string[],
): number {
  const named = title.toLowerCase();
  if (named.startsWith(wanted)) return 0;
  if (typed.every((word) => named.includes(word))) return 1;
  const text = `${group.toLowerCase()} ${named} ${words}`;
  if (typed.every((word) => text.includes(word))) return 2;
  const parts = text.split(/[^\p{L}\p{N}]+/u);
  const isThere = (word: string): boolean =>
    text.includes(word) || parts.some((part) => beginsNearly(part, word));
  return typed.every(isThere) ? 3 : Infinity;
}
