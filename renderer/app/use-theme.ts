import { useEffect } from 'react';
import { useStore } from 'zustand';
import type { Application } from './application.ts';

const lightQuery = '(prefers-color-scheme: light)';

/** The theme that is shown: what a person chose, else what the system says. */
export function themeOf(chosen: 'system' | 'dark' | 'light', systemIsLight: boolean): 'dark' | 'light' {
  if (chosen !== 'system') return chosen;
  return systemIsLight ? 'light' : 'dark';
}

/** Keeps the document's theme with the settings and the system. */
export function useTheme(app: Application): void {
  const chosen = useStore(app.library, (state) => state.settings.theme);
  useEffect(() => {
    const query = window.matchMedia(lightQuery);
    const show = (): void => {
      document.documentElement.dataset['theme'] = themeOf(chosen, query.matches);
    };
    show();
    query.addEventListener('change', show);
    return () => query.removeEventListener('change', show);
  }, [chosen]);
}
