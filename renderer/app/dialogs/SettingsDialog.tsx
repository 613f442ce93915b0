import type { Settings } from '../../../electron/host/contract/settings.ts';
import { modelTexts } from '../../models/texts.ts';
import { deviceSchema } from '../../../native-models/protocol/roles.ts';
import { Choice } from '../../ui/Choice.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Field, NumberInput, TextInput } from '../../ui/Field.tsx';
import { Select } from '../../ui/Select.tsx';
import { changeSettings } from '../actions/project-actions.ts';
import { appTexts } from '../texts.ts';
import { useApp, useLibrary } from '../use-app.ts';
import styles from './SettingsDialog.module.css';
import { KeptVideosSettings } from './KeptVideosSettings.tsx';
import { UpdateSettings } from './UpdateSettings.tsx';

const texts = appTexts.settingsTexts;
const themes = ['system', 'dark', 'light'] as const;
const timecodes = ['seconds', 'frames'] as const;

/** What a person can choose; kept at once. */
export function SettingsDialog({ onClose }: { readonly onClose: () => void }) {
  const app = useApp();
  const settings = useLibrary((state) => state.settings);
  const version = useLibrary((state) => state.version);
  const change = (changes: Partial<Settings>): void => void changeSettings(app, changes);
  return (
    <Dialog title={appTexts.settings} open onClose={onClose}>
      <section className={styles.section}>
        <h3 className={styles.title}>{texts.appearance}</h3>
        <div className={styles.line}>
          <span>{texts.theme}</span>
          <Choice
            label={texts.theme}
            value={settings.theme}
            onChange={(theme) => change({ theme })}
            options={themes.map((value) => ({ value, label: texts.themes[value] }))}
          />
        </div>
        <div className={styles.line}>
          <span>{texts.timecode}</span>
          <Choice
            label={texts.timecode}
            value={settings.timecode}
            onChange={(timecode) => change({ timecode })}
            options={timecodes.map((value) => ({ value, label: texts.timecodes[value] }))}
          />
        </div>
      </section>
      <section className={styles.section}>
        <h3 className={styles.title}>{texts.annotating}</h3>
        <Field label={texts.annotator} hint={texts.annotatorHint}>
          {(id) => (
            <TextInput
              id={id}
              maxLength={200}
              defaultValue={settings.annotator}
              onChange={(event) => change({ annotator: event.currentTarget.value })}
            />
          )}
        </Field>
      </section>
      <section className={styles.section}>
        <h3 className={styles.title}>{texts.defaults}</h3>
        <div className={styles.grid}>
          <Field label={texts.candidates}>
            {(id) => (
              <NumberInput
                id={id}
                min={1}
                max={100}
                value={settings.candidates}
                onChange={(candidates) => {
                  if (candidates !== undefined) change({ candidates: Math.round(candidates) });
                }}
              />
            )}
          </Field>
          <Field label={texts.maxTokens}>
            {(id) => (
              <NumberInput
                id={id}
                min={1}
                value={settings.maxTokens ?? undefined}
                placeholder={texts.byModel}
                onChange={(tokens) => change({ maxTokens: tokens === undefined ? null : Math.round(tokens) })}
              />
            )}
          </Field>
          <Field label={texts.temperature} hint={texts.temperatureHint}>
            {(id) => (
              <NumberInput
                id={id}
                min={0}
                max={5}
                step={0.1}
                value={settings.temperature}
                onChange={(temperature) => {
                  if (temperature !== undefined) change({ temperature });
                }}
              />
            )}
          </Field>
          <Field label={texts.seed} hint={texts.seedHint}>
            {(id) => (
              <NumberInput
                id={id}
                min={0}
                value={settings.seed ?? undefined}
                placeholder={texts.any}
                onChange={(seed) => change({ seed: seed === undefined ? null : Math.round(seed) })}
              />
            )}
          </Field>
        </div>
      </section>
      <section className={styles.section}>
        <h3 className={styles.title}>{texts.computing}</h3>
        <div className={styles.grid}>
          <Field label={appTexts.device}>
            {() => (
              <Select
                label={appTexts.device}
                value={settings.device}
                options={deviceSchema.options.map((value) => ({
                  value,
                  label: value === 'auto' ? modelTexts.autoDevice : modelTexts.devices[value],
                }))}
                onChange={(device) => change({ device })}
              />
            )}
          </Field>
          <Field label={texts.threads} hint={texts.threadsHint}>
            {(id) => (
              <NumberInput
                id={id}
                min={1}
                value={settings.threads ?? undefined}
                placeholder={texts.auto}
                onChange={(threads) =>
                  change({ threads: threads === undefined ? null : Math.round(threads) })
                }
              />
            )}
          </Field>
        </div>
      </section>
      <KeptVideosSettings />
      <UpdateSettings />
      <p className={styles.about}>{texts.about(version)}</p>
    </Dialog>
  );
}
