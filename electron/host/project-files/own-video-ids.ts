import type { LibraryVideo } from '../contract/library.ts';
import type { ChangeImage } from '../store/tables/change-images.ts';
import type { WholeProject } from '../store/tables/whole-projects.ts';

/** The ids that videos have in a file: by their content, so that they mean the same in every library. */
export function fileIdsOf(
  videos: readonly Pick<LibraryVideo, 'id' | 'contentId'>[],
): ReadonlyMap<string, string> {
  const used = new Map<string, number>();
  return new Map(
    videos.map(({ id, contentId }) => {
      if (contentId === undefined) return [id, id];
      const copies = (used.get(contentId) ?? 0) + 1;
      used.set(contentId, copies);
      return [id, copies === 1 ? contentId : `${contentId}-${copies}`];
    }),
  );
}

/** A project with other ids for its videos; one without another id keeps its own. Fields stay in their order. */
export function withVideoIds(whole: WholeProject, ids: ReadonlyMap<string, string>): WholeProject {
  const other = (videoId: string): string => ids.get(videoId) ?? videoId;
  const moved = <Item>(item: Item): Item =>
    typeof item === 'object' && item !== null && 'videoId' in item && typeof item.videoId === 'string'
      ? { ...item, videoId: other(item.videoId) }
      : item;
  const movedRun = <Item>(item: Item): Item =>
    typeof item === 'object' && item !== null && 'question' in item
      ? { ...item, question: moved(item.question) }
      : item;
  return {
    ...whole,
    videoStatus: Object.fromEntries(
      Object.entries(whole.videoStatus).map(([videoId, status]) => [other(videoId), status]),
    ),
    annotations: whole.annotations.map(moved),
    runs: whole.runs.map(movedRun),
    steps: whole.steps.map((step) => ({
      ...step,
      changes: step.changes.map((image): ChangeImage =>
        image.kind === undefined
          ? { ...image, before: moved(image.before), after: moved(image.after) }
          : image,
      ),
    })),
    conflicts: whole.conflicts.map((conflict) => ({
      ...conflict,
      theirs: movedRun(moved(conflict.theirs)),
    })),
  };
}
