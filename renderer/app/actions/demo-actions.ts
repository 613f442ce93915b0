import type { DemoClip } from '../../../electron/host/contract/library.ts';
import type { Application } from '../application.ts';
import { appTexts } from '../texts.ts';
import { openVideoPaths } from './video-actions.ts';

/** The clips that come with the program, with their questions. */
export async function demoClips(app: Application): Promise<readonly DemoClip[]> {
  return (await app.attempt(app.call('demoList', {})))?.clips ?? [];
}

/** Opens the first clip that comes with the program, with one of its questions written already. */
export async function openDemoClip(app: Application): Promise<void> {
  const [clip] = await demoClips(app);
  if (clip === undefined) {
    app.library.dispatch({ type: 'noticed', notice: { level: 'error', message: appTexts.noDemo } });
    return;
  }
  await openVideoPaths(app, [clip.path]);
  app.workspace.setState({ rightTab: 'ask' });
  const [first] = clip.questions;
  if (first !== undefined && app.draft.getState().question === '') {
    app.draft.setState({ question: first.question, options: first.options ?? [] });
  }
}
