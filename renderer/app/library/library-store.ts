import { createStore } from 'zustand/vanilla';
import type { StoreApi } from 'zustand/vanilla';
import { emptyLibrary } from './library-state.ts';
import type { LibraryState } from './library-state.ts';
import { reduceLibrary } from './reduce-library.ts';
import type { LibraryAction } from './reduce-library.ts';

/** The library's copy and the one way to change it. */
export interface LibraryStore extends StoreApi<LibraryState> {
  readonly dispatch: (action: LibraryAction) => void;
}

/** A library that knows nothing yet. */
export function createLibraryStore(): LibraryStore {
  const store = createStore<LibraryState>()(() => emptyLibrary);
  const dispatch = (action: LibraryAction): void =>
    store.setState((state) => reduceLibrary(state, action), true);
  return Object.assign(store, { dispatch });
}
