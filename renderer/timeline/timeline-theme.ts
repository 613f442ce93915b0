import { labelColors } from '../../electron/host/contract/library.ts';
import type { TrackKind } from './timeline-model.ts';

/** The design tokens that the canvas is painted with, as CSS colours. */
export interface TimelineTheme {
  readonly ground: string;
  readonly pane: string;
  readonly raised: string;
  readonly border: string;
  readonly text: string;
  readonly textMuted: string;
  readonly textFaint: string;
  readonly focus: string;
  readonly accent: string;
  readonly playhead: string;
  readonly saliency: string;
  readonly waveform: string;
  readonly tick: string;
  readonly bad: string;
  readonly good: string;
  readonly float: string;
  readonly tracks: Readonly<Record<TrackKind, string>>;
  readonly labels: readonly string[];
  readonly roles: Readonly<Record<string, string>>;
  readonly font: string;
}

/** Reads the tokens as they are on an element now: once per change of the theme, never while painting. */
export function readTheme(element: Element): TimelineTheme {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(name).trim();
  return {
    ground: token('--surface-ground'),
    pane: token('--surface-pane'),
    raised: token('--surface-raised'),
    border: token('--border'),
    text: token('--text'),
    textMuted: token('--text-muted'),
    textFaint: token('--text-faint'),
    focus: token('--focus'),
    accent: token('--accent'),
    playhead: token('--playhead'),
    saliency: token('--track-saliency'),
    waveform: token('--track-waveform'),
    tick: token('--track-tick'),
    bad: token('--bad'),
    good: token('--good'),
    float: token('--surface-float'),
    tracks: {
      candidates: token('--track-candidate'),
      ranking: token('--track-verified'),
      chosen: token('--track-chosen'),
      own: token('--track-human'),
      imported: token('--track-imported'),
      said: token('--role-reasoner'),
      looked: token('--role-reasoner'),
      searched: token('--role-grounder'),
      chapters: token('--track-chapter'),
    },
    labels: Array.from({ length: labelColors }, (_, index) => token(`--label-${index}`)),
    roles: Object.fromEntries(
      ['planner', 'grounder', 'verifier', 'answerer', 'reasoner'].map((role) => [
        role,
        token(`--role-${role}`),
      ]),
    ),
    font: token('--font') || 'sans-serif',
  };
}

/** Calls back when the theme changes, by the page's attribute or the system; returns how to stop. */
export function watchTheme(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'class'] });
  const ofSystem = ['(prefers-color-scheme: light)', '(forced-colors: active)'].map((query) =>
    matchMedia(query),
  );
  for (const query of ofSystem) query.addEventListener('change', changed);
  return () => {
    observer.disconnect();
    for (const query of ofSystem) query.removeEventListener('change', changed);
  };
}
