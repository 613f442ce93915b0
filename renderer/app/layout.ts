import type { Settings } from '../../electron/host/contract/settings.ts';
import type { Application } from './application.ts';
import { changeSettings } from './actions/project-actions.ts';

/** Sizes of the panes, in pixels, and which are shown (1) or not (0). */
export interface Layout {
  readonly left: number;
  readonly right: number;
  readonly leftWidth: number;
  readonly rightWidth: number;
  readonly timelineHeight: number;
}

/** Before a person moved anything. The tracks of a run with all roles need some 380 pixels: the higher the better. */
export function defaultLayout(windowHeight: number): Layout {
  return {
    left: 1,
    right: 1,
    leftWidth: 248,
    rightWidth: 400,
    timelineHeight: Math.min(460, Math.max(280, Math.round(0.42 * windowHeight))),
  };
}

/** How small and large panes can be made. */
export const layoutLimits = {
  leftWidth: [200, 480],
  rightWidth: [340, 760],
  timelineHeight: [140, 620],
} as const;

/** The layout that settings hold; what is absent or impossible is as it was at first. Pixels. */
export function layoutOf({ layout }: Pick<Settings, 'layout'>, windowHeight: number): Layout {
  const initial = defaultLayout(windowHeight);
  const within = (name: keyof typeof layoutLimits): number => {
    const [min, max] = layoutLimits[name];
    return Math.min(max, Math.max(min, layout[name] ?? initial[name]));
  };
  return {
    left: layout['left'] === 0 ? 0 : 1,
    right: layout['right'] === 0 ? 0 : 1,
    leftWidth: within('leftWidth'),
    rightWidth: within('rightWidth'),
    timelineHeight: within('timelineHeight'),
  };
}

/** Shows another layout at once, and keeps it. */
export function changeLayout(app: Application, changes: Partial<Layout>): void {
  const { settings } = app.library.getState();
  const layout = { ...settings.layout, ...changes };
  const changed = Object.entries(changes).some(([name, value]) => settings.layout[name] !== value);
  if (!changed) return;
  app.library.dispatch({
    type: 'events',
    events: [{ type: 'settingsChanged', settings: { ...settings, layout } }],
  });
  void changeSettings(app, { layout });
}
