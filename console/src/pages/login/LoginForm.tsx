import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input, { type InputProps } from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { logInByKey } from '../../api/session';
import { ErrorAlert } from '../../components/ErrorAlert';
import { useTexts } from '../../i18n/texts';
import { texts } from './texts';

/** Asks for an access key, and opens a session with it. */
export function LoginForm({
  onLoggedIn,
  otherAction,
}: {
  onLoggedIn: () => void;
  /** A button beside Log in. */
  otherAction?: ReactNode;
}) {
  const t = useTexts(texts);
  const [accessKeyId, setAccessKeyId] = useState('');
  const [secret, setSecret] = useState('');
  const [isChecked, setChecked] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const first = useRef<InputProps.Ref>(null);

  // Not `autoFocus`: a dialog around it comes up first, and remembers where the focus goes back to.
  useEffect(() => {
    const shown = requestAnimationFrame(() => first.current?.focus());
    return () => cancelAnimationFrame(shown);
  }, []);

  async function logIn(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (!accessKeyId || !secret) return;
    setBusy(true);
    setError(undefined);
    try {
      await logInByKey(accessKeyId.trim(), secret.trim());
      onLoggedIn();
    } catch (thrown) {
      setError(thrown);
      setBusy(false);
    }
  }

  return (
    <form onSubmit={(event) => void logIn(event)}>
      <SpaceBetween size="l">
        {error !== undefined && <ErrorAlert error={error} />}
        <FormField
          label={t.accessKeyId}
          errorText={isChecked && !accessKeyId && t.accessKeyIdMissing}
          stretch
        >
          <Input
            ref={first}
            value={accessKeyId}
            onChange={({ detail }) => setAccessKeyId(detail.value)}
            autoComplete="username"
            spellcheck={false}
          />
        </FormField>
        <FormField label={t.secret} errorText={isChecked && !secret && t.secretMissing} stretch>
          <Input
            type="password"
            value={secret}
            onChange={({ detail }) => setSecret(detail.value)}
            autoComplete="current-password"
          />
        </FormField>
        <SpaceBetween direction="horizontal" size="xs">
          <Button variant="primary" formAction="submit" loading={isBusy}>
            {t.logIn}
          </Button>
          {otherAction}
        </SpaceBetween>
      </SpaceBetween>
    </form>
  );
}
