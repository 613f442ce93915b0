import { useEffect, useState } from 'react';
import type { KeptFeaturesChange, KeptFeaturesState } from '../../../native-models/protocol/kept-features.ts';
import { Button } from '../../ui/Button.tsx';
import { Check, Field } from '../../ui/Field.tsx';
import { formatBytes } from '../../ui/format.ts';
import { Select } from '../../ui/Select.tsx';
import { Meter } from '../../ui/Meter.tsx';
import { changeSettings } from '../actions/project-actions.ts';
import { appTexts } from '../texts.ts';
import { useApp, useLibrary } from '../use-app.ts';
import styles from './SettingsDialog.module.css';

const texts = appTexts.settingsTexts;
/** Chosen and not typed: half a number would throw away what does not fit it. */
const choices = [0, 1, 2, 8, 16, 32, 64, 128].map((gigabytes) => gigabytes * 1e9);

/** What is kept of videos on disk, so that tomorrow's questions are answered sooner: how much, how much it may be, and away with it. */
export function KeptVideosSettings() {
  const app = useApp();
  const readsAhead = useLibrary((state) => state.settings.readsAhead);
  const [kept, setKept] = useState<KeptFeaturesState>();
  useEffect(() => {
    const controller = new AbortController();
    void app.attempt(app.call('keptFeatures', {}, { signal: controller.signal })).then((state) => {
      if (!controller.signal.aborted) setKept(state);
    });
    return () => {
      controller.abort();
    };
  }, [app]);
  if (kept === undefined) return null;
  const change = (changes: KeptFeaturesChange): void => {
    void app.attempt(app.call('keptFeaturesChange', changes)).then((state) => {
      if (state !== undefined) setKept(state);
    });
  };
  return (
    <section className={styles.section}>
      <h3 className={styles.title}>{texts.keptVideos}</h3>
      <div className={styles.line}>
        <span>{texts.keptOf(formatBytes(kept.bytes), formatBytes(kept.budgetBytes))}</span>
        <Button disabled={kept.bytes === 0} onClick={() => change({ empty: true })}>
          {texts.emptyKept}
        </Button>
      </div>
      {kept.budgetBytes > 0 && <Meter label={texts.keptVideos} done={kept.bytes} total={kept.budgetBytes} />}
      <Field label={texts.keptBudget} hint={kept.isFixed ? texts.keptFixed : texts.keptHint(kept.path)}>
        {() => (
          <Select
            label={texts.keptBudget}
            disabled={kept.isFixed}
            value={String(kept.budgetBytes)}
            options={sizes(kept.budgetBytes).map((bytes) => ({
              value: String(bytes),
              label: bytes === 0 ? texts.keepNothing : formatBytes(bytes),
            }))}
            onChange={(bytes) => change({ budgetBytes: Number(bytes) })}
          />
        )}
      </Field>
      <Check
        label={texts.readsAhead}
        checked={readsAhead}
        onChange={(wanted) => void changeSettings(app, { readsAhead: wanted })}
      />
    </section>
  );
}

/** What can be chosen, with what is chosen now. */
function sizes(current: number): number[] {
  return [...new Set([...choices, current])].sort((one, other) => one - other);
}
