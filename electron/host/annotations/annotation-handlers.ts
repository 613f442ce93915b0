import type { Handlers } from '../../../native-models/protocol/server.ts';
import type { AnnotationsChanged, HistoryScope, HistoryStep } from '../contract/annotations.ts';
import type { HostMethods } from '../contract/methods.ts';
import type { HostContext } from '../host-context.ts';

type AnnotationMethods = 'annotationsList' | 'annotationsChange' | 'annotationsUndo' | 'annotationsRedo';

/** Stores a change of annotations and tells every window: what was asked for by one of them, or read from a file. */
export async function tellAnnotations(
  { store, events }: HostContext,
  change: AnnotationsChanged,
): Promise<AnnotationsChanged> {
  events.emit({ type: 'annotationsChanged', change });
  const project = await store.call('findProject', { id: change.projectId });
  if (project !== undefined) events.emit({ type: 'projectChanged', project });
  return change;
}

/** Marked moments, and taking changes of them back. */
export function annotationHandlers(context: HostContext): Pick<Handlers<HostMethods>, AnnotationMethods> {
  const { store, now, newId, windows } = context;
  return {
    annotationsList: (filter) => store.call('listAnnotations', filter),
    annotationsChange: async (change) => {
      const { annotator } = await store.call('readSettings');
      const step = { stepId: newId(), atMs: now(), author: annotator };
      return tellAnnotations(context, await store.call('changeAnnotations', { ...change, ...step }));
    },
    annotationsUndo: (scope) => stepHistory('undo', scope),
    annotationsRedo: (scope) => stepHistory('redo', scope),
  };

  async function stepHistory(
    direction: 'undo' | 'redo',
    scope: HistoryScope & { readonly projectId: string },
  ): Promise<HistoryStep> {
    const otherWindowIds = windows.othersThan(scope.windowId);
    const step = await store.call('stepAnnotations', { ...scope, direction, otherWindowIds });
    await tellAnnotations(context, step.change);
    return step;
  }
}
