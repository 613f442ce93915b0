import { z } from 'zod';
import { annotationOperationSchema } from '../../../electron/host/contract/annotations.ts';
import { idSchema } from '../../../electron/host/contract/library.ts';
import type { UnsentEdit, UnsentEdits } from './unsent-edits.ts';

const prefix = 'videomind.unsent.';
const editsSchema = z.array(
  z.object({
    // The number that the window before gave it falls away.
    projectId: idSchema,
    title: z.string(),
    operations: z.array(annotationOperationSchema),
    join: z.string().exactOptional(),
  }),
);

/** The part of the browser's locks that tells whether a window is still there; absent on pages from insecure addresses. */
export type WindowLocks = Pick<LockManager, 'request'>;

/**
 * Keeps unsent edits in the browser's storage, a row a window. A window holds a lock under its name while it lives: rows
 * whose lock is free were left behind.
 */
export function storedUnsentEdits(
  storage: Storage,
  windowId: string,
  locks: WindowLocks | undefined,
): UnsentEdits {
  const ownKey = prefix + windowId;
  // Held for good: the promise never settles.
  void locks?.request(ownKey, () => new Promise<never>(() => undefined)).catch(() => undefined);
  const isLeft = async (key: string): Promise<boolean> =>
    key === ownKey ||
    locks === undefined ||
    (await locks.request(key, { ifAvailable: true }, (lock) => lock !== null));
  return {
    async takeOver() {
      const taken: UnsentEdit[] = [];
      for (const key of Object.keys(storage).filter((each) => each.startsWith(prefix))) {
        if (!(await isLeft(key))) continue;
        taken.push(...readEdits(storage.getItem(key)));
        storage.removeItem(key);
      }
      return taken;
    },
    keep(edits) {
      try {
        if (edits.length === 0) storage.removeItem(ownKey);
        else storage.setItem(ownKey, JSON.stringify(edits));
      } catch {
        // Storage is full or forbidden: the edits live as long as the page.
      }
    },
  };
}

function readEdits(text: string | null): readonly UnsentEdit[] {
  try {
    return editsSchema.parse(JSON.parse(text ?? '[]'));
  } catch {
    // Of another version of the program; there is nobody to ask about it.
    return [];
  }
}
