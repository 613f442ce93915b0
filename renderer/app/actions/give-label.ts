import { ownTrackId } from '../../../electron/host/contract/library.ts';
import type { Annotation } from '../../../electron/host/contract/annotations.ts';
import type { Label } from '../../../electron/host/contract/library.ts';
import { timelineTexts } from '../../timeline/timeline-texts.ts';
import type { Application } from '../application.ts';
import { openProject } from '../library/selectors.ts';
import { appTexts } from '../texts.ts';
import { timelineContextOf } from '../timeline-context.ts';
import { edit } from './annotation-actions.ts';

/** Whether one of the tracks does without the label; where one does, it is said. */
export function refusesLabel(app: Application, trackIds: readonly string[], label: Label): boolean {
  const tracks = openProject(app.library.getState())?.tracks ?? [];
  const refused = tracks.some(
    ({ id, labelIds }) => trackIds.includes(id) && labelIds?.includes(label.id) === false,
  );
  if (refused) timelineContextOf(app).tell(appTexts.notInSet(label.name));
  return refused;
}

/** The track that a moment is on. */
export function trackIdOf({ trackId }: Pick<Annotation, 'trackId'>): string {
  return trackId ?? ownTrackId;
}

/** Gives moments a label that was chosen by its id (''; none), where their tracks have it. */
export function giveLabel(app: Application, moments: readonly Annotation[], labelId: string): void {
  const label = openProject(app.library.getState())?.labels.find(({ id }) => id === labelId);
  if (label !== undefined && refusesLabel(app, moments.map(trackIdOf), label)) return;
  edit(app, {
    title: timelineTexts.edits.label,
    operations: moments.map(({ id }) => ({
      ...{ op: 'update', id, changes: { labelId: label?.id ?? null } },
    })),
  });
}
