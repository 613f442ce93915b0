import { useState } from 'react';
import { promptsFromSchema, sourceKeySchema } from '../../electron/host/contract/downloads.ts';
import type { DownloadChoices, TokenState } from '../../electron/host/contract/downloads.ts';
import { choosePaths } from '../app/actions/choose-paths.ts';
import { changeSettings } from '../app/actions/project-actions.ts';
import { useApp, useLibrary } from '../app/use-app.ts';
import { Button } from '../ui/Button.tsx';
import { Field, TextInput } from '../ui/Field.tsx';
import { Fold } from '../ui/Fold.tsx';
import { Select } from '../ui/Select.tsx';
import { modelTexts } from './texts.ts';
import styles from './DownloadOrigin.module.css';

const texts = modelTexts.origin;

interface DownloadOriginProps {
  readonly tokens: readonly TokenState[];
  readonly onTokens: (tokens: readonly TokenState[]) => void;
  /** The address of the hub has changed, and with it whose tokens count. */
  readonly onAddress: () => void;
}

/** Where downloads come from: kept at once, and heeded by downloads that are resumed, too. */
export function DownloadOrigin({ tokens, onTokens, onAddress }: DownloadOriginProps) {
  const app = useApp();
  const choices = useLibrary((state) => state.settings.downloads);
  const change = (changes: Partial<DownloadChoices>): Promise<void> =>
    changeSettings(app, { downloads: { ...choices, ...changes } });
  const choosePrompts = async (promptsFrom: DownloadChoices['promptsFrom']): Promise<void> => {
    if (promptsFrom !== 'file') {
      await change({ promptsFrom });
      return;
    }
    const options = { title: texts.chooseFile, kind: 'prompts', several: false } as const;
    const [promptsPath] = await choosePaths(app, options);
    if (promptsPath !== undefined) await change({ promptsFrom, promptsPath });
  };
  const token = tokens.find(({ source }) => source === choices.source);
  return (
    <Fold
      title={
        <span className={styles.title}>
          {texts.title(texts.sources[choices.source], texts.places[choices.promptsFrom])}
        </span>
      }
    >
      <div className={styles.grid}>
        <Field label={texts.source} hint={texts.sourceHint}>
          {() => (
            <Select
              label={texts.source}
              value={choices.source}
              options={sourceKeySchema.options.map((value) => ({ value, label: texts.sources[value] }))}
              onChange={(source) => void change({ source })}
            />
          )}
        </Field>
        <Field
          label={texts.prompts}
          hint={choices.promptsFrom === 'file' ? texts.promptsFile(choices.promptsPath) : texts.promptsHint}
        >
          {() => (
            <Select
              label={texts.prompts}
              value={choices.promptsFrom}
              options={promptsFromSchema.options.map((value) => ({ value, label: texts.places[value] }))}
              onChange={(promptsFrom) => void choosePrompts(promptsFrom)}
            />
          )}
        </Field>
        <Field label={texts.mirror} hint={texts.mirrorHint}>
          {(id) => (
            <TextInput
              id={id}
              key={choices.hubUrl}
              defaultValue={choices.hubUrl}
              placeholder="https://"
              spellCheck={false}
              onBlur={(event) => {
                const hubUrl = event.target.value.trim();
                if (hubUrl !== choices.hubUrl) void change({ hubUrl }).then(onAddress);
              }}
            />
          )}
        </Field>
        {token !== undefined && <Token key={token.host} token={token} onTokens={onTokens} />}
      </div>
    </Fold>
  );
}

function Token({ token, onTokens }: { readonly token: TokenState } & Pick<DownloadOriginProps, 'onTokens'>) {
  const app = useApp();
  const [text, setText] = useState('');
  const { source, host, from, canKeep, whyNot } = token;
  const keep = async (given: string): Promise<void> => {
    const told = await app.attempt(app.call('downloadsKeepToken', { source, token: given }));
    if (told === undefined) return;
    setText('');
    onTokens(told.tokens);
  };
  const state = from === undefined ? undefined : texts.tokenFrom[from];
  const hint = [state, canKeep ? texts.tokenHint : whyNot].filter((part) => part !== undefined).join(' ');
  return (
    <Field label={texts.token(host)} hint={hint}>
      {(id) => (
        <div className={styles.line}>
          <TextInput
            id={id}
            type="password"
            disabled={!canKeep}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <Button small disabled={!canKeep || text.trim() === ''} onClick={() => void keep(text)}>
            {texts.keepToken}
          </Button>
          {from === 'kept' && (
            <Button small look="quiet" onClick={() => void keep('')}>
              {texts.removeToken}
            </Button>
          )}
        </div>
      )}
    </Field>
  );
}
