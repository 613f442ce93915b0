import { useStore } from 'zustand';
import { currentModel } from '../../app/library/selectors.ts';
import { useApp, useLibrary } from '../../app/use-app.ts';
import { Field } from '../../ui/Field.tsx';
import { Select } from '../../ui/Select.tsx';
import { sessionTexts } from '../texts.ts';
import type { AskDraft, Verification } from './ask-draft.ts';

const texts = sessionTexts.asking;

/** For a model that reasons aloud: whether a VideoMind package looks again at the times it names, or finds its own. */
export function VerificationChoice({ className }: { readonly className: string | undefined }) {
  const { draft: store } = useApp();
  const draft = useStore(store);
  const agent = useLibrary((state) => currentModel(state)?.agent);
  const models = useLibrary((state) => state.models);
  const verifiers = models.filter(({ state, roles }) => state === 'ready' && roles.includes('verifier'));
  if (agent !== 'reasoner' || verifiers.length === 0) return null;
  const choices = verifiers.flatMap(({ name, path, roles }) => [
    { verification: { modelPath: path, candidates: 'said' } as const, label: texts.verifySaid(name) },
    ...(roles.includes('grounder')
      ? [
          {
            verification: { modelPath: path, candidates: 'grounded' } as const,
            label: texts.verifyFound(name),
          },
        ]
      : []),
  ]);
  return (
    <Field label={texts.verification} hint={texts.verificationHint} className={className}>
      {() => (
        <Select
          label={texts.verification}
          value={draft.verification === undefined ? '' : keyOf(draft.verification)}
          options={[
            { value: '', label: texts.verifyNothing },
            ...choices.map(({ verification, label }) => ({ value: keyOf(verification), label })),
          ]}
          onChange={(key) => {
            const next: AskDraft = { ...draft };
            Reflect.deleteProperty(next, 'verification');
            const chosen = choices.find(({ verification }) => keyOf(verification) === key);
            store.setState(
              chosen === undefined ? next : { ...next, verification: chosen.verification },
              true,
            );
          }}
        />
      )}
    </Field>
  );
}

function keyOf({ modelPath, candidates }: Verification): string {
  return `${candidates} ${modelPath}`;
}
