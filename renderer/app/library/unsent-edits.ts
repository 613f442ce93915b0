import type { PendingEdit } from './library-state.ts';

/** Edits without the number that a window gives them. */
export type UnsentEdit = Omit<PendingEdit, 'editId'>;

/** Keeps the edits that the host has not confirmed, so that they outlive the page, the program and the line. */
export interface UnsentEdits {
  /** What this window, or one that is gone, has left; it is this window's from now on. */
  takeOver(): Promise<readonly UnsentEdit[]>;
  /** Overwrites what this window has unsent. */
  keep(edits: readonly UnsentEdit[]): void;
}

/** Of windows that keep nothing. */
export const keepsNothing: UnsentEdits = { takeOver: () => Promise.resolve([]), keep: () => undefined };
