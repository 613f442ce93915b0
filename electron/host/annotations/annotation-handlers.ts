import type { Handlers } from '../../../native-models/protocol/server.ts';
import type { AnnotationsChanged } from '../contract/annotations.ts';
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
  const { store, now } = context;
  return {
    annotationsList: (filter) => store.call('listAnnotations', filter),
    annotationsChange: async (change) =>
      tellAnnotations(context, await store.call('changeAnnotations', { ...change, atMs: now() })),
    annotationsUndo: async ({ projectId }) =>
      tellAnnotations(context, await store.call('stepAnnotations', { projectId, direction: 'undo' })),
    annotationsRedo: async ({ projectId }) =>
      tellAnnotations(context, await store.call('stepAnnotations', { projectId, direction: 'redo' })),
  };
}
