import { useEffect, useState } from 'react';
import type { UpdateState } from '../../../electron/host/contract/updates.ts';
import { Button } from '../../ui/Button.tsx';
import { Choice } from '../../ui/Choice.tsx';
import { ErrorNote } from '../../ui/ErrorNote.tsx';
import { formatMoment } from '../../ui/format.ts';
import { changeSettings } from '../actions/project-actions.ts';
import { appTexts } from '../texts.ts';
import { useApp, useLibrary } from '../use-app.ts';
import styles from './SettingsDialog.module.css';

const texts = appTexts.settingsTexts;
const choices = ['asked', 'daily'] as const;

/** Whether newer releases are looked for without being asked, and the asking itself. */
export function UpdateSettings() {
  const app = useApp();
  const daily = useLibrary((state) => state.settings.checksForUpdates);
  const isChecking = useLibrary((state) => state.checkingForUpdates);
  const [known, setKnown] = useState<UpdateState>();
  useEffect(() => {
    let isShown = true;
    void app.attempt(app.call('updatesState', {})).then((state) => {
      if (isShown) setKnown(state);
    });
    return () => {
      isShown = false;
    };
  }, [app, isChecking]);
  const last = known?.last;
  return (
    <section className={styles.section}>
      <h3 className={styles.title}>{texts.updates}</h3>
      <div className={styles.line}>
        <span>{texts.daily}</span>
        <span className={styles.choices}>
          <Choice
            label={texts.daily}
            value={daily ? 'daily' : 'asked'}
            onChange={(value) => void changeSettings(app, { checksForUpdates: value === 'daily' })}
            options={choices.map((value) => ({ value, label: texts.dailyChoices[value] }))}
          />
          <Button onClick={() => app.workspace.setState({ dialog: { kind: 'updates' } })}>
            {texts.checkNow}
          </Button>
        </span>
      </div>
      {known !== undefined && (
        <p className={styles.about}>
          {known.host === undefined ? texts.noSource : texts.dailyHint(known.host)}
          {last !== undefined && ` ${appTexts.updatesTexts.lastChecked(formatMoment(last.atMs))}`}
        </p>
      )}
      {last?.failure !== undefined && <ErrorNote level="warning" {...last.failure} />}
    </section>
  );
}
