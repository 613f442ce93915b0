import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { Application } from './application.ts';
import type { LibraryState } from './library/library-state.ts';
import type { WorkspaceState } from './workspace-state.ts';

/** The window's application, for every component in it. */
export const ApplicationContext = createContext<Application | undefined>(undefined);

/** The window's application. */
export function useApp(): Application {
  const app = useContext(ApplicationContext);
  if (app === undefined) throw new Error('Components of the window need its ApplicationContext.');
  return app;
}

/** A part of the library; drawn anew when it is another object. */
export function useLibrary<Part>(select: (state: LibraryState) => Part): Part {
  return useStore(useApp().library, select);
}

/** A part of what is shown. */
export function useWorkspace<Part>(select: (state: WorkspaceState) => Part): Part {
  return useStore(useApp().workspace, select);
}
