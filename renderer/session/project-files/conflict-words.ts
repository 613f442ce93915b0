import type { Conflict } from '../../../electron/host/contract/project-files.ts';
import { ownTrackId } from '../../../electron/host/contract/library.ts';
import type { Project } from '../../../electron/host/contract/library.ts';
import type { LibraryState } from '../../app/library/library-state.ts';
import { formatSeconds } from '../../player/timecode.ts';
import { projectFileTexts as texts } from './texts.ts';

type Item = Readonly<Record<string, unknown>>;

/** What stands here of the thing that a difference is about; null: it was removed. */
export function ourItem(conflict: Conflict, state: LibraryState, project: Project): Item | null {
  const { kind, itemId } = conflict;
  const places: Record<Conflict['kind'], unknown> = {
    annotation: state.annotations.get(itemId),
    run: state.runs[itemId],
    label: project.labels.find(({ id }) => id === itemId),
    track: project.tracks.find(({ id }) => id === itemId),
    project,
  };
  return (places[kind] ?? null) as Item | null;
}

/** A thing by what one knows it by: where it is, and what it says. */
export function nameOfItem(item: Item | null, state: LibraryState): string {
  if (item === null) return texts.isRemoved;
  if (typeof item['startSec'] === 'number' && typeof item['endSec'] === 'number') {
    const video = state.videos[wordOf(item['videoId'])]?.name ?? '';
    const times = `${formatSeconds(item['startSec'])} – ${formatSeconds(item['endSec'])}`;
    return [video, times, wordOf(item['text'])].filter((part) => part !== '').join(' · ');
  }
  const question = item['question'] as { readonly question?: unknown } | undefined;
  return wordOf(question?.question ?? item['name']);
}

/** One side of a difference, in words. */
export function fieldWords(field: string, item: Item | null, project: Project): string {
  if (item === null) return texts.isRemoved;
  switch (field) {
    case 'times':
      return `${formatSeconds(Number(item['startSec']))} – ${formatSeconds(Number(item['endSec']))}`;
    case 'label':
      return project.labels.find(({ id }) => id === item['labelId'])?.name ?? texts.nobody;
    case 'track':
      return project.tracks.find(({ id }) => id === (item['trackId'] ?? ownTrackId))?.name ?? texts.nobody;
    case 'note':
      return wordOf(item['note'] ?? item['notes']) || texts.nobody;
    case 'state':
      return wordOf(item['review'] ?? item['state']);
    case 'labels':
      return String((item['labelIds'] as readonly string[] | undefined)?.length ?? texts.nobody);
    case 'removed':
      return '';
    default:
      return wordOf(item[field]) || texts.nobody;
  }
}

function wordOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : '';
}
