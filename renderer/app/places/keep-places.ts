import type { WorkPlace } from '../../../electron/host/contract/settings.ts';
import { changeSettings } from '../actions/project-actions.ts';
import type { Application, Clock } from '../application.ts';

/** Videos of a project whose places are kept. */
const mostPlaces = 200;
/** From a change to its being kept: what follows one another fast is kept once. */
const restMs = 500;

/**
 * Keeps where a person is, in the settings: they outlive page and program, and are there whatever port a server gets.
 * `app.places.keepNow` keeps it at once.
 */
export function keepPlaces(app: Application, delay: Clock['delay']): void {
  let stop: (() => void) | undefined;
  const keep = (): void => {
    stop?.();
    stop = undefined;
    const { projectId } = app.library.getState();
    const { videoId, openVideoIds } = app.workspace.getState();
    if (projectId === null || videoId === null) return;
    const place: WorkPlace = {
      ...{ videoId, openVideoIds: [...openVideoIds] },
      places: app.places.last(mostPlaces),
    };
    void changeSettings(app, { workPlaces: { [projectId]: place } });
  };
  const soon = (): void => {
    stop ??= delay(keep, restMs);
  };
  app.places.onChange(soon);
  app.workspace.subscribe((now, before) => {
    if (now.videoId !== before.videoId || now.openVideoIds !== before.openVideoIds) soon();
  });
  app.places.keepBy(() => {
    if (stop !== undefined) keep();
  });
}
